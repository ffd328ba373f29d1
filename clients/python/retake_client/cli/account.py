"""``retake models``, ``projects`` and ``usage``: what there is to choose from, and what one has used."""

from collections.abc import Sequence

import typer
from rich.markup import escape
from rich.table import Table

from retake_client.cli.connection import Connection
from retake_client.cli.creating import require_project
from retake_client.cli.tables import Column, dollars, listing, named, table
from retake_client.cli.video_tables import format_time
from retake_client.errors import UsageError, naming
from retake_client.models import BudgetView, ModelSpending, ModelView, SpendLimitView, UsageView

UNITS = (("GB", 10**9), ("MB", 10**6), ("kB", 10**3))
FAR_OVER_PERCENT = 1000

_ALERT_PERCENT, _FULL_PERCENT = 80, 100
"""Shares of the budget at which the user and the operators get an alert (``retake.domain.usage``)."""


SOON_DAYS = 60
"""How long before its end ``retake models --check`` names a model: time to try another."""


def run_models(connection: Connection, *, check: bool = False) -> None:
    """List the models that can be asked for; with ``check``, those that end soon.

    Raises:
        typer.Exit: With ``check``, with status 1, if there is one.
    """
    if check:
        _check_ends(connection)
        return
    with connection.client() as client:
        found = client.models()
    lacking = [provider for provider in found["providers"] if provider["missing"]]
    said = [f"[yellow]{escape(one['title'])}:[/] {escape(one['missing'] or '')}" for one in lacking]
    connection.answer(found, [models_table(found["models"]), *said])


def _check_ends(connection: Connection) -> None:
    with connection.client() as client:
        found = client.models()["models"]
    ending = [model for model in found if (model["ends_in_days"] or SOON_DAYS + 1) <= SOON_DAYS]
    ending.sort(key=lambda model: model["ends_in_days"] or 0)
    shown: list[str | Table] = [f"No model is known to end within {SOON_DAYS} days."]
    if ending:
        shown = [
            listing(
                f"Models that end within {SOON_DAYS} days",
                ending,
                Column("model", lambda model: named(model["name"], model["title"])),
                Column("ends", lambda model: str(model["end_of_life"])),
                Column("days left", lambda model: str(model["ends_in_days"])),
            )
        ]
    connection.answer({"models": ending}, shown)
    if ending:
        raise typer.Exit(1)


def models_table(models: Sequence[ModelView]) -> Table:
    """Return models as a list that fits eighty columns: a size stands on a line of its own."""
    return listing(
        "Models",
        models,
        Column("model", _model_name),
        Column("sizes", lambda model: "\n".join(model["sizes"] or ["any"])),
        Column("made from", lambda model: "\n".join(["prompt", *model["references"]])),
        Column("price", _prices),
    )


def _model_name(model: ModelView) -> str:
    default = " (the default)" if model["is_default"] else ""
    more = "\n".join(part for part in (_lengths(model), model["warning"]) if part)
    return named(f"{model['name']}{default}", more)


def _prices(model: ModelView) -> str:
    tiers = model["prices"] or {}
    lines = [f"{resolution} {dollars(price)}" for resolution, price in tiers.items()] or [
        dollars(model["price"])
    ]
    return "\n".join([*lines, *([f"a {model['price_unit']}"] if model["price_unit"] else [])])


def _lengths(model: ModelView) -> str:
    if model["seconds"] is not None:
        return ", ".join(f"{seconds:g}" for seconds in model["seconds"]) + " s"
    return f"{model['shortest_seconds']:g} to {model['longest_seconds']:g} s"


def run_projects(connection: Connection, *, rename: str | None, to: str | None, delete: str | None) -> None:
    """List all projects, newest first, or rename or delete one.

    Args:
        connection: The server, and how its answer is printed.
        rename: Name or id of one to rename.
        to: Its new name.
        delete: Name or id of one to delete.

    Raises:
        ApiError: If the server refuses the new name.
        UsageError: If there is no such project, or the options do not go together.
    """
    if (rename is None) != (to is None):
        raise UsageError("--rename and --to belong together: --rename Winter --to Spring")
    if rename is not None and delete is not None:
        raise UsageError("Use --rename or --delete, not both")
    with connection.client() as client:
        if rename is not None:
            former = require_project(client, rename)
            with naming(lambda field: "--to" if field == "name" else field):
                renamed = client.rename_project(str(former["project_id"]), str(to))
            said = f"Renamed the project {escape(former['name'])} to {escape(renamed['name'])}."
            connection.answer(renamed, [said])
            return
        if delete is not None:
            gone = client.delete_project(str(require_project(client, delete)["project_id"]))
            connection.answer(gone, [f"Deleted the project {escape(gone['name'])}; its videos stay."])
            return
        found = client.projects()
    shown = table(
        "Projects",
        found,
        Column("id", lambda project: project["project_id"]),
        Column("name", lambda project: escape(project["name"])),
        Column("made", lambda project: format_time(project["created_at"])),
    )
    connection.answer({"projects": found}, [shown])


def run_usage(connection: Connection) -> None:
    """Show what is stored and spent, beside what may be."""
    with connection.client() as client:
        found = client.usage()
    tables = [_storage_table(found), _spending_table(found)]
    if found["models"]:
        tables.append(_models_spent(found["models"]))
    connection.answer(found, [*tables, _limit(found["spend_limit"]), *_alert(found["budget"])])


def _storage_table(usage: UsageView) -> Table:
    return table(
        f"Storage, {_share(usage['budget'])} used",
        [(name, usage["stored"][name]) for name in ("active", "archived", "total")],
        Column("class", lambda row: row[0]),
        Column("size", lambda row: format_size(row[1]["bytes"]), is_number=True),
        Column("cost a month", lambda row: dollars(row[1]["monthly_cost"]), is_number=True),
    )


def _spending_table(usage: UsageView) -> Table:
    return table(
        "Spending",
        usage["spending"],
        Column("month", lambda month: month["month"]),
        Column("takes", lambda month: str(month["takes"]), is_number=True),
        Column("charged", lambda month: dollars(month["charged"]), is_number=True),
        Column("reserved", lambda month: dollars(month["reserved"]), is_number=True),
    )


def _models_spent(models: Sequence[ModelSpending]) -> Table:
    return table(
        "This month by model",
        models,
        Column("model", lambda spent: escape(spent["model"])),
        Column("takes", lambda spent: f"{spent['succeeded']} of {spent['generations']}", is_number=True),
        Column("cost", lambda spent: dollars(spent["cost"]), is_number=True),
        Column("by the provider", _by_the_provider, is_number=True),
    )


def _by_the_provider(spent: ModelSpending) -> str:
    if not spent["reported"]:
        return "says none"
    return f"{dollars(spent['provider_cost'])} for {dollars(spent['reported_cost'])}"


def _limit(spending: SpendLimitView) -> str:
    if spending["limit"] is None:
        return "No monthly limit is set."
    return f"{dollars(spending['left'])} of {dollars(spending['limit'])} are left for {spending['month']}."


def _share(budget: BudgetView) -> str:
    """Return how much of a budget is used; far over it, the percentage has no meaning to a reader."""
    of = format_size(budget["budget_bytes"])
    if budget["percent"] >= FAR_OVER_PERCENT:
        return f"more than {FAR_OVER_PERCENT} % of {of}"
    return f"{budget['percent']:.1f} % of {of}"


def format_size(size: int) -> str:
    """Return a size with a unit that leaves digits to read, in powers of 1,000, as budgets are set.

    >>> format_size(1000), format_size(12_345_678), format_size(100 * 10**9), format_size(1)
    ('1.00 kB', '12.35 MB', '100.00 GB', '1 byte')
    """
    for unit, length in UNITS:
        if size >= length:
            return f"{size / length:.2f} {unit}"
    return "1 byte" if size == 1 else f"{size} bytes"


def _alert(budget: BudgetView) -> list[str]:
    """Say that the budget is reached, or nearly: on one machine nothing subscribes to the alert topic."""
    percent = budget["percent"]
    if percent >= _FULL_PERCENT:
        return ["[red]The storage budget is used up: nothing new is taken until something is deleted.[/]"]
    if percent >= _ALERT_PERCENT:
        return [f"[yellow]{_ALERT_PERCENT} % of the storage budget are reached.[/]"]
    return []
