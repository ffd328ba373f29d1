"""The commands about what is made again, and what is made later."""

# ruff: noqa: PLC0415 - a command pays for its own imports only

from typing import Annotated

import typer

from infra.cli.options import AsJson, Cursor, Data, Limit, Password, Url, User
from infra.cli.paths import DEFAULT_DATA

plan_commands = typer.Typer()


@plan_commands.command()
def templates(
    *,
    delete: Annotated[str | None, typer.Option(help="Name or id: delete this one.")] = None,
    limit: Limit = None,
    cursor: Cursor = None,
    as_json: AsJson = False,
    url: Url = None,
    user: User = None,
    password: Password = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """List your templates, newest first, and what speaks against using one today."""
    from infra.cli.connection import Connection
    from infra.cli.planning import run_templates

    connection = Connection(url, user, password, data, as_json)
    run_templates(connection, delete=delete, limit=limit, cursor=cursor)


@plan_commands.command()
def template(
    name: Annotated[str, typer.Argument(help="What you call it.")],
    prompt: Annotated[str, typer.Argument(help='With placeholders, such as "a red {animal} in snow".')],
    *,
    seconds: Annotated[
        str | None, typer.Option(help="Its length; the model's usual one if left out.")
    ] = None,
    variations: Annotated[int | None, typer.Option(help="So many videos of it, to choose from.")] = None,
    model: Annotated[str | None, typer.Option(help="Who makes it: a name of `retake models`.")] = None,
    size: Annotated[str | None, typer.Option(help="Its width and height, such as 1280x720.")] = None,
    title: Annotated[str | None, typer.Option(help="What people call what is made.")] = None,
    as_json: AsJson = False,
    url: Url = None,
    user: User = None,
    password: Password = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """Save a prompt with its settings, or change the one of this name: `create --template` uses it."""
    from infra.cli.connection import Connection
    from infra.cli.planning import run_save_template

    words = {
        "name": name,
        "prompt": prompt,
        "seconds": seconds,
        "variations": variations,
        "model": model,
        "size": size,
        "title": title,
    }
    connection = Connection(url, user, password, data, as_json)
    run_save_template(connection, {key: value for key, value in words.items() if value is not None})


@plan_commands.command()
def schedules(
    *,
    cancel: Annotated[str | None, typer.Option(metavar="ID", help="Cancel this one.")] = None,
    limit: Limit = None,
    cursor: Cursor = None,
    as_json: AsJson = False,
    url: Url = None,
    user: User = None,
    password: Password = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """List what is scheduled by its time, the last first, and what came of it."""
    from infra.cli.connection import Connection
    from infra.cli.planning import run_schedules

    connection = Connection(url, user, password, data, as_json)
    run_schedules(connection, cancel=cancel, limit=limit, cursor=cursor)
