"""The commands about videos that are made from words."""

# ruff: noqa: PLC0415 - a command pays for its own imports only

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from retake_client.cli.connection import Connection
from retake_client.cli.options import (
    At,
    Cursor,
    Limit,
    ModelName,
    Seconds,
    Size,
    Variations,
    Wait,
    Yes,
    connected,
)

video_commands = typer.Typer()

Project = Annotated[str | None, typer.Option(help="Name or id of their project; made if there is none.")]


class Status(StrEnum):
    """Where a video is, as the API has it."""

    PROCESSING = "processing"
    IN_DOUBT = "in_doubt"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


@video_commands.command()
@connected
def create(
    connection: Connection,
    prompt: Annotated[
        str | None, typer.Argument(metavar="[PROMPT]", help="What it should show; a template says it too.")
    ] = None,
    *,
    template: Annotated[
        str | None, typer.Option(help="Name or id: what is not said here is from it.")
    ] = None,
    values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Fill a placeholder; repeat the option."),
    ] = None,
    seconds: Seconds = None,
    variations: Variations = None,
    model: ModelName = None,
    size: Size = None,
    title: Annotated[str | None, typer.Option(help="What people call it.")] = None,
    reference: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[ROLE=]FILE|VIDEO|JOB:CLIP",
            help="Start from it: a file; with a role also a video, or a clip. Repeat the option.",
        ),
    ] = None,
    project: Project = None,
    at: At = None,
    yes: Yes = False,
    wait: Wait = True,
) -> None:
    """Make a video from words, or variations of one."""
    from retake_client.cli.creating import FromTemplate, Plan, run_create
    from retake_client.cli.planning import parse_time, parse_values
    from retake_client.cli.references import parse_references
    from retake_client.cli.video_specs import VideoSpec
    from retake_client.errors import UsageError, naming_option

    if prompt is None and template is None:
        raise UsageError('Say what it should show, such as "a red fox in snow", or name a --template')
    said = {"prompt": prompt, "seconds": seconds, "model": model, "size": size, "title": title}
    with naming_option("--reference"):
        references = parse_references(reference or ())
    spec = VideoSpec({name: value for name, value in said.items() if value is not None}, references)
    from_template = None if template is None else FromTemplate(template, parse_values(values or ()))
    status = run_create(
        connection,
        spec,
        variations=variations,
        project=project,
        template=from_template,
        plan=Plan(at=None if at is None else parse_time(at), yes=yes, wait=wait),
    )
    raise typer.Exit(status)


@video_commands.command()
@connected
def batch(
    connection: Connection,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.toml",
            help="A `videos` table for each, with what `create` takes.",
            exists=True,
            dir_okay=False,
        ),
    ],
    *,
    project: Project = None,
    at: At = None,
    yes: Yes = False,
    wait: Wait = True,
) -> None:
    """Make different videos side by side, each with its own settings."""
    from retake_client.cli.creating import Plan, run_batch
    from retake_client.cli.planning import parse_time

    plan = Plan(at=None if at is None else parse_time(at), yes=yes, wait=wait)
    raise typer.Exit(run_batch(connection, file, project=project, plan=plan))


@video_commands.command()
@connected
def videos(
    connection: Connection,
    *,
    project: Annotated[str | None, typer.Option(help="Name or id: only those of this project.")] = None,
    status: Annotated[Status | None, typer.Option(help="Only those of this status.")] = None,
    find: Annotated[
        str | None, typer.Option(metavar="WORDS", help="Only those with these words in title or prompt.")
    ] = None,
    limit: Limit = None,
    cursor: Cursor = None,
) -> None:
    """List your videos, newest first."""
    from retake_client.cli.creating import run_videos

    run_videos(
        connection,
        project=project,
        status=status and status.value,
        find=find,
        limit=limit,
        cursor=cursor,
    )


@video_commands.command()
@connected
def delete(
    connection: Connection,
    ids: Annotated[list[str], typer.Argument(metavar="ID…", help="Videos, or jobs.")],
    *,
    yes: Yes = False,
) -> None:
    """Delete videos or jobs, with all their versions."""
    from retake_client.cli.deleting import run_delete

    run_delete(connection, ids, yes=yes)


@video_commands.command()
@connected
def download(
    connection: Connection,
    ids: Annotated[
        list[str],
        typer.Argument(metavar="ID…", help="Videos, or jobs; with --zip batches of videos as well."),
    ],
    *,
    as_zip: Annotated[
        bool,
        typer.Option("--zip", help="Videos as one archive; a job with its takes, or a batch, as one each."),
    ] = False,
    to: Annotated[Path, typer.Option(help="Into this directory.", file_okay=False)] = Path(),
) -> None:
    """Download videos under their titles."""
    from retake_client.cli.fetching import run_download
    from retake_client.cli.zipping import run_zip

    fetch = run_zip if as_zip else run_download
    fetch(connection, ids, to=to)
