"""``retake soundtrack``: the sound track of a job, and how it is heard."""

from pathlib import Path
from typing import Any

from rich.markup import escape

from retake_client.cli.connection import Connection
from retake_client.models import JobView
from retake_client.session import SOUND_TYPES


def run_soundtrack(
    connection: Connection, job_id: str, file: Path | None, mix: dict[str, Any], *, remove: bool
) -> None:
    """Set, change or remove a job's sound track.

    Args:
        connection: The server, and how its answer is printed.
        job_id: The job.
        file: An audio file; None to change how the job's track is heard.
        mix: How it is heard.
        remove: Whether the clips' own sound is heard alone from now on.
    """
    with connection.client() as client:
        if remove:
            with connection.narrator.spinner("Remove the sound track and compose the video"):
                job = client.remove_soundtrack(job_id)
        else:
            named = {} if file is None else {"upload_id": client.upload(file, SOUND_TYPES)}
            with connection.narrator.spinner("Compose the video with the sound track"):
                job = client.set_soundtrack(job_id, {**named, **mix})
    connection.answer(job, [soundtrack_line(job) or "The clips' own sound is heard alone."])


def soundtrack_line(job: JobView) -> str | None:
    """Return how a job's sound track is heard; None where it has none."""
    track = job.get("soundtrack")
    if track is None:
        return None
    parts = [f"{track['level_db']:+d} dB"]
    if track["with_clips"]:
        parts.append(f"{track['ducking_db']} dB lower under the clips' sound")
    else:
        parts.append("in place of the clips' sound")
    for name, words in (("fade_in_ms", "fades in"), ("fade_out_ms", "fades out")):
        if track[name]:  # type: ignore[literal-required]
            parts.append(f"{words} over {track[name] / 1000:g} s")  # type: ignore[literal-required]
    if track["loops"]:
        parts.append("loops")
    return f"Sound track: {escape(track['file_name'] or 'a file')}, {', '.join(parts)}"
