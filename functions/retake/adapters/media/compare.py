"""Measures how similar two takes look, within the time of one request."""

import re
from pathlib import Path
from statistics import fmean

from retake.adapters.media.ffmpeg import untrusted_input
from retake.adapters.media.work import FfmpegWork
from retake.domain.errors import MediaToolError

_REPORT = "ssim"
_ALL_PLANES = re.compile(r"\bAll:(?P<value>[0-9.]+)")
# A take of a few frames is shorter than half a look's spacing: `pass` still gives its first.
_LOOK = "fps=2:start_time=0:round=near:eof_action=pass,scale=640:360:flags=bicubic,format=yuv420p"


class SsimComparer(FfmpegWork):
    """Compares by structural similarity, twice a second at 360 lines: a ``VideoComparer``.

    Both takes of a clip have one profile, so squeezing both into the same 640x360 treats them
    alike. Where one is longer, only the time both have counts.

    Args:
        ffmpeg: The tool.
        timeout_s: Seconds for one comparison.

    References:
        https://ffmpeg.org/ffmpeg-filters.html#ssim
    """

    def similarity(self, left: Path, right: Path) -> float:
        graph = (
            f"[0:V:0]{_LOOK}[left];[1:V:0]{_LOOK}[right];[left][right]ssim=shortest=1:stats_file={_REPORT}"
        )
        with self._session() as session:
            session.run(
                [
                    *("-v", "error", *untrusted_input(left), *untrusted_input(right)),
                    *("-filter_complex", graph, "-f", "null", "-"),
                ]
            )
            # A line a frame. The log has the mean, and words of the files beside it.
            report = (session.directory / _REPORT).read_text(encoding="ascii")
        found = [float(match["value"]) for match in _ALL_PLANES.finditer(report)]
        if not found:
            raise MediaToolError("The takes have no frames to compare.")
        return min(1.0, max(0.0, fmean(found)))
