"""``retake download``: videos as files that have their titles as names."""

import re
import sys
from collections.abc import Sequence
from itertools import chain, count
from pathlib import Path

from rich.markup import escape

from retake_client.cli.connection import Connection
from retake_client.cli.paths import shown_path
from retake_client.client import RetakeClient
from retake_client.errors import ApiError, UsageError

UNSAFE = re.compile(r"[^\w]+")
"""What a file's name has better not, in a job's title."""

NAME_BYTES = 200
SUFFIX = ".mp4"


def run_download(connection: Connection, ids: Sequence[str], *, to: Path) -> None:
    """Download videos one after another; a file that is there already is never replaced.

    Everything is looked at before the first is fetched.

    Args:
        connection: The server, and how its answer is printed.
        ids: Of videos made from words, or of jobs, whose composed video is meant.
        to: The directory that they are put into.

    Raises:
        ApiError: If there is no such video, or it is not finished.
        UsageError: If a file of that name is there or cannot be written, or a job has no video yet.
    """
    files: list[Path] = []
    with connection.client() as client:
        sources = [_source(client, video_id) for video_id in ids]
        names = distinct([name for _, name in sources])
        there = [shown_path(to / name) for name in names if (to / name).exists()]
        if there:
            are = "are" if len(there) > 1 else "is"
            raise UsageError(f"{', '.join(there)} {are} there already; say another directory with --to")
        for (url, _), name in zip(sources, names, strict=True):
            with connection.narrator.spinner(f"Download {name}"):
                client.download(url, to / name)
            files.append(to / name)
    connection.answer(
        {"files": [str(file.resolve()) for file in files]},
        [f"[bold]Video[/]    {escape(shown_path(file))}" for file in files],
    )


def distinct(names: Sequence[str]) -> list[str]:
    """Number names that come again, also where the file system minds no case.

    >>> distinct(["Fox.mp4", "Hare.mp4", "fox.mp4", "Fox-2.mp4"])
    ['Fox.mp4', 'Hare.mp4', 'fox-2.mp4', 'Fox-2-2.mp4']
    """
    found: list[str] = []
    for name in names:
        taken = {one.lower() for one in found}
        stem = name.removesuffix(SUFFIX)
        numbered = (f"{stem}-{number}{SUFFIX}" for number in count(2))
        found.append(next(one for one in chain([name], numbered) if one.lower() not in taken))
    return found


def _source(client: RetakeClient, video_id: str) -> tuple[str, str]:
    """Return where a video is fetched, and its name: never a path that the server chooses."""
    try:
        found = client.video_file(video_id)
    except ApiError as error:
        if not error.is_not_found:
            raise
    else:
        return str(found["url"]), writable_name(Path(str(found["file_name"])).name)
    job = client.job(video_id)
    if job["video"] is None:
        raise UsageError(f"The job {video_id} has no video yet; it is {job['status']}")
    return str(job["video"]["url"]), writable_name(file_name_of(str(job["title"])))


def writable_name(name: str, *, encoding: str = sys.getfilesystemencoding()) -> str:
    """Return a file's name without the characters that file names of this locale cannot have.

    >>> writable_name("Füchse 狐.mp4", encoding="iso8859-1"), writable_name("狐.zip", encoding="iso8859-1")
    ('Füchse.mp4', 'video.zip')
    """
    path = Path(name)
    stem = path.stem.encode(encoding, errors="ignore").decode(encoding).strip()
    return f"{stem or 'video'}{path.suffix}"


def file_name_of(title: str) -> str:
    r"""Return a name for a file that any file system takes.

    >>> file_name_of("../Über\n[Füchse]"), file_name_of("…")
    ('Über-Füchse.mp4', 'video.mp4')
    """
    # By bytes: file systems count these, 255 of them with what is added.
    words = UNSAFE.sub("-", title).strip("-").encode()[:NAME_BYTES].decode(errors="ignore")
    return f"{words or 'video'}{SUFFIX}"
