"""What the platform costs is what the benchmark found, and grows with each take."""

import re
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from infra.bench.cost import MOST_DOLLARS
from infra.flavour import ROOT
from retake.domain.platform_cost import A_TAKE, most_platform_cost, platform_cost

PAGE = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")


def test_it_is_what_the_benchmark_found() -> None:
    alone, of_many = (
        Decimal(value)
        for case in ("one clip alone", "each of 100 clips")
        for value in re.findall(rf"\| {case} \|.*\| ([0-9.]+) \| 0.0006 \|", PAGE)
    )
    assert abs(platform_cost(1) - alone) < Decimal("0.0001")
    assert abs(platform_cost(100) / 100 - of_many) < Decimal("0.00002")
    assert platform_cost(1) <= Decimal(str(MOST_DOLLARS))


@given(st.integers(0, 300))
def test_takes_that_are_made_together_cost_no_more_than_apart(takes: int) -> None:
    assert takes * A_TAKE - Decimal("0.0001") <= platform_cost(takes) <= most_platform_cost(takes)
    assert platform_cost(takes) <= platform_cost(takes + 1)
