"""Read the status of a job at its provider; each poll sends the next message, delayed."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

from retake.domain.batches import charge_doubt
from retake.domain.errors import (
    ClipError,
    GenerationFailedError,
    GenerationUnfinishedError,
    NotFoundError,
    ProviderThrottledError,
    ProviderUnavailableError,
    ResultRefusedError,
    SubmissionUnknownError,
)
from retake.domain.events.base import JobEvent
from retake.domain.generation_retries import deadline_s, pause_before_retry_s, retry_generation
from retake.domain.looks import next_look_s
from retake.domain.records.batches import Regeneration
from retake.domain.statuses import JobStatus, RegenerationStatus
from retake.ports.providers import ProviderJob, ProviderJobStatus
from retake.prefixes import Prefix
from retake.services.context import Context
from retake.services.generation.claims import (
    CANCELLED,
    Claim,
    Update,
    end_clip,
    hand_over_result,
    has_lease,
    provider_of,
    read_claim,
    update_regeneration,
)

FETCH_DELAYS_S = (2, 4, 8, 16, 30, 30)
"""Seconds between tries to fetch a finished result: some two minutes in all, with the tries themselves."""

UNFETCHED = "The provider finished, but its result could not be fetched."
FETCHED_AGAIN = "A retry fetches it again, without paying for it again."


class PollOutcome(StrEnum):
    """What a look led to."""

    DROPPED = "dropped"
    CANCELLED = "cancelled"
    RUNNING = "running"
    RETRYING = "retrying"
    DONE = "done"
    DONE_LATE = "done late"
    FAILED = "failed"


def poll_generation(job_id: str, regeneration_id: str, poll_seq: int, ctx: Context) -> PollOutcome:
    """Work on one message; one behind the regeneration's ``poll_seq`` is dropped.

    Raises:
        TransientError: The message should be delivered again.
    """
    try:
        claim = read_claim(ctx.jobs.get_job(job_id), regeneration_id, ctx)
    except NotFoundError:  # the job was deleted
        return PollOutcome.DROPPED
    regeneration = claim.regeneration
    if _is_retried_by(regeneration, poll_seq):  # the worker that noted that may have died before it asked
        return _ask_again(regeneration, ctx)
    is_over = poll_seq <= regeneration.poll_seq or regeneration.version_number is not None
    is_over = is_over or regeneration.result_refused or claim.is_handed_on
    if is_over or regeneration.provider_job_id is None:
        return PollOutcome.DROPPED
    if regeneration.result_key is not None:
        return _answer_done(regeneration, ctx)
    if claim.is_unwanted and not regeneration.status.is_terminal:
        return _cancel(claim, regeneration.provider_job_id, poll_seq, ctx)
    return _look(claim, regeneration.provider_job_id, poll_seq, ctx)


def _cancel(claim: Claim, provider_job_id: str, poll_seq: int, ctx: Context) -> PollOutcome:
    """Stop the job at the provider; what is finished there is paid for, and becomes a take."""
    regeneration = claim.regeneration
    provider = provider_of(regeneration, ctx)
    if claim.job.status is not JobStatus.DELETING:
        with suppress(ProviderThrottledError, ProviderUnavailableError):
            seen = provider.poll(provider_job_id)
            if seen.status is ProviderJobStatus.SUCCEEDED:
                return _fetch(regeneration, seen, poll_seq, ctx)
    provider.cancel(provider_job_id)
    _fail(regeneration, CANCELLED, ctx)
    return PollOutcome.CANCELLED


def _look(claim: Claim, provider_job_id: str, poll_seq: int, ctx: Context) -> PollOutcome:
    regeneration = claim.regeneration
    try:
        seen = provider_of(regeneration, ctx).poll(provider_job_id)
    except (ProviderThrottledError, ProviderUnavailableError):
        # A status that cannot be fetched says nothing of the job: ask again until the deadline.
        return _go_on(claim, None, poll_seq, ctx)
    if seen.status is ProviderJobStatus.SUCCEEDED:
        return _fetch(regeneration, seen, poll_seq, ctx)
    if seen.status is ProviderJobStatus.FAILED:
        return _failed(regeneration, seen, poll_seq, ctx)
    if seen.status is ProviderJobStatus.CANCELLED:
        _fail(regeneration, CANCELLED, ctx)
        return PollOutcome.CANCELLED
    return _go_on(claim, seen, poll_seq, ctx)


def _fetch(regeneration: Regeneration, seen: ProviderJob, poll_seq: int, ctx: Context) -> PollOutcome:
    """Keep the result; what cannot be had for a while is asked for again, a few times."""
    try:
        return _keep_result(regeneration, seen, ctx)
    except ResultRefusedError as error:
        _fail(regeneration, error, ctx)
        return PollOutcome.FAILED
    except (ProviderThrottledError, ProviderUnavailableError) as error:
        if regeneration.fetch_failures >= len(FETCH_DELAYS_S):
            _fail(regeneration, GenerationUnfinishedError(f"{UNFETCHED} {error} {FETCHED_AGAIN}"), ctx)
            return PollOutcome.FAILED
    delay_s = FETCH_DELAYS_S[regeneration.fetch_failures]

    def failed(found: Regeneration) -> Regeneration:
        return replace(found, fetch_failures=found.fetch_failures + 1)

    _look_again(regeneration, poll_seq, ctx, delay_s=delay_s, after=failed)
    return PollOutcome.RUNNING


def _failed(regeneration: Regeneration, seen: ProviderJob, poll_seq: int, ctx: Context) -> PollOutcome:
    """End the clip, or ask for it again where that certainly costs nothing."""
    reason = seen.error or "The provider gave no reason."
    if seen.is_transient and ctx.catalogue.has_free_failures(regeneration.model):

        def retried(claim: Claim) -> tuple[Regeneration | None, tuple[JobEvent, ...]]:
            found = claim.regeneration
            is_awaited = not claim.is_unwanted and claim.batch.settling_since is None
            if not is_awaited or found.provider_job_id != seen.provider_job_id:
                return None, ()
            limit, now = ctx.limits.generation_retries, ctx.clock.now()
            decided = retry_generation(found, reason=reason, limit=limit, now=now)
            return (None, ()) if decided is None else (replace(decided[0], poll_seq=poll_seq), (decided[1],))

        after = _update(regeneration, retried, ctx).regeneration
        if _is_retried_by(after, poll_seq):
            return _ask_again(after, ctx)
    _fail(regeneration, GenerationFailedError(reason), ctx)
    return PollOutcome.FAILED


def _ask_again(regeneration: Regeneration, ctx: Context) -> PollOutcome:
    # The step of the workflow waits on with its token; a second message is found out by the claim.
    if regeneration.task_token is not None:
        ctx.queue.send_submit(
            regeneration,
            token=regeneration.task_token,
            delay_s=pause_before_retry_s(regeneration),
        )
    return PollOutcome.RETRYING


def _go_on(claim: Claim, seen: ProviderJob | None, poll_seq: int, ctx: Context) -> PollOutcome:
    """Look again later; at the deadline the clip fails.

    Args:
        claim: The generation.
        seen: Its job, which runs; None where its status is not known.
        poll_seq: The message's number.
        ctx: The ports.
    """
    regeneration = claim.regeneration
    if regeneration.deadline_at is not None and regeneration.deadline_at <= ctx.clock.now():
        _stop_polling(regeneration, ctx, is_known=seen is not None)
        return PollOutcome.FAILED

    def advanced(found: Regeneration) -> Regeneration:
        if seen is None or found.status.is_terminal:
            return found
        return replace(found, status=RegenerationStatus.GENERATING, progress=seen.progress)

    delay_s = next_look_s(regeneration, number=poll_seq, now=ctx.clock.now())
    if seen is not None and _is_common(claim, ctx):
        _send_next(regeneration, poll_seq, ctx, delay_s=delay_s)
        job_id, regeneration_id = regeneration.job_id, regeneration.regeneration_id
        ctx.jobs.note_look(job_id, regeneration_id, poll_seq=poll_seq, progress=seen.progress)
    else:
        _look_again(regeneration, poll_seq, ctx, delay_s=delay_s, after=advanced)
    return PollOutcome.RUNNING


def _is_common(claim: Claim, ctx: Context) -> bool:
    """Whether nothing but the progress can change by a look, as by nearly all of them."""
    # A video says its progress itself, in its job's record.
    is_known = claim.regeneration.status is RegenerationStatus.GENERATING and claim.job.video is None
    return is_known and has_lease(claim.batch, ctx.limits, ctx.clock.now())


def _stop_polling(regeneration: Regeneration, ctx: Context, *, is_known: bool) -> None:
    if regeneration.provider_job_id is not None:
        # A provider that does not answer now may go on: a retry asks it about this job first.
        with suppress(ProviderThrottledError, ProviderUnavailableError):
            provider_of(regeneration, ctx).cancel(regeneration.provider_job_id)
    minutes = deadline_s(regeneration, ctx.limits) / 60
    if is_known:
        reason = f"The provider did not finish within {minutes:g} minutes, so the clip was stopped."
        _fail(regeneration, GenerationUnfinishedError(reason), ctx)
        return
    doubt = charge_doubt(regeneration)
    reason = (
        f"The provider did not say within {minutes:g} minutes how the clip is{doubt}. "
        "A retry asks it about the same job first."
    )
    _fail(regeneration, SubmissionUnknownError(reason), ctx)


def _look_again(
    regeneration: Regeneration,
    poll_seq: int,
    ctx: Context,
    *,
    delay_s: int,
    after: Callable[[Regeneration], Regeneration],
) -> None:
    _send_next(regeneration, poll_seq, ctx, delay_s=delay_s)

    def advanced(claim: Claim) -> tuple[Regeneration | None, tuple[JobEvent, ...]]:
        if claim.regeneration.poll_seq >= poll_seq:
            return None, ()
        return replace(after(claim.regeneration), poll_seq=poll_seq), ()

    _update(regeneration, advanced, ctx)


def _send_next(regeneration: Regeneration, poll_seq: int, ctx: Context, *, delay_s: int) -> None:
    if regeneration.task_token is not None:
        ctx.callbacks.heartbeat(regeneration.task_token)
    # Sent before the sequence is advanced: a crash between the two repeats this look, never ends it.
    ctx.queue.send_poll(regeneration, poll_seq=poll_seq + 1, delay_s=delay_s)


def _keep_result(regeneration: Regeneration, seen: ProviderJob, ctx: Context) -> PollOutcome:
    """Copy the result to our store before its event is written: provider URLs expire."""
    key = f"{Prefix.PROVIDER}results/{regeneration.regeneration_id}.mp4"
    with TemporaryDirectory() as directory:
        path = Path(directory) / "result.mp4"
        provider_of(regeneration, ctx).fetch(seen.provider_job_id, path)
        ctx.objects.upload(path, key, content_type="video/mp4")

    def kept(claim: Claim) -> tuple[Regeneration | None, tuple[JobEvent, ...]]:
        if claim.regeneration.result_key is not None:
            return None, ()
        status = (
            claim.regeneration.status
            if claim.regeneration.status.is_terminal
            else RegenerationStatus.INGESTING
        )
        after = replace(
            claim.regeneration, status=status, result_key=key, progress=100, provider_cost=seen.cost
        )
        return after, ()

    return _answer_done(_update(regeneration, kept, ctx).regeneration, ctx)


def _answer_done(regeneration: Regeneration, ctx: Context) -> PollOutcome:
    awaited = hand_over_result(regeneration, ctx)
    return PollOutcome.DONE if awaited else PollOutcome.DONE_LATE


def _fail(regeneration: Regeneration, error: ClipError, ctx: Context) -> None:
    end_clip(regeneration, error, ctx, token=regeneration.task_token)


def _update(regeneration: Regeneration, update: Update, ctx: Context) -> Claim:
    return update_regeneration(regeneration.job_id, regeneration.regeneration_id, update, ctx)


def _is_retried_by(regeneration: Regeneration, poll_seq: int) -> bool:
    """Whether this very look decided that it is asked for again, and no worker has since."""
    return bool(regeneration.failures) and regeneration.poll_seq == poll_seq and regeneration.is_unsubmitted
