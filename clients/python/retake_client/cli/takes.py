"""``retake jobs``, ``versions`` and ``restore``: what there is, and one step back."""

from rich.console import RenderableType
from rich.markup import escape

from retake_client.cli.connection import Connection
from retake_client.cli.extension import program
from retake_client.cli.job_tables import clip_notices, clips_table, jobs_table, notice_lines, versions_table
from retake_client.cli.soundtracks import soundtrack_line
from retake_client.cli.tables import listed
from retake_client.cli.take_names import format_take, version_of
from retake_client.cli.video_tables import format_time
from retake_client.models import JobView, RestoreView


def run_jobs(connection: Connection, job_id: str | None, *, limit: int | None, cursor: str | None) -> None:
    """List jobs, newest first, or show one.

    Args:
        connection: The server, and how its answer is printed.
        job_id: The job to show.
        limit: How many a page of the list has.
        cursor: Where the page before ended.
    """
    with connection.client() as client:
        if job_id is not None:
            job = client.job(job_id)
            connection.answer(job, _job_lines(job, client.url))
            return
        wanted = {"limit": limit, "cursor": cursor}
        page = client.jobs({name: str(value) for name, value in wanted.items() if value is not None})
    none = f"There are no jobs; videos made from words are listed by `{program()} videos`."
    connection.answer(page, listed(page, jobs_table(page["jobs"]), none=none))


def _job_lines(job: JobView, server: str) -> list[RenderableType]:
    shown: list[RenderableType] = [clips_table(job), *clip_notices(job)]
    track = soundtrack_line(job)
    if track:
        shown.append(track)
    if job["failure"]:
        shown.append(f"[red]{escape(job['failure'])}[/]")
    if job["active_batch_id"]:
        shown.append(f"Clips are being regenerated; batches that wait: {len(job['waiting_batch_ids'])}")
    if job["video"] and not job["video"]["up_to_date"]:
        shown.append("The video is being composed.")
    stream = job.get("stream_url")  # servers of earlier releases have none
    if stream and not (job["video"] and job["video"]["up_to_date"]):
        shown.append(f"Play the clips as they are now: {server}{stream}")
    return shown


def run_versions(connection: Connection, job_id: str, clip_index: int) -> None:
    """Show every take of a clip, newest first."""
    with connection.client() as client:
        takes = client.versions(job_id, clip_index)
    lost = notice_lines((f"Version {take['version_number']}", take) for take in takes)
    connection.answer(
        {"job_id": job_id, "clip_index": clip_index, "versions": takes},
        [versions_table({clip_index: takes}), *lost],
    )


def run_restore(connection: Connection, job_id: str, clip_index: int, version: str) -> None:
    """Make an earlier take of a clip current.

    Args:
        connection: The server, and how its answer is printed.
        job_id: The clip's job.
        clip_index: Which clip.
        version: The take's number, as ``retake versions`` shows it, or its id.

    Raises:
        ApiError: If the server refuses it.
        UsageError: If the clip has no such take.
    """
    with connection.client() as client:
        takes = client.versions(job_id, clip_index)
        found = version_of(takes, clip_index, version)
        with connection.narrator.spinner("Restore the take and compose the video"):
            restored = client.restore(job_id, clip_index, str(found["version_id"]))
    connection.answer(restored, [_restore_text(restored, connection)])


def _restore_text(restored: RestoreView, connection: Connection) -> str:
    take = f"version {restored['version_number']} of clip {escape(format_take(restored))}"
    if restored["state"] != "current":
        return (
            f"The archive brings {take} back by {format_time(restored['expected_at'])}; "
            "it turns current by itself."
            if restored["expected_at"]
            else f"The archive brings {take} back; it turns current by itself."
        )
    if not restored["video_ready"]:
        look = connection.typed(f"jobs {restored['job_id']}")
        return f"{take[:1].upper()}{take[1:]} is current; the video is still being composed: {look}"
    return f"[green]✓[/] {take[:1].upper()}{take[1:]} is current, and in the video."
