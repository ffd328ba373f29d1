"""Writes a take as a file that plays whole, and of which parts are the segments of a stream.

Its payload is, one box behind the other, what a player of streams needs first and then fragments. Its own
tables point at the samples in there, so that every other reader finds an ordinary MP4 file. What that adds
are the fragments' headers: 0.2 % of a take of 10 s in 720p.

References:
    docs/adr/0065-takes-are-streams.md
"""

import hashlib
import struct
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from retake.adapters.file_ranges import read_ranges
from retake.adapters.media import recipe
from retake.adapters.media.boxes.sample_entries import picture_sides, sound_config
from retake.adapters.media.mp4 import guarded
from retake.adapters.media.segments.fragment_boxes import FragmentTrack, fragment_header, initial_boxes
from retake.adapters.media.segments.fragments import Fragment, group_fragments, plan_fragments
from retake.adapters.media.stitch.movie_boxes import (
    BOX_HEADER_BYTES,
    FILE_TYPE,
    MOST_NARROW,
    TrackTables,
    movie_box,
    payload_header,
)
from retake.adapters.media.stitch.plan import FRAME
from retake.adapters.media.stitch.samples import SampleList
from retake.adapters.media.stitch.takes import REORDERED_FRAMES, NotStitchableError, ReadTake, read_take
from retake.adapters.media.stitch.video_file import movie_scale
from retake.domain.media import AUDIO_SAMPLE_RATE_HZ, MediaProfile
from retake.domain.records.takes import TakeSegment, TakeStream
from retake.ports.media import TakeFiles
from retake.ports.objects import FileRange

_FORM_CHARACTERS = 16


def make_streamable(take: TakeFiles, *, profile: MediaProfile, frames_before: int) -> TakeStream | None:
    """Write a take's video anew, in place, as one whose parts are segments.

    Args:
        take: Its files.
        profile: The job's.
        frames_before: How many frames the clips before it have in the job's video.

    Returns:
        Where the segments lie; None, and the file as it was, for a take of another form than those that are
        joined without encoding, or whose sound was encoded for another place.

    Raises:
        UnreadableMediaError: If the take is damaged.
    """
    try:
        read = read_take(take, profile)
    except NotStitchableError:
        return None
    if read.sound.phase != profile.sample_count(frames_before) % FRAME:
        return None
    cut = _CutTake(read, profile, frames_before)
    header, stream = cut.lay_out()
    written = take.video.with_suffix(".segments")
    with written.open("wb") as file:
        file.write(header)
        for part in cut.parts:
            file.write(part.header)
            for block in read_ranges(cut.samples_of(part)):
                file.write(block)
    written.replace(take.video)
    return stream


@dataclass(frozen=True)
class _Part:
    """Some of the payload: a header, and behind it samples, from one to before another of each track."""

    header: bytes
    frames: tuple[int, int]
    packets: tuple[int, int]


class _CutTake:
    """A take in parts.

    Attributes:
        parts: All of the payload: what is read first, sound that no fragment has, then the fragments.
    """

    def __init__(self, read: ReadTake, profile: MediaProfile, frames_before: int) -> None:
        self._read, self._profile, self._frames_before = read, profile, frames_before
        self._pictures, self._sound = SampleList(), SampleList()
        packets = read.sound.packets
        self._pictures.add(read.pictures.path, read.pictures.offsets, read.pictures.sizes)
        self._sound.add(packets.path, packets.offsets, packets.sizes)
        self._fragments = plan_fragments(
            len(self._pictures),
            read.pictures.keys,
            profile,
            frames_before=frames_before,
            packets=len(self._sound),
        )
        self._initial = initial_boxes(self._tables(()), timescale=movie_scale(profile))
        self.parts = [*self._loose(), *map(self._fragment, self._fragments)]

    def samples_of(self, part: _Part) -> Iterator[FileRange]:
        """Give where the samples of a part lie in the take as it was."""
        return chain(
            self._pictures.ranges(*part.frames) if part.frames[1] > part.frames[0] else (),
            self._sound.ranges(*part.packets) if part.packets[1] > part.packets[0] else (),
        )

    def lay_out(self) -> tuple[bytes, TakeStream]:
        """Return everything before the payload, and where the segments lie."""
        payload = sum(map(self._size, self.parts))
        code = "Q" if payload > MOST_NARROW - 2**30 else "I"  # the tables come first
        tables = self._tables(self.parts)
        scale = movie_scale(self._profile)
        empty = [array(code, bytes(array(code).itemsize * len(table.chunk_samples))) for table in tables]
        before = (
            len(FILE_TYPE) + len(movie_box(tables, empty, timescale=scale)) + len(payload_header(payload))
        )
        places: tuple[array[int], array[int]] = array(code), array(code)
        at = before
        for part in self.parts:
            at += len(part.header)
            for place, samples, (first, end) in self._both(part, places):
                if end > first:
                    place.append(at)
                    at += samples.bytes_between(first, end)
        header = FILE_TYPE + movie_box(tables, places, timescale=scale) + payload_header(payload)
        return header, self._stream(before)

    def _both(
        self, part: _Part, places: "tuple[array[int], array[int]]"
    ) -> "Iterator[tuple[array[int], SampleList, tuple[int, int]]]":
        yield places[0], self._pictures, part.frames
        yield places[1], self._sound, part.packets

    def _size(self, part: _Part) -> int:
        return (
            len(part.header)
            + self._pictures.bytes_between(*part.frames)
            + self._sound.bytes_between(*part.packets)
        )

    def _loose(self) -> Iterator[_Part]:
        """Give what is before the fragments, and sound that none has: it only helps a decoder to start."""
        first, end = self._fragments[0].first_packet, self._fragments[-1].end_packet
        for begin, stop, before in ((0, first, self._initial), (end, len(self._sound), b"")):
            size = BOX_HEADER_BYTES + self._sound.bytes_between(begin, stop)
            spare = struct.pack(">I4s", size, b"free") if stop > begin else b""
            if before or spare:
                yield _Part(before + spare, (0, 0), (begin, stop))

    def _fragment(self, fragment: Fragment) -> _Part:
        frames = (fragment.first_frame, fragment.end_frame)
        packets = (fragment.first_packet, fragment.end_packet)
        tracks = [self._picture_track(*frames)]
        if fragment.end_packet > fragment.first_packet:
            tracks.append(self._sound_track(*packets))
        number = self._frames_before + fragment.first_frame + 1
        return _Part(fragment_header(tracks, number=number), frames, packets)

    def _picture_track(self, first: int, end: int) -> FragmentTrack:
        ticks = recipe.ticks_a_frame(self._profile.fps)
        keys = set(self._read.pictures.keys)
        return FragmentTrack(
            number=1,
            decoded_at=(self._frames_before + first) * ticks,
            sizes=self._pictures.sizes[first:end],
            # The first picture is shown when it is decoded: there is no edit list that would hide a delay.
            shifts=[shift - REORDERED_FRAMES * ticks for shift in self._read.pictures.shifts[first:end]],
            keys=[number + 1 in keys for number in range(first, end)],
        )

    def _sound_track(self, first: int, end: int) -> FragmentTrack:
        # Of the packets that a take begins with, the first one is heard before its grid does.
        grid = self._profile.sample_count(self._frames_before) // FRAME
        return FragmentTrack(
            number=2, decoded_at=(grid + first - 1) * FRAME, sizes=self._sound.sizes[first:end]
        )

    def _tables(self, parts: Sequence[_Part]) -> tuple[TrackTables, TrackTables]:
        read, scale = self._read, movie_scale(self._profile)
        ticks = recipe.ticks_a_frame(self._profile.fps)
        frames, samples = len(self._pictures), self._profile.sample_count(len(self._pictures))
        width, height = guarded(lambda: next(picture_sides(read.pictures.sample_entry), (0, 0)))
        picture = TrackTables(
            handler=b"vide",
            timescale=recipe.time_scale(self._profile.fps),
            sample_entry=read.pictures.sample_entry,
            width=width,
            height=height,
            sizes=self._pictures.sizes,
            durations=[(frames, ticks)],
            shifts=read.pictures.shifts,
            keys=array("I", read.pictures.keys),
            chunk_samples=[end - first for first, end in (part.frames for part in parts) if end > first],
            media_start=REORDERED_FRAMES * ticks,
            shown=frames * ticks * (scale // recipe.time_scale(self._profile.fps)),
        )
        last = read.sound.phase + samples - (len(self._sound) - 2) * FRAME
        sound = TrackTables(
            handler=b"soun",
            timescale=AUDIO_SAMPLE_RATE_HZ,
            sample_entry=read.sound.sample_entry,
            width=0,
            height=0,
            sizes=self._sound.sizes,
            durations=[(len(self._sound) - 1, FRAME), (1, last)],
            shifts=None,
            keys=None,
            chunk_samples=[end - first for first, end in (part.packets for part in parts) if end > first],
            media_start=FRAME + read.sound.phase,
            shown=samples * scale // AUDIO_SAMPLE_RATE_HZ,
        )
        return picture, sound

    def _stream(self, before: int) -> TakeStream:
        sizes = dict(zip(self._fragments, map(self._size, self.parts[-len(self._fragments) :]), strict=True))
        loose = self.parts[: -len(self._fragments)]
        entries = self._read.pictures.sample_entry + guarded(
            lambda: sound_config(self._read.sound.sample_entry)
        )
        return TakeStream(
            frames_before=self._frames_before,
            form=hashlib.sha256(entries).hexdigest()[:_FORM_CHARACTERS],
            initial_start=before,
            initial_bytes=len(self._initial),
            start=before + sum(map(self._size, loose)),
            segments=tuple(
                TakeSegment(sum(one.frames for one in group), sum(sizes[one] for one in group))
                for group in group_fragments(self._fragments, self._profile)
            ),
        )
