"""What a benchmark found, as a table for people and as JSON for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rich.console import Console, Group, JustifyMethod
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

Value = str | int | float | bool | None
Row = Mapping[str, Value]
Unit = Literal["text", "count", "s", "ms", "x", "%", "bytes"]

_KIB = 1024
_WIDEST = 400
"""Characters of a line; no section has as many."""

_WHOLE = 100
_FINE = 10


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        key: Its name in a row.
        heading: Its name in the table.
        unit: How its numbers are written in the table; the JSON has rows as they are.
    """

    key: str
    heading: str
    unit: Unit = "text"


@dataclass(frozen=True)
class Section:
    """One question of the benchmark and its answer.

    Attributes:
        name: What ``--only`` calls it.
        title: The question.
        columns: Headings of each row's values.
        rows: The measurements; a value that does not apply is None.
        notes: What a reader has to know to judge them.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    notes: Sequence[str] = ()


def as_json(sections: Sequence[Section], *, machine: Mapping[str, Value]) -> dict[str, object]:
    """Return everything as one object: ``{"machine": {...}, NAME: {"title", "rows", "notes"}}``."""
    found: dict[str, object] = {"machine": dict(machine)}
    for section in sections:
        rows = [dict(row) for row in section.rows]
        found[section.name] = {"title": section.title, "rows": rows, "notes": list(section.notes)}
    return found


def print_section(section: Section, console: Console) -> None:
    """Print a section; into a file or a pipe as wide as its table is, whatever a terminal would have."""
    shown = as_table(section)
    if not console.is_terminal:
        needed = Measurement.get(console, console.options.update(max_width=_WIDEST), shown).maximum
        console.width = max(console.width, needed)
    console.print(shown)


def as_table(section: Section) -> Group:
    """Return a section as a table with its notes below; without room for it, figures are folded."""
    table = Table(title=section.title, title_justify="left", title_style="bold")
    for column in section.columns:
        justify: JustifyMethod = "left" if column.unit == "text" else "right"
        table.add_column(column.heading, justify=justify, overflow="fold")
    for row in section.rows:
        table.add_row(*(written(row.get(column.key), column.unit) for column in section.columns))
    return Group(table, *(Text(f"  {note}", style="dim") for note in section.notes))


def written(value: Value, unit: Unit) -> str:
    """Write a value in its unit, with as many digits as mean something."""
    if value is None or isinstance(value, bool):
        return {None: "-", True: "yes", False: "no"}[value]
    if isinstance(value, str) or unit == "text":
        return str(value)
    special: dict[Unit, str] = {
        "bytes": f"{value / _KIB**2:,.0f} MiB",
        "count": f"{value:,g}",
        "%": f"{value:.0%}",
        "x": f"{_digits(value)}x",
    }
    return special.get(unit, f"{_digits(value)} {unit}")


def _digits(value: float) -> str:
    if value >= _WHOLE:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= _FINE else f"{value:.2f}"
