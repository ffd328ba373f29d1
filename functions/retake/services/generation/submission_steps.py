"""What a submit message leads to, and the submission that a retry takes over from an earlier generation."""

from datetime import datetime
from enum import StrEnum

from retake.domain.doubts import may_be_paid, without_adoption
from retake.domain.records.batches import Regeneration
from retake.domain.statuses import RegenerationStatus
from retake.ports.providers import ProviderJob, SubmissionRecovery, VideoProvider
from retake.services.generation.claims import Claim


class NextStep(StrEnum):
    """What is to be done about a submit message."""

    DROP = "drop"
    ANSWER = "answer"
    CANCEL = "cancel"
    ADOPT = "adopt"
    HAND_OVER = "hand over"
    WAIT = "wait"
    RECOVER = "recover"
    FIND = "find"
    PASS = "pass over"  # noqa: S105 - its batch is held
    PREPARE = "prepare"
    REFUSE = "refuse"
    SUBMIT = "submit"
    ABANDON = "abandon"


def decide_step(claim: Claim, *, provider: VideoProvider, is_awaited: bool, now: datetime) -> NextStep:
    """Decide what to do about a submit message; it may be late, or come again.

    Args:
        claim: The regeneration as it is.
        provider: Only asked how a lost submission is recovered.
        is_awaited: Whether a step of the workflow still waits for the message's token.
        now: The moment.
    """
    regeneration, lease = claim.regeneration, claim.regeneration.submit_lease_until
    has_ended = regeneration.status.is_terminal
    if claim.is_handed_on or (has_ended and not _can_be_found(regeneration, provider)):
        return NextStep.ANSWER
    if regeneration.result_key is not None:
        return NextStep.HAND_OVER
    if regeneration.provider_job_id is not None:
        return NextStep.ADOPT  # the poll cancels at the provider what is not wanted any more
    if lease is not None and lease > now:
        return NextStep.WAIT
    if has_ended:
        return NextStep.FIND
    return _decide_unsubmitted(claim, provider=provider, is_awaited=is_awaited, now=now)


def _decide_unsubmitted(
    claim: Claim, *, provider: VideoProvider, is_awaited: bool, now: datetime
) -> NextStep:
    regeneration = claim.regeneration
    is_overdue = regeneration.deadline_at is not None and regeneration.deadline_at <= now
    if claim.is_unwanted:  # what is found is cancelled at the provider by its first poll
        return NextStep.FIND if _can_be_found(regeneration, provider) else NextStep.CANCEL
    # What died between the claim and its answer can just be repeated where a key is one job, or where it
    # asked about a job that is known.
    takes_over = regeneration.adopted is not None and regeneration.adopted.provider_job_id is not None
    is_repeatable = takes_over or provider.submission_recovery is SubmissionRecovery.TOKEN
    if regeneration.submit_lease_until is not None and (is_overdue or not is_repeatable):
        return NextStep.RECOVER
    # A batch whose execution is over still waits for what it may have paid for.
    is_awaited = is_awaited or (claim.batch.settling_since is not None and may_be_paid(regeneration))
    if not is_awaited:  # no step would get what is paid for; what has been paid is another matter
        return NextStep.FIND if _can_be_found(regeneration, provider) else NextStep.DROP
    if claim.batch.held is not None and not may_be_paid(regeneration):
        return NextStep.PASS
    return NextStep.ABANDON if is_overdue else NextStep.SUBMIT


def _can_be_found(regeneration: Regeneration, provider: VideoProvider) -> bool:
    """Whether the provider may have been asked, its answer is not known, and it can be looked up."""
    if regeneration.status.is_terminal:
        in_doubt = regeneration.status is RegenerationStatus.SUBMISSION_UNKNOWN
    else:
        in_doubt = regeneration.submit_lease_until is not None or regeneration.answer_lost
    is_lost = in_doubt and regeneration.provider_job_id is None
    return is_lost and provider.submission_recovery is not SubmissionRecovery.NONE


def with_usable_adoption(regeneration: Regeneration, provider: VideoProvider) -> Regeneration:
    """Return a generation without a submission to take over where its provider cannot know of one."""
    adopted = regeneration.adopted
    if adopted is None:
        return regeneration
    is_findable = (
        adopted.provider_job_id is not None or provider.submission_recovery is not SubmissionRecovery.NONE
    )
    is_here = adopted.provider == provider.name
    return regeneration if is_here and is_findable else without_adoption(regeneration)


def find_adopted_job(regeneration: Regeneration, provider: VideoProvider) -> ProviderJob | None:
    """Return the job that the generation which this one repeats has at the provider.

    None where there is none to be found by itself: a provider that knows our keys finds it by the
    submission, which has the same key.

    Raises:
        ProviderUnavailableError, ProviderThrottledError: Nothing is known; nothing is paid for now.
    """
    adopted = regeneration.adopted
    if adopted is None:
        return None
    if adopted.provider_job_id is not None:
        return provider.poll(adopted.provider_job_id)
    if provider.submission_recovery is SubmissionRecovery.LOOKUP:
        return provider.find(adopted.key)
    return None
