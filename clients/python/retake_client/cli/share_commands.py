"""The commands about share links: what others see without an account, and what they say about it."""

# ruff: noqa: PLC0415 - a command pays for its own imports only

from typing import Annotated

import typer

from retake_client.cli.connection import Connection
from retake_client.cli.options import connected

share_commands = typer.Typer()
_share = typer.Typer(
    no_args_is_help=True, help="Show a video or a comparison to people without an account, by a link."
)
share_commands.add_typer(_share, name="share")

Job = Annotated[str, typer.Argument(help="The job's id, or a video's.")]


@_share.command()
@connected
def create(
    connection: Connection,
    job: Job,
    *,
    compare: Annotated[
        tuple[int, str, str] | None,
        typer.Option(
            metavar="CLIP LEFT RIGHT",
            help="Show two versions of a clip, by their numbers, and not the job's video.",
        ),
    ] = None,
    title: Annotated[
        str | None, typer.Option(help="What viewers read above it; nothing if left out.")
    ] = None,
    days: Annotated[int | None, typer.Option(help="Days until it ends by itself, 90 at most.")] = None,
    comments: Annotated[bool, typer.Option(help="Let viewers leave comments.")] = True,
    prompts: Annotated[
        bool, typer.Option(help="Let viewers read the prompts and instructions of what they see.")
    ] = False,
) -> None:
    """Make a link; it is shown once, since the server keeps only a hash of it."""
    from retake_client.cli.sharing import run_create_share

    request: dict[str, object] = {"takes_comments": comments, "shows_prompts": prompts}
    if compare is not None:
        clip, left, right = compare
        request["comparison"] = {"clip_index": clip, "left": left, "right": right}
    given = {"title": title, "days": days}
    request |= {name: value for name, value in given.items() if value is not None}
    run_create_share(connection, job, request)


@_share.command(name="list")
@connected
def list_shares(connection: Connection, job: Job) -> None:
    """List a job's links, newest first, and what viewers said."""
    from retake_client.cli.sharing import run_list_shares

    run_list_shares(connection, job)


@_share.command()
@connected
def revoke(
    connection: Connection,
    job: Job,
    share: Annotated[str, typer.Argument(help="The link's id, as `retake share list` shows it.")],
) -> None:
    """End a link now; its comments stay."""
    from retake_client.cli.sharing import run_revoke_share

    run_revoke_share(connection, job, share)
