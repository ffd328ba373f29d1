"""The commands about jobs, their clips and the takes of these."""

# ruff: noqa: PLC0415 - a command pays for its own imports only

from pathlib import Path
from typing import Annotated

import typer

from infra.cli.options import AsJson, At, Cursor, Data, Limit, Password, Url, User, Wait, Yes
from infra.cli.paths import DEFAULT_DATA

job_commands = typer.Typer()

Job = Annotated[str, typer.Argument(metavar="JOB", help="A job's id, or a video's.")]
Clip = Annotated[int, typer.Argument(metavar="CLIP", help="Its place in the job, from 0.")]


@job_commands.command()
def jobs(
    job_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="Show this one.")] = None,
    *,
    limit: Limit = None,
    cursor: Cursor = None,
    as_json: AsJson = False,
    url: Url = None,
    user: User = None,
    password: Password = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """List your jobs, newest first, or show the clips of one."""
    from infra.cli.connection import Connection
    from infra.cli.takes import run_jobs

    run_jobs(Connection(url, user, password, data, as_json), job_id, limit=limit, cursor=cursor)


@job_commands.command()
def history(
    *,
    month: Annotated[str | None, typer.Option(help="Asked for in it, in UTC: 2026-11.")] = None,
    status: Annotated[str | None, typer.Option(help="How it ended: succeeded, failed, cancelled…")] = None,
    model: Annotated[str | None, typer.Option(help="Made by this model.")] = None,
    kind: Annotated[str | None, typer.Option(help="video, or job for clips.")] = None,
    limit: Limit = None,
    cursor: Cursor = None,
    as_json: AsJson = False,
    url: Url = None,
    user: User = None,
    password: Password = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """List all that was ever generated, newest first, also of what is deleted."""
    from infra.cli.connection import Connection
    from infra.cli.history import run_history

    connection = Connection(url, user, password, data, as_json)
    wanted = {"month": month, "status": status, "model": model, "kind": kind}
    run_history(connection, {**wanted, "limit": limit, "cursor": cursor})


@job_commands.command()
def job(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.toml",
            help="A `clips` table for each, in order: upload, video or prompt; `profile` for the whole.",
            exists=True,
            dir_okay=False,
        ),
    ],
    *,
    fps: Annotated[
        str | None,
        typer.Option(metavar="RATE", help="Frames a second: 24, 29.97…; by default the first clip's."),
    ] = None,
    width: Annotated[int | None, typer.Option(metavar="PIXELS", help="By default the first clip's.")] = None,
    height: Annotated[int | None, typer.Option(metavar="PIXELS", help="By default the first clip's.")] = None,
    yes: Yes = False,
    wait: Wait = True,
    as_json: AsJson = False,
    url: Url = None,
    user: User = None,
    password: Password = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """Make a job of files, videos and prompts in any mix: its clips in playback order."""
    from infra.cli.connection import Connection
    from infra.cli.making_jobs import run_job

    connection = Connection(url, user, password, data, as_json)
    profile = {"width": width, "height": height, "fps": fps}
    raise typer.Exit(run_job(connection, file, profile, yes=yes, wait=wait))


@job_commands.command()
def versions(
    job_id: Job,
    clip_index: Clip,
    *,
    as_json: AsJson = False,
    url: Url = None,
    user: User = None,
    password: Password = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """Show every take of a clip, newest first."""
    from infra.cli.connection import Connection
    from infra.cli.takes import run_versions

    run_versions(Connection(url, user, password, data, as_json), job_id, clip_index)


@job_commands.command()
def restore(
    job_id: Job,
    clip_index: Clip,
    version: Annotated[str, typer.Argument(metavar="VERSION", help="Its number, or its id.")],
    *,
    as_json: AsJson = False,
    url: Url = None,
    user: User = None,
    password: Password = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """Make an earlier take of a clip current, and compose the video again."""
    from infra.cli.connection import Connection
    from infra.cli.takes import run_restore

    run_restore(Connection(url, user, password, data, as_json), job_id, clip_index, version)


@job_commands.command()
def compare(
    job_id: Job,
    clip_index: Clip,
    left: Annotated[
        str | None, typer.Argument(metavar="[LEFT]", help="A version; the one before RIGHT if left out.")
    ] = None,
    right: Annotated[
        str | None, typer.Argument(metavar="[RIGHT]", help="A version; the current one if left out.")
    ] = None,
    *,
    as_json: AsJson = False,
    url: Url = None,
    user: User = None,
    password: Password = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """Show in what two versions of a clip differ, and how alike their pictures are."""
    from infra.cli.comparing import run_compare
    from infra.cli.connection import Connection

    run_compare(Connection(url, user, password, data, as_json), job_id, clip_index, left, right)


@job_commands.command()
def retry(
    job_id: Job,
    batch_id: Annotated[
        str | None, typer.Argument(metavar="[BATCH]", help="Which batch; the job's last if left out.")
    ] = None,
    *,
    yes: Yes = False,
    wait: Wait = True,
    as_json: AsJson = False,
    url: Url = None,
    user: User = None,
    password: Password = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """Retry the clips of a batch that did not succeed, with the same instructions."""
    from infra.cli.connection import Connection
    from infra.cli.retrying import run_retry

    connection = Connection(url, user, password, data, as_json)
    raise typer.Exit(run_retry(connection, job_id, batch_id, yes=yes, wait=wait))


@job_commands.command()
def regenerate(
    job_id: Job,
    *,
    clip: Annotated[
        list[str] | None,
        typer.Option(metavar='INDEX="…"', help="What to change in a clip; repeat the option."),
    ] = None,
    instruction: Annotated[
        str | None,
        typer.Option(
            "--all", metavar='"…"', help="What to change in all clips, or in those that --clip names alone."
        ),
    ] = None,
    takes: Annotated[
        int | None, typer.Option(metavar="N", help="Takes of each clip, to choose from; by default 1.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who makes them; by default what made each clip.")
    ] = None,
    at: At = None,
    yes: Yes = False,
    wait: Wait = True,
    as_json: AsJson = False,
    url: Url = None,
    user: User = None,
    password: Password = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """Make new takes of clips, one after another, and compose the video again."""
    from infra.cli.connection import Connection
    from infra.cli.planning import parse_time
    from infra.cli.regenerating import Asked, run_regenerate

    connection = Connection(url, user, password, data, as_json)
    asked = Asked(clip or (), instruction, takes, model, None if at is None else parse_time(at))
    status = run_regenerate(connection, job_id, asked, yes=yes, wait=wait)
    raise typer.Exit(status)
