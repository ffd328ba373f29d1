"""Options that several commands share, and those that name a server, each described once."""

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from pathlib import Path
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar, get_type_hints

import typer

from retake_client.cli.connection import Connection
from retake_client.cli.extension import default_data
from retake_client.cli.server import PASSWORD_VARIABLE

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and ask nothing.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask once the price is shown.")]
Wait = Annotated[
    bool, typer.Option("--wait/--no-wait", help="Wait until it is done; Ctrl-C ends the waiting only.")
]
At = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="Not now but then, such as 2026-12-01T08:00+01:00; priced now."),
]
Limit = Annotated[int | None, typer.Option(help="How many a page has, 100 at most.")]
Cursor = Annotated[str | None, typer.Option(help="Go on where a page ended, which says with what.")]
Seconds = Annotated[str | None, typer.Option(help="Its length; the model's usual one if left out.")]
Variations = Annotated[int | None, typer.Option(help="So many videos of it, to choose from.")]
ModelName = Annotated[str | None, typer.Option(help="Who makes it: a name of `retake models`.")]
Size = Annotated[str | None, typer.Option(help="Its width and height, such as 1280x720.")]

SERVER = "Server"
"""The heading in ``--help`` of the options that name one."""

Url = Annotated[
    str | None,
    typer.Option(
        envvar="RETAKE_URL", rich_help_panel=SERVER, help="A server, instead of the stack of `retake up`."
    ),
]
User = Annotated[
    str | None,
    typer.Option(envvar="RETAKE_USER", rich_help_panel=SERVER, help="The e-mail that signs in there."),
]
Password = Annotated[
    str | None, typer.Option(envvar=PASSWORD_VARIABLE, rich_help_panel=SERVER, help="Its password.")
]
Data = Annotated[
    Path | None,
    typer.Option(
        rich_help_panel=SERVER,
        help="The data directory of a stack on this machine, as `retake up` was given it.",
    ),
]

_CONNECTION: dict[str, Any] = {
    "as_json": AsJson,
    "url": Url,
    "user": User,
    "password": Password,
    "data": Data,
}

P = ParamSpec("P")
R = TypeVar("R")


def connected(command: Callable[Concatenate[Connection, P], R]) -> Callable[..., R]:
    """Give a command the options of a connection; it takes what they name as its first argument."""

    @wraps(command)
    def with_options(*args: Any, **given: Any) -> R:  # noqa: ANN401 - as the command declares them
        named = {name: given.pop(name) for name in _CONNECTION}
        connection = Connection(**{**named, "data": named["data"] or default_data()})
        return command(connection, *args, **given)

    own = list(signature(command).parameters.values())[1:]
    added = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=False if name == "as_json" else None, annotation=kind)
        for name, kind in _CONNECTION.items()
    ]
    hints = get_type_hints(command, include_extras=True)
    hints.pop(next(iter(signature(command).parameters)))
    # What Typer reads: a signature, and annotations that are types.
    with_options.__signature__ = signature(command).replace(parameters=[*own, *added])  # type: ignore[attr-defined]
    with_options.__annotations__ = {**hints, **_CONNECTION}
    return with_options
