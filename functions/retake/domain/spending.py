"""What generations cost a user, month by month: counted in the commits that accept and end them.

What was spent outlives takes, jobs and videos: deleting one does not change a month.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

from retake.domain.holds import Hold
from retake.domain.pricing import MONEY, PriceBreakdown, discount_of
from retake.domain.records.batches import Regeneration
from retake.domain.records.kinds import Record
from retake.domain.records.schema import COUNTED_SINCE
from retake.domain.records.takes import Version
from retake.domain.usage import NOTHING

NO_MONEY = Decimal("0.0000")


@dataclass(frozen=True)
class Spent:
    """What a user spends in a month, in US dollars; also the difference that one commit makes.

    Attributes:
        cost: What its takes cost, undiscounted, as each version has it; nothing for one whose price
            it is unknown.
        takes: How many were made.
        charged: What is charged for them: the cost, discounted.
        reserved: What is set aside for generations that are accepted and have not ended.
    """

    cost: Decimal = NO_MONEY
    takes: int = 0
    charged: Decimal = NO_MONEY
    reserved: Decimal = NO_MONEY

    def __add__(self, other: "Spent") -> "Spent":
        """Return both together."""
        return Spent(
            self.cost + other.cost,
            self.takes + other.takes,
            self.charged + other.charged,
            self.reserved + other.reserved,
        )

    @property
    def committed(self) -> Decimal:
        """Return what a limit is held against: charged, or set aside."""
        return self.charged + self.reserved


NOTHING_SPENT = Spent()


@dataclass(frozen=True)
class MonthSpent:
    """What a user spent in a month, such as ``2026-11`` (UTC).

    Attributes:
        guarded: How much of what is committed the guard of a commit sees (``Reservation``). The rest was
            counted by a release that reserved nothing; it does not change any more.
    """

    month: str
    spent: Spent
    guarded: Decimal = NO_MONEY


@dataclass(frozen=True)
class Reservation:
    """What a commit sets aside for the generations that it accepts.

    Attributes:
        most: How much may be committed in the month before it, in US dollars, as the guard sees it: two
            that come at once cannot both take what is left. None where there is no limit.
    """

    month: str
    amount: Decimal
    most: Decimal | None = None


@dataclass(frozen=True)
class MonthChange:
    """What one commit adds to a user's month, and how much may be committed there before."""

    month: str
    added: Spent
    most: Decimal | None = None


def units_of(amount: Decimal) -> int:
    """Return an amount in ten-thousandths of a dollar, the smallest there is."""
    return int(amount.quantize(MONEY) / MONEY)


def dollars_of(units: int) -> Decimal:
    """Return an amount from ten-thousandths of a dollar."""
    return (units * MONEY).quantize(MONEY)


def settle_hold(record: Regeneration) -> Regeneration:
    """Return a generation with its money set aside for as long as it has not ended."""
    if record.hold is None:
        return record
    return replace(record, hold=replace(record.hold, is_held=not record.status.is_terminal))


def month_changes(
    puts: Sequence[Record], reserves: Reservation | None, now: datetime
) -> tuple[MonthChange, ...]:
    """Return what writing these records adds to their user's months.

    A generation that ends gives back what was set aside for it; a take that lands is charged, also where
    it comes after its generation had ended as failed: it was paid for.

    Args:
        puts: As they were read, and changed; not settled yet.
        reserves: What is set aside for what is accepted.
        now: The moment; the month of takes for which nothing was set aside.
    """
    months: dict[str, Spent] = {}
    holds: dict[str, Hold] = {}
    for record in puts:
        if isinstance(record, Regeneration) and record.hold is not None:
            holds[record.regeneration_id] = record.hold
            _add(months, record.hold.month, Spent(reserved=_more_held(record, record.hold)))
    for record in puts:
        if isinstance(record, Version) and _lands(record):
            hold = holds.get(record.regeneration_id or "")
            cost = record.cost or NO_MONEY
            charged = cost if hold is None else hold.amount
            month = month_of(now) if hold is None else hold.month
            _add(months, month, Spent(cost=cost, takes=1, charged=charged))
    most: dict[str, Decimal | None] = {}
    if reserves is not None:
        _add(months, reserves.month, Spent(reserved=reserves.amount))
        most[reserves.month] = reserves.most
    return tuple(
        MonthChange(month, added, most.get(month))
        for month, added in sorted(months.items())
        if added != NOTHING_SPENT
    )


def _add(months: dict[str, Spent], month: str, added: Spent) -> None:
    months[month] = months.get(month, NOTHING_SPENT) + added


def _more_held(record: Regeneration, hold: Hold) -> Decimal:
    """Return how much more is set aside for a generation than before; less than nothing at its end."""
    settled = settle_hold(record).hold
    is_held = settled is not None and settled.is_held
    return hold.amount * (is_held - hold.is_held)


def _lands(version: Version) -> bool:
    """Whether a generated take is written for the first time: nothing was counted for it yet."""
    is_counted = version.counted != NOTHING or version.schema_version < COUNTED_SINCE
    return version.regeneration_id is not None and not is_counted


def holds_of(price: PriceBreakdown, month: str) -> tuple[Hold | None, ...]:
    """Return what is set aside for each clip of a batch: together, its total."""
    return holds_for((clip.cost for clip in price.clips), rate=price.discount_rate, month=month)


def month_of(at: datetime) -> str:
    """Return the month that a moment belongs to.

    >>> month_of(datetime(2026, 11, 30, 23, 59, tzinfo=UTC))
    '2026-11'
    """
    return at.astimezone(UTC).strftime("%Y-%m")


def holds_for(costs: Iterable[Decimal | None], *, rate: Decimal, month: str) -> tuple[Hold | None, ...]:
    """Return what is set aside for each of the generations that are accepted together.

    Together the amounts are exactly what is known of the price of all, discounted: what rounding leaves
    over goes to the next one.

    Args:
        costs: Of each, undiscounted; None where its model's price is not known, which holds nothing.
        rate: The batch's discount.
        month: The month of the request.

    >>> [hold.amount for hold in holds_for([Decimal("0.0001")] * 5, rate=Decimal("0.1"), month="2026-11")]
    [Decimal('0.0001'), Decimal('0.0001'), Decimal('0.0001'), Decimal('0.0001'), Decimal('0.0000')]
    """
    holds: list[Hold | None] = []
    subtotal = before = Decimal("0.0000")
    for cost in costs:
        if cost is None:
            holds.append(None)
            continue
        subtotal += cost
        total = subtotal - discount_of(subtotal, rate)
        holds.append(Hold(month, total - before))
        before = total
    return tuple(holds)
