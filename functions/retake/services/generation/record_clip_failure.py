"""Record a clip that failed: a step of the workflow, after which the batch continues."""

from dataclasses import dataclass, replace

from retake.domain.batches import abandon_regeneration, doubt_regeneration, fail_regeneration
from retake.domain.changes import Change
from retake.domain.doubts import may_be_paid
from retake.domain.errors import (
    BatchHeldError,
    ClipCancelledError,
    GenerationFailedError,
    GenerationUnfinishedError,
    MediaToolError,
    ObjectDamagedError,
    ProviderRejectedError,
    ResultRefusedError,
    SourceTakeGoneError,
    SubmissionUnknownError,
    UnreadableMediaError,
)
from retake.domain.events.takes import UploadedClipFailed
from retake.domain.held_batches import counts_as_failure, hold_batch, last_in_a_row
from retake.domain.preparations import fail_clip, has_clips_to_fail
from retake.domain.reasons import STEP_REASON_BYTES, shorten
from retake.domain.records.batches import Regeneration
from retake.domain.records.jobs import Job
from retake.domain.statuses import ClipStatus, JobStatus, RegenerationStatus
from retake.services.commits import change_job
from retake.services.context import Context

STATUS_BY_ERROR = {
    ClipCancelledError.__name__: RegenerationStatus.CANCELLED,
    SubmissionUnknownError.__name__: RegenerationStatus.SUBMISSION_UNKNOWN,
}

REFUSED_RESULTS = {ResultRefusedError.__name__, UnreadableMediaError.__name__, MediaToolError.__name__}
"""Errors that say that a result can never be used: a retry has another one made.

A tool that fails may have been ended by its machine: the first retry tries the same result once more."""

REPORTED_ERRORS = {
    *STATUS_BY_ERROR,
    *REFUSED_RESULTS,
    ProviderRejectedError.__name__,
    GenerationFailedError.__name__,
    GenerationUnfinishedError.__name__,
    SourceTakeGoneError.__name__,
    ObjectDamagedError.__name__,
}
"""Errors with which a worker says how a clip ended; any other says nothing of it."""

READABLE = {
    "States.Timeout": "The provider did not finish in time.",
    "States.HeartbeatTimeout": "The worker went silent, also when it was tried again.",
}


@dataclass(frozen=True)
class ClipOutcome:
    """How a clip ended, for the workflow.

    Attributes:
        reason: Short: the outcomes of all clips are one state of the execution.
    """

    status: str
    clip_index: int
    version_number: int | None = None
    reason: str | None = None


def record_clip_failure(
    job_id: str, regeneration_id: str, ctx: Context, *, error: str, cause: str, only_settling: bool = False
) -> ClipOutcome:
    """End a regeneration with a reason; one that has ended keeps how it ended.

    One that may have been paid for, and whose end is not known, is put in doubt instead. Where it is one of
    several in a row that failed alike, its batch is held; what a held batch passes over stays as it is.

    Args:
        job_id: The job.
        regeneration_id: The regeneration.
        error: The error's name, as the workflow caught it.
        cause: Its sentence.
        only_settling: Leave it to the execution of its batch, where it has one.
        ctx: The ports.
    """
    status = STATUS_BY_ERROR.get(error, RegenerationStatus.FAILED)
    reason = READABLE.get(error) or cause or error

    def decide(job: Job) -> tuple[Change | None, Regeneration]:
        regeneration = ctx.jobs.get_regeneration(job_id, regeneration_id)
        is_passed_over = error == BatchHeldError.__name__ or (
            only_settling and not _is_settling(regeneration, ctx)
        )
        if regeneration.status.is_terminal or is_passed_over or not _is_named(regeneration, ctx):
            return None, regeneration
        if (
            error not in REPORTED_ERRORS
            and may_be_paid(regeneration)
            and job.status is not JobStatus.DELETING
        ):
            doubted, doubt = doubt_regeneration(regeneration, now=ctx.clock.now())
            return Change(job, (doubted,), events=(doubt,)), doubted
        end = fail_regeneration if error in REPORTED_ERRORS else abandon_regeneration
        ended, event = end(regeneration, status=status, reason=reason, now=ctx.clock.now())
        is_kept = error == GenerationUnfinishedError.__name__ or _is_tried_again(regeneration, error)
        ended = replace(
            ended,
            result_refused=error in REFUSED_RESULTS and not is_kept,
            is_unfinished=ended.is_unfinished or is_kept,
            ended_by=error,
        )
        clip = ctx.jobs.get_take(job_id, regeneration.clip_id, None).clip if has_clips_to_fail(job) else None
        failed = () if clip is None else fail_clip(clip, ended.error)
        change = Change(job, (ended, *failed), events=(event,))
        return _holding(change, ended, ctx), ended

    _, ended = change_job(job_id, decide, ctx)
    return clip_outcome(ended)


def _holding(change: Change, ended: Regeneration, ctx: Context) -> Change:
    """Return the change of a failure with its batch held, where it is one of several in a row."""
    if not counts_as_failure(ended):
        return change
    batch = ctx.jobs.get_batch(ended.job_id, ended.batch_id)
    before = last_in_a_row(batch, ended.regeneration_id)[:-1]
    earlier = [ctx.jobs.get_regeneration(ended.job_id, item) for item in before]
    held = hold_batch(batch, (*earlier, ended), now=ctx.clock.now())
    if held is None:
        return change
    return replace(change, puts=(*change.puts, held[0]), events=(*change.events, held[1]))


def clip_outcome(regeneration: Regeneration) -> ClipOutcome:
    """Return what the workflow learns of how a take ended."""
    return ClipOutcome(
        regeneration.status.value,
        regeneration.clip_index,
        regeneration.version_number,
        _step_reason(regeneration.error),
    )


def _step_reason(reason: str | None) -> str | None:
    return None if reason is None else shorten(reason, STEP_REASON_BYTES)


def _is_tried_again(regeneration: Regeneration, error: str) -> bool:
    """Whether its retry makes a take of the same result: our tool failed at it, for the first time."""
    is_here = regeneration.result_key is not None and regeneration.adopted is None
    return is_here and error == MediaToolError.__name__


def _is_named(regeneration: Regeneration, ctx: Context) -> bool:
    """Whether its batch names it still: another model may have taken its place."""
    batch = ctx.jobs.get_batch(regeneration.job_id, regeneration.batch_id)
    return regeneration.regeneration_id in batch.regeneration_ids


def _is_settling(regeneration: Regeneration, ctx: Context) -> bool:
    return ctx.jobs.get_batch(regeneration.job_id, regeneration.batch_id).settling_since is not None


def record_preparation_failure(job_id: str, clip_id: str, ctx: Context, *, cause: str) -> ClipOutcome:
    """Note that a clip of a new job could not be prepared."""

    def decide(job: Job) -> tuple[Change | None, ClipOutcome]:
        clip = ctx.jobs.get_take(job_id, clip_id, None).clip
        index = job.clip_ids.index(clip_id)
        failed = fail_clip(clip, cause) if clip.status is ClipStatus.PREPARING else ()
        reason = next((item.failure for item in failed), clip.failure)
        outcome = ClipOutcome("failed", index, reason=_step_reason(reason))
        if not failed:
            return None, outcome
        event = UploadedClipFailed(clip_index=index, clip_title=clip.title, error=reason)
        return Change(job, failed, events=(event,)), outcome

    return change_job(job_id, decide, ctx)[1]
