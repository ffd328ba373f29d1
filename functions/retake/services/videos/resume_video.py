"""Go on with a paused video: another generation, as a retry is, started once however often it is asked."""

from contextlib import suppress

from retake.domain.changes import Change
from retake.domain.errors import ConflictError, WorkflowUnavailableError
from retake.domain.records.jobs import Job
from retake.domain.videos import Creation, CreationMode, resume_id_of
from retake.ports.jobs import JobRepository
from retake.ports.system import Clock
from retake.services.commits import change_job
from retake.services.videos.generate_again import GenerateAgain
from retake.services.videos.pause_video import require_video


class ResumeVideo:
    """Resume videos; the ids derive from what was paused, so that a repeat finds what the first made."""

    def __init__(self, *, jobs: JobRepository, clock: Clock, again: GenerateAgain) -> None:
        self._jobs = jobs
        self._clock = clock
        self._again = again

    def __call__(self, video_id: str) -> Job:
        """Return the video, no longer paused; one that is being made already is no error.

        Raises:
            ConflictError: If it has ended.
            InvalidRequestError: If its model is no more; it stays paused.
            StorageBudgetExceededError, SpendLimitError: If the user may add nothing now; it stays paused.
        """
        job = self._jobs.get_job(video_id)
        video = require_video(job)
        if not video.status.is_open:
            raise ConflictError(f"The video is {video.status}; only a paused one is resumed.")
        if video.paused_at is None:
            return job
        self._again.require_budget(job.user_id)
        creation = self._create(job, resume_id_of(video_id, video.batch_id))

        def decide(job: Job) -> tuple[Change | None, None]:
            now = require_video(job)
            if now.paused_at is None or now.batch_id != video.batch_id:  # somebody else was faster
                return None, None
            return self._plan(job, creation.creation_id), None

        job, _ = change_job(self._jobs, self._clock, video_id, decide)
        if job.active_batch_id == creation.creation_id:
            # Should it not start now, the batch's lease makes the reconciliation start it.
            with suppress(WorkflowUnavailableError):
                self._again.start(creation)
        return self._jobs.get_job(video_id)

    def _create(self, job: Job, resume_id: str) -> Creation:
        """Write what the execution is started for, first: the reconciliation needs it, should we die."""
        planned = self._plan(job, resume_id)  # refused before anything is written
        return self._again.record(planned.job, resume_id, mode=CreationMode.RESUME, request_hash=resume_id)

    def _plan(self, job: Job, resume_id: str) -> Change:
        return self._again.plan(job, resume_id, request_hash=resume_id)
