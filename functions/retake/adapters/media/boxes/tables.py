"""Reads the sample tables of one track into compact arrays.

References:
    ISO/IEC 14496-12:2022, sections 8.3.2 (tkhd), 8.4.2 (mdhd), 8.4.3 (hdlr), 8.5.2 (stsd), 8.6.1.2 (stts),
    8.6.1.3 (ctts), 8.6.2 (stss), 8.6.6 (elst), 8.7.3 (stsz, stz2), 8.7.4 (stsc), 8.7.5 (stco, co64).
"""

import struct
import sys
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat

from retake.adapters.media.bounds import (
    EDITED_SAMPLES,
    EDITS,
    SAMPLES,
    TABLE_ENTRIES,
    TRACK_HEADER_BYTES,
)
from retake.adapters.media.boxes.iso import Box, BoxWalker

_TABLE_HEADER = 8
_CHUNKED_SAMPLES = 1024
"""ffmpeg indexes constant-rate PCM in pieces of up to so many samples."""


class DamagedTablesError(ValueError):
    """The tables contradict each other."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One entry of an edit list: length in movie ticks, start in track ticks (-1: nothing)."""

    duration: int
    media_time: int


@dataclass(frozen=True)
class SampleSizes:
    """Bytes of each sample: one number for all, or a list.

    Attributes:
        count: How many samples there are.
        same: Bytes of every sample; 0 where they differ.
        listed: Bytes of each; empty where they are the same.
    """

    count: int
    same: int
    listed: Sequence[int]

    def between(self, first: int, end: int) -> Sequence[int]:
        """Return the sizes of the samples from ``first`` to ``end``."""
        if self.same:
            return [self.same] * (end - first)
        return self.listed[first:end]


@dataclass(frozen=True)
class Runs:
    """A run-length table: how often, and which value."""

    counts: Sequence[int]
    values: Sequence[int]

    @property
    def total(self) -> int:
        """Return how many samples it is about."""
        return sum(self.counts)

    def unrolled(self) -> Iterator[int]:
        """Yield the value of each sample."""
        return chain.from_iterable(map(repeat, self.values, self.counts))

    def sum(self) -> int:
        """Return all values together."""
        return sum(count * value for count, value in zip(self.counts, self.values, strict=True))


@dataclass(frozen=True)
class TrackTables:
    """The tables of one track as they stand in the file.

    Attributes:
        track_id: As fragments name it.
        kind: ``vide``, ``soun`` or what else the handler says.
        timescale: Ticks a second.
        sample_entry: The payload of ``stsd``.
        sizes: Bytes of the samples.
        durations: Ticks of the samples, in decoding order.
        shifts: Presentation less decoding time, in ticks; None where they are equal.
        chunk_offsets: Where chunks start in the file.
        chunk_runs: First chunk (from 1) and samples a chunk, of each run of ``stsc``.
        keys: Numbers (from 1) of the samples that decoding can start at; None: every one.
        edits: The edit list, empty without one.
    """

    track_id: int
    kind: str
    timescale: int
    sample_entry: bytes
    sizes: SampleSizes
    durations: Runs
    shifts: Runs | None
    chunk_offsets: Sequence[int]
    chunk_runs: Sequence[tuple[int, int]]
    keys: Sequence[int] | None
    edits: tuple[Edit, ...]

    @property
    def indexed_samples(self) -> int:
        """Return how many entries a decoder's index of the track has."""
        pcm = self.kind == "soun" and list(self.durations.values) == [1]
        if pcm:
            return len(self.chunk_offsets) + self.sizes.count // _CHUNKED_SAMPLES
        return self.sizes.count

    def chunks(self) -> Iterator[tuple[int, int, int]]:
        """Yield each chunk's offset, the number of its first sample, and of the sample after its last."""
        ends = [first for first, _ in self.chunk_runs[1:]]
        sample, run = 0, 0
        for number, offset in enumerate(self.chunk_offsets, start=1):
            while run < len(ends) and ends[run] <= number:
                run += 1
            end = min(self.sizes.count, sample + self.chunk_runs[run][1])
            yield offset, sample, end
            sample = end
        if sample != self.sizes.count:
            raise DamagedTablesError("the chunks do not hold all samples")


def read_track(walker: BoxWalker, trak: Box) -> TrackTables:
    """Read the tables of a ``trak`` box.

    Raises:
        UnreadableMediaError: If a table is larger than its bound.
        DamagedTablesError, LookupError, struct.error: If they are damaged.
    """
    parts = walker.children(trak)
    media = walker.children(parts["mdia"])
    tables = walker.children(walker.children(media["minf"])["stbl"])
    sizes = _sizes(walker, tables)
    durations = _runs(walker, tables.get("stts"), code="I")
    shifts = _runs(walker, tables["ctts"], code="i") if "ctts" in tables else None
    track = TrackTables(
        track_id=_track_id(walker, parts["tkhd"]),
        kind=walker.reader.read(media["hdlr"].start + 8, 4).decode("latin-1"),
        timescale=read_timescale(walker, media["mdhd"]),
        sample_entry=_sample_entry(walker, tables["stsd"]),
        sizes=sizes,
        durations=durations,
        shifts=shifts,
        chunk_offsets=_chunk_offsets(walker, tables),
        chunk_runs=_chunk_runs(walker, tables.get("stsc")),
        keys=_entries(walker, tables["stss"], code="I") if "stss" in tables else None,
        edits=_edits(walker, parts.get("edts")),
    )
    _require_agreement(track)
    EDITED_SAMPLES.require(len(track.edits) * track.indexed_samples)
    return track


def read_timescale(walker: BoxWalker, header: Box) -> int:
    """Read the ticks a second of an ``mvhd`` or ``mdhd``; in version 1 longer dates stand before."""
    body = walker.reader.read(header.start, 24)
    return int.from_bytes(body[20:24] if body[0] else body[12:16], "big")


def _track_id(walker: BoxWalker, header: Box) -> int:
    """Read a ``tkhd``; in version 1 longer dates stand before."""
    body = walker.reader.read(header.start, 24)
    return int.from_bytes(body[20:24] if body[0] else body[12:16], "big")


def _require_agreement(track: TrackTables) -> None:
    counts = {track.sizes.count, track.durations.total}
    if track.shifts is not None:
        counts.add(track.shifts.total)
    if len(counts) > 1:
        raise DamagedTablesError("the tables speak of different numbers of samples")
    if track.sizes.count and not (track.chunk_offsets and track.chunk_runs):
        raise DamagedTablesError("there are samples, and no chunks")
    SAMPLES.require(track.indexed_samples)


def _sample_entry(walker: BoxWalker, box: Box) -> bytes:
    TRACK_HEADER_BYTES.require(box.size)
    return walker.payload(box)


def _sizes(walker: BoxWalker, tables: Mapping[str, Box]) -> SampleSizes:
    if "stz2" in tables:
        return _compact_sizes(walker, tables["stz2"])
    box = tables["stsz"]
    same, count = struct.unpack(">II", walker.reader.read(box.start + 4, 8))
    if same:
        return SampleSizes(count, same, ())
    listed = _numbers(walker, box, skip=12, count=count, code="I")
    return SampleSizes(count, 0, listed)


def _compact_sizes(walker: BoxWalker, box: Box) -> SampleSizes:
    field, count = struct.unpack(">II", walker.reader.read(box.start + 4, 8))
    TABLE_ENTRIES.require(count)
    bits = field & 0xFF
    body = walker.reader.read(box.start + 12, min(box.size - 12, -(-count * bits // 8)))
    unpack: dict[int, Callable[[], Sequence[int]]] = {
        4: lambda: [part for byte in body for part in (byte >> 4, byte & 15)][:count],
        8: lambda: body,
        16: lambda: read_array("H", body),
    }
    listed = unpack[bits]()
    if len(listed) != count:
        raise DamagedTablesError("the sizes are cut off")
    return SampleSizes(count, 0, listed)


def _chunk_offsets(walker: BoxWalker, tables: Mapping[str, Box]) -> Sequence[int]:
    if "co64" in tables:
        return _entries(walker, tables["co64"], code="Q")
    return _entries(walker, tables["stco"], code="I") if "stco" in tables else ()


def _chunk_runs(walker: BoxWalker, box: Box | None) -> Sequence[tuple[int, int]]:
    if box is None:
        return ()
    numbers = _entries(walker, box, code="I", columns=3)
    return list(zip(numbers[0::3], numbers[1::3], strict=True))


def _runs(walker: BoxWalker, box: Box | None, *, code: str) -> Runs:
    """Read (count, value) pairs; ``code`` is the value's: ``I``, or ``i`` where it may be negative."""
    if box is None:
        return Runs((), ())
    numbers = _entries(walker, box, code=code, columns=2)
    counts = numbers[0::2]
    if code == "i":  # a count of 2**31 and more is one that no file has
        counts = array("I", [count & 0xFFFFFFFF for count in counts])
    return Runs(counts, numbers[1::2])


def _edits(walker: BoxWalker, edts: Box | None) -> tuple[Edit, ...]:
    box = None if edts is None else walker.children(edts).get("elst")
    if box is None:
        return ()
    version, count = struct.unpack(">B3xI", walker.reader.read(box.start, _TABLE_HEADER))
    EDITS.require(count)
    layout = struct.Struct(">Qqhh" if version else ">Iihh")
    body = walker.reader.read(box.start + _TABLE_HEADER, min(box.size - _TABLE_HEADER, count * layout.size))
    whole = len(body) // layout.size * layout.size
    return tuple(Edit(length, start) for length, start, _, _ in layout.iter_unpack(body[:whole]))


def _entries(walker: BoxWalker, box: Box, *, code: str, columns: int = 1) -> Sequence[int]:
    """Read a table that says how many rows it has, of so many equal numbers each."""
    (rows,) = struct.unpack(">I", walker.reader.read(box.start + 4, 4))
    return _numbers(walker, box, skip=_TABLE_HEADER, count=rows * columns, code=code, columns=columns)


def _numbers(
    walker: BoxWalker, box: Box, *, skip: int, count: int, code: str, columns: int = 1
) -> Sequence[int]:
    TABLE_ENTRIES.require(count // columns)
    width = array(code).itemsize
    if skip + count * width > box.size:
        raise DamagedTablesError("a table is cut off")
    return read_array(code, walker.reader.read(box.start + skip, count * width))


def read_array(code: str, body: bytes) -> "array[int]":
    """Return big-endian numbers as an array: 4 or 8 bytes each instead of 36 as objects."""
    numbers: array[int] = array(code)
    numbers.frombytes(body)
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers


def write_array(numbers: "array[int]") -> bytes:
    """Return numbers big-endian."""
    if sys.byteorder == "little":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers.tobytes()
