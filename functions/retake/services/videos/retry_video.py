"""Make a video again that failed or was cancelled: another generation with the same words."""

from dataclasses import dataclass

from retake.domain.changes import Change
from retake.domain.errors import ConflictError, InvalidRequestError, WorkflowUnavailableError
from retake.domain.records.jobs import Job
from retake.domain.videos import Creation, CreationMode, VideoDetails, VideoStatus
from retake.ports.jobs import JobRepository
from retake.ports.system import Clock
from retake.ports.videos import CreationRepository
from retake.ports.workflows import WorkflowEngine
from retake.services.batches.finish_batch import end_unstarted_batch
from retake.services.commits import change_job
from retake.services.videos.generate_again import GenerateAgain


@dataclass(frozen=True)
class RetryRequest:
    """Which video to make again; ``retry_id`` is derived from the idempotency key."""

    retry_id: str
    user_id: str
    request_hash: str
    video_id: str


class RetryVideo:
    """Start another generation of a video; a repeat of the request changes nothing."""

    def __init__(
        self,
        *,
        jobs: JobRepository,
        creations: CreationRepository,
        workflow: WorkflowEngine,
        clock: Clock,
        again: GenerateAgain,
    ) -> None:
        self._jobs = jobs
        self._creations = creations
        self._workflow = workflow
        self._clock = clock
        self._again = again

    def __call__(self, request: RetryRequest) -> Job:
        """Return the video, ``processing`` again.

        Raises:
            ConflictError: If it is not one that failed or was cancelled.
            InvalidRequestError: If its model is no more.
            StorageBudgetExceededError, SpendLimitError: If the user may add nothing now.
            WorkflowUnavailableError: The workflow refused to start; the video is failed again.
        """
        creation = self._creations.find_creation(request.retry_id)
        if creation is None:
            creation = self._accept(request)
        elif creation.request_hash != request.request_hash:
            raise InvalidRequestError("This Idempotency-Key was used for another request; use a new one.")
        job = self._jobs.get_job(request.video_id)
        if job.active_batch_id == request.retry_id:
            self._start(creation, job)
        return self._jobs.get_job(request.video_id)

    def _accept(self, request: RetryRequest) -> Creation:
        self._again.require_budget(request.user_id)

        def decide(job: Job) -> tuple[Change | None, None]:
            if job.video is None:
                raise ConflictError("This is no video; regenerate its clips instead.")
            if job.video.batch_id == request.retry_id:  # the same request died, or runs, a step further
                return None, None
            if job.video.status not in {VideoStatus.FAILED, VideoStatus.CANCELLED} or job.active_batch_id:
                raise ConflictError(_why_not(job.video))
            return self._again.plan(job, request.retry_id, request_hash=request.request_hash), None

        job, _ = change_job(self._jobs, self._clock, request.video_id, decide)
        return self._again.record(
            job, request.retry_id, mode=CreationMode.RETRY, request_hash=request.request_hash
        )

    def _start(self, creation: Creation, job: Job) -> None:
        try:
            self._again.start(creation)
        except WorkflowUnavailableError as error:
            end_unstarted_batch(
                self._jobs.get_batch(job.job_id, creation.creation_id),
                reason=error.detail,
                jobs=self._jobs,
                workflow=self._workflow,
                clock=self._clock,
            )
            raise


def _why_not(video: VideoDetails) -> str:
    why = f"The video is {video.status}; only one that failed or was cancelled is made again."
    if video.doubt is None:
        return f"{why} Nothing was started or charged."
    return (
        f"{why} {video.doubt.awaited} It is known by {video.doubt.until:%H:%M:%S} UTC at the latest. "
        "Nothing was started or charged."
    )
