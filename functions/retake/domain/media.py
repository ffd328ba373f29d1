"""What a clip is made of, in numbers: profiles, probes and takes."""

from dataclasses import dataclass
from fractions import Fraction

from retake.domain.frame_rates import FrameRate

AUDIO_SAMPLE_RATE_HZ = 48_000
"""Every mezzanine's sound: 48 kHz stereo, the rate video tools agree on."""

USUAL_FPS = 30
"""Frames a second of a video that is generated, and of a clip whose file does not say."""

MIN_SIDE_PX = 64
MAX_SIDE_PX = 4096
"""Longest side of a job's pictures: 3840x2160 and 4096x2160 are kept."""


ARCHIVE_CODEC = "h264"
"""What pictures are encoded with for the archive: what all takes are, so that they can be joined again."""

ARCHIVE_MIN_VMAF = 93.0
"""How close (VMAF, 0 to 100) the archive's copy of a picture is to the take at least: about one just
noticeable difference (six points) from the best there is.

References:
    https://streaminglearningcenter.com/blogs/finding-the-just-noticeable-difference-with-netflix-vmaf.html
    docs/adr/0014-archived-takes-are-judged.md, docs/adr/0028-one-loss-in-a-takes-life.md
"""


@dataclass(frozen=True)
class MediaProfile:
    """What every clip of one job is normalised to; fixed when the job is made.

    Attributes:
        width: Pixels, even.
        height: Pixels, even.
        fps: Frames a second, exact.
    """

    width: int
    height: int
    fps: FrameRate = USUAL_FPS

    def frame_count(self, duration_ms: int) -> int:
        """Return the whole number of frames nearest to a duration in milliseconds, at least 1."""
        return max(1, round(Fraction(duration_ms * self.fps, 1000)))

    def sample_count(self, frames: int) -> int:
        """Return how many audio samples are exactly as long as ``frames``."""
        return round(Fraction(frames * AUDIO_SAMPLE_RATE_HZ, self.fps))

    def duration_ms(self, frames: int) -> int:
        """Return the length of ``frames`` in milliseconds, to the nearest."""
        return round(Fraction(frames * 1000, self.fps))


@dataclass(frozen=True)
class MediaInfo:
    """What a probe found in a file that a user uploaded or a provider made.

    Attributes:
        container: Such as ``mp4`` or ``matroska``; for a picture its format, such as ``png``.
        duration_ms: Length in milliseconds; 0 for a picture.
        width: Displayed width in pixels, after rotation and sample aspect ratio.
        height: Displayed height in pixels, likewise.
        fps: Average frames a second; ``None`` where the file does not say.
        frame_rate: The exact rate, such as ``24000/1001``; empty for a file without one. Where the pictures
            come at varying times it is the common rate nearest to that of most of them.
        is_variable: Whether the pictures come at varying times.
        has_audio: Whether there is a sound track.
        video_codec: Such as ``h264``; empty for an audio file.
        audio_codec: Such as ``aac``; empty without sound.
        size_bytes: Size of the file.
    """

    container: str
    duration_ms: int
    width: int
    height: int
    fps: float | None
    has_audio: bool
    video_codec: str
    audio_codec: str
    size_bytes: int
    frame_rate: str = ""
    is_variable: bool = False
