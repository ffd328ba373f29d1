"""Probes uploads and generated files with ffmpeg (there is no ffprobe on the layer)."""

from dataclasses import dataclass
from pathlib import Path

from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.media.sniff import ACCEPTED_PICTURE, ACCEPTED_SOUND, ACCEPTED_VIDEO
from retake.adapters.media.streams import inspect_picture, inspect_sound, inspect_video
from retake.adapters.media.work import FfmpegWork
from retake.domain.errors import UnreadableMediaError
from retake.domain.media import MediaInfo
from retake.ports.media import Fill

_CONTAINERS = {"mov": "mp4"}


PROBE_MEMORY_BYTES = 3 * 2**29
"""One picture of 7680x4320 takes 0.4 GB to decode, with 12 bits a sample and threads three times that."""


@dataclass(frozen=True)
class ProbeLimits:
    """What a file may be at most.

    Attributes:
        duration_ms: Length in milliseconds.
        side_px: Longer displayed side in pixels.
        min_side_px: Shorter displayed side in pixels, at least.
        size_bytes: Size of the file.
    """

    duration_ms: int = 30 * 60 * 1000
    side_px: int = 7680
    min_side_px: int = 16
    size_bytes: int = 4 * 2**30


class FfmpegProbe(FfmpegWork):
    """Probes untrusted files: a ``MediaProbe``.

    Args:
        ffmpeg: The tool.
        limits: Files beyond these are refused.
        timeout_s: Seconds for one look.
    """

    def __init__(self, ffmpeg: Ffmpeg, *, limits: ProbeLimits | None = None, timeout_s: float = 60.0) -> None:
        super().__init__(ffmpeg, timeout_s=timeout_s)
        self._limits = limits or ProbeLimits()

    def probe(self, path: Path, *, fill: Fill | None = None) -> MediaInfo:
        """Return what the video is, its size as displayed."""
        size_bytes = self._require_file(path, advice=ACCEPTED_VIDEO)
        with self._session(memory_bytes=PROBE_MEMORY_BYTES) as session:
            found = inspect_video(session, path, fill=fill)
        rate = found.structure.rate
        info = MediaInfo(
            container=_CONTAINERS.get(found.demuxer, found.demuxer),
            duration_ms=round(found.structure.length_s * 1000),
            width=found.picture.width,
            height=found.picture.height,
            fps=None if found.structure.fps is None else round(found.structure.fps, 3),
            has_audio=bool(found.sound_codec),
            video_codec=found.picture.codec,
            audio_codec=found.sound_codec,
            size_bytes=size_bytes,
            frame_rate="" if rate is None else str(rate.fps),
            is_variable=rate is not None and rate.is_variable,
        )
        self._require_length_within(info)
        self._require_size_within(info)
        return info

    def probe_audio(self, path: Path, *, fill: Fill | None = None) -> MediaInfo:
        size_bytes = self._require_file(path, advice=ACCEPTED_SOUND)
        with self._session(memory_bytes=PROBE_MEMORY_BYTES) as session:
            found = inspect_sound(session, path, fill=fill)
        info = MediaInfo(
            container=_CONTAINERS.get(found.demuxer, found.demuxer),
            duration_ms=round(found.end_s * 1000),
            width=0,
            height=0,
            fps=None,
            has_audio=True,
            video_codec="",
            audio_codec=found.track.codec,
            size_bytes=size_bytes,
        )
        self._require_length_within(info)
        return info

    def probe_picture(self, path: Path, *, fill: Fill | None = None) -> MediaInfo:
        """Return what the picture is; its length is 0."""
        size_bytes = self._require_file(path, advice=ACCEPTED_PICTURE)
        if fill is not None:
            fill(0, size_bytes)
        with self._session(memory_bytes=PROBE_MEMORY_BYTES) as session:
            found = inspect_picture(session, path)
        info = MediaInfo(
            container=found.format,
            duration_ms=0,
            width=found.width,
            height=found.height,
            fps=None,
            has_audio=False,
            video_codec=found.format,
            audio_codec="",
            size_bytes=size_bytes,
        )
        self._require_size_within(info)
        return info

    def _require_file(self, path: Path, *, advice: str) -> int:
        if not path.is_file():
            raise UnreadableMediaError("There is no such file.", advice=advice)
        size_bytes = path.stat().st_size
        if size_bytes > self._limits.size_bytes:
            raise UnreadableMediaError(
                f"The file is {size_bytes / 2**20:.0f} MB; at most {self._limits.size_bytes / 2**20:.0f} MB."
            )
        return size_bytes

    def _require_length_within(self, info: MediaInfo) -> None:
        if info.duration_ms <= 0:
            raise UnreadableMediaError("The file has no length: it holds nothing to play.")
        if info.duration_ms > self._limits.duration_ms:
            length_s, most_s = info.duration_ms / 1000, self._limits.duration_ms / 1000
            raise UnreadableMediaError(f"It is {length_s:.0f} s long; at most {most_s:.0f} s.")

    def _require_size_within(self, info: MediaInfo) -> None:
        size = f"The picture is {info.width}x{info.height}"
        if max(info.width, info.height) > self._limits.side_px:
            raise UnreadableMediaError(f"{size}; at most {self._limits.side_px} pixels a side.")
        if min(info.width, info.height) < self._limits.min_side_px:
            raise UnreadableMediaError(f"{size}; at least {self._limits.min_side_px} pixels a side.")
