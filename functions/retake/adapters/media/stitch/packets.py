"""A file of encoded sound by name, which later compositions take their packets from.

Layout, big-endian: 8 bytes ``RTKSND01``; the number of pieces (4); for each piece its name (32) and its
number of packets (4); the sizes of all packets (4 each), in order; then their bytes.
"""

import struct
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO

from retake.adapters.media.boxes.tables import read_array, write_array
from retake.adapters.media.stitch.payload import PayloadWriter

MAGIC = b"RTKSND01"
_HEAD = struct.Struct(">8sI")
_ENTRY = struct.Struct(">32sI")
_MOST_PIECES = 100_000
_MOST_PACKETS = 1_000_000


@dataclass(frozen=True)
class Packets:
    """Packets in a file: where each starts, and its size in bytes."""

    path: Path
    offsets: Sequence[int]
    sizes: Sequence[int]

    def between(self, first: int, count: int) -> "Packets":
        """Return some of them. Raises ``IndexError`` where there are not so many."""
        if first < 0 or first + count > len(self.sizes):
            raise IndexError(f"{first + count} of {len(self.sizes)} packets")
        return Packets(self.path, self.offsets[first : first + count], self.sizes[first : first + count])


def read_packets(path: Path | None) -> dict[bytes, Packets]:
    """Return the pieces in a file by name; none where it is missing or damaged: they are encoded again."""
    if path is None:
        return {}
    try:
        with path.open("rb") as file:
            return _read(path, file, path.stat().st_size)
    except (OSError, struct.error, ValueError):
        return {}


def _read(path: Path, file: BinaryIO, size: int) -> dict[bytes, Packets]:
    magic, pieces = _HEAD.unpack(file.read(_HEAD.size))
    if magic != MAGIC or pieces > _MOST_PIECES:
        raise ValueError("this is no file of sound")
    entries = list(_ENTRY.iter_unpack(file.read(pieces * _ENTRY.size)))
    total = sum(count for _, count in entries)
    if len(entries) != pieces or total > _MOST_PACKETS:
        raise ValueError("its pieces are damaged")
    sizes = read_array("I", file.read(4 * total))
    ends = array("Q", accumulate(sizes, initial=file.tell()))
    if len(sizes) != total or ends[-1] != size:
        raise ValueError("it is cut off")
    found: dict[bytes, Packets] = {}
    at = 0
    for name, count in entries:
        found[name] = Packets(path, ends[at : at + count], sizes[at : at + count])
        at += count
    return found


def write_packets(path: Path, pieces: Mapping[bytes, Packets]) -> dict[bytes, Packets]:
    """Write pieces into one file, and return them as they are in it."""
    sizes = array("I", (size for piece in pieces.values() for size in piece.sizes))
    with PayloadWriter(path) as file:
        file.write(_HEAD.pack(MAGIC, len(pieces)))
        file.write(b"".join(_ENTRY.pack(name, len(piece.sizes)) for name, piece in pieces.items()))
        file.write(write_array(sizes))
        for piece in pieces.values():
            file.copy((piece.path, *part) for part in zip(piece.offsets, piece.sizes, strict=True))
    return read_packets(path)
