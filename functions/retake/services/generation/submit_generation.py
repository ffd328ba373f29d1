"""Submit a regeneration to the provider: claimed first, so that it is paid at most once."""

from dataclasses import replace
from datetime import timedelta
from functools import cache

from retake.domain.batches import take_fields
from retake.domain.doubts import without_adoption
from retake.domain.errors import (
    AmbiguousSubmissionError,
    BatchHeldError,
    ClipError,
    GenerationFailedError,
    NotFoundError,
    ProviderRejectedError,
    ProviderThrottledError,
    ProviderUnavailableError,
    SourceTakeGoneError,
)
from retake.domain.events.base import JobEvent
from retake.domain.events.takes import ClipRegenerating
from retake.domain.generation_retries import deadline_s
from retake.domain.looks import expected_from_s
from retake.domain.records.batches import Regeneration
from retake.domain.statuses import RegenerationStatus
from retake.ports.providers import (
    ProviderJob,
    ProviderJobStatus,
    SubmissionRecovery,
)
from retake.services.context import Context
from retake.services.generation.claims import (
    CANCELLED,
    Claim,
    end_clip,
    provider_of,
    send_poll,
    update_regeneration,
)
from retake.services.generation.prompting import Rewrite, build_request, resolve_prompt
from retake.services.generation.sources import cut_frames, resolve_sources
from retake.services.generation.submission_answers import (
    answer_step,
    backoff_s,
    put_in_doubt,
    reason_of_end,
    unknown_outcome,
)
from retake.services.generation.submission_steps import (
    NextStep,
    decide_step,
    find_adopted_job,
    with_usable_adoption,
)

_OVER = frozenset({ProviderJobStatus.FAILED, ProviderJobStatus.CANCELLED})

HELD = BatchHeldError("Its batch is held; this clip was not started.")

UNREACHED = GenerationFailedError("The provider could not be reached in time.")


def submit_generation(job_id: str, regeneration_id: str, token: str, ctx: Context) -> NextStep:
    """Work on one message; a repeated delivery does no harm and costs nothing.

    Raises:
        TransientError: The message should be delivered again.
    """
    step = NextStep.DROP
    refusal: ClipError | None = None
    # A message that comes late, or again, may carry the token of an attempt that is over.
    is_awaited = ctx.callbacks.heartbeat(token)
    # A claim that another writer overtakes is decided again; its words are not paid for again.
    rewrite = cache(ctx.prompts.rewrite)

    def claim_it(claim: Claim) -> tuple[Regeneration | None, tuple[JobEvent, ...]]:
        nonlocal step, refusal
        provider = provider_of(claim.regeneration, ctx)
        step = decide_step(claim, provider=provider, is_awaited=is_awaited, now=ctx.clock.now())
        kept = token if is_awaited else claim.regeneration.task_token
        if step is NextStep.SUBMIT and claim.regeneration.awaits_sources:
            try:
                sources = resolve_sources(claim.job, claim.regeneration, ctx)
            except SourceTakeGoneError as error:
                step, refusal = NextStep.REFUSE, error
                return None, ()
            step = NextStep.PREPARE
            return replace(claim.regeneration, task_token=kept, made_from=sources), ()
        return _claimed(claim, step, kept, rewrite, ctx)

    try:
        claim = update_regeneration(job_id, regeneration_id, claim_it, ctx)
    except NotFoundError:  # the job was deleted
        return NextStep.DROP
    if step is NextStep.PASS:  # left as it is: only the step that waits for it learns of it
        ctx.callbacks.fail(token, error=type(HELD).__name__, cause=str(HELD))
        return step
    if step is NextStep.PREPARE and (refusal := _prepare(claim.regeneration, ctx)) is None:
        return submit_generation(job_id, regeneration_id, token, ctx)
    if refusal is not None:
        end_clip(claim.regeneration, refusal, ctx, token=token)
        return NextStep.REFUSE
    _act(step, claim, token, ctx)
    return step


def _prepare(regeneration: Regeneration, ctx: Context) -> ClipError | None:
    """Cut the frames that a take is made from, before it is claimed: no lease runs, and nothing is in doubt.

    Returns:
        Why they cannot be cut; None where they are there.
    """
    try:
        cut_frames(regeneration, ctx)
    except ClipError as error:
        return error
    return None


def _claimed(
    claim: Claim, step: NextStep, token: str | None, rewrite: Rewrite, ctx: Context
) -> tuple[Regeneration | None, tuple[JobEvent, ...]]:
    regeneration = replace(claim.regeneration, task_token=token, expires_at=None)
    if step in {NextStep.ADOPT, NextStep.HAND_OVER}:
        return replace(regeneration, attempt=regeneration.attempt + 1), ()
    if step is not NextStep.SUBMIT:
        return None, ()
    now, provider = ctx.clock.now(), provider_of(regeneration, ctx)
    first = regeneration.status is RegenerationStatus.QUEUED and regeneration.attempt == 0
    # A claim that was never confirmed or released: the worker that made it may have asked.
    answer_lost = regeneration.answer_lost or regeneration.submit_lease_until is not None
    claimed = replace(
        resolve_prompt(with_usable_adoption(regeneration, provider), rewrite, ctx),
        status=RegenerationStatus.SUBMITTING,
        provider=provider.name,
        attempt=regeneration.attempt + 1,
        answer_lost=answer_lost,
        submit_lease_until=now + timedelta(seconds=ctx.limits.submit_lease_s),
        deadline_at=regeneration.deadline_at or now + timedelta(seconds=deadline_s(regeneration, ctx.limits)),
    )
    if answer_lost:
        return put_in_doubt(claimed, now)
    return claimed, ((_regenerating(claimed),) if first else ())


def _act(step: NextStep, claim: Claim, token: str, ctx: Context) -> None:
    regeneration = claim.regeneration
    if step in {NextStep.CANCEL, NextStep.ABANDON}:
        error = CANCELLED if step is NextStep.CANCEL else UNREACHED
        end_clip(regeneration, reason_of_end(regeneration, error), ctx, token=token)
    elif step is NextStep.ADOPT:
        send_poll(regeneration, ctx)
    elif step in {NextStep.HAND_OVER, NextStep.ANSWER}:
        answer_step(regeneration, token, ctx)
    elif step is NextStep.WAIT:
        ctx.queue.send_submit(regeneration, token=token, delay_s=ctx.limits.submit_lease_s // 4)
    elif step is NextStep.RECOVER:
        _recover(regeneration, token, ctx, final=True)
    elif step is NextStep.FIND:
        _find_paid(claim, token, ctx)
    elif step is NextStep.SUBMIT:
        _submit(claim, token, ctx)


def _submit(claim: Claim, token: str, ctx: Context) -> None:
    regeneration = claim.regeneration
    provider = provider_of(regeneration, ctx)
    try:
        adopted = find_adopted_job(regeneration, provider)
        if adopted is not None and adopted.status in _OVER:
            _drop_adoption(regeneration, ctx)
            ctx.queue.send_submit(regeneration, token=token, delay_s=0)
            return
        provider_job = adopted or provider.submit(build_request(claim, ctx))
    except ProviderRejectedError as error:
        end_clip(regeneration, error, ctx, token=token)
    except ClipError as error:  # what it is made from is not there any more
        failure = unknown_outcome(regeneration) if regeneration.answer_lost else error
        end_clip(regeneration, failure, ctx, token=token)
    except (ProviderThrottledError, ProviderUnavailableError) as error:
        _release_claim(regeneration, ctx, answer_lost=regeneration.answer_lost)
        ctx.queue.send_submit(regeneration, token=token, delay_s=backoff_s(regeneration, error))
    except AmbiguousSubmissionError:
        _recover(regeneration, token, ctx, final=False)
    else:
        _confirm(regeneration, provider_job, ctx)


def _drop_adoption(regeneration: Regeneration, ctx: Context) -> None:
    """Forget a submission that came to nothing: the next one has a key, and a seed, of its own."""

    def dropped(claim: Claim) -> tuple[Regeneration | None, tuple[JobEvent, ...]]:
        if claim.regeneration.status.is_terminal or claim.regeneration.adopted is None:
            return None, ()
        after = replace(
            without_adoption(claim.regeneration),
            status=RegenerationStatus.QUEUED,
            submit_lease_until=None,
            answer_lost=False,
        )
        return after, ()

    update_regeneration(regeneration.job_id, regeneration.regeneration_id, dropped, ctx)


def _recover(regeneration: Regeneration, token: str, ctx: Context, *, final: bool) -> None:
    """Deal with a submission whose answer was lost, without ever repeating it blindly.

    A provider's list may lag behind: until the claim's lease ends (``final``) a submission that
    is not on it is looked for again.
    """
    provider = provider_of(regeneration, ctx)
    recovery = provider.submission_recovery
    if recovery is SubmissionRecovery.TOKEN and not final:
        _release_claim(regeneration, ctx, answer_lost=True)
        ctx.queue.send_submit(regeneration, token=token, delay_s=1)
        return
    found = None
    if recovery is SubmissionRecovery.LOOKUP:
        found = provider.find(regeneration.submission_key)
    if found is not None:
        _confirm(regeneration, found, ctx)
        return
    if recovery is SubmissionRecovery.LOOKUP and not final:
        update_regeneration(
            regeneration.job_id, regeneration.regeneration_id, lambda claim: _doubted(claim, ctx), ctx
        )
        ctx.queue.send_submit(regeneration, token=token, delay_s=ctx.limits.submit_lease_s // 4)
        return
    end_clip(regeneration, unknown_outcome(regeneration), ctx, token=token)


def _doubted(claim: Claim, ctx: Context) -> tuple[Regeneration | None, tuple[JobEvent, ...]]:
    regeneration = claim.regeneration
    if regeneration.status.is_terminal or regeneration.provider_job_id is not None:
        return None, ()
    return put_in_doubt(regeneration, ctx.clock.now())


def _find_paid(claim: Claim, token: str, ctx: Context) -> None:
    """Adopt a job that no step waits for any more, if there is one; nothing is ever bought here."""
    regeneration = claim.regeneration
    found = provider_of(regeneration, ctx).find(regeneration.submission_key)
    if found is not None:
        _confirm(regeneration, found, ctx)
    if regeneration.status.is_terminal:
        answer_step(regeneration, token, ctx)
    elif found is None and claim.is_unwanted:
        end_clip(regeneration, reason_of_end(regeneration, CANCELLED), ctx, token=token)


def _confirm(regeneration: Regeneration, provider_job: ProviderJob, ctx: Context) -> None:
    expected = expected_from_s(ctx.times.recent_ms(regeneration.model))

    def confirmed(claim: Claim) -> tuple[Regeneration | None, tuple[JobEvent, ...]]:
        if claim.regeneration.provider_job_id is not None:
            return None, ()
        after = replace(
            claim.regeneration,
            status=(
                claim.regeneration.status
                if claim.regeneration.status.is_terminal
                else RegenerationStatus.GENERATING
            ),
            provider_job_id=provider_job.provider_job_id,
            # By our clock, as the end will be: a provider's may be wrong by months.
            submitted_at=ctx.clock.now(),
            expected_from_s=expected,
            submit_lease_until=None,
            answer_lost=False,
            progress=provider_job.progress,
        )
        return after, ()

    after = update_regeneration(regeneration.job_id, regeneration.regeneration_id, confirmed, ctx)
    # Asked at once: a provider that is done already must not cost a poll delay.
    send_poll(after.regeneration, ctx)


def _release_claim(regeneration: Regeneration, ctx: Context, *, answer_lost: bool) -> None:
    def released(claim: Claim) -> tuple[Regeneration | None, tuple[JobEvent, ...]]:
        found = claim.regeneration
        is_ours = found.attempt == regeneration.attempt  # where the lease was too short, it is another's
        if found.status.is_terminal or found.submit_lease_until is None or not is_ours:
            return None, ()
        after = replace(
            found, status=RegenerationStatus.QUEUED, submit_lease_until=None, answer_lost=answer_lost
        )
        return put_in_doubt(after, ctx.clock.now()) if answer_lost else (after, ())

    update_regeneration(regeneration.job_id, regeneration.regeneration_id, released, ctx)


def _regenerating(regeneration: Regeneration) -> JobEvent:
    return ClipRegenerating(**take_fields(regeneration), instruction=regeneration.instruction)
