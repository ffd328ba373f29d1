"""The commands about what there is to choose from, and what one has used."""

# ruff: noqa: PLC0415 - a command pays for its own imports only

from typing import Annotated

import typer

from infra.cli.options import AsJson, Data, Password, Url, User
from infra.cli.paths import DEFAULT_DATA

account_commands = typer.Typer()


@account_commands.command()
def models(
    *,
    check: Annotated[
        bool, typer.Option("--check", help="List those that end within 60 days; exit with 1 if there are.")
    ] = False,
    as_json: AsJson = False,
    url: Url = None,
    user: User = None,
    password: Password = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """List the models that make videos: lengths, sizes, prices."""
    from infra.cli.account import run_models
    from infra.cli.connection import Connection

    run_models(Connection(url, user, password, data, as_json), check=check)


@account_commands.command()
def projects(
    *,
    rename: Annotated[
        str | None, typer.Option(metavar="PROJECT", help="Name or id: rename this one; --to says how.")
    ] = None,
    to: Annotated[str | None, typer.Option(metavar="NAME", help="The new name.")] = None,
    delete: Annotated[
        str | None, typer.Option(metavar="PROJECT", help="Name or id: delete this one; its videos stay.")
    ] = None,
    as_json: AsJson = False,
    url: Url = None,
    user: User = None,
    password: Password = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """List your projects, newest first, rename or delete one."""
    from infra.cli.account import run_projects
    from infra.cli.connection import Connection

    connection = Connection(url, user, password, data, as_json)
    run_projects(connection, rename=rename, to=to, delete=delete)


@account_commands.command()
def usage(
    *,
    as_json: AsJson = False,
    url: Url = None,
    user: User = None,
    password: Password = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """Show what you store and spend, and how much of both you may."""
    from infra.cli.account import run_usage
    from infra.cli.connection import Connection

    run_usage(Connection(url, user, password, data, as_json))
