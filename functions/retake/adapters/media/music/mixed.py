"""The sound of clips with a sound track over them: what names it, and where its samples come from."""

import hashlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from retake.adapters.media.exact_sound import FRAME_BYTES, Clip, read_samples
from retake.adapters.media.ffmpeg import FfmpegSession
from retake.adapters.media.music.bed import MusicBed, fades
from retake.adapters.media.music.ducking import BLOCK, REACH_AHEAD, REACH_BACK
from retake.ports.media import SoundtrackFile, TakeFiles


@dataclass(frozen=True)
class MixedSound:
    """A sound track over clips.

    Attributes:
        track: The sound track.
        takes: The clips' takes, in order.
        clips: What is known of the sound of each.
        starts: The sample at which each begins, and behind them the length of the whole.
    """

    track: SoundtrackFile
    takes: Sequence[TakeFiles]
    clips: Sequence[Clip]
    starts: Sequence[int]

    def mixed_clips(self) -> list[Clip]:
        """Return the clips as they sound with the track: equal keys, equal samples.

        A clip's key names the clips around it as well, as far as the track is lowered for them, and a fade
        only where it reaches into the clip: what changes elsewhere leaves it as it is.
        """
        return [Clip(self._key(number), clip.samples) for number, clip in enumerate(self.clips)]

    def _key(self, number: int) -> str:
        start, end = self.starts[number], self.starts[number + 1]
        fade_in, fade_out = fades(self.track, self.starts[-1])
        parts = (
            self.track.name,
            (start, end),
            [(key, at - start) for key, at in self._heard_around(number)],
            fade_in if start < fade_in.count else None,
            fade_out if end > fade_out.start else None,
        )
        return f"mix {hashlib.sha256(repr(parts).encode()).hexdigest()}"

    def _heard_around(self, number: int) -> list[tuple[str, int]]:
        mix = self.track.mix
        if not mix.with_clips:
            return []
        if not mix.ducking_db:
            return [(self.clips[number].key, self.starts[number])]
        low = self.starts[number] - (REACH_BACK + 1) * BLOCK
        high = self.starts[number + 1] + (REACH_AHEAD + 1) * BLOCK
        return [
            (clip.key, self.starts[place])
            for place, clip in enumerate(self.clips)
            if self.starts[place] < high and low < self.starts[place + 1]
        ]

    def bed(self, session: FfmpegSession, first: int, end: int) -> MusicBed:
        """Return the track's samples between two points of the whole."""
        return MusicBed(
            session, self.track, total=self.starts[-1], span=(first, end), read_clips=self.read_clips
        )

    def read_clips(self, first: int, end: int) -> "array[int]":
        """Return the clips' samples between two points of the whole; silence before it and behind it."""
        found = array("h", bytes((end - first) * FRAME_BYTES))
        for number, take in enumerate(self.takes):
            start = self.starts[number]
            low, high = (
                max(first, start),
                min(end, start + self.clips[number].samples, self.starts[number + 1]),
            )
            if low < high:
                part = array("h", read_samples(take, low - start, high - low))
                found[2 * (low - first) : 2 * (low - first) + len(part)] = part
        return found
