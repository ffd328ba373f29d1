"""The command about what has not ended."""

# ruff: noqa: PLC0415 - a command pays for its own imports only

from enum import StrEnum
from typing import Annotated

import typer

from retake_client.cli.connection import Connection
from retake_client.cli.options import connected

queue_commands = typer.Typer()


class Action(StrEnum):
    """What can be done about something that has not ended."""

    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    MOVE = "move"


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
) -> None:
    """List what runs, waits or is paused, in this order; pause, resume, cancel or move one of them."""
    from retake_client.cli.queueing import run_change, run_queue

    if action is None:
        run_queue(connection)
    else:
        run_change(connection, action, entry_id, place)
