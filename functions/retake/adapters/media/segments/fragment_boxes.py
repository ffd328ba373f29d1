"""Writes the boxes of a fragmented file: what a player needs first, and the header of each fragment.

References:
    ISO/IEC 14496-12:2022, sections 8.8.3 (trex), 8.8.5 (mfhd), 8.8.7 (tfhd), 8.8.8 (trun), 8.8.12 (tfdt).
    ISO/IEC 23000-19:2020 (CMAF), section 7.5.17 (``trun`` of version 1: a picture may be shown at the time at
    which it is decoded, or before).
"""

import struct
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace

from retake.adapters.media.boxes.tables import write_array
from retake.adapters.media.stitch.movie_boxes import TrackTables, box, full_box, movie_box

FILE_TYPE = struct.pack(">I4s4sI4s4s4s", 28, b"ftyp", b"iso6", 0, b"iso6", b"cmfc", b"mp41")

_DEFAULT_BASE_IS_MOOF = 0x020000
_OFFSET, _SIZES, _FLAGS, _SHIFTS = 0x1, 0x200, 0x400, 0x800
_KEY = 0x02000000
_NO_KEY = 0x01010000
"""Flags of a sample: it depends on others, and decoding cannot start at it."""

_HEADER_BYTES = 8


@dataclass(frozen=True)
class FragmentTrack:
    """The samples of a track in a fragment, times in its ticks.

    Attributes:
        number: The track's number in the file.
        decoded_at: When the first one is decoded, counted from the start of the whole.
        sizes: Bytes of each.
        shifts: When each is shown, less when it is decoded; None where they are equal.
        keys: Whether decoding can start at each; None: it can at every one.
    """

    number: int
    decoded_at: int
    sizes: Sequence[int]
    shifts: Sequence[int] | None = None
    keys: Sequence[bool] | None = None


def initial_boxes(tracks: Sequence[TrackTables], *, timescale: int) -> bytes:
    """Return what a player reads before any fragment.

    Args:
        tracks: The picture, then the sound; of each sample it says the duration only.
        timescale: Movie ticks a second.
    """
    empty = [
        replace(
            track,
            sizes=array("I"),
            durations=(),
            shifts=None,
            keys=None,
            chunk_samples=(),
            media_start=0,
            shown=0,
        )
        for track in tracks
    ]
    defaults = [
        full_box(b"trex", struct.pack(">IIIII", number, 1, track.durations[0][1], 0, _default_flags(track)))
        for number, track in enumerate(tracks, start=1)
    ]
    return FILE_TYPE + movie_box(
        empty, [array("I") for _ in tracks], timescale=timescale, fragments=box(b"mvex", *defaults)
    )


def fragment_header(tracks: Sequence[FragmentTrack], *, number: int) -> bytes:
    """Return what stands before the samples of a fragment, which follow track by track.

    Args:
        tracks: Those that have samples in it, in order.
        number: Of the fragment; those of later ones are higher.
    """
    size = len(_moof(tracks, number, [0] * len(tracks)))
    offsets, at = [], size + _HEADER_BYTES
    for track in tracks:
        offsets.append(at)
        at += sum(track.sizes)
    return _moof(tracks, number, offsets) + struct.pack(">I4s", at - size, b"mdat")


def _moof(tracks: Sequence[FragmentTrack], number: int, offsets: Sequence[int]) -> bytes:
    parts = [
        box(
            b"traf",
            full_box(b"tfhd", struct.pack(">I", track.number), flags=_DEFAULT_BASE_IS_MOOF),
            full_box(b"tfdt", struct.pack(">Q", track.decoded_at), version=1),
            _samples(track, offset),
        )
        for track, offset in zip(tracks, offsets, strict=True)
    ]
    return box(b"moof", full_box(b"mfhd", struct.pack(">I", number)), *parts)


def _samples(track: FragmentTrack, offset: int) -> bytes:
    columns = [track.sizes]
    flags = _OFFSET | _SIZES
    if track.keys is not None:
        columns.append([_KEY if is_key else _NO_KEY for is_key in track.keys])
        flags |= _FLAGS
    if track.shifts is not None:
        columns.append([shift & 0xFFFFFFFF for shift in track.shifts])
        flags |= _SHIFTS
    rows = array("I", bytes(4 * len(columns) * len(track.sizes)))
    for place, column in enumerate(columns):
        rows[place :: len(columns)] = array("I", column)
    head = struct.pack(">Ii", len(track.sizes), offset)
    return full_box(b"trun", head, write_array(rows), flags=flags, version=1)


def _default_flags(track: TrackTables) -> int:
    return _KEY if track.is_sound else _NO_KEY
