"""Reads how a video file is built and checks it against the bounds, before ffmpeg is started on it."""

import math
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from itertools import accumulate, repeat
from pathlib import Path

from retake.adapters.media.bounds import DECODED_PIXELS, FRAME_PIXELS, TABLES_BYTES
from retake.adapters.media.boxes.fragments import FragmentedTrack, read_fragments
from retake.adapters.media.boxes.iso import AGAIN, INCOMPLETE, BoxWalker
from retake.adapters.media.boxes.matroska import PICTURE, SOUND, read_matroska
from retake.adapters.media.boxes.reader import ByteReader
from retake.adapters.media.boxes.sample_entries import picture_sides
from retake.adapters.media.boxes.tables import DamagedTablesError, Edit, TrackTables
from retake.adapters.media.mp4 import MovieTables, guarded, read_tables
from retake.adapters.media.picture_times import PictureRate, PictureTimes, find_rate
from retake.domain.errors import UnreadableMediaError
from retake.domain.frame_rates import exact_rate
from retake.ports.media import Fill, everything_is_there

FIRST_BYTES = 8 * 2**20
"""What is fetched of a track for its first picture; ffmpeg looks at 5 MB to learn what streams hold."""

_PAYLOAD = frozenset(("mdat", "free", "skip", "wide"))


@dataclass(frozen=True)
class Structure:
    """What a file's tables say of its picture.

    Attributes:
        frames: How many; 0 where they were not counted, or there is no picture.
        length_s: From the first one shown to the end of the last one, in seconds.
        fps: Average frames a second; None where it is not known.
        rate: The exact rate, or the usual one of a picture that comes at varying times; None likewise.
        sound_s: Length of the first sound track in seconds; 0 without one.
        needed: The parts of the file, from and to which byte, that the first picture is decoded from.
    """

    frames: int = 0
    length_s: float = 0.0
    fps: float | None = None
    rate: PictureRate | None = None
    sound_s: float = 0.0
    needed: tuple[tuple[int, int], ...] = ()


def read_structure(
    path: Path, *, demuxer: str, fill: Fill = everything_is_there, count_all: bool = True
) -> Structure:
    """Read and bound a video's or a sound's structure, in memory and time that its payload does not change.

    Args:
        path: The file.
        demuxer: ``mov`` or ``matroska``.
        fill: Brings parts of it that are not on disk yet.
        count_all: Whether every cluster of a Matroska file is looked into, which reads through all of it.

    Raises:
        UnreadableMediaError: If it is cut off or damaged, or beyond a bound, which is named.
    """
    with ByteReader(path, fill=fill) as reader:
        if demuxer == "matroska":
            return _of_matroska(reader, count_all=count_all)
        return _of_movie(BoxWalker(reader))


def require_decodable(width: int, height: int, frames: int) -> None:
    """Refuse a picture that takes too much memory or time to decode.

    Raises:
        UnreadableMediaError: It names the bound.
    """
    FRAME_PIXELS.require(width * height)
    DECODED_PIXELS.require(width * height * frames)


# --- Matroska -----------------------------------------------------------------------------------


def _of_matroska(reader: ByteReader, *, count_all: bool) -> Structure:
    file = read_matroska(reader, count_all=count_all)
    picture, sound = file.first_of(PICTURE), file.first_of(SOUND)
    sound_s = 0.0 if sound is None else file.length_s(sound)
    needed = ((0, min(reader.size, file.first_cluster + 2 * FIRST_BYTES)),)
    if picture is None:
        return Structure(sound_s=sound_s, needed=needed)
    length_s = file.length_s(picture)
    fps = picture.blocks / length_s if length_s and file.is_counted else None
    if fps is None and picture.frame_ns:
        fps = 10**9 / picture.frame_ns
    frames = picture.blocks if file.is_counted else round(length_s * (fps or 0))
    require_decodable(picture.width, picture.height, frames)
    named = Fraction(10**9, picture.frame_ns) if picture.frame_ns else None
    rate = None if named is None else PictureRate(exact_rate(named), is_variable=False)
    if file.is_counted:
        times = PictureTimes(Fraction(file.tick_ns, 10**9), picture.times, length_s)
        rate = find_rate(times, named=named)
    return Structure(frames, length_s, fps, rate, sound_s, needed)


# --- MP4 and MOV --------------------------------------------------------------------------------


def _of_movie(walker: BoxWalker) -> Structure:
    movie = read_tables(walker)
    walker.require_order(movie.top)
    fragments = guarded(lambda: read_fragments(walker, movie.top))
    tables = [(max(0, box.start - 16), box.end) for box in movie.top if box.kind not in _PAYLOAD]
    TABLES_BYTES.require(sum(end - start for start, end in tables))
    needed = tables
    picture, sound_s = Structure(), 0.0
    for track in movie.tracks:
        found = guarded(partial(_of_track, track, movie, fragments, walker.reader.size))
        needed += found.needed
        if track.kind == "vide" and not picture.frames:
            picture = found
        sound_s = sound_s or found.sound_s
    return replace(picture, sound_s=sound_s, needed=tuple(needed))


def _of_track(
    track: TrackTables, movie: MovieTables, fragments: Mapping[int, FragmentedTrack], file_size: int
) -> Structure:
    _require_inside(track, file_size)
    if not track.timescale:
        raise DamagedTablesError("there are no ticks a second")
    shown = _shown(track, movie.timescale) if track.kind == "vide" else Shown()
    more = fragments.get(track.track_id, FragmentedTrack())
    first = min((time for time in (shown.first, more.first) if time is not None), default=0)
    length_s = (max(shown.end, more.end) - first) / track.timescale
    frames = shown.frames + more.samples
    if track.kind == "vide":
        for width, height in picture_sides(track.sample_entry):
            require_decodable(width, height, frames)
    needed = _needed(track, shown, movie, file_size)
    if track.kind == "soun":
        return Structure(sound_s=_heard_s(track, movie.timescale) + length_s, needed=needed)
    times = PictureTimes(Fraction(1, track.timescale), shown.times + more.times, length_s)
    return Structure(
        frames=frames,
        length_s=length_s,
        fps=frames / length_s if length_s > 0 else None,
        rate=find_rate(times) if track.kind == "vide" else None,
        needed=needed,
    )


def _heard_s(track: TrackTables, movie_timescale: int) -> float:
    """Return the seconds of a track by its tables; samples are not looked at: PCM has 48,000 a second."""
    edited = sum(edit.duration for edit in track.edits)
    return edited / max(1, movie_timescale) if edited else track.durations.sum() / track.timescale


@dataclass(frozen=True)
class Shown:
    """What the edit list shows of a track, in its ticks.

    Attributes:
        frames: How many.
        first: When the first one is shown; None without any.
        end: When the last one ends.
        decoded_from: Number (from 0) of the sample that is decoded first.
        times: When each is shown.
    """

    frames: int = 0
    first: int | None = None
    end: int = 0
    decoded_from: int = 0
    times: "array[int]" = field(default_factory=lambda: array("q"))


def _shown(track: TrackTables, movie_timescale: int) -> Shown:
    """Return what is shown, as ffmpeg does it: a frame that begins within an edit, for its whole length.

    References:
        ISO/IEC 14496-12:2022, section 8.6.6 (an edit of media time -1 shows nothing; durations in ticks of
        the movie); ``mov_fix_index`` in ffmpeg's libavformat/mov.c.
    """
    lengths = array("I", track.durations.unrolled())
    ends = accumulate(lengths)
    shifts = repeat(0, len(lengths)) if track.shifts is None else track.shifts.unrolled()
    decoded = (end - length for end, length in zip(ends, lengths, strict=True))
    times = array("q", map(sum, zip(decoded, shifts, strict=True)))
    frames, first, end, start_at, decoded_from = 0, None, 0, 0, 0
    placed = array("q")
    for window_start, window_end, ticks in _windows(track.edits, track.timescale, movie_timescale):
        inside = [n for n, time in enumerate(times) if window_start <= time < window_end]
        if inside:
            shown_at = start_at - window_start
            begins = shown_at + min(times[n] for n in inside)
            if first is None:
                first, decoded_from = begins, inside[0]
            end = max(end, shown_at + max(times[n] + lengths[n] for n in inside))
            frames += len(inside)
            placed.extend(shown_at + times[n] for n in inside)
        start_at += ticks
    return Shown(frames, first, end, decoded_from, placed)


def _windows(edits: Sequence[Edit], timescale: int, movie_timescale: int) -> Iterator[tuple[int, float, int]]:
    """Give what each edit shows: from and to which tick of the track, and its length in such ticks."""
    if not edits:
        yield -(1 << 62), math.inf, 0
    for edit in edits:
        ticks = edit.duration * timescale // max(1, movie_timescale)
        if edit.media_time < 0:
            yield 0, 0, ticks
        else:
            # No length: all that follows, as in the header of a fragmented file.
            yield edit.media_time, edit.media_time + ticks if ticks else math.inf, ticks


def _require_inside(track: TrackTables, file_size: int) -> None:
    """Refuse samples behind the end of the file: it was cut off, or its tables are made up."""
    for offset, first, end in track.chunks():
        if offset + sum(track.sizes.between(first, end)) > file_size:
            raise UnreadableMediaError(INCOMPLETE, advice=AGAIN)


def _needed(
    track: TrackTables, shown: Shown, movie: MovieTables, file_size: int
) -> tuple[tuple[int, int], ...]:
    """Return the parts of the file that ffmpeg reads until it has the first picture."""
    if not track.sizes.count:
        start = next((box.start for box in movie.top if box.kind == "moof"), 0)
        return ((start, min(file_size, start + FIRST_BYTES)),)
    key = max((number - 1 for number in track.keys or () if number - 1 <= shown.decoded_from), default=0)
    wanted = shown.decoded_from if track.keys is None else key
    for offset, first, end in track.chunks():
        if first <= wanted < end:
            start = offset + sum(track.sizes.between(first, wanted))
            most = max(FIRST_BYTES, sum(track.sizes.between(wanted, min(wanted + 16, track.sizes.count))))
            return ((start, min(file_size, start + min(most, 8 * FIRST_BYTES))),)
    return ()
