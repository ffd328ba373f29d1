"""Start the execution that makes takes of a new job's files."""

from retake.domain.records.jobs import Job
from retake.services.context import Context


def start_preparation(job: Job, ctx: Context) -> None:
    """Start it; starting one that runs or ran is no error.

    It leaves clips alone that are generated: their batch begins when it ends.

    Raises:
        WorkflowUnavailableError: If it certainly was not started.
    """
    clips = (entry.clip for entry in ctx.jobs.list_takes(job.job_id, job.clip_ids))
    of_files = [clip.clip_id for clip in clips if not clip.is_generated]
    ctx.workflow.start_preparation(job.job_id, of_files)
