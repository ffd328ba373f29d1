"""Submit a regeneration to the provider: claimed first, so that it is paid at most once."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from retake.domain.batches import charge_doubt, doubt_regeneration, event_fields
from retake.domain.changes import EventDraft
from retake.domain.doubts import without_adoption
from retake.domain.errors import (
    AmbiguousSubmissionError,
    ClipError,
    GenerationFailedError,
    NotFoundError,
    ProviderRejectedError,
    ProviderThrottledError,
    ProviderUnavailableError,
    SourceTakeGoneError,
    SubmissionUnknownError,
)
from retake.domain.limits import Limits
from retake.domain.records.batches import Regeneration
from retake.domain.statuses import EventName, RegenerationStatus
from retake.ports.jobs import JobRepository
from retake.ports.providers import (
    PromptRewriter,
    ProviderJob,
    ProviderJobStatus,
    SubmissionRecovery,
    VideoProvider,
    VideoProviders,
)
from retake.ports.system import Clock
from retake.ports.workflows import TaskCallbacks, WorkQueue
from retake.services.generation.adoptions import find_adopted_job, with_usable_adoption
from retake.services.generation.claims import (
    CANCELLED,
    Claim,
    Update,
    deadline_s,
    end_clip,
    update_regeneration,
)
from retake.services.generation.prompting import Rewrite, build_request, resolve_prompt
from retake.services.generation.submission_steps import NextStep, decide_step

LONGEST_BACKOFF_S = 60

_OVER = frozenset({ProviderJobStatus.FAILED, ProviderJobStatus.CANCELLED})

UNREACHED = GenerationFailedError("The provider could not be reached in time.")


class SubmitGeneration:
    """Carry out submit messages. All state is on the regeneration; the message carries ids only."""

    def __init__(
        self,
        *,
        jobs: JobRepository,
        providers: VideoProviders,
        prompts: PromptRewriter,
        callbacks: TaskCallbacks,
        queue: WorkQueue,
        clock: Clock,
        limits: Limits,
    ) -> None:
        self._jobs = jobs
        self._providers = providers
        self._prompts = prompts
        self._callbacks = callbacks
        self._queue = queue
        self._clock = clock
        self._limits = limits

    def __call__(self, job_id: str, regeneration_id: str, token: str) -> NextStep:
        """Work on one message; a repeated delivery does no harm and costs nothing.

        Raises:
            TransientError: The message should be delivered again.
        """
        step = NextStep.DROP
        # A message that comes late, or again, may carry the token of an attempt that is over.
        is_awaited = self._callbacks.heartbeat(token)
        # A claim that another writer overtakes is decided again; its words are not paid for again.
        rewrite = cache(self._prompts.rewrite)

        def claim_it(claim: Claim) -> tuple[Regeneration | None, tuple[EventDraft, ...]]:
            nonlocal step
            provider = self._provider_of(claim.regeneration)
            step = decide_step(claim, provider=provider, is_awaited=is_awaited, now=self._clock.now())
            kept = token if is_awaited else claim.regeneration.task_token
            return self._claimed(claim, step, kept, rewrite)

        try:
            claim = self._update(job_id, regeneration_id, claim_it)
        except NotFoundError:  # the job was deleted
            return NextStep.DROP
        self._act(step, claim, token)
        return step

    def _claimed(
        self, claim: Claim, step: NextStep, token: str | None, rewrite: Rewrite
    ) -> tuple[Regeneration | None, tuple[EventDraft, ...]]:
        regeneration = replace(claim.regeneration, task_token=token, expires_at=None)
        if step in {NextStep.ADOPT, NextStep.HAND_OVER}:
            return replace(regeneration, attempt=regeneration.attempt + 1), ()
        if step is not NextStep.SUBMIT:
            return None, ()
        now, provider = self._clock.now(), self._provider_of(regeneration)
        first = regeneration.status is RegenerationStatus.QUEUED and regeneration.attempt == 0
        # A claim that was never confirmed or released: whoever made it may have asked.
        answer_lost = regeneration.answer_lost or regeneration.submit_lease_until is not None
        claimed = replace(
            resolve_prompt(with_usable_adoption(regeneration, provider), rewrite, jobs=self._jobs),
            status=RegenerationStatus.SUBMITTING,
            provider=provider.name,
            attempt=regeneration.attempt + 1,
            answer_lost=answer_lost,
            submit_lease_until=now + timedelta(seconds=self._limits.submit_lease_s),
            deadline_at=regeneration.deadline_at
            or now + timedelta(seconds=deadline_s(regeneration, self._limits)),
        )
        if answer_lost:
            return _in_doubt(claimed, now)
        return claimed, ((_regenerating(claimed),) if first else ())

    def _act(self, step: NextStep, claim: Claim, token: str) -> None:
        regeneration = claim.regeneration
        if step in {NextStep.CANCEL, NextStep.GIVE_UP}:
            error = CANCELLED if step is NextStep.CANCEL else UNREACHED
            self._fail(regeneration, token, _told(regeneration, error))
        elif step is NextStep.ADOPT:
            self._poll(regeneration)
        elif step in {NextStep.HAND_OVER, NextStep.ANSWER}:
            self._answer(regeneration, token)
        elif step is NextStep.WAIT:
            self._again(regeneration, token, delay_s=self._limits.submit_lease_s // 4)
        elif step is NextStep.RECOVER:
            self._recover(regeneration, token, final=True)
        elif step is NextStep.FIND:
            self._find_paid(claim, token)
        elif step is NextStep.SUBMIT:
            self._submit(claim, token)

    def _submit(self, claim: Claim, token: str) -> None:
        regeneration = claim.regeneration
        provider = self._provider_of(regeneration)
        try:
            adopted = find_adopted_job(regeneration, provider)
            if adopted is not None and adopted.status in _OVER:
                self._drop_adoption(regeneration)
                self._again(regeneration, token, delay_s=0)
                return
            provider_job = adopted or provider.submit(build_request(claim, jobs=self._jobs))
        except ProviderRejectedError as error:
            self._fail(regeneration, token, error)
        except SourceTakeGoneError as error:
            told = _unknown(regeneration) if regeneration.answer_lost else error
            self._fail(regeneration, token, told)
        except (ProviderThrottledError, ProviderUnavailableError) as error:
            self._release_claim(regeneration, answer_lost=regeneration.answer_lost)
            self._again(regeneration, token, delay_s=_backoff_s(regeneration, error))
        except AmbiguousSubmissionError:
            self._recover(regeneration, token, final=False)
        else:
            self._confirm(regeneration, provider_job)

    def _drop_adoption(self, regeneration: Regeneration) -> None:
        """Forget a submission that came to nothing: the next one has a key, and a seed, of its own."""

        def dropped(claim: Claim) -> tuple[Regeneration | None, tuple[EventDraft, ...]]:
            if claim.regeneration.status.is_terminal or claim.regeneration.adopted is None:
                return None, ()
            after = replace(
                without_adoption(claim.regeneration),
                status=RegenerationStatus.QUEUED,
                submit_lease_until=None,
                answer_lost=False,
            )
            return after, ()

        self._update(regeneration.job_id, regeneration.regeneration_id, dropped)

    def _recover(self, regeneration: Regeneration, token: str, *, final: bool) -> None:
        """Deal with a submission whose answer was lost, without ever repeating it blindly.

        A provider's list may lag behind: until the claim's lease ends (``final``) a submission that
        is not on it is looked for again.
        """
        provider = self._provider_of(regeneration)
        recovery = provider.submission_recovery
        if recovery is SubmissionRecovery.TOKEN and not final:
            self._release_claim(regeneration, answer_lost=True)
            self._again(regeneration, token, delay_s=1)
            return
        found = None
        if recovery is SubmissionRecovery.LOOKUP:
            found = provider.find(regeneration.submission_key)
        if found is not None:
            self._confirm(regeneration, found)
            return
        if recovery is SubmissionRecovery.LOOKUP and not final:
            self._update(regeneration.job_id, regeneration.regeneration_id, self._doubted)
            self._again(regeneration, token, delay_s=self._limits.submit_lease_s // 4)
            return
        self._fail(regeneration, token, _unknown(regeneration))

    def _doubted(self, claim: Claim) -> tuple[Regeneration | None, tuple[EventDraft, ...]]:
        regeneration = claim.regeneration
        if regeneration.status.is_terminal or regeneration.provider_job_id is not None:
            return None, ()
        return _in_doubt(regeneration, self._clock.now())

    def _find_paid(self, claim: Claim, token: str) -> None:
        """Adopt a job that nobody waits for any more, if there is one; nothing is ever bought here."""
        regeneration = claim.regeneration
        found = self._provider_of(regeneration).find(regeneration.submission_key)
        if found is not None:
            self._confirm(regeneration, found)
        if regeneration.status.is_terminal:
            self._answer(regeneration, token)
        elif found is None and claim.is_unwanted:
            self._fail(regeneration, token, _told(regeneration, CANCELLED))

    def _confirm(self, regeneration: Regeneration, provider_job: ProviderJob) -> None:
        def confirmed(claim: Claim) -> tuple[Regeneration | None, tuple[EventDraft, ...]]:
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
                submitted_at=self._clock.now(),
                submit_lease_until=None,
                answer_lost=False,
                progress=provider_job.progress,
            )
            return after, ()

        after = self._update(regeneration.job_id, regeneration.regeneration_id, confirmed)
        # Asked at once: a provider that is done already must not cost a poll delay.
        self._poll(after.regeneration)

    def _release_claim(self, regeneration: Regeneration, *, answer_lost: bool) -> None:
        def released(claim: Claim) -> tuple[Regeneration | None, tuple[EventDraft, ...]]:
            found = claim.regeneration
            if found.status.is_terminal or found.submit_lease_until is None:
                return None, ()
            after = replace(
                found, status=RegenerationStatus.QUEUED, submit_lease_until=None, answer_lost=answer_lost
            )
            return _in_doubt(after, self._clock.now()) if answer_lost else (after, ())

        self._update(regeneration.job_id, regeneration.regeneration_id, released)

    def _provider_of(self, regeneration: Regeneration) -> VideoProvider:
        return self._providers.choose(provider=regeneration.provider, model=regeneration.model)

    def _update(self, job_id: str, regeneration_id: str, update: Update) -> Claim:
        return update_regeneration(
            job_id, regeneration_id, update, jobs=self._jobs, clock=self._clock, limits=self._limits
        )

    def _poll(self, regeneration: Regeneration) -> None:
        self._queue.send_poll(regeneration, poll_seq=regeneration.poll_seq + 1, delay_s=0)

    def _again(self, regeneration: Regeneration, token: str, *, delay_s: int) -> None:
        self._queue.send_submit(regeneration, token=token, delay_s=delay_s)

    def _answer(self, regeneration: Regeneration, token: str) -> None:
        """Tell a step that was tried again how its clip did meanwhile: it would wait in vain."""
        if regeneration.version_number is not None or not regeneration.status.is_terminal:
            self._callbacks.succeed(token, {"regeneration_id": regeneration.regeneration_id})
        else:
            self._fail(regeneration, token, GenerationFailedError(regeneration.error or regeneration.status))

    def _fail(self, regeneration: Regeneration, token: str, error: ClipError) -> None:
        end_clip(
            regeneration, error, token=token, callbacks=self._callbacks, jobs=self._jobs, clock=self._clock
        )


def _in_doubt(regeneration: Regeneration, now: datetime) -> tuple[Regeneration, tuple[EventDraft, ...]]:
    """Put a generation in doubt; told once."""
    doubted, told = doubt_regeneration(regeneration, now=now)
    return doubted, (() if regeneration.doubt is not None else (told,))


def _unknown(regeneration: Regeneration) -> SubmissionUnknownError:
    doubt = charge_doubt(regeneration)
    return SubmissionUnknownError(
        f"The provider did not answer{doubt}; it was not asked again. Retry this clip to ask once more."
    )


def _told(regeneration: Regeneration, error: ClipError) -> ClipError:
    """Return why the clip ends; that it may have been charged is never kept quiet."""
    in_doubt = regeneration.answer_lost or regeneration.submit_lease_until is not None
    return _unknown(regeneration) if in_doubt else error


def _backoff_s(regeneration: Regeneration, error: ProviderThrottledError | ProviderUnavailableError) -> int:
    asked = error.retry_after_s if isinstance(error, ProviderThrottledError) else None
    return min(LONGEST_BACKOFF_S, asked or 2 ** min(regeneration.attempt, 6))


def _regenerating(regeneration: Regeneration) -> EventDraft:
    return EventDraft(
        EventName.CLIP_REGENERATING, {**event_fields(regeneration), "instruction": regeneration.instruction}
    )
