"""The one recipe by which every take is encoded, so that takes can be joined as they are."""

from dataclasses import dataclass

from retake.domain.frame_rates import FrameRate
from retake.domain.media import MediaProfile

_TIME_SCALE = 120_000
"""Ticks a second of most takes: whole for 24, 25, 30, 50 and 60 frames a second, and 1000/1001 of these."""

_LEAST_TIME_SCALE = 12_000
"""Of other rates: fine enough that the sound's start is rounded by less than 0.1 ms."""

THUMBNAIL_WIDTH_PX = 480

THREADS = 4
"""Fixed, not the machine's: x264 makes other bytes with another number of threads."""


@dataclass(frozen=True)
class Level:
    """An H.264 level and the decoder buffer that Retake allows itself within it (kbit/s, kbit)."""

    name: str
    macroblocks: int
    macroblocks_a_second: int
    max_rate: int
    buffer: int


# ITU-T H.264 table A-1, with rates for the High profile (1.25 times the table's) at most.
_LEVELS = (
    Level("4.0", 8_192, 245_760, 20_000, 25_000),
    Level("4.2", 8_704, 522_240, 50_000, 62_500),
    Level("5.1", 36_864, 983_040, 100_000, 125_000),
    Level("5.2", 36_864, 2_073_600, 150_000, 200_000),
)


def time_scale(fps: FrameRate) -> int:
    """Return the ticks a second of takes with a frame rate: each frame has a whole number of them."""
    if _TIME_SCALE * fps.denominator % fps.numerator == 0:
        return _TIME_SCALE
    return fps.numerator * -(-_LEAST_TIME_SCALE // fps.numerator)


def ticks_a_frame(fps: FrameRate) -> int:
    """Return how many ticks a frame lasts."""
    return time_scale(fps) * fps.denominator // fps.numerator


def frame_base(fps: FrameRate) -> str:
    """Return the time base that counts frames, as ffmpeg's filters take it."""
    return f"{fps.denominator}/{fps.numerator}"


def level_for(profile: MediaProfile) -> Level:
    """Return the lowest level, from 4.0 up, that a profile's pictures and rate fit into."""
    macroblocks = -(-profile.width // 16) * -(-profile.height // 16)
    for level in _LEVELS:
        if macroblocks <= level.macroblocks and macroblocks * profile.fps <= level.macroblocks_a_second:
            return level
    return _LEVELS[-1]


def thumbnail_scale(width: str = "iw", height: str = "ih") -> str:
    """Return the filter that makes a picture 480 pixels wide, its shape kept."""
    return f"scale={THUMBNAIL_WIDTH_PX}:'max(2,trunc({THUMBNAIL_WIDTH_PX}*{height}/({width})/2)*2)'"


WEBP_ENCODER = ("-frames:v", "1", "-c:v", "libwebp", "-quality", "80", "-f", "webp")


@dataclass(frozen=True)
class Quality:
    """How well pictures are encoded: what the stream's headers do not depend on.

    Attributes:
        preset: Of x264.
        rate_factor: Constant rate factor; lower is better and larger.
        options: More options of x264, each behind a colon.
    """

    preset: str
    rate_factor: int
    options: str = ""


TAKE = Quality("veryfast", 18, ":subme=1")
"""What a take gets of a source that has another form.

The encode of the picture is nearly all that normalising costs. Motion between pixels is searched in one round
by absolute differences (``subme=1``), not in the preset's two by transformed ones: 13 to 24 % less of a
processor for 3 to 8 % more bytes, and as good by VMAF (footage 95.2, was 95.0; blobs 99.9, was 99.9; moving
detail 92.4, was 92.1; each 2 s of 720p30 at this rate factor).
"""

EDIT = Quality("faster", 10, ":aq-mode=0:psy=0:trellis=1")
"""What a take gets that is made of another take: near lossless, and close to a fixed point.

A picture that was quantised once is quantised to the same values again where quantisers are even
(no adaptive quantisation) and chosen by their error (trellis). Six encodes of real footage at this
quality lose 0.5 to 1.5 VMAF altogether, without these options 4 to 5.

References:
    docs/adr/0028-one-loss-in-a-takes-life.md, docs/benchmarks.md (``retake bench --only generations``)
"""


def archive_quality(rate_factor: int) -> Quality:
    """Return how a take is encoded for the archive: slowly, into the same headers.

    ``slow`` optimises for the eye and lowers the chroma's quantiser by two for that, which the
    headers say; it is raised by two to say what those of other takes say.
    """
    return Quality("slow", rate_factor, ":chroma-qp-offset=2")


def picture_encoder(profile: MediaProfile, quality: Quality = TAKE, *, is_frugal: bool = False) -> list[str]:
    """Return the encoder's options: equal for all takes of a profile, down to the bytes of ``avcC``.

    ``stitchable`` keeps what depends on the content out of the stream's headers; reference count
    and weighting are pinned because the preset would choose them; groups of pictures are closed so
    that each take stands alone.

    Args:
        profile: The pictures and their rate.
        quality: How well they are encoded.
        is_frugal: Whether to hold few pictures: one thread that looks two pictures ahead instead of ten. In
            1080p that takes 110 MB instead of 230.
    """
    level = level_for(profile)
    x264 = (
        "stitchable=1:open-gop=0:ref=3:weightp=1:lookahead-threads=1:nal-hrd=none"
        f":level={level.name}:vbv-maxrate={level.max_rate}:vbv-bufsize={level.buffer}{quality.options}"
        f"{':rc-lookahead=2:sync-lookahead=0' if is_frugal else ''}"
    )
    return [
        *("-r", str(profile.fps), "-c:v", "libx264", "-threads", str(1 if is_frugal else THREADS)),
        *("-preset", quality.preset, "-crf", str(quality.rate_factor), "-profile:v", "high"),
        *("-level:v", level.name, "-pix_fmt", "yuv420p", "-bf", "2", "-g", str(round(profile.fps * 2))),
        *("-x264-params", x264),
        *("-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv"),
        *("-flags:v", "+bitexact+cgop"),
    ]


SOUND_FRAME = 1024
"""Samples of an AAC packet (ISO/IEC 14496-3, section 4.5.2.1.1)."""

SOUND_ENCODER = (
    *("-c:a", "aac", "-aac_coder", "fast", "-aac_ms", "0"),
    *("-b:a", "200k", "-flags:a", "+bitexact"),
)
"""The encode of the sound is most of what a join costs.

The fast coder takes half the time of the default one. Looking whether the channels are better coded as
sum and difference takes half of what is left (0.65 against 0.28 s of processor for 30 s of the local
provider's sound), and buys little at this rate: 27.2 against 25.8 dB on tones with pink noise, 21.0
against 20.8, 69.1 against 68.3 and 68.7 against 70.5 dB on the local provider's sounds. More bits do not
help: from 208 kbit/s on the encoder tries again and again to use them up (0.61 s at 224 kbit/s).
"""

PLAIN_CONTAINER = ("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact")
"""No times, names or versions: equal content makes equal bytes."""


def mp4_container(fps: FrameRate) -> tuple[str, ...]:
    """Return the container's options for a frame rate.

    Edit lists round to milliseconds without ``movie_timescale``; ``btrt`` would differ by take. A second of
    each track lies in one piece, which a join copies by one call.
    """
    ticks = str(time_scale(fps))
    return (
        *PLAIN_CONTAINER,
        *("-video_track_timescale", ticks, "-movie_timescale", ticks),
        *("-write_btrt", "0", "-chunk_duration", "1000000", "-movflags", "+faststart", "-f", "mp4"),
    )
