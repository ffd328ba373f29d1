"""Copies parts of files into one: large parts within the kernel, small ones gathered."""

import errno
import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from retake.domain.errors import MediaToolError

Extent = tuple[Path, int, int]
"""A part of a file: which, from which byte on, and how many bytes."""

_LARGE_BYTES = 512 * 1024
"""From here on a call for each part costs less than reading and writing it."""

_WINDOW_BYTES = 1 << 20
_GATHERED_BYTES = 4 << 20
_GATHERED_PARTS = 512  # below IOV_MAX, 1024 on Linux
_NOT_POSSIBLE = frozenset((errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EBADF))


class PayloadWriter:
    """Writes a file of bytes and of parts of other files, each of which is opened once.

    A take's frames and sound packets lie in turn in its file, each of some hundred or thousand bytes. A
    system call for each (23,000 for 60 clips of 10 s) took most of the time; so they are read by the
    megabyte, and written many at once.

    Args:
        path: The file; it is made anew.
    """

    def __init__(self, path: Path) -> None:
        self._target = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._sources: dict[Path, int] = {}
        self._windows: dict[Path, tuple[int, memoryview]] = {}
        self._gathered: list[memoryview] = []
        self._gathered_bytes = 0
        self._in_kernel = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._flush()
        finally:
            for descriptor in (self._target, *self._sources.values()):
                os.close(descriptor)

    def write(self, body: bytes) -> None:
        """Write bytes."""
        self._gather(memoryview(body))

    def copy(self, extents: Iterable[Extent]) -> None:
        """Copy parts of files, those that follow each other in one go.

        Raises:
            MediaToolError: If a file ends before a part of it does.
        """
        path, begin, end = Path(), 0, 0
        for source, offset, size in extents:
            if offset == end and source is path:
                end += size
                continue
            self._copy(path, begin, end - begin)
            path, begin, end = source, offset, offset + size
        self._copy(path, begin, end - begin)

    def _copy(self, path: Path, offset: int, size: int) -> None:
        if size >= _LARGE_BYTES:
            self._flush()
            self._move(path, offset, size)
        elif size:
            self._gather(self._part(path, offset, size))

    def _descriptor(self, path: Path) -> int:
        if path not in self._sources:
            self._sources[path] = os.open(path, os.O_RDONLY)
        return self._sources[path]

    def _part(self, path: Path, offset: int, size: int) -> memoryview:
        start, window = self._windows.get(path, (0, memoryview(b"")))
        if not start <= offset <= offset + size <= start + len(window):
            start, window = offset, memoryview(os.pread(self._descriptor(path), _WINDOW_BYTES, offset))
            if size > len(window):
                raise MediaToolError(f"{path.name} ends before its content does.")
            # The take that is copied, the next one, and the encoded pieces: no more is read in turn.
            self._windows = {**dict(list(self._windows.items())[-2:]), path: (start, window)}
        return window[offset - start : offset - start + size]

    def _gather(self, part: memoryview) -> None:
        self._gathered.append(part)
        self._gathered_bytes += len(part)
        if self._gathered_bytes >= _GATHERED_BYTES or len(self._gathered) >= _GATHERED_PARTS:
            self._flush()

    def _flush(self) -> None:
        while self._gathered:
            written = os.writev(self._target, self._gathered)
            kept: list[memoryview] = []
            for part in self._gathered:
                kept += [part[written:]] if written < len(part) else []
                written = max(0, written - len(part))
            self._gathered = kept
        self._gathered_bytes = 0

    def _move(self, path: Path, offset: int, size: int) -> None:
        source = self._descriptor(path)
        while size:
            copied = self._move_some(source, offset, size)
            if copied == 0:
                raise MediaToolError(f"{path.name} ends before its content does.")
            offset, size = offset + copied, size - copied

    def _move_some(self, source: int, offset: int, size: int) -> int:
        if self._in_kernel:
            try:
                return os.copy_file_range(source, self._target, size, offset)
            except OSError as exc:
                if exc.errno not in _NOT_POSSIBLE:
                    raise
                self._in_kernel = False  # not on these file systems
        return os.write(self._target, os.pread(source, min(size, _WINDOW_BYTES), offset))
