"""Adds up what the fragments of an MP4 file hold.

References:
    ISO/IEC 14496-12:2022, sections 8.8.3 (trex), 8.8.7 (tfhd), 8.8.8 (trun), 8.8.12 (tfdt).
"""

import struct
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from retake.adapters.media.bounds import SAMPLES, TABLE_ENTRIES
from retake.adapters.media.boxes.iso import Box, BoxWalker
from retake.adapters.media.boxes.tables import DamagedTablesError

_BASE_OFFSET, _DESCRIPTION, _DEFAULT_DURATION = 0x1, 0x2, 0x8
_RUN_OFFSET, _RUN_FIRST_FLAGS = 0x1, 0x4
_RUN_DURATION, _RUN_SIZE, _RUN_FLAGS, _RUN_SHIFT = 0x100, 0x200, 0x400, 0x800


@dataclass
class FragmentedTrack:
    """What the fragments hold of one track, in its ticks.

    Attributes:
        samples: How many.
        first: When the first one is shown.
        end: When the last one ends.
        decoded: When the next one is decoded.
        times: When each is shown.
    """

    samples: int = 0
    first: int | None = None
    end: int = 0
    decoded: int = 0
    times: "array[int]" = field(default_factory=lambda: array("q"))

    def add(self, duration: int, shift: int) -> None:
        """Count one sample."""
        shown = self.decoded + shift
        self.first = shown if self.first is None else min(self.first, shown)
        self.end = max(self.end, shown + duration)
        self.decoded += duration
        self.samples += 1
        self.times.append(shown)


def read_fragments(walker: BoxWalker, top: Sequence[Box]) -> dict[int, FragmentedTrack]:
    """Return what all fragments hold, by the tracks' ids.

    Raises:
        UnreadableMediaError: If they hold too many samples.
        DamagedTablesError, LookupError, struct.error: If they are damaged.
    """
    found: dict[int, FragmentedTrack] = {}
    lengths = _default_lengths(walker, next(box for box in top if box.kind == "moov"))
    total = 0
    for fragment in (box for box in top if box.kind == "moof"):
        for traf in (box for box in walker.inside(fragment) if box.kind == "traf"):
            total += _add_track(walker, traf, found, lengths)
            SAMPLES.require(total)
    return found


def _default_lengths(walker: BoxWalker, moov: Box) -> dict[int, int]:
    mvex = walker.children(moov).get("mvex")
    lengths: dict[int, int] = {}
    for box in () if mvex is None else walker.inside(mvex):
        if box.kind == "trex":
            track_id, _, length = struct.unpack(">III", walker.reader.read(box.start + 4, 12))
            lengths[track_id] = length
    return lengths


def _add_track(
    walker: BoxWalker, traf: Box, found: dict[int, FragmentedTrack], lengths: dict[int, int]
) -> int:
    """Add a ``traf``; return how many samples it has."""
    boxes = list(walker.inside(traf))
    header = next((box for box in boxes if box.kind == "tfhd"), None)
    if header is None:
        raise DamagedTablesError("a fragment does not say of which track it is")
    track_id, length = _header(walker, header)
    track = found.setdefault(track_id, FragmentedTrack())
    started = track.samples
    for box in boxes:
        if box.kind == "tfdt":
            body = walker.reader.read(box.start, 12)
            track.decoded = int.from_bytes(body[4:12] if body[0] else body[4:8], "big")
        elif box.kind == "trun":
            for duration, shift in _run(walker, box, lengths.get(track_id, 0) if length is None else length):
                track.add(duration, shift)
    return track.samples - started


def _header(walker: BoxWalker, box: Box) -> tuple[int, int | None]:
    """Return a fragment's track and its default length of a sample, if it has one."""
    body = walker.reader.read(box.start, 28)
    flags = int.from_bytes(body[1:4], "big")
    at = 8 + 8 * bool(flags & _BASE_OFFSET) + 4 * bool(flags & _DESCRIPTION)
    length = int.from_bytes(body[at : at + 4], "big") if flags & _DEFAULT_DURATION else None
    return int.from_bytes(body[4:8], "big"), length


def _run(walker: BoxWalker, box: Box, default: int) -> Iterator[tuple[int, int]]:
    """Give each sample's length and shift."""
    head = walker.reader.read(box.start, 8)
    flags, (count,) = int.from_bytes(head[1:4], "big"), struct.unpack_from(">I", head, 4)
    TABLE_ENTRIES.require(count)
    at = box.start + 8 + 4 * bool(flags & _RUN_OFFSET) + 4 * bool(flags & _RUN_FIRST_FLAGS)
    fields = [flag for flag in (_RUN_DURATION, _RUN_SIZE, _RUN_FLAGS, _RUN_SHIFT) if flags & flag]
    row = struct.Struct(">" + "".join("i" if flag == _RUN_SHIFT else "I" for flag in fields))
    if at + count * row.size > box.end:
        raise DamagedTablesError("a fragment's table is cut off")
    if not fields:
        yield from ((default, 0) for _ in range(count))
        return
    for values in row.iter_unpack(walker.reader.read(at, count * row.size)):
        named = dict(zip(fields, values, strict=True))
        yield named.get(_RUN_DURATION, default), named.get(_RUN_SHIFT, 0)
