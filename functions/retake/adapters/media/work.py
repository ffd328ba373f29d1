"""What everything that runs ffmpeg has in common: the tool, and the time that a piece of work may take."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from retake.adapters.media.ffmpeg import Ffmpeg, FfmpegSession
from retake.ports.media import always_wanted


class FfmpegWork:
    """Work of one kind that ffmpeg does.

    Args:
        ffmpeg: The tool.
        timeout_s: Seconds for one piece of work: a take, or a video.
    """

    def __init__(self, ffmpeg: Ffmpeg, *, timeout_s: float = 600.0) -> None:
        self._ffmpeg = ffmpeg
        self._timeout_s = timeout_s

    def _session(
        self, *, is_wanted: Callable[[], bool] = always_wanted, memory_bytes: int | None = None
    ) -> AbstractContextManager[FfmpegSession]:
        """Open a session whose runs share the time limit."""
        return self._ffmpeg.session(timeout_s=self._timeout_s, is_wanted=is_wanted, memory_bytes=memory_bytes)
