"""Stored files.

Ports are protocols; each has one contract suite in ``tests/contract`` that every implementation passes,
the fakes in ``tests/fakes`` included.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class ObjectInfo:
    """An object as the store lists it; its time is that of the ``Clock``, whatever the store's own says."""

    key: str
    size_bytes: int
    etag: str
    last_modified: datetime


@dataclass(frozen=True)
class Availability:
    """Whether an object can be read now.

    Attributes:
        is_ready: It can.
        is_coming: It was asked for and is on its way out of a cold class.
        takes: How long its class takes to make it readable, at most.
    """

    is_ready: bool
    is_coming: bool = False
    takes: timedelta = timedelta()


@dataclass(frozen=True)
class PresignedPost:
    """A form that lets a browser upload one file: POST ``fields`` plus ``file`` to ``url``."""

    url: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class FileRange:
    """Bytes in a row of a file on disk."""

    path: Path
    start: int
    size: int


@dataclass(frozen=True, slots=True)
class ObjectRange:
    """Bytes in a row of an object in the store, which must have the tag ``etag``."""

    key: str
    etag: str
    start: int
    size: int


class ObjectStore(Protocol):
    """Immutable objects by key; one bucket."""

    def download(self, key: str, path: Path, *, etag: str = "") -> None:
        """Write the object to ``path``.

        Args:
            key: The object.
            path: Where it is written.
            etag: The tag that it must have; empty for any.

        Raises:
            ObjectMissingError: When there is none.
            ObjectChangedError: When it has another tag.
            ObjectDamagedError: When it is not what was written, as far as the store checks.
        """
        ...

    def read_range(self, key: str, start: int, end: int, *, etag: str) -> bytes:
        """Return the bytes from ``start`` to ``end``, which lie within the object.

        Raises:
            ObjectMissingError: When there is none.
            ObjectChangedError: When it has another tag than ``etag``.
        """
        ...

    def upload(self, path: Path, key: str, *, content_type: str) -> None:
        """Store the file under ``key``; whole or not at all."""
        ...

    def read(self, key: str) -> bytes:
        """Return a small object's bytes. Raises ``ObjectMissingError`` when there is none."""
        ...

    def write(self, key: str, body: bytes, *, content_type: str, if_absent: bool = False) -> bool:
        """Store a small object; with ``if_absent`` return False, unchanged, where the key exists."""
        ...

    def read_blocks(self, key: str) -> Iterator[bytes]:
        """Yield the object's bytes in order, in blocks of a size that does not depend on the object's.

        Raises:
            ObjectMissingError: If there is none.
            ObjectColdError: If it is in a class that cannot be read at once.
        """
        ...

    def write_blocks(self, key: str, blocks: Iterable[bytes], *, content_type: str) -> int:
        """Store what ``blocks`` give, whole or not at all, in memory that does not depend on how much it is.

        Args:
            key: Where.
            blocks: The bytes, in order; what they raise is raised here, and nothing is stored then.
            content_type: The object's.

        Returns:
            How many bytes there were.
        """
        ...

    def assemble(self, key: str, ranges: Sequence[FileRange | ObjectRange], *, content_type: str) -> None:
        """Store an object made of parts of files and of other objects, in order; whole or not at all.

        What is taken from other objects is copied inside the store where it is large enough for that.

        Raises:
            ObjectMissingError: When one of the objects is not there.
            ObjectChangedError: When one has another tag.
            OSError: When a file ends before its range does.
        """
        ...

    def find(self, key: str) -> ObjectInfo | None:
        """Return the store's properties of ``key``, or None."""
        ...

    def verify(self, key: str) -> bool:
        """Read the object through; False if it is not what was written, as far as the store checks.

        Raises:
            ObjectMissingError: If there is none.
            ObjectColdError: If it is in a class that cannot be read at once.
        """
        ...

    def availability(self, key: str) -> Availability:
        """Return whether the object can be read now. Raises ``ObjectMissingError`` when there is none."""
        ...

    def thaw(self, key: str, *, days: int) -> None:
        """Ask for an object of a cold class to be readable for some days; asking twice is no error."""
        ...

    def copy(self, source_key: str, key: str, *, etag: str = "") -> None:
        """Copy inside the store.

        Args:
            source_key: What is copied.
            key: Where it is copied to.
            etag: The tag that the source must have; empty for any.

        Raises:
            ObjectMissingError: When there is no source.
            ObjectChangedError: When it has another tag.
        """
        ...

    def delete(self, key: str) -> None:
        """Remove the object; removing none is no error."""
        ...

    def list_objects(self, prefix: str) -> Sequence[ObjectInfo]:
        """Return every object below ``prefix``, by key."""
        ...

    def list_folders(self, prefix: str, *, after: str, limit: int) -> Sequence[str]:
        """Return the names right below ``prefix`` that have objects below them, in order.

        Args:
            prefix: Ends with a slash.
            after: The last name seen; empty to begin.
            limit: At most so many.
        """
        ...

    def presign_get(self, key: str, *, file_name: str | None = None, brief: bool = False) -> str:
        """Return a URL that reads the object; the same within a rounded hour.

        Args:
            key: The object.
            file_name: What it is saved as; None for one that is shown.
            brief: It is for viewers without an account: it ends within half an hour, and is the same within a
                rounded quarter of one.
        """
        ...

    def presign_post(self, key: str, *, content_type: str, max_bytes: int, expires_s: int) -> PresignedPost:
        """Return a form that uploads exactly this key and type, of at most ``max_bytes``."""
        ...
