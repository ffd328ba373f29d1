"""Start the execution that makes takes of a new job's files."""

from retake.domain.records.jobs import Job
from retake.ports.jobs import JobRepository
from retake.ports.workflows import WorkflowEngine


def start_preparation(job: Job, *, jobs: JobRepository, workflow: WorkflowEngine) -> None:
    """Start it; starting one that runs or ran is no error.

    It leaves clips alone that are generated: their batch begins when it ends.

    Raises:
        WorkflowUnavailableError: If it certainly was not started.
    """
    clips = {entry.clip.clip_id: entry.clip for entry in jobs.list_clips(job.job_id)}
    of_files = [clip_id for clip_id in job.clip_ids if not clips[clip_id].is_generated]
    workflow.start_preparation(job.job_id, of_files)
