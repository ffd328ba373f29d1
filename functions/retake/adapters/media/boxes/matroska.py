"""Reads what a Matroska or WebM file says of itself, and how many frames its clusters hold.

References:
    RFC 9559, sections 5.1.2 (Info), 5.1.3 (Cluster), 5.1.4 (Tracks), 5.1.5 (Cues), 10 (block layout),
    and 5 (element ids and defaults).
"""

import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from retake.adapters.media.bounds import ATTACHED_BYTES, SAMPLES, TABLE_ENTRIES, TRACK_HEADER_BYTES, TRACKS
from retake.adapters.media.boxes.ebml import AGAIN, INCOMPLETE, Element, ElementWalker
from retake.adapters.media.boxes.reader import ByteReader
from retake.domain.errors import UnreadableMediaError

NO_VIDEO = "No video could be found in this file: it is damaged, or not what its name says."

_EBML, _SEGMENT = 0x1A45DFA3, 0x18538067
_SEEK_HEAD, _SEEK, _SEEK_ID, _SEEK_POSITION = 0x114D9B74, 0x4DBB, 0x53AB, 0x53AC
_INFO, _TICK_NS = 0x1549A966, 0x2AD7B1
_TRACKS, _TRACK, _NUMBER, _TYPE, _FRAME_NS = 0x1654AE6B, 0xAE, 0xD7, 0x83, 0x23E383
_VIDEO, _WIDTH, _HEIGHT = 0xE0, 0xB0, 0xBA
_CUES, _CUE, _CUE_PLACE, _CUE_CLUSTER = 0x1C53BB6B, 0xBB, 0xB7, 0xF1
_CLUSTER, _TIME, _SIMPLE_BLOCK, _GROUP, _BLOCK, _BLOCK_TICKS = 0x1F43B675, 0xE7, 0xA3, 0xA0, 0xA1, 0x9B
_ATTACHED = (0x1941A469, 0x1043A770, 0x1254C367)  # Attachments, Chapters, Tags

PICTURE, SOUND = 1, 2
"""Types of tracks (RFC 9559, section 5.1.4.1.3)."""

_DEFAULT_TICK_NS = 1_000_000
_NANOSECONDS = 10**9


@dataclass
class MatroskaTrack:
    """One track, and the blocks that were seen of it.

    Attributes:
        number: As blocks name it.
        kind: 1 for a picture, 2 for sound.
        frame_ns: Nanoseconds a frame, 0 where the file does not say.
        width: Encoded pixels.
        height: Encoded pixels.
        blocks: How many were seen.
        first: Ticks at which the first one is shown; None before one was seen.
        last: Ticks at which the last one is shown.
        end: Ticks at which the last one ends, as far as its block says.
        times: Ticks at which each is shown.
    """

    number: int = 0
    kind: int = 0
    frame_ns: int = 0
    width: int = 0
    height: int = 0
    blocks: int = 0
    first: int | None = None
    last: int = 0
    end: int = 0
    times: "array[int]" = field(default_factory=lambda: array("q"))

    def add(self, time: int, length: int) -> None:
        """Note a block."""
        self.first = time if self.first is None else min(self.first, time)
        self.last = max(self.last, time)
        self.end = max(self.end, time + length)
        self.blocks += 1
        self.times.append(time)


@dataclass
class MatroskaFile:
    """What a file holds.

    Attributes:
        tick_ns: Nanoseconds a tick.
        tracks: By number.
        is_counted: Whether every block was seen; else the first cluster's and the last one's.
        first_cluster: Where the first cluster starts.
    """

    tick_ns: int = _DEFAULT_TICK_NS
    tracks: dict[int, MatroskaTrack] = field(default_factory=dict)
    is_counted: bool = True
    first_cluster: int = 0

    def first_of(self, kind: int) -> MatroskaTrack | None:
        """Return the first track of a type."""
        return next((track for track in self.tracks.values() if track.kind == kind), None)

    def length_s(self, track: MatroskaTrack) -> float:
        """Return a track's length in seconds, from its first frame to the end of its last."""
        if track.first is None:
            return 0.0
        spacing = Fraction(track.frame_ns, self.tick_ns)
        if not spacing and self.is_counted and track.blocks > 1:
            spacing = Fraction(track.last - track.first, track.blocks - 1)
        end = max(Fraction(track.end), track.last + spacing)
        return float((end - track.first) * self.tick_ns / _NANOSECONDS)


def read_matroska(reader: ByteReader, *, count_all: bool) -> MatroskaFile:
    """Read a file's headers and blocks' headers.

    Args:
        reader: The file.
        count_all: Whether every cluster is looked into. Else, where the file has an index of its clusters,
            only the first one and the last one are, and what lies between is not checked.

    Raises:
        UnreadableMediaError: If it is cut off, damaged, or beyond a bound.
    """
    walker = ElementWalker(reader)
    try:
        return _Scan(walker, count_all=count_all).read()
    except (struct.error, ValueError, LookupError) as exc:
        raise UnreadableMediaError("The file's headers are damaged.") from exc


class _Scan:
    """One pass over a file."""

    def __init__(self, walker: ElementWalker, *, count_all: bool) -> None:
        self._walker = walker
        self._count_all = count_all
        self._file = MatroskaFile()
        self._attached = 0
        self._time = 0
        self._cues: int | None = None

    def read(self) -> MatroskaFile:
        segment = self._segment()
        end = self._walker.reader.size if segment.end is None else segment.end
        if end > self._walker.reader.size:
            raise UnreadableMediaError(INCOMPLETE, advice=AGAIN)
        last = None
        for element in self._walker.inside(segment.start, end):
            if element.id == _CLUSTER and not self._file.first_cluster:
                self._file.first_cluster = element.start
                last = self._last_cluster(segment, element)
            self._visit(element)
            if last is not None:
                break
        if last is not None:
            self._file.is_counted = False
            self._visit_end(last, end)
        SAMPLES.require(sum(track.blocks for track in self._file.tracks.values()))
        return self._file

    def _visit_end(self, start: int, end: int) -> None:
        """Visit what follows the last place in the index, of its clusters the last two.

        An index names key frames, and there may be many clusters after the last of these. The very last one
        may hold sound only.
        """
        clusters: list[Element] = []
        for element in self._walker.inside(start, end):
            if element.id == _CLUSTER and element.end is not None:
                clusters = [*clusters[-1:], element]
            else:
                self._visit(element)
        for cluster in clusters:
            self._visit(cluster)

    def _segment(self) -> Element:
        for position, element in enumerate(self._top()):
            if position == 0 and element.id != _EBML:
                break
            if element.id == _SEGMENT:
                return element
        raise UnreadableMediaError(NO_VIDEO)

    def _top(self) -> Iterator[Element]:
        try:
            yield from self._walker.inside(0, 1 << 62)
        except UnreadableMediaError as exc:
            raise UnreadableMediaError(NO_VIDEO) from exc

    def _last_cluster(self, segment: Element, first: Element) -> int | None:
        """Return where the last cluster starts, if the index says so and it is not the first one."""
        if self._count_all or self._cues is None or first.end is None:
            return None
        cues = next(self._walker.inside(segment.start + self._cues, self._walker.reader.size))
        if cues.id != _CUES or cues.end is None:
            return None
        last = segment.start + max(self._cue_positions(cues), default=0)
        return last if first.end <= last < self._walker.reader.size else None

    def _cue_positions(self, cues: Element) -> Iterator[int]:
        for seen, cue in enumerate(self._walker.children(cues)):
            TABLE_ENTRIES.require(seen)
            if cue.id == _CUE:
                places = (item for item in self._walker.children(cue) if item.id == _CUE_PLACE)
                yield from (
                    self._walker.number(item)
                    for place in places
                    for item in self._walker.children(place)
                    if item.id == _CUE_CLUSTER
                )

    def _visit(self, element: Element) -> None:
        if element.id == _CLUSTER:
            if element.end is not None:
                for inner in self._walker.children(element):
                    self._visit_block(inner)
        elif element.id in {_INFO, _TRACKS, _SEEK_HEAD}:
            self._visit_header(element)
        elif element.id in _ATTACHED:
            self._attached += element.size
            ATTACHED_BYTES.require(self._attached)
        else:  # those of a cluster of unknown size follow it
            self._visit_block(element)

    def _visit_header(self, element: Element) -> None:
        for inner in self._walker.children(element):
            if element.id == _TRACKS and inner.id == _TRACK:
                self._add_track(inner)
            elif inner.id == _TICK_NS:
                self._file.tick_ns = self._walker.number(inner) or _DEFAULT_TICK_NS
            elif inner.id == _SEEK:
                self._note_cues(inner)

    def _note_cues(self, seek: Element) -> None:
        found = {item.id: self._walker.number(item) for item in self._walker.children(seek)}
        if found.get(_SEEK_ID) == _CUES:
            self._cues = found.get(_SEEK_POSITION)

    def _add_track(self, entry: Element) -> None:
        TRACK_HEADER_BYTES.require(entry.size)
        track = MatroskaTrack()
        for item in self._walker.children(entry):
            if item.id == _NUMBER:
                track.number = self._walker.number(item)
            elif item.id == _TYPE:
                track.kind = self._walker.number(item)
            elif item.id == _FRAME_NS:
                track.frame_ns = self._walker.number(item)
            elif item.id == _VIDEO:
                sides = {side.id: self._walker.number(side) for side in self._walker.children(item)}
                track.width, track.height = sides.get(_WIDTH, 0), sides.get(_HEIGHT, 0)
        self._file.tracks[track.number] = track
        TRACKS.require(len(self._file.tracks))

    def _visit_block(self, element: Element) -> None:
        if element.id == _TIME:
            self._time = self._walker.number(element)
        elif element.id == _SIMPLE_BLOCK:
            self._add_block(element, 0)
        elif element.id == _GROUP:
            inner = {item.id: item for item in self._walker.children(element)}
            ticks = self._walker.number(inner[_BLOCK_TICKS]) if _BLOCK_TICKS in inner else 0
            self._add_block(inner[_BLOCK], ticks)

    def _add_block(self, block: Element, ticks: int) -> None:
        """Note a block: its track as a variable-size integer, then its time less the cluster's."""
        head = self._walker.reader.read(block.start, min(block.size, 10))
        length = 9 - head[0].bit_length()
        number = int.from_bytes(head[:length], "big") - (1 << 7 * length)
        (shift,) = struct.unpack_from(">h", head, length)
        track = self._file.tracks.get(number)
        if track is not None:
            track.add(self._time + shift, ticks)
