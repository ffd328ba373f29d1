"""Reads any part of a file, whether all of it is on disk yet or not."""

import os
from pathlib import Path
from types import TracebackType
from typing import Self

from retake.ports.media import Fill, everything_is_there

WINDOW_BYTES = 64 * 1024


class ByteReader:
    """Random access in constant memory: small reads come out of one window.

    Args:
        path: The file, of its full size, maybe with holes.
        fill: Called with the range that is read next.

    Attributes:
        size: Bytes of the file.
    """

    def __init__(self, path: Path, *, fill: Fill = everything_is_there) -> None:
        self._file = path.open("rb", buffering=0)
        self._fill = fill
        self.size = os.fstat(self._file.fileno()).st_size
        self._window = b""
        self._start = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def read(self, start: int, length: int) -> bytes:
        """Return the bytes from ``start`` on, fewer where the file ends."""
        at = start - self._start
        if at < 0 or at + length > len(self._window):
            if length > WINDOW_BYTES:
                return self._load(start, length)
            self._window, self._start, at = self._load(start, WINDOW_BYTES), start, 0
        return self._window[at : at + length]

    def _load(self, start: int, length: int) -> bytes:
        length = max(0, min(length, self.size - start))
        if length == 0:
            return b""
        self._fill(start, start + length)
        return os.pread(self._file.fileno(), length, start)
