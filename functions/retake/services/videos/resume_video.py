"""Go on with a paused video: another generation, as a retry is, started once however often it is asked."""

from collections.abc import Callable
from contextlib import suppress

from retake.domain.changes import Change
from retake.domain.errors import ConflictError, WorkflowUnavailableError
from retake.domain.limits import Limits
from retake.domain.records.jobs import Job
from retake.domain.videos import Creation, CreationMode, VideoStatus, resume_id_of
from retake.ports.jobs import JobRepository
from retake.ports.requests import GenerationTimes
from retake.ports.system import Clock, Ids
from retake.ports.usage import UsageRepository
from retake.ports.videos import CreationRepository
from retake.ports.workflows import WorkflowEngine
from retake.services.commits import change_job
from retake.services.usage.require_budget import require_budget
from retake.services.videos.generate_again import generate_again
from retake.services.videos.pause_video import require_video
from retake.services.videos.plan_videos import Offer
from retake.services.videos.start_creation import start_creation


class ResumeVideo:
    """Resume videos; the ids derive from what was paused, so that a repeat finds what the first made."""

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

    def __call__(self, video_id: str) -> Job:
        """Return the video, no longer paused; one that is being made already is no error.

        Raises:
            ConflictError: If it has ended.
            InvalidRequestError: If its model is no more; it stays paused.
            StorageBudgetExceededError, SpendLimitError: If the user may add nothing now; it stays paused.
        """
        job = self._jobs.get_job(video_id)
        video = require_video(job)
        if video.status is not VideoStatus.PROCESSING:
            raise ConflictError(f"The video is {video.status}; only a paused one is resumed.")
        if video.paused_at is None:
            return job
        require_budget(job.user_id, usage=self._usage, limits=self._limits)
        creation = self._create(job, resume_id_of(video_id, video.batch_id))

        def decide(job: Job) -> tuple[Change | None, None]:
            now = require_video(job)
            if now.paused_at is None or now.batch_id != video.batch_id:  # somebody else was faster
                return None, None
            return self._generate(job, creation.creation_id), None

        job, _ = change_job(self._jobs, self._clock, video_id, decide)
        if job.active_batch_id == creation.creation_id:
            # Should it not start now, the batch's lease makes the reconciliation start it.
            with suppress(WorkflowUnavailableError):
                start_creation(creation, workflow=self._workflow, limits=self._limits)
        return self._jobs.get_job(video_id)

    def _create(self, job: Job, resume_id: str) -> Creation:
        """Write what the execution is started for, first: the reconciliation needs it, should we die."""
        video = self._generate(job, resume_id).job.video  # refused before anything is written
        creation = Creation(
            creation_id=resume_id,
            user_id=job.user_id,
            mode=CreationMode.RESUME,
            video_ids=(job.job_id,),
            request_hash=resume_id,
            created_at=self._clock.now(),
            project_id=None if video is None else video.project_id,
            estimated_cost=None if video is None else video.estimated_cost,
        )
        return self._creations.create_creation(creation)

    def _generate(self, job: Job, resume_id: str) -> Change:
        return generate_again(
            job,
            resume_id,
            request_hash=resume_id,
            offer=self._offer(),
            jobs=self._jobs,
            usage=self._usage,
            times=self._times,
            ids=self._ids,
            now=self._clock.now(),
        )
