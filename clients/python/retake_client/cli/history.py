"""``retake history``: every generation that has ended."""

import re
from collections.abc import Mapping, Sequence

from rich.markup import escape
from rich.table import Table

from retake_client.cli.connection import Connection
from retake_client.cli.tables import Column, dollars, listing, more_of, named
from retake_client.cli.take_names import format_clip
from retake_client.cli.video_tables import format_status, format_time
from retake_client.errors import UsageError, naming
from retake_client.models import GenerationView

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)


def run_history(connection: Connection, wanted: Mapping[str, str | int | None]) -> None:
    """List generations that have ended, those asked for last first.

    Args:
        connection: The server, and how its answer is printed.
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


def history_table(generations: Sequence[GenerationView]) -> Table:
    """Return generations as a list, in the order given."""
    return listing(
        "Generations",
        generations,
        Column("what", lambda item: named(_place(item), item["error"] or item["instruction"])),
        Column("status", lambda item: format_status(item["status"].replace("_", " "))),
        Column("made by", _maker),
        Column("asked for", lambda item: format_time(item["asked_at"])),
    )


def _maker(item: GenerationView) -> str:
    cost = "cost not known" if item["actual_cost"] is None else dollars(item["actual_cost"])
    took = "" if item["seconds"] is None else f", {item['seconds']:.0f} s"
    return f"{escape(item['model'])}{took}\n{cost}"


def _place(item: GenerationView) -> str:
    """Return what it was for: a video by its title, a clip of a job by its place; and the take."""
    name = format_clip(item["clip_index"], item.get("clip_title"))
    clip = "" if item["kind"] == "video" else f", clip {name}"
    take = "" if item["version_number"] is None else f", version {item['version_number']}"
    return f"{item['title']}{clip}{take}"
