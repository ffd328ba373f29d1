"""``retake download --zip``: many videos as one archive."""

from collections.abc import Sequence
from pathlib import Path

from rich.markup import escape

from retake_client.cli.connection import Connection
from retake_client.cli.fetching import writable_name
from retake_client.cli.paths import shown_path
from retake_client.cli.pauses import growing_pauses
from retake_client.client import RetakeClient
from retake_client.errors import ApiError, UnexpectedEndError, UsageError
from retake_client.http import Json
from retake_client.models import BulkDownloadView


def run_zip(connection: Connection, ids: Sequence[str], *, to: Path) -> None:
    """Pack archives and download them; a file that is there already is never replaced.

    Args:
        connection: The server, and how its answer is printed.
        ids: Of videos, which go into one archive together; of jobs and of batches of videos, each of which
            is an archive of its own.
        to: The directory that they are put into.

    Raises:
        ApiError: If there is no such thing, or nothing of it is finished.
        UsageError: If a file of that name is there.
        UnexpectedEndError: If an archive could not be packed.
    """
    files: list[Path] = []
    left_out: list[str] = []
    with connection.client() as client, connection.waiting(f"download --zip {' '.join(ids)}"):
        for spec in _specs(client, ids):
            archive = client.pack(spec)
            # Never a path that the server chooses.
            file = to / writable_name(Path(str(archive["file_name"])).name)
            if file.exists():
                raise UsageError(f"{shown_path(file)} is there already; say another directory with --to")
            archive = _await(connection, client, archive)
            with connection.narrator.spinner(f"Download {file.name}"):
                client.download(str(archive["url"]), file)
            files.append(file)
            left_out += archive["left_out"]
    connection.answer(
        {"files": [str(file.resolve()) for file in files], "left_out": left_out},
        [
            *(f"[bold]Archive[/]  {escape(shown_path(file))}" for file in files),
            *(f"[yellow]Left out[/] {escape(reason)}" for reason in left_out),
        ],
    )


def _specs(client: RetakeClient, ids: Sequence[str]) -> list[Json]:
    """Return what to ask for: all videos together, and each of the others by itself."""
    kinds = {one: _field_of(client, one) for one in dict.fromkeys(ids)}
    videos = [one for one, field in kinds.items() if field == "video_ids"]
    others = [{field: one} for one, field in kinds.items() if field != "video_ids"]
    return [*([{"video_ids": videos}] if videos else []), *others]


def _field_of(client: RetakeClient, one: str) -> str:
    for field, read in (("video_ids", client.video), ("job_id", client.job)):
        try:
            read(one)
        except ApiError as error:
            if not error.is_not_found:
                raise
        else:
            return field
    return "batch_id"


def _await(connection: Connection, client: RetakeClient, archive: BulkDownloadView) -> BulkDownloadView:
    # No deadline here: the server ends it, as failed if its packing stays silent for minutes.
    pauses = growing_pauses()
    with connection.narrator.spinner(f"Pack {archive['file_name']}") as report:
        while archive["status"] == "processing":
            report(f"{archive['progress']} %")
            connection.pause(next(pauses))
            archive = client.packed(str(archive["download_id"]))
    if archive["status"] != "ready":
        raise UnexpectedEndError(f"{archive['file_name']} was not packed: {archive['error']}")
    return archive
