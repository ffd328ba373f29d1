"""Writes the tables of an MP4 file with one picture and one sound track.

References:
    ISO/IEC 14496-12:2022, sections 4.3 (ftyp), 8.2.2 (mvhd), 8.3.2 (tkhd), 8.4 (mdia), 8.6 (times and edits),
    8.7 (where samples are), 8.9.4 and 10.1 (sample groups, ``roll``), 11.1 (uuid).
"""

import struct
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from retake.adapters.media.boxes.tables import write_array

FILE_TYPE = struct.pack(">I4s4sI4s4s4s4s", 32, b"ftyp", b"isom", 0x200, b"isom", b"iso2", b"avc1", b"mp41")
MOST_NARROW = 2**32 - 1
BOX_HEADER_BYTES = 8

_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_UNDETERMINED = 0x55C4  # the language "und"
_ENABLED_IN_MOVIE = 3
_ROLL_ONE_BACK = struct.pack(">h", -1)


@dataclass(frozen=True)
class TrackTables:
    """The tables of a track to write, times in its ticks.

    Attributes:
        handler: ``vide`` or ``soun``.
        timescale: Ticks a second.
        sample_entry: The payload of ``stsd``.
        width: Pixels; 0 for sound.
        height: Pixels; 0 for sound.
        sizes: Bytes of each sample.
        durations: (Count, ticks) runs.
        shifts: Presentation less decoding time of each sample; None where they are equal.
        keys: Numbers (from 1) of the samples that decoding can start at; None: every one.
        chunk_samples: How many samples each chunk has.
        media_start: The tick that is shown first.
        shown: Movie ticks that are shown.
    """

    handler: bytes
    timescale: int
    sample_entry: bytes
    width: int
    height: int
    sizes: "array[int]"
    durations: Sequence[tuple[int, int]]
    shifts: "array[int] | None"
    keys: "array[int] | None"
    chunk_samples: Sequence[int]
    media_start: int
    shown: int

    @property
    def ticks(self) -> int:
        """Return the length of all samples together."""
        return sum(count * ticks for count, ticks in self.durations)

    @property
    def is_sound(self) -> bool:
        """Whether it is the sound track."""
        return self.handler == b"soun"


def movie_box(
    tracks: Sequence[TrackTables],
    offsets: "Sequence[array[int]]",
    *,
    timescale: int,
    fragments: bytes = b"",
) -> bytes:
    """Return a ``moov``. Its size depends on how many chunks there are, and whether 64 bits are needed.

    Args:
        tracks: The picture, then the sound.
        offsets: Where the chunks of each start in the file.
        timescale: Movie ticks a second.
        fragments: The ``mvex`` of a file whose samples are listed by fragments.
    """
    shown = max(track.shown for track in tracks)
    header = struct.pack(">IIIIIH10x", 0, 0, timescale, shown, 0x10000, 0x100)
    end = struct.pack(">24xI", len(tracks) + 1)
    boxes = [full_box(b"mvhd", header, _MATRIX, end)]
    for number, (track, places) in enumerate(zip(tracks, offsets, strict=True), start=1):
        boxes.append(_track(track, places, number))
    return box(b"moov", *boxes, fragments)


def payload_header(size: int) -> bytes:
    """Return the header of an ``mdat`` with so many bytes."""
    if size + BOX_HEADER_BYTES > MOST_NARROW:
        return struct.pack(">I4sQ", 1, b"mdat", size + 16)
    return struct.pack(">I4s", size + BOX_HEADER_BYTES, b"mdat")


def own_box(identifier: bytes, payload: bytes) -> bytes:
    """Return a ``uuid`` box, which readers that do not know its 16 bytes skip."""
    return box(b"uuid", identifier, payload)


def box(kind: bytes, *payload: bytes) -> bytes:
    """Return a box."""
    return struct.pack(">I4s", 8 + sum(map(len, payload)), kind) + b"".join(payload)


def full_box(kind: bytes, *payload: bytes, flags: int = 0, version: int = 0) -> bytes:
    """Return a box that begins with its version and flags."""
    return box(kind, struct.pack(">I", version << 24 | flags), *payload)


def _track(track: TrackTables, offsets: "array[int]", number: int) -> bytes:
    header = struct.pack(
        ">IIIII8xHHHH",
        *(0, 0, number, 0, track.shown),
        *(0, int(track.is_sound), 0x100 if track.is_sound else 0, 0),
    )
    sides = struct.pack(">II", track.width << 16, track.height << 16)
    edit = full_box(b"elst", struct.pack(">IIihh", 1, track.shown, track.media_start, 1, 0))
    media = struct.pack(">IIIIHH", 0, 0, track.timescale, track.ticks, _UNDETERMINED, 0)
    name = b"SoundHandler\0" if track.is_sound else b"VideoHandler\0"
    return box(
        b"trak",
        full_box(b"tkhd", header, _MATRIX, sides, flags=_ENABLED_IN_MOVIE),
        box(b"edts", edit) if track.shown else b"",
        box(
            b"mdia",
            full_box(b"mdhd", media),
            full_box(b"hdlr", struct.pack(">I4s12x", 0, track.handler), name),
            box(b"minf", *_media_header(track), _sample_table(track, offsets)),
        ),
    )


def _media_header(track: TrackTables) -> tuple[bytes, bytes]:
    here = full_box(b"url ", flags=1)  # the samples are in this file
    source = box(b"dinf", full_box(b"dref", struct.pack(">I", 1), here))
    head = full_box(b"smhd", bytes(4)) if track.is_sound else full_box(b"vmhd", bytes(8), flags=1)
    return head, source


def _sample_table(track: TrackTables, offsets: "array[int]") -> bytes:
    boxes = [box(b"stsd", track.sample_entry), _runs(b"stts", track.durations)]
    if track.keys is not None:
        boxes.append(full_box(b"stss", _count(track.keys), write_array(track.keys)))
    if track.shifts is not None:
        boxes.append(full_box(b"ctts", _count(track.shifts), _each(track.shifts)))
    boxes.append(_chunk_runs(track.chunk_samples))
    boxes.append(full_box(b"stsz", struct.pack(">II", 0, len(track.sizes)), write_array(track.sizes)))
    kind = b"stco" if offsets.itemsize == array("I").itemsize else b"co64"
    boxes.append(full_box(kind, _count(offsets), write_array(offsets)))
    if track.is_sound and track.sizes:  # a player that starts at a packet has to decode the one before
        roll = struct.pack(">4sII", b"roll", 2, 1)
        boxes.append(full_box(b"sgpd", roll, _ROLL_ONE_BACK, version=1))
        boxes.append(full_box(b"sbgp", struct.pack(">4sIII", b"roll", 1, len(track.sizes), 1)))
    return box(b"stbl", *boxes)


def _count(entries: Sequence[object]) -> bytes:
    return struct.pack(">I", len(entries))


def _runs(kind: bytes, runs: Iterable[tuple[int, int]]) -> bytes:
    body = b"".join(struct.pack(">II", *run) for run in runs)
    return full_box(kind, struct.pack(">I", len(body) // 8), body)


def _each(values: "array[int]") -> bytes:
    """Return runs of one sample each: of reordered frames hardly two in a row have the same shift."""
    runs = array("I", (1,)) * (2 * len(values))
    runs[1::2] = values
    return write_array(runs)


def _chunk_runs(chunk_samples: Sequence[int]) -> bytes:
    rows: list[bytes] = []
    before = 0
    for number, samples in enumerate(chunk_samples, start=1):
        if samples != before:
            rows.append(struct.pack(">III", number, samples, 1))
            before = samples
    return full_box(b"stsc", _count(rows), *rows)
