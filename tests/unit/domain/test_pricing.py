from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.domain.pricing import ClipPrice, Tariff, price_batch, price_clip

DURATIONS = st.lists(st.integers(1, 300_000), min_size=1, max_size=100)
CENT = Decimal("0.01")


def local(duration_ms: int) -> Decimal:
    return price_clip(duration_ms, Tariff())


def total(durations: list[int]) -> Decimal:
    found = price_batch(priced(durations)).total
    assert found is not None
    return found


def priced(durations: list[int]) -> list[ClipPrice]:
    return [ClipPrice(index, ms, local(ms)) for index, ms in enumerate(durations)]


def test_the_prds_example() -> None:
    lengths_ms = {0: 12_000, 2: 15_000, 4: 10_000}
    price = price_batch([ClipPrice(index, ms, local(ms)) for index, ms in lengths_ms.items()])
    assert [clip.cost for clip in price.clips] == [Decimal("0.15"), Decimal("0.18"), Decimal("0.12")]
    assert (price.subtotal, price.discount, price.total) == (
        Decimal("0.45"),
        Decimal("0.045"),
        Decimal("0.405"),
    )


@pytest.mark.parametrize(
    ("duration_ms", "cost"), [(1, "0.01"), (833, "0.01"), (834, "0.02"), (10_000, "0.12"), (10_001, "0.13")]
)
def test_a_begun_cent_is_a_cent(duration_ms: int, cost: str) -> None:
    assert price_clip(duration_ms, Tariff()) == Decimal(cost)


@given(DURATIONS)
def test_the_total_is_the_subtotal_less_the_discount(durations: list[int]) -> None:
    price = price_batch(priced(durations))
    costs = [local(duration_ms) for duration_ms in durations]
    assert [clip.cost for clip in price.clips] == costs
    assert price.subtotal == sum(costs)
    assert price.discount == (sum(costs) / 10 if len(durations) >= 3 else 0)
    assert price.total == sum(costs) - (price.discount or 0)
    assert all(cost % CENT == 0 for cost in costs)
    assert all(cost >= Decimal("0.012") * ms / 1000 for cost, ms in zip(costs, durations, strict=True))


@given(DURATIONS, st.integers(1, 60_000))
def test_a_longer_clip_never_costs_less(durations: list[int], more_ms: int) -> None:
    longer = [durations[0] + more_ms, *durations[1:]]
    assert total(longer) >= total(durations)


@given(DURATIONS, st.data())
def test_a_part_of_a_price_is_no_price(durations: list[int], data: st.DataObject) -> None:
    unknown_ms = data.draw(st.sampled_from(durations))
    takes = [
        replace(take, cost=None) if take.duration_ms == unknown_ms else take for take in priced(durations)
    ]
    price = price_batch(takes)
    assert (price.subtotal, price.discount, price.total) == (None, None, None)
    assert [clip.cost is None for clip in price.clips] == [ms == unknown_ms for ms in durations]


@given(st.lists(st.tuples(st.integers(1, 30_000), st.integers(1, 3)), min_size=1, max_size=8))
def test_every_take_is_priced_and_the_discount_is_for_clips(clips: list[tuple[int, int]]) -> None:
    takes = [
        ClipPrice(index, ms, local(ms), take=number, takes=count)
        for index, (ms, count) in enumerate(clips)
        for number in range(1, count + 1)
    ]
    price = price_batch(takes)
    assert price.subtotal == sum(local(ms) * count for ms, count in clips)
    assert bool(price.discount) == (len(clips) >= 3)
