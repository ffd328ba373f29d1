"""Make a video again that failed or was cancelled: another generation with the same words."""

from collections.abc import Callable
from dataclasses import dataclass

from retake.domain.changes import Change
from retake.domain.errors import ConflictError, InvalidRequestError, WorkflowUnavailableError
from retake.domain.limits import Limits
from retake.domain.records.jobs import Job
from retake.domain.videos import Creation, CreationMode, VideoStatus
from retake.ports.jobs import JobRepository
from retake.ports.requests import GenerationTimes
from retake.ports.system import Clock, Ids
from retake.ports.usage import UsageRepository
from retake.ports.videos import CreationRepository
from retake.ports.workflows import WorkflowEngine
from retake.services.batches.finish_batch import end_unstarted_batch
from retake.services.commits import change_job
from retake.services.usage.require_budget import require_budget
from retake.services.videos.generate_again import generate_again
from retake.services.videos.plan_videos import Offer
from retake.services.videos.start_creation import start_creation


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
        usage: UsageRepository,
        workflow: WorkflowEngine,
        times: GenerationTimes,
        offer: Callable[[], Offer],
        clock: Clock,
        ids: Ids,
        limits: Limits,
    ) -> None:
        self._jobs = jobs
        self._creations = creations
        self._usage = usage
        self._workflow = workflow
        self._times = times
        self._offer = offer
        self._clock = clock
        self._ids = ids
        self._limits = limits

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
        require_budget(request.user_id, usage=self._usage, limits=self._limits)
        now = self._clock.now()

        def decide(job: Job) -> tuple[Change | None, None]:
            if job.video is None:
                raise ConflictError("This is no video; regenerate its clips instead.")
            if job.video.batch_id == request.retry_id:  # the same request died, or runs, a step further
                return None, None
            if job.video.status not in {VideoStatus.FAILED, VideoStatus.CANCELLED} or job.active_batch_id:
                raise ConflictError(
                    f"The video is {job.video.status}; only one that failed or was cancelled is made again."
                )
            change = generate_again(
                job,
                request.retry_id,
                request_hash=request.request_hash,
                offer=self._offer(),
                jobs=self._jobs,
                usage=self._usage,
                times=self._times,
                ids=self._ids,
                now=now,
            )
            return change, None

        job, _ = change_job(self._jobs, self._clock, request.video_id, decide)
        return self._creations.create_creation(
            Creation(
                creation_id=request.retry_id,
                user_id=request.user_id,
                mode=CreationMode.RETRY,
                video_ids=(request.video_id,),
                request_hash=request.request_hash,
                created_at=self._clock.now(),
                project_id=None if job.video is None else job.video.project_id,
                estimated_cost=None if job.video is None else job.video.estimated_cost,
            )
        )

    def _start(self, creation: Creation, job: Job) -> None:
        try:
            start_creation(creation, workflow=self._workflow, limits=self._limits)
        except WorkflowUnavailableError as error:
            end_unstarted_batch(
                self._jobs.get_batch(job.job_id, creation.creation_id),
                reason=error.detail,
                jobs=self._jobs,
                workflow=self._workflow,
                clock=self._clock,
            )
            raise
