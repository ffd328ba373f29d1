"""Makes the samples of a sound track that is laid over a video, at its level and lowered under the clips.

References:
    https://ffmpeg.org/ffmpeg-filters.html#afade-1, #volume
"""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import BinaryIO

from retake.adapters.media import recipe
from retake.adapters.media.exact_sound import FRAME_BYTES
from retake.adapters.media.ffmpeg import FfmpegSession, untrusted_input
from retake.adapters.media.music.ducking import BLOCK, DOWN, REACH_AHEAD, REACH_BACK, THRESHOLD, UP, weights
from retake.adapters.media.sounds import LIMITER, track_filters
from retake.adapters.media.streams import inspect_sound
from retake.domain.errors import MediaToolError
from retake.domain.media import AUDIO_SAMPLE_RATE_HZ
from retake.ports.media import SoundtrackFile

PCM_INPUT = ("-f", "s16le", "-ar", str(AUDIO_SAMPLE_RATE_HZ), "-ac", "2", "-protocol_whitelist", "file")

MIXED = f"amix=inputs=2:normalize=0:duration=first,{LIMITER}"
"""Both at their levels. Sums may pass full scale; below it the limiter changes nothing."""

_BLOCK_BYTES = 1 << 18

_BLOCKS_AT_ONCE = 250
"""Five seconds of the clips' sound are looked at at once, so that memory does not grow with the clips."""

ReadClips = Callable[[int, int], "array[int]"]
"""Returns the clips' samples between two points of the whole, left and right in turn."""


def samples_of(ms: int) -> int:
    """Return how many samples a time has."""
    return ms * AUDIO_SAMPLE_RATE_HZ // 1000


@dataclass(frozen=True)
class Fade:
    """Where a track gets louder or quieter: from which sample on, and over how many."""

    start: int
    count: int


def fades(track: SoundtrackFile, total: int) -> tuple[Fade, Fade]:
    """Return the fades of a track over a video of so many samples, in and out."""
    ends = total
    if track.duration_ms and not track.mix.loops:
        ends = min(total, samples_of(track.duration_ms))
    out = min(ends, samples_of(track.mix.fade_out_ms))
    return Fade(0, min(ends, samples_of(track.mix.fade_in_ms))), Fade(ends - out, out)


class MusicBed:
    """A sound track between two points of the whole.

    Args:
        session: Of ffmpeg; files are in its directory.
        track: The sound track.
        total: Samples of the whole.
        span: From which to before which sample of it is needed.
        read_clips: The clips' sound.

    Raises:
        UnreadableMediaError: If the track cannot be decoded.
    """

    def __init__(
        self,
        session: FfmpegSession,
        track: SoundtrackFile,
        *,
        total: int,
        span: tuple[int, int],
        read_clips: ReadClips,
    ) -> None:
        self._begin, self._end = span
        self._read_clips = read_clips
        self._is_ducked = track.mix.with_clips and track.mix.ducking_db > 0
        self._plain, self._low = session.directory / "plain.pcm", session.directory / "low.pcm"
        if track.fetch is not None:
            track.fetch()
        self._decode(session, track, total)

    def _decode(self, session: FfmpegSession, track: SoundtrackFile, total: int) -> None:
        found = inspect_sound(session, track.path)
        mix, (fade_in, fade_out) = track.mix, fades(track, total)
        chain = [f"[0:a:{found.track.number}]{track_filters(found.track, samples=self._end)}"]
        chain += ["aformat=sample_fmts=fltp", f"volume={mix.level_db}dB"]
        for kind, fade in (("in", fade_in), ("out", fade_out)):
            if fade.count:
                chain.append(f"afade=t={kind}:ss={fade.start}:ns={fade.count}")
        chain.append(f"atrim=start_sample={self._begin},asetpts=N/SR/TB")
        if mix.level_db > 0:
            chain.append(LIMITER)
        form = "aformat=sample_fmts=s16:channel_layouts=stereo"
        graph = f"{','.join(chain)},asplit[a][b];[a]{form}[plain];[b]volume={-mix.ducking_db}dB,{form}[low]"
        output = ("-c:a", "pcm_s16le", *recipe.PLAIN_CONTAINER, "-f", "s16le")
        session.run(
            [
                *("-v", "error", *(("-stream_loop", "-1") if mix.loops else ())),
                *(*untrusted_input(track.path, demuxers=found.demuxer), "-filter_complex", graph),
                *("-map", "[plain]", *output, self._plain, "-map", "[low]", *output, self._low),
            ]
        )

    def write(self, file: BinaryIO, first: int, count: int) -> None:
        """Write the samples from one point of the whole on."""
        if not self._begin <= first <= first + count <= self._end:
            raise MediaToolError("A part of the sound track was not made ready.")
        with self._plain.open("rb") as plain, self._low.open("rb") as low:
            for start, end, before, after in self._parts(first, first + count):
                if before == after and before in {0.0, 1.0}:
                    _copy(plain if before == 0 else low, file, start - self._begin, end - start)
                else:
                    one, other = (_read(source, start - self._begin, end - start) for source in (plain, low))
                    file.write(_between(one, other, start % BLOCK, before, after))

    def _parts(self, first: int, end: int) -> Iterator[tuple[int, int, float, float]]:
        """Give stretches, and how far the track is lowered at the borders of the block that each is in."""
        if not self._is_ducked:
            yield first, end, 0.0, 0.0
            return
        low_block, high_block = first // BLOCK, -(-end // BLOCK)
        begin = max(0, low_block - REACH_BACK)
        loud = list(self._loud(begin, high_block + REACH_AHEAD))
        found = weights(loud)[low_block - begin :]
        run, flat = first, None
        for number in range(high_block - low_block):
            start, stop = max(first, (low_block + number) * BLOCK), min(end, (low_block + number + 1) * BLOCK)
            before, after = found[number], found[number + 1]
            level = before if before == after and before in {0.0, 1.0} else None
            if flat is not None and level != flat:
                yield run, start, flat, flat
            if level is None:
                yield start, stop, before, after
            elif level != flat:
                run = start
            flat = level
        if flat is not None:
            yield run, end, flat, flat

    def _loud(self, first: int, end: int) -> Iterator[bool]:
        size = 2 * BLOCK
        for begin in range(first, end, _BLOCKS_AT_ONCE):
            samples = self._read_clips(begin * BLOCK, min(end, begin + _BLOCKS_AT_ONCE) * BLOCK)
            for at in range(0, len(samples), size):
                block = samples[at : at + size]
                yield max(block) >= THRESHOLD or min(block) <= -THRESHOLD


def _read(source: BinaryIO, first: int, count: int) -> "array[int]":
    source.seek(first * FRAME_BYTES)
    found = array("h")
    found.frombytes(source.read(count * FRAME_BYTES))
    if len(found) != 2 * count:
        raise MediaToolError("The sound track was not decoded whole.")
    return found


def _copy(source: BinaryIO, file: BinaryIO, first: int, count: int) -> None:
    source.seek(first * FRAME_BYTES)
    left = count * FRAME_BYTES
    while left:
        block = source.read(min(left, _BLOCK_BYTES))
        if not block:
            raise MediaToolError("The sound track was not decoded whole.")
        file.write(block)
        left -= len(block)


def _between(
    plain: Sequence[int], low: Sequence[int], offset: int, before: float, after: float
) -> "array[int]":
    """Return samples of which each is between both, by a weight that changes evenly within a block."""
    levels = _levels(before, after)[2 * offset :]
    return array(
        "h", [round(loud + (soft - loud) * at) for loud, soft, at in zip(plain, low, levels, strict=False)]
    )


@lru_cache(maxsize=4 * (DOWN + UP))
def _levels(before: float, after: float) -> "array[float]":
    """Return the weight of each value of a block: left and right have the same."""
    step = (after - before) / BLOCK
    return array("d", [before + step * at for at in range(BLOCK) for _ in range(2)])
