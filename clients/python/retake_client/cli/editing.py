"""``retake clip``: changes of a job's timeline, each made on the timeline that was just read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from retake_client.cli.connection import Connection
from retake_client.cli.job_tables import clips_table, format_length, price_table
from retake_client.cli.tables import Column, listing, named
from retake_client.client import RetakeClient
from retake_client.errors import UsageError
from retake_client.models import JobView, RemovedClipView


@dataclass(frozen=True)
class Added:
    """What ``retake clip add`` was given.

    Attributes:
        seconds: Of each clip that is generated; None for the model's own.
        at: The place before which they go; None for the end.
    """

    files: Sequence[Path]
    prompts: Sequence[str]
    seconds: float | None
    at: int | None


def run_edit(connection: Connection, job_id: str, edit: Callable[[RetakeClient, JobView], JobView]) -> None:
    """Change a timeline, and show it as it is then.

    Args:
        connection: The server, and how its answer is printed.
        job_id: The job.
        edit: Makes the change; gets the job as it is, and answers it as it became.

    Raises:
        ApiError: If the server refuses it, or the timeline changed at this moment.
    """
    with connection.client() as client:
        job = edit(client, client.job(job_id))
    connection.answer(job, [clips_table(job)])


def run_add(connection: Connection, job_id: str, added: Added, *, yes: bool) -> None:
    """Send files, price what is generated, ask, and add the clips.

    Raises:
        UsageError: If nothing was named.
        ApiError: If the server refuses it, naming each fault.
    """
    if not added.files and not added.prompts:
        raise UsageError('Name a file, or say what to generate with --prompt "…".')
    with connection.client() as client:
        job = client.job(job_id)
        length = {} if added.seconds is None else {"seconds": added.seconds}
        clips = [
            *({"upload_id": client.upload(file)} for file in added.files),
            *({"prompt": prompt, **length} for prompt in added.prompts),
        ]
        place = {} if added.at is None else {"clip_index": added.at}
        request = {"clips": clips, **place}
        if added.prompts:
            connection.narrator.console.print(price_table(client.estimate_clips(job_id, request)))
            connection.ask_to_go_on(yes=yes)
        with connection.waiting(f"jobs {job_id}"):
            after = client.add_clips(job, request)
    connection.answer(after, [clips_table(after)])


def run_removed(connection: Connection, job_id: str) -> None:
    """List the clips that were taken out of a timeline."""
    with connection.client() as client:
        found = client.removed_clips(job_id)
    connection.answer(found, [removed_table(found["clips"]) if found["clips"] else "No clip was removed."])


def removed_table(clips: Sequence[RemovedClipView]) -> Table:
    """Return removed clips as a list; the id of each is what ``return`` takes."""
    return listing(
        "Removed clips",
        clips,
        Column[RemovedClipView]("clip", lambda clip: named(clip["title"], clip["clip_id"])),
        Column[RemovedClipView]("length", lambda clip: format_length(clip["duration_ms"]), is_number=True),
        Column[RemovedClipView]("versions", lambda clip: str(clip["version_count"]), is_number=True),
        Column[RemovedClipView]("size", lambda clip: f"{clip['size_bytes'] / 1e6:.1f} MB", is_number=True),
    )
