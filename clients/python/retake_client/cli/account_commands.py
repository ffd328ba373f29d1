"""The commands about what there is to choose from, and what one has used."""

# ruff: noqa: PLC0415 - a command pays for its own imports only

from typing import Annotated

import typer

from retake_client.cli.connection import Connection
from retake_client.cli.options import connected

account_commands = typer.Typer()


@account_commands.command()
@connected
def models(
    connection: Connection,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="List those that end within 60 days; exit with 1 if there are.")
    ] = False,
) -> None:
    """List the models that make videos: lengths, sizes, prices."""
    from retake_client.cli.account import run_models

    run_models(connection, check=check)


@account_commands.command()
@connected
def projects(
    connection: Connection,
    *,
    rename: Annotated[
        str | None, typer.Option(metavar="PROJECT", help="Name or id: rename this one; --to says how.")
    ] = None,
    to: Annotated[str | None, typer.Option(metavar="NAME", help="The new name.")] = None,
    delete: Annotated[
        str | None, typer.Option(metavar="PROJECT", help="Name or id: delete this one; its videos stay.")
    ] = None,
) -> None:
    """List your projects, newest first, rename or delete one."""
    from retake_client.cli.account import run_projects

    run_projects(connection, rename=rename, to=to, delete=delete)


@account_commands.command()
@connected
def usage(
    connection: Connection,
) -> None:
    """Show what you store and spend, and how much of both you may."""
    from retake_client.cli.account import run_usage

    run_usage(connection)
