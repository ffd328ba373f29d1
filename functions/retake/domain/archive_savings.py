"""What archiving has done so far: bytes out of active storage, and what that is worth."""

from dataclasses import dataclass, replace
from decimal import Decimal

from retake.domain.retention_costs import bill_of_take
from retake.domain.retention_policy import PolicyBill, RetentionPolicy
from retake.domain.storage_costs import monthly_cost, to_micro_cents
from retake.domain.usage import StoredBytes

TARGET_PERCENT = 70
"""What archiving should take out of active storage."""

TYPICAL_TAKE_BYTES = 15 * 2**20 // 2
TYPICAL_TAKE_MS = 10_000
"""The take that bills are made out for: 7.5 MiB and 10 s, the middle of 5 to 10 MB a clip.

The counters know bytes, not takes, and a bill depends on the size of each: smaller takes cost more to
archive than they save, larger ones less (docs/storage-costs.md).
"""


@dataclass(frozen=True)
class ArchiveSavings:
    """What archiving saves, in bytes and in US dollars, which are two different things.

    Attributes:
        saved_bytes: What the archived takes took in active storage.
        saved_percent: That, of what active storage would hold without archiving.
        saved_percent_with_deletions: The same, with the deleted takes as if they were still there too.
        compressed_percent: How much smaller the archive made them.
        monthly_cost_in_standard: Had they stayed where they were, a month.
        monthly_cost_in_archive: Where they lie, a month, minimum durations and requests aside.
        policy: The retention policy in force, compressing as it really did.
        bill: The honest bill of one typical take under it.
        saved_until_deletion: The bill's saving for as many typical takes as the archived bytes make:
            negative where archiving loses money.
    """

    saved_bytes: int
    saved_percent: float
    saved_percent_with_deletions: float
    compressed_percent: float
    monthly_cost_in_standard: Decimal
    monthly_cost_in_archive: Decimal
    policy: RetentionPolicy
    bill: PolicyBill
    saved_until_deletion: Decimal


def savings_of(stored: StoredBytes, policy: RetentionPolicy) -> ArchiveSavings:
    """Work out what archiving saved.

    Args:
        stored: All that is stored, and was before it was archived or deleted.
        policy: The policy in force. Its compression ratio is what is expected; once something is in the
            archive, what was measured there takes its place.
    """
    before = stored.archived_before
    if before and policy.compression_ratio is not None:
        policy = replace(policy, compression_ratio=Decimal(stored.archived) / before)
    bill = bill_of_take(TYPICAL_TAKE_BYTES, policy, duration_ms=TYPICAL_TAKE_MS)
    return ArchiveSavings(
        saved_bytes=before,
        saved_percent=_percent(before, stored.active + before),
        saved_percent_with_deletions=_percent(
            before + stored.deleted_before, stored.active + before + stored.deleted_before
        ),
        compressed_percent=_percent(before - stored.archived, before),
        monthly_cost_in_standard=monthly_cost(before, 0, archive_class=policy.archive_class),
        monthly_cost_in_archive=monthly_cost(0, stored.archived, archive_class=policy.archive_class),
        policy=policy,
        bill=bill,
        saved_until_deletion=to_micro_cents(bill.saving * before / TYPICAL_TAKE_BYTES),
    )


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0
