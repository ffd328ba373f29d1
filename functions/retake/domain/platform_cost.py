"""What AWS costs for making takes, beside what their provider costs."""

from decimal import Decimal

A_BATCH = Decimal("0.00017")
A_TAKE = Decimal("0.00042")
"""US dollars: a batch of one clip costs both, each of 100 clips little more than the second.

References:
    docs/benchmarks.md, *Platform cost of a regenerated clip*: list prices, generations of two minutes.
"""

PLACES = Decimal("0.0001")


def platform_cost(takes: int) -> Decimal:
    """Return what a batch of takes costs of the platform, in US dollars: an estimate.

    >>> platform_cost(1), platform_cost(100)
    (Decimal('0.0006'), Decimal('0.0422'))
    """
    return (A_BATCH + A_TAKE * takes).quantize(PLACES) if takes else Decimal(0)


def most_platform_cost(takes: int) -> Decimal:
    """Return what takes cost of the platform at most, were each of them a batch of its own."""
    return ((A_BATCH + A_TAKE) * takes).quantize(PLACES)
