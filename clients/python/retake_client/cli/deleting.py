"""``retake delete``: videos and jobs, with everything in them."""

from collections.abc import Sequence

from rich.markup import escape

from retake_client.cli.connection import Connection
from retake_client.cli.tables import Column, listing, named
from retake_client.client import RetakeClient
from retake_client.errors import ApiError
from retake_client.http import path


def run_delete(connection: Connection, ids: Sequence[str], *, yes: bool) -> None:
    """Delete videos and jobs; all are looked up, and shown, before the first is deleted.

    Args:
        connection: The server, and how its answer is printed.
        ids: Of videos or jobs.
        yes: Do not ask once it is shown what will be deleted.

    Raises:
        ApiError: If there is no such video or job, or the server refuses it.
        typer.Abort: If the answer is no.
    """
    unique = list(dict.fromkeys(ids))
    with connection.client() as client:
        found = [(_kind(client, one), one) for one in unique]
        jobs = [client.job(one) for one in unique]
        to_delete = listing(
            "To delete",
            jobs,
            Column("what", lambda job: named(job["title"], job["job_id"])),
            Column("clips", lambda job: str(len(job["clips"])), is_number=True),
        )
        connection.narrator.console.print(to_delete)
        connection.ask_to_go_on(yes=yes)
        for kind, one in found:
            client.ask("DELETE", path(kind, one))
    connection.answer(
        {"deleted": unique},
        [f"[green]✓[/] {escape(str(job['title']))} is being deleted, with all versions." for job in jobs],
    )


def _kind(client: RetakeClient, one: str) -> str:
    """Return the route of a thing: a video is a job of one clip, and is deleted as a video."""
    try:
        client.video(one)
    except ApiError as error:
        if not error.is_not_found:
            raise
        return "jobs"
    return "videos"
