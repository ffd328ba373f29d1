"""``retake job``: a job of files, videos and words, its price first, until each clip has a take."""

from pathlib import Path

from rich.console import RenderableType
from rich.markup import escape

from infra.cli.connection import Connection
from infra.cli.demo_tables import price_table
from infra.cli.errors import naming
from infra.cli.http import Json
from infra.cli.job_file import read_job_file
from infra.cli.job_tables import clip_notices, clips_table
from infra.cli.video_wishes import NOT_SENT_YET, as_written

LOOK_INTERVAL_S = 3.0
"""A look every few seconds costs the server one read."""


def run_job(connection: Connection, file: Path, *, yes: bool, wait: bool) -> int:
    """Make the job that a TOML file asks for; return the exit status: 0 if every clip has a take.

    Args:
        connection: Who is asked, and how the answer is told.
        file: The file.
        yes: Do not ask once the price is shown.
        wait: Wait until it is ready.

    Raises:
        ApiError: If the server refuses it, naming each fault of each clip.
        UsageError: If the file cannot be understood.
    """
    wish = read_job_file(file)
    with connection.client() as client, naming(as_written):
        estimate = client.estimate_job(wish.request(lambda *_: NOT_SENT_YET))
        if estimate["cost_breakdown"]["clips"]:
            _show_price(connection, estimate, yes=yes)
        job = client.make_job(wish.request(client.upload))
        job_id = str(job["job_id"])
        with connection.waiting(f"jobs {job_id}"):
            while wait and job["status"] == "preparing":
                connection.pause(LOOK_INTERVAL_S)
                job = client.job(job_id)
    connection.answer(job, [clips_table(job), *clip_notices(job), *_told_next(connection, job)])
    is_whole = job["status"] == "ready" and all(clip["current_version"] for clip in job["clips"])
    return 0 if is_whole or not wait else 1


def _show_price(connection: Connection, estimate: Json, *, yes: bool) -> None:
    connection.narrator.console.print(price_table(estimate))
    for warning in estimate["warnings"]:
        connection.narrator.say(f"[yellow]{escape(warning)}[/]")
    connection.ask_to_go_on(yes=yes)


def _told_next(connection: Connection, job: Json) -> list[RenderableType]:
    job_id = job["job_id"]
    if job["status"] != "ready":
        return (
            [f"[red]{escape(job['failure'])}[/]"] if job["failure"] else [connection.go_on(f"jobs {job_id}")]
        )
    missing = [clip["clip_index"] for clip in job["clips"] if clip["current_version"] is None]
    again = [connection.go_on(f"regenerate {job_id} --clip {missing[0]}=PROMPT")] if missing else []
    return [*again, connection.go_on(f"download {job_id}")]
