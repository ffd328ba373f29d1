"""When a generation that failed at its provider is asked for once more. Pure.

Only where nothing was paid: the provider says that the failure is one that passes, and is known not to
charge for failed jobs of that model. Another attempt is another job, so it has a key of its own
(``Regeneration.submission_key``): where keys are known, the first one's would give the failed job again.
"""

from dataclasses import replace
from datetime import datetime
from zlib import crc32

from retake.domain.events.takes import ClipRetrying
from retake.domain.limits import Limits
from retake.domain.reasons import short_reason
from retake.domain.records.batches import FailedAttempt, Regeneration
from retake.domain.statuses import RegenerationStatus

FIRST_PAUSE_S = 5
"""Before the second attempt; it doubles with each."""


def pause_before_retry_s(regeneration: Regeneration) -> int:
    """Return how many seconds to wait before the next attempt."""
    return FIRST_PAUSE_S << max(0, len(regeneration.failures) - 1)


def retry_generation(
    regeneration: Regeneration, *, reason: str, limit: int, now: datetime
) -> tuple[Regeneration, ClipRetrying] | None:
    """Return the generation as one to submit again, and its event; None if it is not retried.

    Args:
        regeneration: Its job at the provider failed, for a reason that passes, and was not charged.
        reason: The provider's.
        limit: How often it may be asked for again.
        now: The moment.
    """
    # Without a token no execution waits for it (any more).
    is_over = regeneration.status.is_terminal or regeneration.task_token is None
    if is_over or regeneration.provider_job_id is None or len(regeneration.failures) >= limit:
        return None
    reason = short_reason(reason)
    failure = FailedAttempt(regeneration.provider_job_id, reason, now)
    again = replace(
        regeneration,
        status=RegenerationStatus.QUEUED,
        failures=(*regeneration.failures, failure),
        provider_job_id=None,
        adopted=None,  # the job that failed was the one that it took over
        fetch_failures=0,
        submitted_at=None,
        deadline_at=None,
        progress=0,
    )
    # With words and seed of the first, a lost answer could be looked up as the job that failed.
    again = replace(again, seed=crc32(again.submission_key.encode()))
    event = ClipRetrying(
        batch_id=regeneration.batch_id,
        clip_index=regeneration.clip_index,
        clip_title=regeneration.clip_title or None,
        regeneration_id=regeneration.regeneration_id,
        attempt=again.attempts,
        reason=reason,
    )
    return again, event


def deadline_s(regeneration: Regeneration, limits: Limits) -> int:
    """Return how long the provider may take for it, in seconds: as its model needs, or as is usual."""
    return regeneration.deadline_s or limits.generation_deadline_s
