"""The tables that people see: also where no price is published."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from rich.console import Console, RenderableType

from retake_client.cli.job_tables import price_table, versions_table


def text_of(shown: RenderableType) -> str:
    console = Console(file=StringIO(), width=120)
    console.print(shown)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize(("price", "shown"), [(0.06, "$0.06"), (None, "not published")])
def test_a_price_is_shown_or_called_unknown(price: float | None, shown: str) -> None:
    clip: Any = {"clip_index": 0, "duration_s": 5.0, "cost": price}
    breakdown = {"clips": [clip], "subtotal": price, "discount": price and 0.0, "discount_rate": 0.0}
    estimate: Any = {"cost_breakdown": {**breakdown, "total": price}}
    assert text_of(price_table(estimate)).count(shown) == 3


def test_a_take_without_a_price_is_listed() -> None:
    take: Any = {
        "version_number": 1,
        "is_current": True,
        "state": "current",
        "user_instruction": None,
        "cost": None,
        "size_bytes": 2_000_000,
    }
    assert "not published" in text_of(versions_table({0: [take]}))
