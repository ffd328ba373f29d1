"""The commands about jobs, their clips and the takes of these."""

# ruff: noqa: PLC0415 - a command pays for its own imports only

from pathlib import Path
from typing import Annotated

import typer

from retake_client.cli.connection import Connection
from retake_client.cli.options import At, Cursor, Limit, Wait, Yes, connected

job_commands = typer.Typer()

Job = Annotated[str, typer.Argument(metavar="JOB", help="A job's id, or a video's.")]
Clip = Annotated[int, typer.Argument(metavar="CLIP", help="Its place in the job, from 0.")]


@job_commands.command()
@connected
def jobs(
    connection: Connection,
    job_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="Show this one.")] = None,
    *,
    limit: Limit = None,
    cursor: Cursor = None,
) -> None:
    """List your jobs, newest first, or show the clips of one."""
    from retake_client.cli.takes import run_jobs

    run_jobs(connection, job_id, limit=limit, cursor=cursor)


@job_commands.command()
@connected
def history(
    connection: Connection,
    *,
    month: Annotated[str | None, typer.Option(help="Asked for in it, in UTC: 2026-11.")] = None,
    status: Annotated[str | None, typer.Option(help="How it ended: succeeded, failed, cancelled…")] = None,
    model: Annotated[str | None, typer.Option(help="Made by this model.")] = None,
    kind: Annotated[str | None, typer.Option(help="video, or job for clips.")] = None,
    limit: Limit = None,
    cursor: Cursor = None,
) -> None:
    """List all that was ever generated, newest first, also of what is deleted."""
    from retake_client.cli.history import run_history

    wanted = {"month": month, "status": status, "model": model, "kind": kind}
    run_history(connection, {**wanted, "limit": limit, "cursor": cursor})


@job_commands.command()
@connected
def job(
    connection: Connection,
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
) -> None:
    """Make a job of files, videos and prompts in any mix: its clips in playback order."""
    from retake_client.cli.making_jobs import run_job

    profile = {"width": width, "height": height, "fps": fps}
    raise typer.Exit(run_job(connection, file, profile, yes=yes, wait=wait))


@job_commands.command()
@connected
def versions(
    connection: Connection,
    job_id: Job,
    clip_index: Clip,
) -> None:
    """Show every take of a clip, newest first."""
    from retake_client.cli.takes import run_versions

    run_versions(connection, job_id, clip_index)


@job_commands.command()
@connected
def restore(
    connection: Connection,
    job_id: Job,
    clip_index: Clip,
    version: Annotated[str, typer.Argument(metavar="VERSION", help="Its number, or its id.")],
) -> None:
    """Make an earlier take of a clip current, and compose the video again."""
    from retake_client.cli.takes import run_restore

    run_restore(connection, job_id, clip_index, version)


@job_commands.command()
@connected
def soundtrack(
    connection: Connection,
    job_id: Annotated[str, typer.Argument(metavar="JOB", help="A job's id.")],
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]",
            help="MP3, M4A, AAC, WAV, FLAC or OGG; without it the job's track is kept.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    *,
    level: Annotated[int, typer.Option(metavar="DB", help="How much louder it is made.")] = -6,
    ducking: Annotated[
        int, typer.Option(metavar="DB", help="How much quieter it is while the clips have sound.")
    ] = 9,
    fade_in: Annotated[float, typer.Option(metavar="SECONDS", help="From silence to its level.")] = 0,
    fade_out: Annotated[float, typer.Option(metavar="SECONDS", help="To silence, at the end.")] = 0,
    alone: Annotated[bool, typer.Option("--alone", help="In place of the clips' own sound.")] = False,
    loop: Annotated[bool, typer.Option("--loop", help="Again where the video is longer.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Have the clips' own sound alone.")] = False,
) -> None:
    """Lay a sound track over a job's video, change how it is heard, or remove it."""
    from retake_client.cli.soundtracks import run_soundtrack

    mix = {
        "with_clips": not alone,
        "level_db": level,
        "ducking_db": ducking,
        "fade_in_ms": round(fade_in * 1000),
        "fade_out_ms": round(fade_out * 1000),
        "loops": loop,
    }
    run_soundtrack(connection, job_id, file, mix, remove=remove)


@job_commands.command()
@connected
def compare(
    connection: Connection,
    job_id: Job,
    clip_index: Clip,
    left: Annotated[
        str | None, typer.Argument(metavar="[LEFT]", help="A version; the one before RIGHT if left out.")
    ] = None,
    right: Annotated[
        str | None, typer.Argument(metavar="[RIGHT]", help="A version; the current one if left out.")
    ] = None,
) -> None:
    """Show in what two versions of a clip differ, and how alike their pictures are."""
    from retake_client.cli.comparing import run_compare

    run_compare(connection, job_id, clip_index, left, right)


@job_commands.command()
@connected
def retry(
    connection: Connection,
    job_id: Job,
    batch_id: Annotated[
        str | None, typer.Argument(metavar="[BATCH]", help="Which batch; the job's last if left out.")
    ] = None,
    *,
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who makes them; by default what was to make each.")
    ] = None,
    yes: Yes = False,
    wait: Wait = True,
) -> None:
    """Retry the clips of a batch that did not succeed, or a video that failed, in the same words."""
    from retake_client.cli.retrying import run_retry

    raise typer.Exit(run_retry(connection, job_id, batch_id, model=model, yes=yes, wait=wait))


@job_commands.command()
@connected
def regenerate(
    connection: Connection,
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
    from_clip: Annotated[
        str | None,
        typer.Option("--from", metavar="previous", help="Begin with the last frame of the clip before."),
    ] = None,
    to_clip: Annotated[
        str | None,
        typer.Option("--to", metavar="next", help="End with the first frame of the clip after it."),
    ] = None,
    reference: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ROLE=FILE|VIDEO|CLIP",
            help="Make each from it, too: a file, a video, or a clip by its place; repeat the option.",
        ),
    ] = None,
    stale: Annotated[
        bool, typer.Option("--stale", help="Make the stale clips again, as they were made.")
    ] = False,
    at: At = None,
    yes: Yes = False,
    wait: Wait = True,
) -> None:
    """Make new takes of clips, one after another, and compose the video again."""
    from retake_client.cli.planning import parse_time
    from retake_client.cli.references import parse_references
    from retake_client.cli.regenerating import Asked, run_regenerate
    from retake_client.errors import naming_option

    with naming_option("--reference"):
        references = parse_references(reference or (), in_job=True)
    asked = Asked(
        *(clip or (), instruction, takes, model, None if at is None else parse_time(at)),
        neighbours={"from": from_clip, "to": to_clip},
        references=references,
        stale=stale,
    )
    status = run_regenerate(connection, job_id, asked, yes=yes, wait=wait)
    raise typer.Exit(status)
