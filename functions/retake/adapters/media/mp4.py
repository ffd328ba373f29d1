"""The tables of MP4 files: what is in them, in which order, byte for byte.

References:
    ISO/IEC 14496-12:2022 (ISO base media file format), sections 8.2 (moov) and 8.6 (time).
"""

import struct
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import add
from pathlib import Path
from typing import TypeVar

from retake.adapters.media.bounds import SAMPLES, TRACKS
from retake.adapters.media.boxes.iso import AGAIN, Box, BoxWalker
from retake.adapters.media.boxes.reader import ByteReader
from retake.adapters.media.boxes.tables import Edit, TrackTables, read_timescale, read_track
from retake.domain.errors import UnreadableMediaError

NO_TABLES = "The file is incomplete: its table of contents is missing."

T = TypeVar("T")


@dataclass(frozen=True)
class Track:
    """The tables of one track, one entry a sample (a frame, or an audio packet).

    Attributes:
        kind: ``vide`` or ``soun`` (or what else the handler says).
        timescale: Ticks a second.
        sample_entry: The whole ``stsd`` payload: equal bytes decode alike.
        sizes: Bytes of each sample.
        offsets: Where each sample starts in the file.
        durations: Ticks of each sample, in decoding order.
        shifts: Presentation less decoding time of each sample, in ticks.
        keys: Numbers (from 1) of the samples that decoding can start at; None: every one.
        edits: The edit list, empty without one.
    """

    kind: str
    timescale: int
    sample_entry: bytes
    sizes: Sequence[int]
    offsets: Sequence[int]
    durations: Sequence[int]
    shifts: Sequence[int]
    keys: Sequence[int] | None
    edits: tuple[Edit, ...]

    @property
    def start(self) -> int:
        """Return the tick of the track that is shown first."""
        return next((edit.media_time for edit in self.edits if edit.media_time >= 0), 0)

    @property
    def ends(self) -> Iterator[int]:
        """Yield the offset at which each sample ends in the file."""
        return map(add, self.offsets, self.sizes)

    @property
    def presentation_times(self) -> tuple[int, ...]:
        """Ticks at which samples are shown, in decoding order, from the start of the edit."""
        start = self.start
        decoded = accumulate(self.durations[:-1], initial=0)
        return tuple(time + shift - start for time, shift in zip(decoded, self.shifts, strict=True))


@dataclass(frozen=True)
class Movie:
    """An MP4 file's tables.

    Attributes:
        boxes: Kinds of the boxes at the top, in order.
        timescale: Movie ticks a second.
        tracks: In the file's order.
        payloads: From where to where each ``mdat`` box holds payload.
    """

    boxes: tuple[str, ...]
    timescale: int
    tracks: tuple[Track, ...]
    payloads: tuple[tuple[int, int], ...]

    @property
    def plays_while_loading(self) -> bool:
        """Whether the tables come before the payload."""
        return self.boxes.index("moov") < self.boxes.index("mdat")

    def track(self, kind: str) -> Track:
        """Return the first track of a kind. Raises ``UnreadableMediaError`` when there is none."""
        for track in self.tracks:
            if track.kind == kind:
                return track
        raise UnreadableMediaError(f"The MP4 file has no {kind!r} track.")


@dataclass(frozen=True)
class MovieTables:
    """An MP4 file's tables as they stand in it.

    Attributes:
        top: The boxes at the top, in order.
        timescale: Movie ticks a second.
        tracks: In the file's order.
    """

    top: tuple[Box, ...]
    timescale: int
    tracks: tuple[TrackTables, ...]


def read_movie(path: Path) -> Movie:
    """Read a file's tables sample by sample, not its payload.

    Raises:
        UnreadableMediaError: If it is cut off, or its tables contradict themselves or are beyond a bound.
    """
    with ByteReader(path) as reader:
        return unrolled(read_tables(BoxWalker(reader)), file_size=reader.size)


def unrolled(tables: MovieTables, *, file_size: int) -> Movie:
    """Return a file's tables sample by sample.

    Raises:
        UnreadableMediaError: If they contradict themselves, or are beyond a bound.
    """
    tracks = guarded(lambda: tuple(expanded(track, file_size=file_size) for track in tables.tracks))
    payloads = tuple((box.start, box.end) for box in tables.top if box.kind == "mdat")
    return Movie(tuple(box.kind for box in tables.top), tables.timescale, tracks, payloads)


def read_tables(walker: BoxWalker) -> MovieTables:
    """Read the tables of a file.

    Raises:
        UnreadableMediaError: If it is cut off, or its tables contradict themselves or are beyond a bound.
    """
    top = tuple(walker.top())
    found = [box for box in top if box.kind == "moov"]
    if not found:
        raise UnreadableMediaError(NO_TABLES, advice=AGAIN)
    return guarded(lambda: _tables(walker, top, found))


def _tables(walker: BoxWalker, top: tuple[Box, ...], found: Sequence[Box]) -> MovieTables:
    if len(found) > 1:
        raise ValueError("there are two tables of contents")
    boxes = list(walker.inside(found[0]))
    headers = [box for box in boxes if box.kind == "mvhd"]
    entries = [box for box in boxes if box.kind == "trak"]
    TRACKS.require(len(entries))
    tracks = tuple(read_track(walker, box) for box in entries)
    SAMPLES.require(sum(track.indexed_samples for track in tracks))
    return MovieTables(top, read_timescale(walker, headers[0]), tracks)


def guarded(read: Callable[[], T]) -> T:
    """Return what is read; whatever damage it comes across is one refusal."""
    try:
        return read()
    except (struct.error, ValueError, LookupError, OverflowError) as exc:
        raise UnreadableMediaError("The MP4 file's tables are damaged.") from exc


def expanded(track: TrackTables, *, file_size: int) -> Track:
    """Return a track's tables sample by sample.

    Raises:
        UnreadableMediaError: If there are too many samples.
        ValueError: If one lies outside the file.
    """
    SAMPLES.require(track.sizes.count)
    count = track.sizes.count
    sizes = array("I", track.sizes.between(0, count))
    offsets = array("Q")
    for offset, first, end in track.chunks():
        offsets.extend(accumulate(sizes[first:end], initial=offset))
        if offsets.pop() > file_size:  # where the last one ends
            raise ValueError("a sample lies outside the file")
    return Track(
        kind=track.kind,
        timescale=track.timescale,
        sample_entry=track.sample_entry,
        sizes=sizes,
        offsets=offsets,
        durations=array("I", track.durations.unrolled()),
        shifts=array("q", (0,) * count if track.shifts is None else track.shifts.unrolled()),
        keys=track.keys,
        edits=track.edits,
    )
