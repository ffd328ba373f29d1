"""Reads the tables of MP4 files: what is in them, in which order, byte for byte.

References:
    ISO/IEC 14496-12 (ISO base media file format), sections 4.2 (boxes) and 8 (tables).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, repeat
from pathlib import Path
from typing import BinaryIO

from retake.domain.errors import UnreadableMediaError

MAX_TABLES_BYTES = 64 * 2**20
"""A ``moov`` box larger than this is refused: 30 minutes at 60 fps need about 2 MB."""

_MAX_SAMPLES = 2_000_000
_WHOLE_REST = 0
_WIDE_SIZE = 1


@dataclass(frozen=True)
class Box:
    """One box of a file: its four letters and where its payload lies, in bytes."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Edit:
    """One entry of an edit list: length in movie ticks, start in track ticks (-1: nothing)."""

    duration: int
    media_time: int


@dataclass(frozen=True)
class Track:
    """The tables of one track.

    Attributes:
        kind: ``vide`` or ``soun`` (or what else the handler says).
        timescale: Ticks a second.
        sample_entry: The whole ``stsd`` payload: equal bytes decode alike.
        sizes: Bytes of each sample (a frame, or an audio packet).
        offsets: Where each sample starts in the file.
        durations: Ticks of each sample, in decoding order.
        shifts: Presentation less decoding time of each sample, in ticks.
        edits: The edit list, empty without one.
    """

    kind: str
    timescale: int
    sample_entry: bytes
    sizes: tuple[int, ...]
    offsets: tuple[int, ...]
    durations: tuple[int, ...]
    shifts: tuple[int, ...]
    edits: tuple[Edit, ...]

    @property
    def presentation_times(self) -> tuple[int, ...]:
        """Ticks at which samples are shown, in decoding order, from the start of the edit."""
        start = next((edit.media_time for edit in self.edits if edit.media_time >= 0), 0)
        decoded = accumulate(self.durations[:-1], initial=0)
        return tuple(time + shift - start for time, shift in zip(decoded, self.shifts, strict=True))


@dataclass(frozen=True)
class Movie:
    """An MP4 file's tables.

    Attributes:
        boxes: Kinds of the boxes at the top, in order.
        timescale: Movie ticks a second.
        tracks: In the file's order.
    """

    boxes: tuple[str, ...]
    timescale: int
    tracks: tuple[Track, ...]

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


def read_movie(path: Path) -> Movie:
    """Read a file's tables, not its payload.

    Raises:
        UnreadableMediaError: If it is cut off, or its tables contradict themselves.
    """
    try:
        with path.open("rb") as file:
            boxes = top_boxes(file)
            moov = next((box for box in boxes if box.kind == "moov"), None)
            if moov is None or moov.end - moov.start > MAX_TABLES_BYTES:
                raise UnreadableMediaError("The MP4 file has no table of contents that can be read.")
            file.seek(moov.start)
            payload = file.read(moov.end - moov.start)
        tables = _children(payload)
        timescale = _timescale(dict(tables)["mvhd"])
        tracks = tuple(_track(body) for kind, body in tables if kind == "trak")
    except (struct.error, ValueError, LookupError) as exc:
        raise UnreadableMediaError("The MP4 file's tables are damaged.") from exc
    return Movie(boxes=tuple(box.kind for box in boxes), timescale=timescale, tracks=tracks)


def top_boxes(file: BinaryIO) -> list[Box]:
    """List the boxes at the top of a file.

    Raises:
        UnreadableMediaError: If a box is longer than the file: the end is missing.
    """
    size = file.seek(0, 2)
    boxes: list[Box] = []
    at = 0
    while at < size:
        file.seek(at)
        header = file.read(16)
        box = _box(header, at=at, end=size)
        if box is None or box.end > size:
            raise UnreadableMediaError(
                "The file is incomplete: it ends before its video does. Make or upload it again."
            )
        boxes.append(box)
        at = box.end
    return boxes


def _box(header: bytes, *, at: int, end: int) -> Box | None:
    """Read one box's header; None where there is no room for one."""
    if len(header) < 8:  # noqa: PLR2004 - size and kind, four bytes each
        return None
    size, kind = struct.unpack_from(">I4s", header)
    length = 8
    if size == _WIDE_SIZE:
        if len(header) < 16:  # noqa: PLR2004 - and eight bytes of wide size
            return None
        (size,) = struct.unpack_from(">Q", header, 8)
        length = 16
    elif size == _WHOLE_REST:
        size = end - at
    if size < length:
        return None
    return Box(kind=kind.decode("latin-1"), start=at + length, end=at + size)


def _children(payload: bytes) -> list[tuple[str, bytes]]:
    """Return the boxes inside a payload."""
    found: list[tuple[str, bytes]] = []
    at = 0
    while (box := _box(payload[at : at + 16], at=at, end=len(payload))) is not None:
        found.append((box.kind, payload[box.start : box.end]))
        at = box.end
    return found


def _track(body: bytes) -> Track:
    tables = dict(_children(body))
    media = dict(_children(tables["mdia"]))
    present = dict(_children(dict(_children(media["minf"]))["stbl"]))
    sizes = _sizes(present["stsz"])
    durations = tuple(_runs(present["stts"])) if "stts" in present else ()
    shifts = tuple(_runs(present["ctts"], signed=True)) if "ctts" in present else (0,) * len(sizes)
    edits = dict(_children(tables.get("edts", b""))).get("elst")
    offsets = tuple(_offsets(present, sizes))
    if not len(sizes) == len(offsets) == len(durations) == len(shifts):
        raise ValueError("the tables speak of different numbers of samples")
    return Track(
        kind=media["hdlr"][8:12].decode("latin-1"),
        timescale=_timescale(media["mdhd"]),
        sample_entry=present["stsd"],
        sizes=sizes,
        offsets=offsets,
        durations=durations,
        shifts=shifts,
        edits=_edits(edits) if edits else (),
    )


def _timescale(header: bytes) -> int:
    """Read the ticks a second of an ``mvhd`` or ``mdhd``; in version 1 longer dates stand before."""
    return int.from_bytes(header[20:24] if header[0] else header[12:16], "big")


def _sizes(body: bytes) -> tuple[int, ...]:
    same: int
    count: int
    same, count = struct.unpack_from(">II", body, 4)
    if same:
        return (same,) * _bounded(count)
    sizes: tuple[int, ...] = struct.unpack_from(f">{count}I", body, 12)
    return sizes


def _bounded(count: int) -> int:
    """Return a number of samples; a few bytes of table could speak of billions."""
    if count > _MAX_SAMPLES:
        raise ValueError(count)
    return count


def _runs(body: bytes, *, signed: bool = False) -> Iterator[int]:
    """Unroll a run-length table of (count, value)."""
    (entries,) = struct.unpack_from(">I", body, 4)
    total = 0
    for count, value in struct.iter_unpack(">Ii" if signed else ">II", body[8 : 8 + entries * 8]):
        total = _bounded(total + count)
        yield from repeat(value, count)


def _offsets(tables: dict[str, bytes], sizes: tuple[int, ...]) -> Iterator[int]:
    """Place every sample: chunks lie at the table's offsets, samples end to end in their chunk."""
    wide = "co64" in tables
    body = tables["co64"] if wide else tables.get("stco", b"\0" * 8)
    (count,) = struct.unpack_from(">I", body, 4)
    chunks: tuple[int, ...] = struct.unpack_from(f">{count}{'Q' if wide else 'I'}", body, 8)
    runs = [(first, many) for first, many, _ in struct.iter_unpack(">III", tables["stsc"][8:])]
    sample, run = 0, 0
    for number, offset in enumerate(chunks, start=1):
        at = offset
        while run + 1 < len(runs) and runs[run + 1][0] <= number:
            run += 1
        for size in sizes[sample : sample + runs[run][1]]:
            yield at
            at += size
        sample += runs[run][1]


def _edits(body: bytes) -> tuple[Edit, ...]:
    layout = ">Qqhh" if body[0] else ">Iihh"
    return tuple(Edit(duration, media) for duration, media, _, _ in struct.iter_unpack(layout, body[8:]))
