"""Contents of files that are mapped into memory instead of read."""

import errno
import hashlib
import mmap
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self, TypeAlias

from infra.local.disk import sync_directory, write_durably

CHUNK_BYTES = 1 << 18
VIEW_BYTES = 1 << 22

Content: TypeAlias = "bytes | MappedBytes | Part"


class MappedBytes(mmap.mmap):
    """A file's content, for what expects ``bytes``: it has a length, is sliced, hashed and joined.

    Only the slices that are taken are read from the disk. The file may be replaced or removed meanwhile.

    Attributes:
        path: The file; it may be moved to where the content belongs.
    """

    path: Path

    @classmethod
    def of(cls, path: Path) -> Self | bytes:
        """Map a file; an empty one, which cannot be mapped, is given as ``bytes``."""
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size == 0:
                return b""
            mapped = cls(file.fileno(), size, access=mmap.ACCESS_READ)
        mapped.path = path
        return mapped


@dataclass(frozen=True)
class Part:
    """A part of mapped bytes that is sent piece by piece.

    Attributes:
        whole: What it is a part of.
        start: Where it begins.
        stop: Where it ends.
    """

    whole: MappedBytes
    start: int
    stop: int

    def __len__(self) -> int:
        return self.stop - self.start

    def chunks(self) -> Iterator[bytes]:
        """Give the content in order, keeping no more than a piece of it in memory."""
        for view in self.views(CHUNK_BYTES):
            yield bytes(view)

    def views(self, most_bytes: int = VIEW_BYTES) -> Iterator[memoryview]:
        """Give the content in order without a copy; each piece until the next is asked for."""
        with memoryview(self.whole) as mapped:
            for at in range(self.start, self.stop, most_bytes):
                end = min(at + most_bytes, self.stop)
                with mapped[at:end] as view:
                    yield view
                page = at - at % mmap.PAGESIZE
                self.whole.madvise(mmap.MADV_DONTNEED, page, end - page)


class Spooled:
    """A file that is being received; removed when it is let go, unless it was moved to its place.

    Attributes:
        size: Bytes received so far.
    """

    def __init__(self, directory: Path) -> None:
        self._file: IO[bytes] = tempfile.NamedTemporaryFile(dir=directory, prefix="spool-", delete=False)  # noqa: SIM115 - outlives this call
        self.path = Path(self._file.name)
        self.size = 0

    def write(self, part: bytes | memoryview) -> None:
        """Add a piece."""
        self._file.write(part)
        self.size += len(part)

    def finish(self, *, durably: bool = True) -> None:
        """End the file; ``durably`` has it written to the disk as well."""
        self._file.flush()
        if durably:
            os.fsync(self._file.fileno())
        self._file.close()

    def remove(self) -> None:
        """Close and remove the file, if it is still there."""
        self._file.close()
        self.path.unlink(missing_ok=True)


class HashedSpool(Spooled):
    """A file whose content is hashed while it is received."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self._digest = hashlib.md5(usedforsecurity=False)

    def write(self, part: bytes | memoryview) -> None:
        """Add a piece."""
        super().write(part)
        self._digest.update(part)

    @property
    def md5(self) -> str:
        """MD5 of what was received, in hexadecimal: S3's ETag."""
        return self._digest.hexdigest()


def pieces(content: Content) -> Iterable[bytes | memoryview]:
    """Give content in pieces of at most some megabytes, which are not copied."""
    if isinstance(content, bytes):
        return (content,)
    return (content if isinstance(content, Part) else Part(content, 0, len(content))).views()


def md5_of(content: Content) -> str:
    """Return the MD5 of content, in hexadecimal."""
    digest = hashlib.md5(usedforsecurity=False)
    for piece in pieces(content):
        digest.update(piece)
    return digest.hexdigest()


def spooled(parts: Iterable[Content], directory: Path, *, durably: bool = True) -> Spooled:
    """Put parts one after another into a file of their own; ``durably`` has it on the disk as well.

    Raises:
        OSError: If the disk is full; nothing stays there then.
    """
    spool = Spooled(directory)
    try:
        for part in parts:
            for piece in pieces(part):
                spool.write(piece)
        spool.finish(durably=durably)
    except OSError:
        spool.remove()
        raise
    return spool


def move_durably(source: Path, path: Path) -> None:
    """Move a file whose content is on the disk to its place."""
    try:
        source.replace(path)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        write_durably(path, pieces(MappedBytes.of(source)))
        source.unlink()
    sync_directory(path.parent)
