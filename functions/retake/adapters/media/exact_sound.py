"""The exact sound of takes: their samples, and where each begins in the whole."""

import wave
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO

from retake.domain.errors import MediaToolError
from retake.domain.media import AUDIO_SAMPLE_RATE_HZ, MediaProfile
from retake.ports.media import TakeFiles, everything_is_there

FRAME_BYTES = 4
"""Of one moment: 16 bits, two channels."""

WAV_HEADER_BYTES = 4096
"""In which a WAV file's samples begin."""

_BLOCK = 1 << 16


@dataclass(frozen=True)
class Clip:
    """What is known of a clip's sound.

    Attributes:
        key: Says what the sound is: equal keys, equal samples.
        samples: How many there are.
    """

    key: str
    samples: int


def sound_starts(frames: Sequence[int], profile: MediaProfile) -> list[int]:
    """Return the sample at which each clip starts, and the length of the whole.

    Each is rounded by itself, so that nothing adds up where a frame is no whole number of samples.
    """
    return [profile.sample_count(count) for count in accumulate(frames, initial=0)]


def is_exact_sound(path: Path, *, samples: int) -> bool:
    """Whether a file has exactly so many moments of sound, in the form that takes have."""
    try:
        with wave.open(str(path), "rb") as file:
            form = (file.getframerate(), file.getnchannels(), file.getsampwidth(), file.getnframes())
    except (wave.Error, EOFError):
        return False
    return form == (AUDIO_SAMPLE_RATE_HZ, 2, 2, samples)


def read_samples(take: TakeFiles, first: int, count: int) -> bytes:
    """Return some of a take's exact sound.

    Raises:
        MediaToolError: If it ends before.
    """
    found = BytesIO()
    copy_samples(found, take, first, count)
    return found.getvalue()


def copy_samples(file: BinaryIO, take: TakeFiles, first: int, count: int) -> None:
    """Write some of a take's exact sound, of which no more is fetched.

    Raises:
        MediaToolError: If it ends before.
    """
    fetch = take.fetch_audio or everything_is_there
    fetch(0, WAV_HEADER_BYTES)
    with take.audio.open("rb") as body, wave.open(body) as source:
        begin = body.tell() + first * FRAME_BYTES
        fetch(begin, begin + count * FRAME_BYTES)
        source.setpos(first)
        left = count
        while left:
            block = source.readframes(min(left, _BLOCK))
            if not block:
                raise MediaToolError(f"{take.audio.name} ends before its sound does.")
            file.write(block)
            left -= len(block) // FRAME_BYTES
