"""``retake history``: every generation that has ended."""

import re
from collections.abc import Mapping, Sequence

from rich.markup import escape
from rich.table import Table

from infra.cli.connection import Connection
from infra.cli.creating import more_of
from infra.cli.demo_tables import dollars
from infra.cli.errors import UsageError, naming
from infra.cli.http import Json
from infra.cli.listings import listing, named
from infra.cli.take_names import format_clip
from infra.cli.video_tables import format_status, told_time

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)


def run_history(connection: Connection, wanted: Mapping[str, str | int | None]) -> None:
    """List generations that have ended, those asked for last first.

    Args:
        connection: Who is asked, and how the answer is told.
        wanted: The route's parameters; None leaves a thing open.

    Raises:
        ApiError: If the server refuses it, naming each option.
        UsageError: If the month is none.
    """
    month = wanted.get("month")
    if month is not None and not _MONTH.fullmatch(str(month)):
        raise UsageError(f"--month {month} is no month; write year and month, such as 2026-11")
    with connection.client() as client, naming(lambda field: f"--{field}"):
        page = client.generations({name: str(value) for name, value in wanted.items() if value is not None})
    connection.answer(page, [history_table(page["generations"]), *more_of(page)])


def history_table(generations: Sequence[Json]) -> Table:
    """Return generations as a list, in the order given."""
    table = listing("Generations", "what", "status", "made by", "asked for")
    for item in generations:
        cost = "cost not known" if item["actual_cost"] is None else dollars(item["actual_cost"])
        took = "" if item["seconds"] is None else f", {item['seconds']:.0f} s"
        table.add_row(
            named(_place(item), item["error"] or item["instruction"]),
            format_status(item["status"].replace("_", " ")),
            f"{escape(item['model'])}{took}\n{cost}",
            told_time(item["asked_at"]),
        )
    return table


def _place(item: Json) -> str:
    """Return what it was for: a video by its title, a clip of a job by its place; and the take."""
    name = format_clip(item["clip_index"], item.get("clip_title"))
    clip = "" if item["kind"] == "video" else f", clip {name}"
    take = "" if item["version_number"] is None else f", version {item['version_number']}"
    return f"{item['title']}{clip}{take}"
