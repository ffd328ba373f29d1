"""The commands that change a job's timeline: clips are added, trimmed, named, moved away and put back."""

# ruff: noqa: PLC0415 - a command pays for its own imports only

from pathlib import Path
from typing import Annotated

import typer

from retake_client.cli.connection import Connection
from retake_client.cli.options import Yes, connected

clip_commands = typer.Typer()
_clip = typer.Typer(no_args_is_help=True, help="Change the clips of a job: add, trim, name, remove.")
clip_commands.add_typer(_clip, name="clip")

Job = Annotated[str, typer.Argument(metavar="JOB", help="The job's id.")]
Clip = Annotated[int, typer.Argument(metavar="CLIP", help="Its place in the job, from 0.")]
ClipId = Annotated[str, typer.Argument(metavar="ID", help="As `retake clip removed` shows it.")]


@_clip.command()
@connected
def add(
    connection: Connection,
    job: Job,
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE…]", help="Video files, in order.", exists=True)
    ] = None,
    *,
    prompt: Annotated[
        list[str] | None,
        typer.Option(metavar='"…"', help="Generate a clip, behind the files; repeat the option."),
    ] = None,
    seconds: Annotated[float | None, typer.Option(help="Length of each generated clip.")] = None,
    at: Annotated[
        int | None, typer.Option(metavar="CLIP", help="Put them before this clip; by default at the end.")
    ] = None,
    yes: Yes = False,
) -> None:
    """Add clips; the price is shown before anything is sent."""
    from retake_client.cli.editing import Added, run_add

    run_add(connection, job, Added(files or (), prompt or (), seconds, at), yes=yes)


@_clip.command()
@connected
def title(
    connection: Connection,
    job: Job,
    clip: Clip,
    text: Annotated[str, typer.Argument(metavar='"…"', help="The new title.")],
) -> None:
    """Give a clip another title."""
    from retake_client.cli.editing import run_edit

    run_edit(connection, job, lambda client, seen: client.change_clip(seen, clip, {"title": text}))


@_clip.command()
@connected
def trim(
    connection: Connection,
    job: Job,
    clip: Clip,
    frames: Annotated[
        tuple[int, int] | None,
        typer.Option(metavar="IN OUT", help="The first frame that is shown, and the first that is not."),
    ] = None,
) -> None:
    """Show a part of a clip, or all of it where no frames are given; its takes stay whole."""
    from retake_client.cli.editing import run_edit

    part = None if frames is None else {"in_frame": frames[0], "out_frame": frames[1]}
    run_edit(connection, job, lambda client, seen: client.change_clip(seen, clip, {"trim": part}))


@_clip.command()
@connected
def duplicate(connection: Connection, job: Job, clip: Clip) -> None:
    """Put a clip behind it that shows the same take; nothing is charged."""
    from retake_client.cli.editing import run_edit

    run_edit(connection, job, lambda client, seen: client.duplicate_clip(seen, clip))


@_clip.command()
@connected
def remove(connection: Connection, job: Job, clip: Clip) -> None:
    """Take a clip out of the video; it can be put back."""
    from retake_client.cli.editing import run_edit

    run_edit(connection, job, lambda client, seen: client.remove_clip(seen, clip))


@_clip.command()
@connected
def removed(connection: Connection, job: Job) -> None:
    """List the clips that were taken out, the last one first."""
    from retake_client.cli.editing import run_removed

    run_removed(connection, job)


@_clip.command(name="return")
@connected
def return_clip(connection: Connection, job: Job, clip_id: ClipId) -> None:
    """Put a removed clip back where it was, with all its takes."""
    from retake_client.cli.editing import run_edit

    run_edit(connection, job, lambda client, seen: client.return_clip(seen, clip_id))


@_clip.command()
@connected
def undo(connection: Connection, job: Job) -> None:
    """Undo the last change of the timeline; again, the one before it."""
    from retake_client.cli.editing import run_edit

    run_edit(connection, job, lambda client, seen: client.undo(seen))
