"""What is set aside for generations that are accepted together."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from retake.domain.pricing import discount_of
from retake.domain.spending import holds_for, month_of
from retake.services.usage.allowances import dollars

COSTS = st.decimals(min_value=0, max_value=50, places=4)


@given(
    costs=st.lists(st.one_of(st.none(), COSTS), max_size=100),
    rate=st.sampled_from([Decimal(0), Decimal("0.10"), Decimal("0.3333")]),
)
def test_together_it_is_exactly_the_price_of_all(costs: list[Decimal | None], rate: Decimal) -> None:
    holds = holds_for(costs, rate=rate, month="2026-11")
    assert [hold is None for hold in holds] == [cost is None for cost in costs]
    amounts = [hold.amount for hold in holds if hold is not None]
    subtotal = sum((cost for cost in costs if cost is not None), Decimal(0))
    assert sum(amounts) == subtotal - discount_of(subtotal, rate)
    for cost, hold in zip(costs, holds, strict=True):
        if cost is not None and hold is not None:
            assert hold.amount >= 0
            assert abs(hold.amount - cost * (1 - rate)) <= Decimal("0.0001")


def test_a_month_is_one_in_utc() -> None:
    assert month_of(datetime(2026, 12, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))) == "2026-11"
    assert month_of(datetime(2026, 12, 1, tzinfo=UTC)) == "2026-12"


def test_amounts_are_reported_as_people_write_them() -> None:
    reported = {dollars(Decimal(amount)) for amount in ("12", "0.4050", "0.1", "0", "0.0001", "1000.5")}
    assert reported == {"$12.00", "$0.405", "$0.10", "$0.00", "$0.0001", "$1000.50"}
