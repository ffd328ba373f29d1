"""``retake job``: a job of files, videos and words, its price first, until each clip has a take."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from rich.console import RenderableType
from rich.markup import escape

from retake_client.cli.connection import Connection
from retake_client.cli.job_file import read_job_file
from retake_client.cli.job_tables import clip_notices, clips_table, format_profile, price_table
from retake_client.cli.pauses import growing_pauses
from retake_client.cli.take_names import format_take
from retake_client.cli.video_specs import as_written
from retake_client.errors import naming
from retake_client.models import JobView

"""A look every few seconds costs the server one read."""


def run_job(
    connection: Connection, file: Path, profile: Mapping[str, object], *, yes: bool, wait: bool
) -> int:
    """Make the job that a TOML file asks for; return the exit status: 0 if every clip has a take.

    Args:
        connection: The server, and how its answer is printed.
        file: The file.
        profile: Width, height and frame rate from options; None leaves one to the file, or to the first clip.
        yes: Do not ask once the price is shown.
        wait: Wait until it is ready.

    Raises:
        ApiError: If the server refuses it, naming each fault of each clip.
        UsageError: If the file cannot be understood.
    """
    spec = read_job_file(file)
    chosen = {name: value for name, value in profile.items() if value is not None}
    spec = replace(spec, profile={**spec.profile, **chosen})
    with connection.client() as client, naming(as_written):
        request = spec.request(client.upload)
        estimate = client.estimate_job(request)
        connection.narrator.say(f"The video will be {format_profile(estimate['profile'])}.")
        foreseen = [f"Clip {format_take(loss)}: {loss['text']}" for loss in estimate["notices"]]
        for warning in (*estimate["warnings"], *foreseen):
            connection.narrator.say(f"[yellow]{escape(warning)}[/]")
        if estimate["cost_breakdown"]["clips"]:
            connection.narrator.console.print(price_table(estimate))
            connection.ask_to_go_on(yes=yes)
        with connection.waiting("jobs"):
            job = client.make_job(request)
        job_id = str(job["job_id"])
        pauses = growing_pauses()
        with connection.waiting(f"jobs {job_id}"):
            while wait and job["status"] == "preparing":
                connection.pause(next(pauses))
                job = client.job(job_id)
    connection.answer(job, [clips_table(job), *clip_notices(job), *_next_steps(connection, job)])
    is_whole = job["status"] == "ready" and all(clip["current_version"] for clip in job["clips"])
    return 0 if is_whole or not wait else 1


def _next_steps(connection: Connection, job: JobView) -> list[RenderableType]:
    job_id = job["job_id"]
    if job["status"] != "ready":
        return (
            [f"[red]{escape(job['failure'])}[/]"] if job["failure"] else [connection.go_on(f"jobs {job_id}")]
        )
    missing = [clip["clip_index"] for clip in job["clips"] if clip["current_version"] is None]
    again = [connection.go_on(f"regenerate {job_id} --clip {missing[0]}=PROMPT")] if missing else []
    return [*again, connection.go_on(f"download {job_id}")]
