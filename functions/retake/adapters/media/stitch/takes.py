"""Reads the tables of takes that are to be joined, and refuses what cannot be joined exactly."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path

from retake.adapters.media import recipe
from retake.adapters.media.boxes.iso import BoxWalker
from retake.adapters.media.boxes.nested import sample_areas
from retake.adapters.media.boxes.reader import ByteReader
from retake.adapters.media.exact_sound import is_exact_sound
from retake.adapters.media.mp4 import Movie, Track, guarded, read_movie
from retake.adapters.media.stitch.packets import Packets
from retake.adapters.media.stitch.plan import FRAME
from retake.domain.errors import MediaToolError, UnreadableMediaError
from retake.domain.media import AUDIO_SAMPLE_RATE_HZ, MediaProfile
from retake.ports.media import TakeFiles

REORDERED_FRAMES = 2
"""How many frames a take's pictures wait for others that are decoded before (``-bf 2`` with a pyramid)."""


class NotStitchableError(MediaToolError):
    """The takes do not have the form that is stitched; another composer may be able to join them."""


@dataclass(frozen=True)
class Pictures:
    """A clip's pictures in a file.

    Attributes:
        path: The file.
        sample_entry: The payload of ``stsd``.
        offsets: Where each starts.
        sizes: Bytes of each.
        shifts: Presentation less decoding time of each, in ticks, as if they were decoded evenly.
        keys: Numbers (from 1) of those that decoding can start at.
    """

    path: Path
    sample_entry: bytes
    offsets: Sequence[int]
    sizes: Sequence[int]
    shifts: "array[int]"
    keys: Sequence[int]


@dataclass(frozen=True)
class OwnSound:
    """A take's own AAC.

    Attributes:
        sample_entry: The payload of ``stsd``.
        phase: Silent samples before its first one, besides the priming packet.
        packets: All of it.
    """

    sample_entry: bytes
    phase: int
    packets: Packets


@dataclass(frozen=True)
class ReadTake:
    """What is read of a take."""

    pictures: Pictures
    sound: OwnSound


def read_take(take: TakeFiles, profile: MediaProfile) -> ReadTake:
    """Read a take's tables.

    Raises:
        NotStitchableError: If it has another form.
        UnreadableMediaError: If it is damaged.
    """
    movie = read_movie(take.video)
    _require_length(take, movie, profile)
    require_tiled(take.video, movie)
    return ReadTake(_pictures(take, movie.track("vide"), profile), _sound(take, movie.track("soun"), profile))


def _require_length(take: TakeFiles, movie: Movie, profile: MediaProfile) -> None:
    picture, sound = movie.track("vide"), movie.track("soun")
    if picture.timescale != recipe.time_scale(profile.fps) or sound.timescale != AUDIO_SAMPLE_RATE_HZ:
        raise NotStitchableError(f"{take.video.name} counts its time differently.")
    if len(picture.sizes) != take.frames:
        raise NotStitchableError(f"{take.video.name} does not hold the {take.frames} frames it should.")
    samples = profile.sample_count(take.frames)
    if take.fetch_audio is None and not is_exact_sound(take.audio, samples=samples):
        raise NotStitchableError(f"{take.audio.name} is not exactly as long as its picture.")


def require_tiled(path: Path, movie: Movie) -> None:
    """Refuse tables whose samples are not exactly the payload: they are damaged, and would show other bytes.

    Headers of segments, which a take may have in its payload, are none of it.

    Raises:
        UnreadableMediaError: If there is such a place; no composer can join it.
    """
    # Runs of chunks in order, which sorting only merges.
    starts = array("Q", sorted(chain.from_iterable(track.offsets for track in movie.tracks)))
    ends = array("Q", sorted(chain.from_iterable(track.ends for track in movie.tracks)))
    apart = [(end, start) for end, start in zip(ends, starts[1:], strict=False) if end != start]
    runs = list(pairwise((starts[0], *chain.from_iterable(apart), ends[-1])))[::2]
    if runs != guarded(lambda: _areas(path, movie)):
        raise UnreadableMediaError(f"{path.name} is damaged: its samples overlap or leave gaps.")


def _areas(path: Path, movie: Movie) -> list[tuple[int, int]]:
    with ByteReader(path) as reader:
        walker = BoxWalker(reader)
        return [area for payload in movie.payloads for area in sample_areas(walker, payload)]


def _pictures(take: TakeFiles, track: Track, profile: MediaProfile) -> Pictures:
    frames = len(track.sizes)
    keys = range(1, frames + 1) if track.keys is None else track.keys
    if not keys or keys[0] != 1 or list(keys) != sorted(set(keys)) or keys[-1] > frames:
        raise UnreadableMediaError(
            f"{take.video.name} is damaged: its key frames are not where they should be."
        )
    shifts = _even_shifts(take, track, recipe.ticks_a_frame(profile.fps))
    return Pictures(take.video, track.sample_entry, track.offsets, track.sizes, shifts, keys)


def _even_shifts(take: TakeFiles, track: Track, ticks: int) -> "array[int]":
    """Return presentation less decoding time of a take's frames, as if they were decoded evenly.

    Raises:
        NotStitchableError: If its frames are not evenly shown, or one would be decoded after it is shown.
    """
    shown = track.presentation_times
    if sorted(shown) != list(range(0, len(shown) * ticks, ticks)):
        raise NotStitchableError(f"{take.video.name} does not show its frames at their times.")
    shifts = [time + (REORDERED_FRAMES - number) * ticks for number, time in enumerate(shown)]
    if min(shifts) < 0:
        raise NotStitchableError(f"{take.video.name} decodes a frame after it is shown.")
    return array("I", shifts)


def _sound(take: TakeFiles, track: Track, profile: MediaProfile) -> OwnSound:
    phase = track.start - FRAME
    if not 0 <= phase < FRAME or any(size != FRAME for size in track.durations[:-1]):
        raise NotStitchableError(f"{take.video.name} has its sound at another place.")
    if len(track.sizes) != -(-(phase + profile.sample_count(take.frames)) // FRAME) + 1:
        raise NotStitchableError(f"{take.video.name} has another number of sound packets than it should.")
    return OwnSound(track.sample_entry, phase, Packets(take.video, track.offsets, track.sizes))
