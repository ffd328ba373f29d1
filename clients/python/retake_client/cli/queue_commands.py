"""The command about what has not ended."""

# ruff: noqa: PLC0415 - a command pays for its own imports only

from typing import Annotated

import typer

from retake_client.cli.connection import Connection
from retake_client.cli.options import Yes, connected
from retake_client.cli.queue_actions import Action

queue_commands = typer.Typer()


@queue_commands.command()
@connected
def queue(
    connection: Connection,
    action: Annotated[
        Action | None, typer.Argument(metavar="[pause|resume|cancel|move]", help="Do this to one of them.")
    ] = None,
    entry_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Of the video, or the batch.")
    ] = None,
    place: Annotated[
        int | None, typer.Argument(metavar="[PLACE]", min=1, help="Where to move it among those that wait.")
    ] = None,
    *,
    model: Annotated[
        str | None,
        typer.Option(help="Resume a held batch with this model for what is left; its price is shown first."),
    ] = None,
    yes: Yes = False,
) -> None:
    """List what runs, waits or is paused, in this order; pause, resume, cancel or move one of them."""
    from retake_client.cli.queueing import run_change, run_model_change, run_queue

    if action is None and model is None:
        run_queue(connection)
    elif model is not None:
        run_model_change(connection, action, entry_id, model, yes=yes)
    elif action is not None:
        run_change(connection, action, entry_id, place)
