"""The last step of a new job's preparation: its files are takes, or it failed with reasons."""

from dataclasses import replace

from retake.domain.batch_queue import give_turn, next_batch_of
from retake.domain.changes import Change
from retake.domain.clip_names import clip_name
from retake.domain.preparations import end_preparation, fail_preparation, find_failures
from retake.domain.records.jobs import Job
from retake.ports.jobs import JobRepository
from retake.ports.system import Clock
from retake.ports.workflows import WorkflowEngine
from retake.services.batches.finish_batch import finish_batch, start_active
from retake.services.commits import change_job

NOT_GENERATED = "The job could not be prepared, so nothing was generated or charged."


def finish_preparation(
    job_id: str,
    *,
    recompose_error: str | None,
    jobs: JobRepository,
    workflow: WorkflowEngine,
    clock: Clock,
) -> Job:
    """Decide whether the job is ready, or may generate what it has no files for; a repeat changes nothing.

    Args:
        job_id: The job.
        recompose_error: Why its takes could not be joined, if so.
        jobs: Where jobs are kept.
        workflow: Starts the batch that generates clips.
        clock: The time.
    """

    def decide(job: Job) -> tuple[Change | None, str | None]:
        if not job.awaits_files:
            return None, None
        in_order = [entry.clip for entry in jobs.list_takes(job_id, job.clip_ids)]
        reasons = find_failures(in_order)
        if recompose_error and not reasons:
            reasons = (f"the video could not be composed: {recompose_error}",)
        if reasons:
            return None, "; ".join(reasons)
        job = replace(job, lease_until=None)
        first = next_batch_of(job)
        if first is not None:
            job, started = give_turn(job, jobs.get_batch(job_id, first), now=clock.now())
            return Change(job, (started,)), None
        # Only one whose generation was cancelled before it began can have nothing now.
        given_up = (
            f"{clip_name(index, clip.title)}: {clip.failure}"
            for index, clip in enumerate(in_order)
            if clip.failure
        )
        settled, told = end_preparation(job, reason="; ".join(given_up))
        return Change(settled, events=told), None

    job, failure = change_job(jobs, clock, job_id, decide)
    if failure is not None:
        return fail_job_preparation(job_id, failure, jobs=jobs, workflow=workflow, clock=clock)
    start_active(job, jobs=jobs, workflow=workflow)
    return job


def fail_job_preparation(
    job_id: str, reason: str, *, jobs: JobRepository, workflow: WorkflowEngine, clock: Clock
) -> Job:
    """Fail a job that cannot be prepared; the batch that was to generate clips ends first, uncharged."""
    for batch_id in jobs.get_job(job_id).waiting_batch_ids:
        finish_batch(
            job_id,
            batch_id,
            recompose_error=None,
            jobs=jobs,
            workflow=workflow,
            clock=clock,
            reason=NOT_GENERATED,
        )

    def decide(job: Job) -> tuple[Change | None, None]:
        if not job.awaits_files:
            return None, None
        failed, told = fail_preparation(job, reason=reason)
        return Change(failed, events=told), None

    return change_job(jobs, clock, job_id, decide)[0]
