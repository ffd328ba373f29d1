"""``retake models``, ``projects`` and ``usage``: what there is to choose from, and what one has used."""

from rich.markup import escape
from rich.table import Table

from infra.cli.connection import Connection
from infra.cli.demo_tables import dollars
from infra.cli.http import Json
from infra.cli.video_tables import told_time

GIGABYTE = 10**9


def run_models(connection: Connection) -> None:
    """List the models that can be asked for."""
    with connection.client() as client:
        found = client.models()
    table = Table(title="Models", title_justify="left")
    for name in ("name", "lengths", "sizes", "goes by", "price", "to know"):
        table.add_column(name, no_wrap=name == "name")
    for model in found:
        table.add_row(
            escape(model["name"]) + (" (the default)" if model["is_default"] else ""),
            _lengths(model),
            ", ".join(model["sizes"] or ["any"]),
            ", ".join(["words", *model["references"]]),
            dollars(model["price"]) + (f" a {model['price_unit']}" if model["price_unit"] else ""),
            escape(model["warning"] or ""),
        )
    connection.answer({"models": found}, [table])


def _lengths(model: Json) -> str:
    if model["seconds"] is not None:
        return ", ".join(f"{seconds:g}" for seconds in model["seconds"]) + " s"
    return f"{model['shortest_seconds']:g} to {model['longest_seconds']:g} s"


def run_projects(connection: Connection) -> None:
    """List all projects, newest first."""
    with connection.client() as client:
        found = client.projects()
    table = Table(title="Projects", title_justify="left")
    for name in ("id", "name", "made"):
        table.add_column(name, no_wrap=name == "id")
    for project in found:
        table.add_row(str(project["project_id"]), escape(project["name"]), told_time(project["created_at"]))
    connection.answer({"projects": found}, [table])


def run_usage(connection: Connection) -> None:
    """Show what is stored and spent, beside what may be."""
    with connection.client() as client:
        found = client.usage()
    connection.answer(found, [_storage_table(found), _spending_table(found), _limit(found["spend_limit"])])


def _storage_table(usage: Json) -> Table:
    budget = usage["budget"]
    table = Table(
        title=f"Storage, {budget['percent']:.1f} % of {_told_size(budget['budget_bytes'])} used",
        title_justify="left",
    )
    for name in ("class", "size", "cost a month"):
        table.add_column(name, justify="left" if name == "class" else "right")
    for name in ("active", "archived", "total"):
        stored = usage["stored"][name]
        table.add_row(name, _told_size(stored["bytes"]), dollars(stored["monthly_cost"]))
    return table


def _spending_table(usage: Json) -> Table:
    table = Table(title="Spending", title_justify="left")
    for name in ("month", "takes", "charged", "reserved"):
        table.add_column(name, justify="left" if name == "month" else "right")
    for month in usage["spending"]:
        table.add_row(
            month["month"], str(month["takes"]), dollars(month["charged"]), dollars(month["reserved"])
        )
    return table


def _limit(spending: Json) -> str:
    if spending["limit"] is None:
        return "No monthly limit is set."
    return f"{dollars(spending['left'])} of {dollars(spending['limit'])} are left for {spending['month']}."


def _told_size(size: int) -> str:
    """Return a size as people read it; a gigabyte has 10^9 bytes, as budgets are set."""
    return f"{size / 1e6:.2f} MB" if size < GIGABYTE else f"{size / GIGABYTE:.2f} GB"
