"""Measures how good an encoded video looks beside what it was made from."""

import json
from pathlib import Path

from retake.adapters.media import recipe
from retake.adapters.media.ffmpeg import FfmpegSession, untrusted_input
from retake.domain.errors import MediaToolError
from retake.domain.frame_rates import FrameRate

_REPORT = "vmaf.json"


def measure_vmaf(
    session: FfmpegSession, video: Path, reference: Path, *, fps: FrameRate, every: int = 1
) -> float:
    """Return the mean VMAF (model v0.6.1, at the pictures' own size), 0 to 100.

    Pictures are paired by their order, not by their times. Both files hold equally many.

    Args:
        session: Where ffmpeg runs.
        video: What is judged; an MP4.
        reference: What it was made from; an MP4.
        fps: Frames a second of both.
        every: Judge one picture in so many, beginning with the first.

    Raises:
        UnreadableMediaError: If one of them cannot be decoded.
        MediaToolError: If there was nothing to judge, or ffmpeg failed.
        MediaToolTimeoutError: If the session's deadline came first.

    References:
        https://ffmpeg.org/ffmpeg-filters.html#libvmaf (``n_subsample``, ``log_path``)
        https://github.com/Netflix/vmaf/blob/master/resource/doc/models.md
    """
    paired = f"settb={recipe.frame_base(fps)},setpts=N"
    graph = (
        f"[0:V:0]{paired}[video];[1:V:0]{paired}[reference];"
        f"[video][reference]libvmaf=n_subsample={every}:n_threads=2:log_fmt=json:log_path={_REPORT}"
    )
    inputs = (untrusted_input(path, demuxers="mov") for path in (video, reference))
    session.run(
        ["-v", "error", *(part for one in inputs for part in one), "-lavfi", graph, "-f", "null", "-"]
    )
    try:
        report = json.loads((session.directory / _REPORT).read_bytes())
        return float(report["pooled_metrics"]["vmaf"]["mean"])
    except (OSError, ValueError, LookupError, TypeError) as exc:
        raise MediaToolError("The quality of the video could not be measured.") from exc
