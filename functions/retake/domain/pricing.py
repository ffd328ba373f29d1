"""What a batch costs, exactly.

References:
    Examples: 12 s, 15 s and 10 s cost $0.15, $0.18 and $0.12; their sum of $0.45 is
    discounted by 10 % to $0.405 because there are three (``num_clips >= 3``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal

from retake.domain.reasons import listed_title

CENT = Decimal("0.01")
MONEY = Decimal("0.0001")
DISCOUNT_FROM_CLIPS = 3
DISCOUNT_RATE = Decimal("0.10")


@dataclass(frozen=True)
class Tariff:
    """What a provider charges.

    Attributes:
        dollars_per_second: US dollars for a second of finished video.
    """

    dollars_per_second: Decimal = Decimal("0.012")


@dataclass(frozen=True)
class ClipPrice:
    """The price of one take of a clip, undiscounted.

    Attributes:
        cost: US dollars; None where it is not known.
        model: Name in the catalogue of what makes it.
        take: Its number among the clip's takes of one request.
        takes: How many these are.
        clip_title: What the clip is called; empty in older records.
    """

    clip_index: int
    duration_ms: int
    cost: Decimal | None
    model: str = ""
    take: int = 1
    takes: int = 1
    clip_title: str = ""


@dataclass(frozen=True)
class PriceBreakdown:
    """The price of a batch in US dollars, take by take; ``discount`` is an amount.

    Where one clip's price is not known, no sum is: a part of a price would be taken for the price.
    ``discount_rate`` is fixed when the batch is accepted: clips that fail later make the batch
    cheaper but do not take the discount away.
    """

    clips: tuple[ClipPrice, ...]
    subtotal: Decimal | None
    discount_rate: Decimal
    discount: Decimal | None
    total: Decimal | None


def price_clip(duration_ms: int, tariff: Tariff) -> Decimal:
    """Return a clip's price: the tariff times its length, rounded up to the cent."""
    exact = tariff.dollars_per_second * Decimal(duration_ms) / 1000
    return exact.quantize(CENT, rounding=ROUND_UP).quantize(MONEY)


def price_batch(takes: Sequence[ClipPrice]) -> PriceBreakdown:
    """Return the price of making takes together.

    Each take has its price. The discount is for clips: three takes of one clip are
    one clip.

    >>> cents = (15, 18, 12)
    >>> takes = [ClipPrice(index, 10_000, Decimal(cost) / 100) for index, cost in enumerate(cents)]
    >>> price_batch(takes).total
    Decimal('0.4050')
    """
    clips = {take.clip_index for take in takes}
    return price_at(takes, DISCOUNT_RATE if len(clips) >= DISCOUNT_FROM_CLIPS else Decimal(0))


def price_at(takes: Sequence[ClipPrice], rate: Decimal) -> PriceBreakdown:
    """Return the price of making takes together at a rate of discount that is fixed already."""
    count = len(takes)
    takes = [replace(take, clip_title=listed_title(take.clip_title, count=count)) for take in takes]
    subtotal = total_of(take.cost for take in takes)
    if subtotal is None:
        return PriceBreakdown(tuple(takes), None, rate, None, None)
    discount = discount_of(subtotal, rate)
    return PriceBreakdown(tuple(takes), subtotal, rate, discount, subtotal - discount)


def total_of(costs: Iterable[Decimal | None]) -> Decimal | None:
    """Return the sum, with four places; None where one of them is not known."""
    total = Decimal(0)
    for cost in costs:
        if cost is None:
            return None
        total += cost
    return total.quantize(MONEY)


def discount_of(subtotal: Decimal, rate: Decimal) -> Decimal:
    """Return the amount taken off ``subtotal``, with four places."""
    return (subtotal * rate).quantize(MONEY, rounding=ROUND_HALF_UP)
