"""The preparation of a new job, or of added clips: its start, and its last step."""

from dataclasses import replace

from retake.domain.batch_queue import give_turn, next_batch_of
from retake.domain.changes import Change
from retake.domain.clip_names import clip_name
from retake.domain.events.takes import UploadedClipFailed
from retake.domain.preparations import end_preparation, fail_clip, fail_preparation, find_failures
from retake.domain.records.jobs import Job
from retake.domain.records.timeline import Addition
from retake.domain.statuses import ClipStatus, JobStatus
from retake.services.batches.finish_batch import finish_batch, start_active
from retake.services.commits import change_job
from retake.services.context import Context

NOT_GENERATED = "The job could not be prepared, so nothing was generated or charged."


def finish_preparation(job_id: str, ctx: Context, *, recompose_error: str | None) -> Job:
    """Decide whether the job is ready, or may generate what it has no files for; a repeat changes nothing.

    Args:
        job_id: The job.
        recompose_error: Why its takes could not be joined, if so.
        ctx: The ports.
    """
    finish_additions(job_id, ctx)

    def decide(job: Job) -> tuple[Change | None, str | None]:
        if not job.awaits_files:
            return None, None
        in_order = [entry.clip for entry in ctx.jobs.list_takes(job_id, job.clip_ids)]
        reasons = find_failures(in_order)
        if recompose_error and not reasons:
            reasons = (f"the video could not be composed: {recompose_error}",)
        if reasons:
            return None, "; ".join(reasons)
        job = replace(job, lease_until=None)
        first = next_batch_of(job)
        if first is not None:
            job, started = give_turn(job, ctx.jobs.get_batch(job_id, first), now=ctx.clock.now())
            return Change(job, (started,)), None
        # Only one whose generation was cancelled before it began can have nothing now.
        failures = (
            f"{clip_name(index, clip.title)}: {clip.failure}"
            for index, clip in enumerate(in_order)
            if clip.failure
        )
        settled, events = end_preparation(job, reason="; ".join(failures))
        return Change(settled, events=events), None

    job, failure = change_job(job_id, decide, ctx)
    if failure is not None:
        return fail_job_preparation(job_id, failure, ctx)
    start_active(job, ctx)
    return job


def fail_job_preparation(job_id: str, reason: str, ctx: Context) -> Job:
    """Fail a job that cannot be prepared; the batch that was to generate clips ends first, uncharged."""
    for batch_id in ctx.jobs.get_job(job_id).waiting_batch_ids:
        finish_batch(job_id, batch_id, ctx, recompose_error=None, reason=NOT_GENERATED)

    def decide(job: Job) -> tuple[Change | None, None]:
        if not job.awaits_files:
            return None, None
        failed, events = fail_preparation(job, reason=reason)
        return Change(failed, events=events), None

    return change_job(job_id, decide, ctx)[0]


def start_addition(job_id: str, addition: Addition, ctx: Context) -> None:
    """Start the preparation of added clips; starting one that runs or ran is no error.

    Raises:
        WorkflowUnavailableError: If it certainly was not started.
    """
    ctx.workflow.start_preparation(job_id, addition.clip_ids, addition_id=addition.addition_id)


def finish_additions(job_id: str, ctx: Context) -> None:
    """Forget the additions whose clips all have a take, or failed."""

    def decide(job: Job) -> tuple[Change | None, None]:
        ids = [clip_id for addition in job.additions for clip_id in addition.clip_ids]
        clips = ctx.jobs.read_clips(job_id, ids) if ids else ()
        made = {clip.clip_id for clip in clips if clip.status is not ClipStatus.PREPARING}
        left = tuple(addition for addition in job.additions if not made.issuperset(addition.clip_ids))
        return (Change(replace(job, additions=left)) if left != job.additions else None), None

    change_job(job_id, decide, ctx)


def fail_addition(job_id: str, addition_id: str, ctx: Context, *, reason: str) -> None:
    """Fail the clips of an addition that have no take; nothing works on them any more."""

    def decide(job: Job) -> tuple[Change | None, None]:
        addition = next((one for one in job.additions if one.addition_id == addition_id), None)
        if addition is None or job.status is JobStatus.DELETING:
            return None, None
        failed = [
            item
            for clip in ctx.jobs.read_clips(job_id, addition.clip_ids)
            if clip.status is ClipStatus.PREPARING
            for item in fail_clip(clip, reason)
        ]
        events = tuple(
            UploadedClipFailed(
                clip_index=job.clip_ids.index(clip.clip_id), clip_title=clip.title, error=clip.failure
            )
            for clip in failed
        )
        left = tuple(one for one in job.additions if one != addition)
        return Change(replace(job, additions=left), tuple(failed), events=events), None

    change_job(job_id, decide, ctx)


def start_preparation(job: Job, ctx: Context) -> None:
    """Start it; starting one that runs or ran is no error.

    It leaves clips alone that are generated: their batch begins when it ends.

    Raises:
        WorkflowUnavailableError: If it certainly was not started.
    """
    clips = (entry.clip for entry in ctx.jobs.list_takes(job.job_id, job.clip_ids))
    of_files = [clip.clip_id for clip in clips if not clip.is_generated]
    ctx.workflow.start_preparation(job.job_id, of_files)
