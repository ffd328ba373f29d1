"""Tables on a terminal of eighty columns, each described by its columns.

An id takes 36 characters, so a list shows it below the name of what it is the id of, and what belongs
together shares a column.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from rich import box
from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from retake_client.http import Answer

ID_WIDTH = 36
"""Characters of an id: a UUID in text (RFC 9562)."""

Row = TypeVar("Row")


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column of a table.

    Attributes:
        heading: What stands above it.
        cell: Its text for a row, in rich's markup.
        is_number: Whether it is aligned to the right.
    """

    heading: str
    cell: Callable[[Row], str]
    is_number: bool = False


def table(title: str, rows: Iterable[Row], *columns: Column[Row]) -> Table:
    """Return rows as a table with a frame."""
    framed = Table(title=title, title_justify="left")
    return _filled(framed, rows, columns)


def listing(title: str, rows: Iterable[Row], *columns: Column[Row]) -> Table:
    """Return rows as a list without a frame, whose first column has place for an id below each name."""
    plain = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    return _filled(plain, rows, columns, ID_WIDTH)


def _filled(made: Table, rows: Iterable[Row], columns: tuple[Column[Row], ...], *widths: int | None) -> Table:
    for number, column in enumerate(columns):
        width = widths[number] if number < len(widths) else None
        made.add_column(column.heading, justify="right" if column.is_number else "left", width=width)
    for row in rows:
        made.add_row(*(column.cell(row) for column in columns))
    return made


def named(name: str, more: str) -> str:
    """Return a name over the id that commands take, or over other details."""
    return f"{escape(name)}\n[dim]{escape(more)}[/]"


def dollars(amount: float | None) -> str:
    """Return an amount of US dollars as people read it: its cents, no more digits than it has, or none.

    >>> dollars(0.054), dollars(2), dollars(None)
    ('$0.054', '$2.00', 'not published')
    """
    if amount is None:
        return "not published"
    text = f"{amount:.4f}".rstrip("0")
    whole, _, cents = text.partition(".")
    return f"${whole}.{cents.ljust(2, '0')}"


def known_cost(amount: float | None) -> str:
    """Return an amount that may still be open."""
    return "not known" if amount is None else dollars(amount)


def listed(page: Answer, table: Table, *, none: str) -> list[RenderableType]:
    """Return a page of a list and how to go on; a sentence where there is nothing to list."""
    return [table if table.row_count else none, *more_of(page)]


def more_of(page: Answer) -> list[RenderableType]:
    """Return how to read the next page, where there is one."""
    return [f"There are more: --cursor {escape(str(page['cursor']))}"] if page["cursor"] else []
