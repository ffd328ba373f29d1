"""What it really costs to archive an old take, against leaving it in STANDARD: every charge, both bills.

An archive costs less a month, and has charges of its own: compressing, moving, and a minimum duration
that is paid in full when the take is deleted earlier. Here they are added up for one take, from the
moment it stopped being current until it is deleted.

Left out, because it is the same either way or too small to be seen in these sums: thumbnails (below
what lifecycle moves), queue messages and records, the two hours for which readers keep the active
object after it was archived, a slow class's temporary copy, and that lifecycle waits for the next
midnight (half a day of STANDARD on average). Left out because it was not measured, in the archive's
favour: judging and checking what was compressed.

References:
    docs/storage-costs.md
"""

from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal

from retake.domain.retention_policy import TODAY, ArchiveWhen, Assumptions, PolicyBill, RetentionPolicy
from retake.domain.retention_warnings import explain_loss
from retake.domain.storage_costs import DAYS_PER_MONTH, GB, StorageClass, cost_of_storing, to_micro_cents

_NOTHING = Decimal(0)
_PRECISE_DAYS = Decimal("0.000001")


@dataclass(frozen=True)
class _Rates:
    """What one take costs, in dollars that are not rounded: by the day, and once.

    Attributes:
        left_a_day: The take in STANDARD.
        waiting_a_day: What is archived of it, in STANDARD.
        archived_a_day: The same in the archive's class, with what S3 adds to it.
        minimum_days: What the class charges at least.
        is_moved: Whether lifecycle moves it at all.
        copying: Reading, writing and checking it.
        moving: The transition.
        compute: Compressing it.
        restore_waiting: Bringing it back before the transition, times the chance of that.
        restore_archived: The same after it.
    """

    left_a_day: Decimal
    waiting_a_day: Decimal
    archived_a_day: Decimal
    minimum_days: int
    is_moved: bool
    copying: Decimal
    moving: Decimal
    compute: Decimal
    restore_waiting: Decimal
    restore_archived: Decimal


def _rates(size_bytes: int, policy: RetentionPolicy, *, duration_ms: int, assuming: Assumptions) -> _Rates:
    prices, compute = assuming.prices, assuming.compute
    objects = assuming.archived_objects
    standard, archive = prices.standard, prices.of(policy.archive_class)
    ratio = policy.compression_ratio
    archived_bytes = size_bytes * (Decimal(1) if ratio is None else ratio)
    in_class = cost_of_storing(archived_bytes + objects * archive.overhead_bytes, 1, archive)
    names = cost_of_storing(objects * archive.overhead_standard_bytes, 1, standard)
    put, get = prices.put_per_1000 * objects / 1000, prices.get_per_1000 * objects / 1000
    retrieval = archive.retrieval_per_gb * archived_bytes / GB + archive.retrieval_per_1000 * objects / 1000
    return _Rates(
        left_a_day=cost_of_storing(size_bytes, 1, standard),
        waiting_a_day=cost_of_storing(archived_bytes, 1, standard),
        archived_a_day=in_class + names,
        minimum_days=archive.minimum_days,
        is_moved=policy.archive_class is not StorageClass.STANDARD
        and archived_bytes >= archive.minimum_move_bytes * objects,
        copying=put + 2 * get,
        moving=archive.transition_per_1000 * objects / 1000,
        compute=_NOTHING if ratio is None else compute.cost(compute.compress_vcpu_s, duration_ms),
        restore_waiting=assuming.restore_probability * (put + get),
        restore_archived=assuming.restore_probability * (put + retrieval),
    )


def bill_of_take(
    size_bytes: int, policy: RetentionPolicy, *, duration_ms: int, assuming: Assumptions = TODAY
) -> PolicyBill:
    """Add up what one old take costs under a policy until it is deleted, and what else it could cost.

    A policy that archives only what pays (``ArchiveWhen.IF_CHEAPER``) is billed for what it does: the
    bill of a take that it leaves in STANDARD is STANDARD's.

    Args:
        size_bytes: The take's objects together.
        policy: What becomes of it.
        duration_ms: Its length, which compressing is paid by.
        assuming: Prices, and how likely it is brought back.
    """
    rates = _rates(size_bytes, policy, duration_ms=duration_ms, assuming=assuming)
    left = _bill_of_leaving(rates, policy)
    if policy.archive_after_days >= policy.delete_after_days:
        return left
    bill = _bill_of_archiving(rates, policy, left=left)
    if policy.archive_when is ArchiveWhen.IF_CHEAPER and bill.saving <= 0:
        return left
    if bill.saving >= 0:
        return bill
    warnings = explain_loss(
        bill, policy, minimum_days=rates.minimum_days, break_even_day=_break_even(rates, policy)
    )
    return replace(bill, warnings=warnings)


def should_archive(
    size_bytes: int, policy: RetentionPolicy, *, duration_ms: int, assuming: Assumptions = TODAY
) -> bool:
    """Whether the policy archives such a take: always, or only if that costs less than leaving it.

    Never where the take is deleted before it would be archived.
    """
    return bill_of_take(size_bytes, policy, duration_ms=duration_ms, assuming=assuming).archived


def break_even_life_days(
    size_bytes: int, policy: RetentionPolicy, *, duration_ms: int, assuming: Assumptions = TODAY
) -> int | None:
    """Return the earliest day of deletion from which on archiving never costs more than STANDARD.

    Counted from when the take stopped being current. What it answers is when ``delete_after_days``
    should be, so that setting is not looked at; nor are lives that end before the archived take has
    reached its class.

    Returns:
        Whole days; None where archiving such a take never pays, however long it is kept.
    """
    return _break_even(_rates(size_bytes, policy, duration_ms=duration_ms, assuming=assuming), policy)


def _bill_of_leaving(rates: _Rates, policy: RetentionPolicy) -> PolicyBill:
    until_deleted = to_micro_cents(policy.delete_after_days * rates.left_a_day)
    return PolicyBill(
        archived=False,
        before_archiving=until_deleted,
        standard_until_deleted=until_deleted,
        standard_per_month=to_micro_cents(DAYS_PER_MONTH * rates.left_a_day),
    )


def _bill_of_archiving(rates: _Rates, policy: RetentionPolicy, *, left: PolicyBill) -> PolicyBill:
    life = policy.delete_after_days
    moved = rates.is_moved and policy.transition_day < life
    waiting_days = (policy.transition_day if moved else life) - policy.archive_after_days
    days_in_class = life - policy.transition_day if moved else 0
    missing_days = max(0, rates.minimum_days - days_in_class) if moved else 0
    before = to_micro_cents(policy.archive_after_days * rates.left_a_day)
    days_archived = life - policy.archive_after_days
    never_moved = days_archived * rates.waiting_a_day + rates.copying + rates.compute + rates.restore_waiting
    return replace(
        left,
        archived=True,
        before_archiving=before,
        waiting_for_transition=to_micro_cents(waiting_days * rates.waiting_a_day),
        in_archive_class=to_micro_cents(days_in_class * rates.archived_a_day),
        early_deletion=to_micro_cents(missing_days * rates.archived_a_day),
        requests=to_micro_cents(rates.copying + (rates.moving if moved else _NOTHING)),
        compute=to_micro_cents(rates.compute),
        restore=to_micro_cents(rates.restore_archived if moved else rates.restore_waiting),
        compressed_in_standard=None
        if policy.compression_ratio is None
        else before + to_micro_cents(never_moved),
    )


def _break_even(rates: _Rates, policy: RetentionPolicy) -> int | None:
    left = rates.left_a_day
    paid = policy.archive_after_days * left + rates.copying + rates.compute
    if not rates.is_moved:
        paid += rates.restore_waiting
        return _crossing(paid, rates.waiting_a_day, since=policy.archive_after_days, left_a_day=left)
    paid += policy.lifecycle_transition_after_days * rates.waiting_a_day
    paid += rates.moving + rates.restore_archived
    # While the minimum duration runs, another day costs nothing more: it is paid at once.
    minimum = paid + rates.minimum_days * rates.archived_a_day
    day = _crossing(minimum, _NOTHING, since=policy.transition_day, left_a_day=left)
    if day is not None and day <= policy.transition_day + rates.minimum_days:
        return day
    return _crossing(paid, rates.archived_a_day, since=policy.transition_day, left_a_day=left)


def _crossing(paid: Decimal, a_day: Decimal, *, since: int, left_a_day: Decimal) -> int | None:
    """Return the first day after ``since`` on which STANDARD has cost as much as ``paid`` and ``a_day``."""
    if left_a_day <= a_day:
        return None
    days = ((paid - since * a_day) / (left_a_day - a_day)).quantize(_PRECISE_DAYS)
    return max(since + 1, int(days.to_integral_value(ROUND_CEILING)))
