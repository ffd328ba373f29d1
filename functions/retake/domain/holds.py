"""Money set aside for generations, from the commit that accepts them until they end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from retake.domain.pricing import discount_of


@dataclass(frozen=True)
class Hold:
    """What is set aside for one generation, and charged for it if it becomes a take.

    Attributes:
        month: The month in which it was accepted, such as ``2026-11`` (UTC). It is charged to that one
            as well, whenever it ends: so what a month holds changes its kind and never its sum.
        amount: US dollars, discounted as its batch is.
        is_held: Whether the month's record has it among what is reserved.
    """

    month: str
    amount: Decimal
    is_held: bool = True


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
