"""``retake templates``, ``template`` and ``schedules``: what is made again, and what is made later."""

from collections.abc import Sequence
from datetime import datetime

from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from retake_client.cli.connection import Connection
from retake_client.cli.tables import Column, known_cost, listing, more_of, named, table
from retake_client.cli.video_tables import format_status, format_time
from retake_client.client import RetakeClient
from retake_client.errors import UsageError, naming
from retake_client.http import Json
from retake_client.models import ScheduleView, TemplateView


def run_templates(
    connection: Connection, *, delete: str | None, limit: int | None, cursor: str | None
) -> None:
    """List templates, newest first, or delete one.

    Args:
        connection: The server, and how its answer is printed.
        delete: Name or id of one to delete.
        limit: How many a page has.
        cursor: Where the page before ended.

    Raises:
        UsageError: If there is no such template.
    """
    with connection.client() as client:
        if delete is not None:
            gone = client.delete_template(str(find_template(client, delete)["template_id"]))
            connection.answer(gone, [f"Deleted the template {escape(gone['name'])}."])
            return
        page = client.templates(_page(limit, cursor))
    connection.answer(page, [templates_table(page["templates"]), *more_of(page)])


def run_save_template(connection: Connection, words: Json) -> None:
    """Save a template under its name, or change the one that has it.

    Raises:
        ApiError: If the server refuses it, naming each fault.
    """
    with connection.client() as client:
        known = _named(client, str(words["name"]))
        if known is None:
            saved = client.create_template(words)
        else:
            saved = client.change_template(str(known["template_id"]), words)
    use = [f"--set {name}=…" for name in saved["placeholders"]]
    typed = connection.typed(" ".join(["create", "--template", f'"{saved["name"]}"', *use]))
    connection.answer(saved, [templates_table([saved]), f"[bold]Go on[/]    {escape(typed)}"])


def run_schedules(
    connection: Connection, *, cancel: str | None, limit: int | None, cursor: str | None
) -> None:
    """List schedules by their time, the last first, or cancel one.

    Args:
        connection: The server, and how its answer is printed.
        cancel: Id of one to cancel.
        limit: How many a page has.
        cursor: Where the page before ended.

    Raises:
        ApiError: If it cannot be cancelled any more.
    """
    with connection.client() as client:
        if cancel is not None:
            cancelled = client.cancel_schedule(cancel)
            connection.answer(cancelled, [schedules_table([cancelled])])
            return
        page = client.schedules(_page(limit, cursor))
    connection.answer(page, [schedules_table(page["schedules"]), *more_of(page)])


def schedule_for(connection: Connection, client: RetakeClient, at: datetime, asked: Json) -> int:
    """Schedule a request and print the schedule; return the exit status.

    Args:
        connection: How the answer is printed.
        client: Who is asked.
        at: When.
        asked: One of ``video``, ``variations``, ``batch`` and ``regeneration``, with its body.
    """
    (kind,) = asked
    with connection.waiting("schedules"), naming(lambda field: field.removeprefix(f"{kind}.")):
        made = client.schedule({"at": at.isoformat(), **asked})
    warnings = [f"[yellow]{escape(warning)}[/]" for warning in made["warnings"]]
    shown: list[RenderableType] = [
        schedules_table([made]),
        *warnings,
        f"[bold]Go on[/]    {connection.typed('schedules')}",
    ]
    connection.answer(made, shown)
    return 0


def parse_time(text: str) -> datetime:
    """Read a moment as ISO 8601 has it; without a zone it is this machine's.

    >>> parse_time("2026-12-01T08:00+01:00").isoformat()
    '2026-12-01T08:00:00+01:00'

    Raises:
        UsageError: If it is none.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no time; write it like 2026-12-01T08:00+01:00") from error
    return at.astimezone() if at.tzinfo is None else at


def parse_values(values: Sequence[str]) -> dict[str, str]:
    """Read ``NAME=VALUE`` pairs.

    >>> parse_values(["animal=fox", "place=a=b"])
    {'animal': 'fox', 'place': 'a=b'}

    Raises:
        UsageError: If one has no name, or is named twice.
    """
    found: dict[str, str] = {}
    for text in values:
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise UsageError(f"{text!r} does not say what stands for what; write animal=fox")
        if name in found:
            raise UsageError(f"{name} is given twice")
        found[name] = value
    return found


def find_template(client: RetakeClient, name: str) -> TemplateView:
    """Return the template with this name or id. Raises ``UsageError``."""
    found = _named(client, name)
    if found is None:
        raise UsageError(f'There is no template {name!r}; `retake template "{name}" "…"` saves one')
    return found


def _named(client: RetakeClient, name: str) -> TemplateView | None:
    wanted = " ".join(name.split()).casefold()
    for template in client.all_templates():
        if name == template["template_id"] or wanted == str(template["name"]).casefold():
            return template
    return None


def templates_table(templates: Sequence[TemplateView]) -> Table:
    """Return templates as a list, in the order given."""
    return table(
        "Templates",
        templates,
        Column("name", lambda template: escape(template["name"])),
        Column("prompt", lambda template: escape(template["prompt"])),
        Column("model", lambda template: escape(template["model"] or "")),
        Column("length", lambda template: f"{template['seconds']} s" if template["seconds"] else ""),
        Column("variations", lambda template: str(template["variations"] or "")),
        Column("to know", _to_know),
    )


def _to_know(template: TemplateView) -> str:
    faults = [f"[red]{escape(fault['detail'])}[/]" for fault in template["faults"]]
    return "\n".join([*faults, *(f"[yellow]{escape(warning)}[/]" for warning in template["warnings"])])


def schedules_table(schedules: Sequence[ScheduleView]) -> Table:
    """Return schedules as a list, in the order given."""
    return listing(
        "Schedules",
        schedules,
        Column("what", lambda schedule: named(_what(schedule), schedule["schedule_id"])),
        Column("at", lambda schedule: format_time(schedule["at"])),
        Column("status", lambda schedule: format_status(schedule["status"])),
        Column("cost", lambda schedule: known_cost(schedule["estimated_cost"]), is_number=True),
        Column("to know", _outcome),
    )


def _outcome(schedule: ScheduleView) -> str:
    batch_id = schedule["batch_id"]
    return escape(schedule["reason"] or (f"made as {batch_id}" if batch_id else ""))


def _what(schedule: ScheduleView) -> str:
    request = schedule["request"]
    if schedule["kind"] == "regeneration":
        return f"regenerate {len(request['clips'])} clips of {schedule['job_id']}"
    videos = request.get("videos") or [request]
    return "; ".join(str(video["prompt"]) for video in videos)


def _page(limit: int | None, cursor: str | None) -> dict[str, str]:
    asked = {"limit": limit, "cursor": cursor}
    return {name: str(value) for name, value in asked.items() if value is not None}
