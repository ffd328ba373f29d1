"""The commands about what is made again, and what is made later."""

# ruff: noqa: PLC0415 - a command pays for its own imports only

from typing import Annotated

import typer

from retake_client.cli.connection import Connection
from retake_client.cli.options import Cursor, Limit, ModelName, Seconds, Size, Variations, connected

plan_commands = typer.Typer()


@plan_commands.command()
@connected
def templates(
    connection: Connection,
    *,
    delete: Annotated[str | None, typer.Option(help="Name or id: delete this one.")] = None,
    limit: Limit = None,
    cursor: Cursor = None,
) -> None:
    """List your templates, newest first, and what speaks against using one today."""
    from retake_client.cli.planning import run_templates

    run_templates(connection, delete=delete, limit=limit, cursor=cursor)


@plan_commands.command()
@connected
def template(
    connection: Connection,
    name: Annotated[str, typer.Argument(help="What you call it.")],
    prompt: Annotated[str, typer.Argument(help='With placeholders, such as "a red {animal} in snow".')],
    *,
    seconds: Seconds = None,
    variations: Variations = None,
    model: ModelName = None,
    size: Size = None,
    title: Annotated[str | None, typer.Option(help="What people call what is made.")] = None,
) -> None:
    """Save a prompt with its settings, or change the one of this name: `create --template` uses it."""
    from retake_client.cli.planning import run_save_template

    words = {
        "name": name,
        "prompt": prompt,
        "seconds": seconds,
        "variations": variations,
        "model": model,
        "size": size,
        "title": title,
    }
    run_save_template(connection, {key: value for key, value in words.items() if value is not None})


@plan_commands.command()
@connected
def schedules(
    connection: Connection,
    *,
    cancel: Annotated[str | None, typer.Option(metavar="ID", help="Cancel this one.")] = None,
    limit: Limit = None,
    cursor: Cursor = None,
) -> None:
    """List what is scheduled by its time, the last first, and what came of it."""
    from retake_client.cli.planning import run_schedules

    run_schedules(connection, cancel=cancel, limit=limit, cursor=cursor)
