"""Iterates over the boxes of ISO base media files (MP4, MOV) without touching their payload.

References:
    ISO/IEC 14496-12:2022, section 4.2 (size, type, largesize; size 0 reaches to the end of the file).
    https://developer.apple.com/documentation/quicktime-file-format (the same atoms in MOV).
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from retake.adapters.media.bounds import BOXES
from retake.adapters.media.boxes.reader import ByteReader
from retake.domain.errors import UnreadableMediaError

INCOMPLETE = "The file is incomplete: it ends before its video does."
AGAIN = "Make or upload it again."

PARENTS = {
    "mvhd": "moov",
    "trak": "moov",
    "tkhd": "trak",
    "mdia": "trak",
    "edts": "trak",
    "elst": "edts",
    "mdhd": "mdia",
    "minf": "mdia",
    "stbl": "minf",
    **dict.fromkeys(("stsd", "stts", "ctts", "stsc", "stsz", "stz2", "stco", "co64", "stss"), "stbl"),
}
"""The tables that are read, each of which its parent has once at most (ISO/IEC 14496-12, table 1)."""

ONCE = frozenset(PARENTS) - {"trak"}

_CONTAINERS = frozenset(
    ("moov", "trak", "mdia", "minf", "stbl", "edts", "dinf", "mvex", "udta", "moof", "traf")
)
"""Boxes of boxes, into which ffmpeg goes wherever it meets them."""

BOX_HEADER_BYTES = 8
_WIDE_HEADER_BYTES = 16
_TO_THE_END = 0
_WIDE = 1


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its four letters, and where its payload lies in the file, in bytes."""

    kind: str
    start: int
    end: int

    @property
    def size(self) -> int:
        """Return the bytes of the payload."""
        return self.end - self.start


class BoxWalker:
    """Visits boxes, and counts all of them against one bound.

    Args:
        reader: The file.
    """

    def __init__(self, reader: ByteReader) -> None:
        self.reader = reader
        self._visited = 0

    def top(self) -> Iterator[Box]:
        """Yield the boxes at the top level of the file, in order.

        Raises:
            UnreadableMediaError: If one is longer than the file, or there are too many.
        """
        at = 0
        while at < self.reader.size:
            box = self._box(at, end=self.reader.size)
            if box is None or box.end > self.reader.size:
                raise UnreadableMediaError(INCOMPLETE, advice=AGAIN)
            yield box
            at = box.end

    def inside(self, parent: Box, *, skip: int = 0) -> Iterator[Box]:
        """Yield the boxes in a payload, in order, up to the first that does not fit into it.

        Args:
            parent: The box around them.
            skip: Bytes of the payload before the first one.

        Raises:
            UnreadableMediaError: If there are too many.
        """
        at = parent.start + skip
        while (box := self._box(at, end=parent.end)) is not None and box.end <= parent.end:
            yield box
            at = box.end

    def require_order(self, top: Iterable[Box]) -> None:
        """Refuse tables in the wrong place: ffmpeg would take them, and nothing here would bound them.

        Raises:
            UnreadableMediaError: If there is one, or there are too many boxes.
        """
        waiting = [("", box) for box in top]
        while waiting:
            parent, box = waiting.pop()
            if PARENTS.get(box.kind, parent) != parent:
                raise UnreadableMediaError(
                    f"The MP4 file's tables are damaged: {box.kind!r} is in the wrong place."
                )
            if box.kind in _CONTAINERS:
                waiting += [(box.kind, inner) for inner in self.inside(box)]

    def children(self, parent: Box) -> dict[str, Box]:
        """Return the boxes in a payload by their letters.

        Raises:
            UnreadableMediaError: If a table is there twice: decoders differ in which one they take.
        """
        found: dict[str, Box] = {}
        for box in self.inside(parent):
            if box.kind in ONCE and box.kind in found:
                raise UnreadableMediaError(f"The MP4 file's tables are damaged: {box.kind!r} is there twice.")
            found[box.kind] = box
        return found

    def payload(self, box: Box) -> bytes:
        """Return a whole payload; who calls this has bounded its size."""
        return self.reader.read(box.start, box.size)

    def _box(self, at: int, *, end: int) -> Box | None:
        if end - at < BOX_HEADER_BYTES:
            return None
        header = self.reader.read(at, min(_WIDE_HEADER_BYTES, end - at))
        size, kind = struct.unpack_from(">I4s", header)
        length = BOX_HEADER_BYTES
        if size == _WIDE:
            if len(header) < _WIDE_HEADER_BYTES:
                return None
            (size,) = struct.unpack_from(">Q", header, BOX_HEADER_BYTES)
            length = _WIDE_HEADER_BYTES
        elif size == _TO_THE_END:
            size = end - at
        if size < length:
            return None
        self._visited += 1
        BOXES.require(self._visited)
        return Box(kind.decode("latin-1"), at + length, at + size)
