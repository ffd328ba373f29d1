"""Videos that are downloaded together, as one ZIP file.

A ZIP file is temporary: it expires within a day, counts for no budget, and can be packed again from what
it was made of (ADR-0021). Its id follows from its owner and its files, so asking twice packs it once.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

_DOWNLOADS = UUID("5b1f4f0e-8b5e-4a0c-9f0a-6a7d5f0c2d31")
"""Namespace of the ids that archives get from their files."""

LIFETIME = timedelta(hours=23)
"""How long an archive can be asked for; S3 removes it by itself a day after it was written."""

LEASE = timedelta(minutes=5)
"""Lease of the worker that packs. Longer than Lambda waits before it tries an
asynchronous call again (one minute, then two), so that its own retry comes first."""

NAME_CHARS = 80
NAME_BYTES = 200
"""With number and suffix below the 255 bytes that Linux, macOS and Windows allow for a name."""

UNSAFE = frozenset('<>:"/\\|?*')
"""What Windows allows in no name; of these, Linux and macOS refuse the slash.

References:
    https://learn.microsoft.com/windows/win32/fileio/naming-a-file
"""

JOINERS = "\u200c\u200d"
"""Of the invisible characters those that words and emoji are made with; the others can disguise a name."""

NEVER_FINISHED = "The packing was interrupted and did not go on. Ask for the download again."


class DownloadStatus(StrEnum):
    """State of a download."""

    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True)
class DownloadFile:
    """One file of a download.

    Attributes:
        name: What it is called in there.
        key: The object it is a copy of.
    """

    name: str
    key: str
    size_bytes: int


@dataclass(frozen=True)
class Download:
    """A ZIP file that a user asked for.

    Attributes:
        file_name: What the archive is called when it is saved.
        key: Where it lies once it is ready; never used before.
        left_out: What was asked for and is not in it, as sentences.
        lease_until: The worker that packs it renews the lease before then.
        worker: Who packs it: the call that began last; empty before the first.
        packed_bytes: How much of the files is in it, as far as was said.
        size_bytes: Of the archive, once it is ready.
        error: Why it failed, for people.
        revision: Grows with every write; the guard of every change.
    """

    download_id: str
    user_id: str
    file_name: str
    key: str
    files: tuple[DownloadFile, ...]
    left_out: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    lease_until: datetime
    status: DownloadStatus = DownloadStatus.PROCESSING
    worker: str = ""
    packed_bytes: int = 0
    size_bytes: int | None = None
    error: str | None = None
    revision: int = 0

    @property
    def total_bytes(self) -> int:
        """Return what the files take."""
        return sum(file.size_bytes for file in self.files)

    @property
    def progress(self) -> int:
        """Return how far it is, in percent; 100 only once it is ready."""
        if self.status is DownloadStatus.READY:
            return 100
        return min(99, 100 * self.packed_bytes // max(1, self.total_bytes))

    def is_abandoned(self, now: datetime) -> bool:
        """Whether no worker packs it any more although it is not finished."""
        return self.status is DownloadStatus.PROCESSING and self.lease_until <= now

    def as_seen(self, now: datetime) -> "Download":
        """Return it as users see it: an abandoned one has failed."""
        if not self.is_abandoned(now):
            return self
        return replace(self, status=DownloadStatus.FAILED, error=NEVER_FINISHED)

    def claimed(self, worker: str, now: datetime) -> "Download | None":
        """Return it as one that ``worker`` packs; None where there is nothing to do for it.

        A call that Lambda repeats has the same name and goes on at once; another one waits until the
        lease of the first is over.
        """
        if self.status is not DownloadStatus.PROCESSING or self.expires_at <= now:
            return None
        if self.worker not in {"", worker} and self.lease_until > now:
            return None
        return replace(self, worker=worker, lease_until=now + LEASE, packed_bytes=0)


def download_id_of(
    user_id: str, file_name: str, files: Sequence[tuple[str, str]], left_out: Sequence[str]
) -> str:
    """Return the id of a download: the same files under the same names are the same download.

    Args:
        user_id: Whose it is.
        file_name: The archive's name.
        files: Name and key of each. Keys are never reused, so a key stands for its bytes.
        left_out: What the archive is said to lack.
    """
    parts = [user_id, file_name, *(part for file in files for part in file), "", *left_out]
    return str(uuid5(_DOWNLOADS, "\0".join(parts)))


def numbered_name(number: int, title: str, *, last: int) -> str:
    """Return the name of a video in a ZIP file.

    The number comes first, so that names are unique whatever the titles are, also where capitals do not
    count, files stay in their order, and none has a name that Windows keeps for devices.

    Args:
        number: Its place.
        title: What people call it.
        last: The highest number in the archive, which says how many digits there are.

    >>> numbered_name(3, "A fox: day/night", last=12)
    '03 A fox day night.mp4'
    """
    digits = max(2, len(str(last)))
    return f"{number:0{digits}} {safe_title(title, otherwise='Video')}.mp4"


def safe_title(title: str, *, otherwise: str) -> str:
    """Return a title as a part of a file's name, on any system; letters of all scripts stay.

    >>> safe_title("  Füchse?  ", otherwise="Video")
    'Füchse'
    """
    kept = "".join(map(_safe, unicodedata.normalize("NFC", title)))
    short = " ".join(kept.split())[:NAME_CHARS].encode()[:NAME_BYTES].decode(errors="ignore")
    # Windows drops dots and spaces at a name's end; a joiner there joins nothing.
    return short.strip(f". {JOINERS}") or otherwise


def _safe(character: str) -> str:
    if character in UNSAFE or character.isspace():
        return " "
    # Control and format characters, surrogates, private and unassigned ones: all of category C.
    return "" if unicodedata.category(character)[0] == "C" and character not in JOINERS else character
