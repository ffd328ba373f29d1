"""An object as a file on disk, of which only what is read is fetched."""

from pathlib import Path

from retake.domain.errors import ObjectMissingError
from retake.ports.media import TO_THE_END
from retake.ports.objects import ObjectInfo, ObjectStore

BLOCK_BYTES = 256 * 1024
"""What is fetched at least."""

MOST_BYTES_AT_ONCE = 16 * 2**20
"""What is held in memory while it is fetched."""

MOST_REQUESTS = 200
"""After so many the rest comes in one go: a file in thousands of fragments would take one request each."""


class PartialDownload:
    """One version of an object, identified by its tag; the file has the object's size, and holes.

    Args:
        objects: Where the object is.
        info: What the store knows of it.
        path: The file; it is made anew.

    Attributes:
        path: The file.
    """

    def __init__(self, objects: ObjectStore, info: ObjectInfo, path: Path) -> None:
        self._objects = objects
        self._info = info
        self.path = path
        self._missing = set(range(-(-info.size_bytes // BLOCK_BYTES)))
        self._requests = 0
        with path.open("wb") as file:
            file.truncate(info.size_bytes)

    def fill(self, start: int, end: int) -> None:
        """Download the bytes from ``start`` to ``end``, unless the file has them.

        Raises:
            ObjectMissingError: If the object is gone.
            ObjectChangedError: If another one took its place.
        """
        if self._requests >= MOST_REQUESTS:
            start, end = 0, self._info.size_bytes
        wanted = range(start // BLOCK_BYTES, -(-min(end, self._info.size_bytes) // BLOCK_BYTES))
        first: int | None = None
        for block in (*wanted, None):
            is_missing = block is not None and block in self._missing
            if first is not None and (not is_missing or block is None or self._is_full(first, block)):
                self._fetch(first, wanted.stop if block is None else block)
                first = None
            if is_missing and first is None:
                first = block

    def _is_full(self, first: int, block: int) -> bool:
        return (block - first) * BLOCK_BYTES >= MOST_BYTES_AT_ONCE

    def _fetch(self, first: int, end: int) -> None:
        start, stop = first * BLOCK_BYTES, min(end * BLOCK_BYTES, self._info.size_bytes)
        body = self._objects.read_range(self._info.key, start, stop, etag=self._info.etag)
        with self.path.open("r+b") as file:
            file.seek(start)
            file.write(body)
        self._missing.difference_update(range(first, end))
        self._requests += 1


class LazyDownload:
    """An object that is looked for when something of it is needed.

    Args:
        objects: Where the object is.
        key: The object.
        path: The file; it is made at the first need.
    """

    def __init__(self, objects: ObjectStore, key: str, path: Path) -> None:
        self._objects = objects
        self._key = key
        self._path = path
        self._part: PartialDownload | None = None
        self._is_whole = False

    def fill(self, start: int, end: int) -> None:
        """Download the bytes from ``start`` to ``end``, unless the file has them: a ``Fill``.

        Raises:
            ObjectMissingError: If there is none.
            ObjectChangedError: If another one took its place.
            ObjectDamagedError: If the whole is asked for and is not what was written.
        """
        if self._is_whole:
            return
        if end >= TO_THE_END:
            self._objects.download(self._key, self._path)
            self._is_whole = True
            return
        if self._part is None:
            found = self._objects.find(self._key)
            if found is None:
                raise ObjectMissingError(self._key)
            self._part = PartialDownload(self._objects, found, self._path)
        self._part.fill(start, end)
