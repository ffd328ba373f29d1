"""Compare videos frame by frame, by what a decoder makes of them."""

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from infra.assets import installed_ffmpeg
from retake_client.errors import UnexpectedEndError

DECODE_TIMEOUT_S = 300

_SSIM = re.compile(r"\bAll:(?P<value>[0-9.]+)")


@dataclass(frozen=True)
class RestoreProof:
    """Whether a restored video is what it should be.

    Attributes:
        frames_in_span: Frames of the restored clip.
        frames_elsewhere: All others.
        span_is_first: Whether the clip's frames are those of the first video.
        rest_is_second: Whether all others are those of the second.
        takes_differ: Whether first and second differ in the span at all; else nothing was shown.
    """

    frames_in_span: int
    frames_elsewhere: int
    span_is_first: bool
    rest_is_second: bool
    takes_differ: bool

    @property
    def holds(self) -> bool:
        """Whether the restore did exactly what it should."""
        return self.span_is_first and self.rest_is_second and self.takes_differ


def frame_hashes(video: Path) -> list[str]:
    """Return a hash of each decoded frame, in order. Raises ``UnexpectedEndError``."""
    hashing = ("-map", "0:v:0", "-fps_mode", "passthrough", "-f", "framemd5", "-")
    decoded = _ffmpeg("-v", "error", "-i", str(video), *hashing)
    if decoded.returncode != 0 or decoded.stderr:
        raise UnexpectedEndError(f"{video} does not play to its end: {decoded.stderr.strip()}")
    lines = [line for line in decoded.stdout.splitlines() if line and not line.startswith("#")]
    return [line.rsplit(",", 1)[1].strip() for line in lines]


def span_similarity(one: Path, other: Path, *, count: int) -> float:
    """Return how alike the first frames of two videos look: their mean structural similarity, 0 to 1.

    Args:
        one: A video.
        other: Another, of the same size.
        count: How many frames are compared, in order and whatever their times.

    Raises:
        UnexpectedEndError: If they cannot be compared.

    References:
        https://ffmpeg.org/ffmpeg-filters.html#ssim
    """
    trimmed = f"trim=end_frame={count},settb=1/1000,setpts=N"
    graph = f"[0:v:0]{trimmed}[one];[1:v:0]{trimmed}[other];[one][other]ssim=stats_file=-"
    inputs = ("-i", str(one), "-i", str(other))
    compared = _ffmpeg("-v", "error", *inputs, "-filter_complex", graph, "-f", "null", "-")
    found = [float(match["value"]) for match in _SSIM.finditer(compared.stdout)]
    if compared.returncode != 0 or not found:
        raise UnexpectedEndError(f"{one} cannot be compared with {other}: {compared.stderr.strip()}")
    return fmean(found)


def _ffmpeg(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own ffmpeg
        [str(installed_ffmpeg()), "-nostdin", *arguments],
        capture_output=True,
        text=True,
        timeout=DECODE_TIMEOUT_S,
        check=False,
    )


def prove_restore(
    *, first: Sequence[str], second: Sequence[str], restored: Sequence[str], start: int, count: int
) -> RestoreProof:
    """Compare three videos' frames around the span ``start .. start + count``.

    Args:
        first: Frames before the regeneration.
        second: Frames after it.
        restored: Frames after the first take was restored.
        start: Index of the clip's first frame.
        count: How many frames the clip has.
    """
    end = start + count
    elsewhere = [*restored[:start], *restored[end:]]
    return RestoreProof(
        frames_in_span=len(restored[start:end]),
        frames_elsewhere=len(elsewhere),
        span_is_first=list(restored[start:end]) == list(first[start:end]) and len(restored) >= end,
        rest_is_second=elsewhere == [*second[:start], *second[end:]],
        takes_differ=list(first[start:end]) != list(second[start:end]),
    )
