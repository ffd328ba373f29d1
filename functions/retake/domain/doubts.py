"""Generations that may have been paid for without an answer: looked up before they are paid again. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta
from zlib import crc32

from retake.domain.doubt_record import Doubt
from retake.domain.errors import ProviderRejectedError
from retake.domain.records.batches import Adoption, Regeneration
from retake.domain.statuses import RegenerationStatus

SETTLE_LEASE = timedelta(seconds=20)
"""How long a batch without an execution rests before its generations are looked after again: the
reconciliation runs every minute."""

INGEST_TIME = timedelta(minutes=15)
"""How long a result that is kept may take to become a take: the longest that a function runs."""

LOOK_TIME = timedelta(minutes=2)
"""What is added to a generation's deadline: two runs of the reconciliation, each with a look."""

ASK_TIME = timedelta(minutes=5)
"""How long a lost answer may be asked or searched for, after the lease of its submission."""


def may_be_paid(regeneration: Regeneration) -> bool:
    """Whether a generation that has not ended may have been paid for, or is about to be."""
    if regeneration.status.is_terminal:
        return False
    asked = regeneration.provider_job_id is not None or regeneration.submit_lease_until is not None
    return asked or regeneration.answer_lost or regeneration.result_key is not None


def put_in_doubt(regeneration: Regeneration, *, now: datetime) -> Regeneration:
    """Return a generation as in doubt; one that is in doubt already stays as it is."""
    if regeneration.doubt is not None:
        return replace(regeneration, status=RegenerationStatus.IN_DOUBT)
    doubt = Doubt(_awaited(regeneration), since=now, until=_until(regeneration, now))
    return replace(regeneration, status=RegenerationStatus.IN_DOUBT, doubt=doubt)


def needs_doubt(regeneration: Regeneration, *, is_first: bool, now: datetime) -> bool:
    """Whether a generation of a batch without an execution is to be put in doubt.

    What has been found to go on at the provider is not in doubt any more, unless it is silent after its end.

    Args:
        regeneration: The generation.
        is_first: Whether its batch has only just lost its execution.
        now: The moment.
    """
    if regeneration.status is RegenerationStatus.IN_DOUBT or not may_be_paid(regeneration):
        return False
    is_silent = regeneration.deadline_at is not None and regeneration.deadline_at + LOOK_TIME <= now
    return is_first or is_silent or regeneration.result_key is not None


def is_doubt_over(regeneration: Regeneration, now: datetime) -> bool:
    """Whether the time in which a doubt can be settled is over."""
    return regeneration.doubt is not None and regeneration.doubt.until <= now


def without_doubt(regeneration: Regeneration) -> Regeneration:
    """Return a generation without a doubt, unless it is in doubt."""
    if regeneration.doubt is None or regeneration.status is RegenerationStatus.IN_DOUBT:
        return regeneration
    return replace(regeneration, doubt=None)


def adopt_submission(draft: Regeneration, earlier: Regeneration | None) -> Regeneration:
    """Return the retry of a generation, with its submission where that may have a result.

    The provider is asked about that one first, in the same words: only what certainly failed there is
    paid for again. A generation that ended before it asked about the one that it repeats passes that on.
    Another model is another order: what the earlier one may still make lands by itself.

    Args:
        draft: The new generation.
        earlier: The one that it repeats; None where there is none.
    """
    if earlier is None or (earlier.model and earlier.model != draft.model):
        return draft
    adoption = _adoption_of(earlier)
    if adoption is None:
        return draft
    return replace(
        draft,
        adopted=adoption,
        seed=earlier.seed,
        prompt=earlier.prompt,
        base_version=earlier.base_version,
    )


def _adoption_of(earlier: Regeneration) -> Adoption | None:
    """Return the submission of a generation that ended, where that may have a result."""
    taken_over = earlier.adopted
    if earlier.provider is not None and _may_have_result(earlier):
        # It may have died while it was taking over another one's.
        job_id = earlier.provider_job_id or (taken_over.provider_job_id if taken_over else None)
        return Adoption(earlier.regeneration_id, earlier.submission_key, earlier.provider, job_id)
    is_known = earlier.provider_job_id is not None or earlier.ended_by == ProviderRejectedError.__name__
    return None if is_known else taken_over


def without_adoption(regeneration: Regeneration) -> Regeneration:
    """Return a generation that asks for itself, of the clip as it is by then.

    With the earlier seed the earlier job could be found for it.
    """
    seed = crc32(regeneration.regeneration_id.encode())
    return replace(regeneration, adopted=None, seed=seed, prompt=None, base_version=None, deadline_at=None)


def _may_have_result(earlier: Regeneration) -> bool:
    if earlier.version_number is not None or earlier.result_refused:
        return False
    if earlier.status is RegenerationStatus.CANCELLED:  # not every provider can stop a job
        return earlier.provider_job_id is not None
    return earlier.is_unfinished or earlier.status is RegenerationStatus.SUBMISSION_UNKNOWN


def _awaited(regeneration: Regeneration) -> str:
    if regeneration.result_key is not None:
        return "The result is here and is being made a take."
    if regeneration.provider_job_id is not None:
        return "The provider has the job and is asked for its state."
    return "The provider may have accepted the job, and is asked or searched for it by its key."


def _until(regeneration: Regeneration, now: datetime) -> datetime:
    if regeneration.result_key is not None:
        return now + INGEST_TIME
    if regeneration.provider_job_id is not None:
        return max(regeneration.deadline_at or now, now) + LOOK_TIME
    return max(regeneration.submit_lease_until or now, now) + ASK_TIME
