"""The ``retake`` command: what users do with a server, and what extensions add."""

from importlib.metadata import version as version_of
from typing import Annotated

import typer

from retake_client.cli.account_commands import account_commands
from retake_client.cli.clip_commands import clip_commands
from retake_client.cli.command_group import Commands
from retake_client.cli.extension import extensions
from retake_client.cli.job_commands import job_commands
from retake_client.cli.plan_commands import plan_commands
from retake_client.cli.queue_commands import queue_commands
from retake_client.cli.share_commands import share_commands
from retake_client.cli.video_commands import video_commands

app = typer.Typer(
    cls=Commands,
    help="Make, regenerate, version and recompose video clips.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _print_version(*, value: bool) -> None:
    if value:
        print(f"retake {version_of('retake-client')}")
        raise typer.Exit


@app.callback()
def options(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit."),
    ] = False,
) -> None:
    """Make, regenerate, version and recompose video clips."""


for _commands in (
    *(video_commands, job_commands, clip_commands, share_commands),
    *(account_commands, queue_commands, plan_commands),
):
    app.add_typer(_commands)
for _extension in extensions():
    app.add_typer(_extension.commands)
