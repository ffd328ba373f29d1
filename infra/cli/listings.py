"""Lists of things that have ids, on a terminal of eighty columns.

An id takes 36 of them, so it stands below the name of what it is the id of, and what belongs together
shares a column.
"""

from rich import box
from rich.markup import escape
from rich.table import Table

ID_WIDTH = 36
"""Characters of an id: a UUID in text (RFC 9562)."""


def listing(title: str, *columns: str, numbers: tuple[str, ...] = ()) -> Table:
    """Return an empty list; its first column is for ``named``.

    Args:
        title: What is listed.
        columns: Their headings.
        numbers: Those of them that are aligned to the right.
    """
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for number, name in enumerate(columns):
        table.add_column(
            name,
            justify="right" if name in numbers else "left",
            width=ID_WIDTH if number == 0 else None,
        )
    return table


def named(name: str, more: str) -> str:
    """Return what people call a thing over the id that commands take, or over what else is to be said."""
    return f"{escape(name)}\n[dim]{escape(more)}[/]"
