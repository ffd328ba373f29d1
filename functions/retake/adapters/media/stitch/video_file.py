"""Lays the joined video out: its tables, then a second of each track in turn."""

import math
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from pathlib import Path

from retake.adapters.file_ranges import joined
from retake.adapters.media import recipe
from retake.adapters.media.stitch.earlier import Contents, clips_box, clips_box_size
from retake.adapters.media.stitch.movie_boxes import (
    FILE_TYPE,
    MOST_NARROW,
    TrackTables,
    movie_box,
    payload_header,
)
from retake.adapters.media.stitch.plan import FRAME, SoundPlan
from retake.adapters.media.stitch.samples import SampleList
from retake.domain.media import AUDIO_SAMPLE_RATE_HZ, MediaProfile
from retake.ports.objects import FileRange


@dataclass(frozen=True)
class JoinedTrack:
    """A track of the joined video: its tables, and where its samples are copied from."""

    tables: TrackTables
    samples: SampleList


def movie_scale(profile: MediaProfile) -> int:
    """Return movie ticks a second in which frames and sound samples are whole, so that edits are exact."""
    return math.lcm(recipe.time_scale(profile.fps), AUDIO_SAMPLE_RATE_HZ)


def second_ends(frames: int, profile: MediaProfile) -> list[int]:
    """Return how many frames there are up to the end of each second."""
    seconds = math.ceil(frames / profile.fps)
    return [min(frames, math.ceil(second * profile.fps)) for second in range(1, seconds + 1)]


def packet_ends(plan: SoundPlan) -> list[int]:
    """Return how many packets start before the end of each second; the last second has all that are left."""
    seconds = max(1, math.ceil(plan.samples / AUDIO_SAMPLE_RATE_HZ))
    ends = [second * AUDIO_SAMPLE_RATE_HZ // FRAME + 1 for second in range(1, seconds)]
    return [*(min(end, plan.packets) for end in ends), plan.packets]


def chunk_samples(ends: Sequence[int]) -> list[int]:
    """Return how many samples each chunk has, by how many there are up to its end."""
    return [end - start for start, end in zip((0, *ends), ends, strict=False) if end > start]


def lay_out(
    header: Path, tracks: Sequence[JoinedTrack], profile: MediaProfile, *, contents: Contents
) -> tuple[FileRange, ...]:
    """Return the parts of files that are the video: its tables, then a second of each track in turn.

    Args:
        header: Where everything before the payload is written.
        tracks: The picture, then the sound.
        profile: The job's profile.
        contents: What the video shows, for compositions after it; nothing where that is not known.
    """
    chunks = list(_interleaved(tracks))
    payload = sum(track.samples.bytes_between(0, len(track.samples)) for track in tracks)
    tables = [track.tables for track in tracks]
    is_wide = payload > MOST_NARROW - 2**30  # the tables come first
    code = "Q" if is_wide else "I"
    empty = [array(code, bytes(array(code).itemsize * len(table.chunk_samples))) for table in tables]
    scale = movie_scale(profile)
    at = len(FILE_TYPE) + len(movie_box(tables, empty, timescale=scale)) + len(payload_header(payload))
    at += clips_box_size(contents)
    places = [array(code) for _ in tracks]
    for number, first, end in chunks:
        places[number].append(at)
        at += tracks[number].samples.bytes_between(first, end)
    head = FILE_TYPE + movie_box(tables, places, timescale=scale)
    head += clips_box(contents, head)
    size = header.write_bytes(head + payload_header(payload))
    parts = (tracks[number].samples.ranges(first, end) for number, first, end in chunks)
    return tuple(joined(chain((FileRange(header, 0, size),), chain.from_iterable(parts))))


def _interleaved(tracks: Sequence[JoinedTrack]) -> Iterator[tuple[int, int, int]]:
    """Give chunks as the track's number, the first sample and the one behind the last."""
    ends = [list(accumulate(track.tables.chunk_samples, initial=0)) for track in tracks]
    for second in range(max(map(len, ends)) - 1):
        for number, bounds in enumerate(ends):
            if second + 1 < len(bounds):
                yield number, bounds[second], bounds[second + 1]
