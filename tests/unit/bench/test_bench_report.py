import json
from io import StringIO

import pytest
from rich.console import Console

from infra.bench.report import Column, Section, Unit, Value, as_json, as_table, print_section, written

SECTION = Section(
    "trial",
    "How fast?",
    (Column("way", "way"), Column("seconds", "time", "s"), Column("exact", "exact")),
    ({"way": "ours", "seconds": 0.123, "exact": True, "hidden": 1}, {"way": "theirs", "seconds": 1234.5}),
    ("Ran once.",),
)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.1234, "s", "0.12 s"),
        (12.34, "ms", "12.3 ms"),
        (1234.5, "ms", "1,234 ms"),
        (25.04, "x", "25.0x"),
        (0.416, "%", "42%"),
        (104857600, "bytes", "100 MiB"),
        (1.0, "count", "1"),
        (20, "count", "20"),
        (3, "text", "3"),
        (True, "text", "yes"),
        (False, "text", "no"),
        (None, "s", "-"),
    ],
)
def test_writes_each_value_in_its_unit(value: Value, unit: Unit, text: str) -> None:
    assert written(value, unit) == text


def test_the_table_has_a_line_for_each_row_and_the_notes_below() -> None:
    out = StringIO()
    Console(file=out, width=80).print(as_table(SECTION))
    lines = out.getvalue().splitlines()
    assert lines[0].strip() == "How fast?"
    assert [cell.strip() for cell in lines[4].strip("│").split("│")] == ["ours", "0.12 s", "yes"]
    assert [cell.strip() for cell in lines[5].strip("│").split("│")] == ["theirs", "1,234 s", "-"]
    assert lines[-1].strip() == "Ran once."


WIDE = Section(
    "wide",
    "How fast, in many ways?",
    tuple(Column(f"n{number}", f"figure {number}", "s") for number in range(20)),
    ({f"n{number}": 1_234.5 for number in range(20)},),
    ("Ran once.",),
)


def test_no_figure_is_cut_where_there_is_no_terminal() -> None:
    out = StringIO()
    print_section(WIDE, Console(file=out, width=80))
    assert out.getvalue().count("1,234 s") == 20
    assert "…" not in out.getvalue()


def test_no_figure_is_cut_in_a_narrow_terminal() -> None:
    out = StringIO()
    print_section(WIDE, Console(file=out, width=100, force_terminal=True, color_system=None))
    assert "…" not in out.getvalue()
    assert max(map(len, out.getvalue().splitlines())) <= 100


def test_the_json_has_numbers_as_they_are_by_section() -> None:
    found = json.loads(json.dumps(as_json([SECTION], machine={"processors": 2})))
    assert found == {
        "machine": {"processors": 2},
        "trial": {
            "title": "How fast?",
            "rows": [
                {"way": "ours", "seconds": 0.123, "exact": True, "hidden": 1},
                {"way": "theirs", "seconds": 1234.5},
            ],
            "notes": ["Ran once."],
        },
    }
