"""Iterates over the elements of EBML files (Matroska, WebM) without touching their payload.

References:
    RFC 8794, section 4 (variable-size integers), 5 (element ids), 6 (data sizes, all ones: unknown).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from retake.adapters.media.bounds import ELEMENTS
from retake.adapters.media.boxes.reader import ByteReader
from retake.domain.errors import UnreadableMediaError

INCOMPLETE = "The file is incomplete: it ends before its content does."
AGAIN = "Make or upload it again."

_MOST_HEADER_BYTES = 12
_MOST_ID_BYTES = 4
_MOST_SIZE_BYTES = 8


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its id with the marker, and where its payload lies.

    Attributes:
        end: Offset behind it; None where its size is not known (a live recording).
    """

    id: int
    start: int
    end: int | None

    @property
    def size(self) -> int:
        """Return the payload's bytes, 0 where that is not known."""
        return 0 if self.end is None else self.end - self.start


class ElementWalker:
    """Visits elements, and counts all of them against one bound.

    Args:
        reader: The file.
    """

    def __init__(self, reader: ByteReader) -> None:
        self.reader = reader
        self._visited = 0

    def inside(self, start: int, end: int) -> Iterator[Element]:
        """Yield the elements between two offsets, in order.

        One of unknown size is given with ``end`` None, and its children follow it as if they were its
        siblings.

        Raises:
            UnreadableMediaError: If one is longer than what is around it, or there are too many.
        """
        at = start
        while at < end:
            element = self._element(at)
            if element is None or (element.end is not None and element.end > end):
                raise UnreadableMediaError(INCOMPLETE, advice=AGAIN)
            yield element
            at = element.start if element.end is None else element.end

    def children(self, parent: Element) -> Iterator[Element]:
        """Yield the elements inside one whose size is known."""
        return self.inside(parent.start, parent.start + parent.size)

    def number(self, element: Element) -> int:
        """Read an unsigned integer (RFC 8794, section 7.2)."""
        return int.from_bytes(self.reader.read(element.start, min(8, element.size)), "big")

    def _element(self, at: int) -> Element | None:
        header = self.reader.read(at, _MOST_HEADER_BYTES)
        id_bytes = _length(header, most=_MOST_ID_BYTES)
        size_bytes = _length(header[id_bytes:], most=_MOST_SIZE_BYTES) if id_bytes else 0
        if not size_bytes or id_bytes + size_bytes > len(header):
            return None
        self._visited += 1
        ELEMENTS.require(self._visited)
        start = at + id_bytes + size_bytes
        marker = 1 << 7 * size_bytes
        size = int.from_bytes(header[id_bytes : id_bytes + size_bytes], "big") - marker
        end = None if size == marker - 1 else start + size
        return Element(int.from_bytes(header[:id_bytes], "big"), start, end)


def _length(octets: bytes, *, most: int) -> int:
    """Return the length of a variable-size integer by the zeros before its marker; 0 for none."""
    length = 9 - octets[0].bit_length() if octets else 0
    return length if length <= most else 0
