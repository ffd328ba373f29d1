"""Copies parts of files into one."""

import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from retake.domain.errors import MediaToolError

Extent = tuple[Path, int, int]
"""A part of a file: which, from which byte on, and how many bytes."""

_BUFFER_BYTES = 512 * 1024
"""One buffer that stays in the processor's cache: 49 ms of processor for 200 MB in parts of 330 KB, where
``copy_file_range`` and ``sendfile`` take 78 (parts do not begin where pages do), and larger buffers 50."""

_SMALL_BYTES = 8 * 1024
"""Below this, parts are read many at once and written many at once."""

_WINDOW_BYTES = 128 * 1024
_GATHERED_PARTS = 512  # below IOV_MAX, 1024 on Linux


class PayloadWriter:
    """Writes a file of bytes and of parts of other files, each of which is opened once.

    Takes of older releases have their frames and sound packets in turn, each of some hundred or thousand
    bytes: two system calls for each (23,000 for 60 clips of 10 s) would take most of the time. So small parts
    come out of a window of their file.

    Args:
        path: The file; it is made anew.
    """

    def __init__(self, path: Path) -> None:
        self._target = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._sources: dict[Path, int] = {}
        self._buffer = memoryview(bytearray(_BUFFER_BYTES))
        self._windows: dict[Path, tuple[int, memoryview]] = {}
        self._gathered: list[memoryview] = []

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
        if size >= _SMALL_BYTES:
            self._flush()
            self._move(path, offset, size)
        elif size:
            self._gather(self._part(path, offset, size))

    def _move(self, path: Path, offset: int, size: int) -> None:
        source = self._descriptor(path)
        while size:
            read = os.preadv(source, [self._buffer[:size]], offset)
            if read == 0:
                raise MediaToolError(f"{path.name} ends before its content does.")
            self._write_all([self._buffer[:read]])
            offset, size = offset + read, size - read

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
        if len(self._gathered) >= _GATHERED_PARTS:
            self._flush()

    def _flush(self) -> None:
        gathered, self._gathered = self._gathered, []
        self._write_all(gathered)

    def _write_all(self, parts: list[memoryview]) -> None:
        while parts:
            written = os.writev(self._target, parts)
            while parts and written >= len(parts[0]):
                written -= len(parts.pop(0))
            if written:
                parts[0] = parts[0][written:]

    def _descriptor(self, path: Path) -> int:
        if path not in self._sources:
            self._sources[path] = os.open(path, os.O_RDONLY)
        return self._sources[path]
