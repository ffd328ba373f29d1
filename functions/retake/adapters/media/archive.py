"""Makes old takes small without losing a frame, and checks what was made by decoding it whole."""

from fractions import Fraction
from pathlib import Path

from retake.adapters.media import recipe
from retake.adapters.media.ffmpeg import Ffmpeg, FfmpegSession, untrusted_input
from retake.adapters.media.mp4 import Movie, read_movie
from retake.adapters.media.streams import count_listed
from retake.adapters.media.vmaf import measure_vmaf
from retake.domain.errors import ArchiveDamagedError, MediaToolError, UnreadableMediaError
from retake.domain.frame_rates import FrameRate, simple
from retake.domain.media import AUDIO_SAMPLE_RATE_HZ, ArchiveCodec
from retake.ports.media import CompressedTake, TakeFiles

MIN_VMAF = 93.0
"""What the product asks of archived takes: about one just noticeable difference (six points) from
the best there is.

References:
    https://streaminglearningcenter.com/blogs/finding-the-just-noticeable-difference-with-netflix-vmaf.html
"""

MIN_SAVING = 0.10
"""A file that gets less smaller than this is not worth another generation of loss."""

JUDGED_EVERY = 7
"""One picture in seven of a long take is judged: seven shares no factor with the spacing of reference
pictures (1, 2, 4, …), nor with that of the pictures repeated where 20, 24 or 25 a second became 30
or 60. With five, film at 30 pictures a second was judged by the repeated ones, 0.6 too well."""

JUDGED_WHOLE = 420
"""Takes of fewer pictures are judged whole: scores of single pictures scatter by about two, so their
mean needs 60 of them to be known to 0.3."""

_STRICT = ("-xerror", "-err_detect", "explode")
_AAC_FRAME_SAMPLES = 1024

_ENCODERS = {
    ArchiveCodec.H264: ("libx264", "-preset", "slow", "-profile:v", "high"),
    ArchiveCodec.AV1: ("libsvtav1", "-preset", "8", "-svtav1-params", f"lp={recipe.THREADS}"),
}
_RATE_FACTORS = {ArchiveCodec.H264: (23, 20, 18), ArchiveCodec.AV1: (35, 30, 24)}
"""Constant rate factors, smallest file first.

References:
    docs/benchmarks.md, where both codecs' first ones are about as good on real footage
"""


class FfmpegArchiveEncoder:
    """Encodes the picture anew and copies the sound: an ``ArchiveEncoder``.

    Most clips keep their quality at the first rate factor. Noise, grain and very flat pictures do
    not, so every clip is measured and encoded better where it has to be.

    Args:
        ffmpeg: The tool.
        codec: How pictures are encoded.
        min_vmaf: The quality below which nothing is given out, 0 to 100.
        min_saving: The part of the take's MP4 that has to be saved.
        timeout_s: Seconds for one take, all attempts together.

    References:
        docs/benchmarks.md (what it saves, and what it costs)
    """

    def __init__(
        self,
        ffmpeg: Ffmpeg,
        *,
        codec: ArchiveCodec = ArchiveCodec.H264,
        min_vmaf: float = MIN_VMAF,
        min_saving: float = MIN_SAVING,
        timeout_s: float = 600.0,
    ) -> None:
        self._ffmpeg = ffmpeg
        self._codec = codec
        self._min_vmaf = min_vmaf
        self._min_saving = min_saving
        self._timeout_s = timeout_s

    def compress(self, files: TakeFiles, *, directory: Path) -> CompressedTake | None:
        """Write ``archive.mp4`` into ``directory``; None, and no file, where it does not pay.

        As H.264, equal takes make equal bytes.

        Raises:
            UnreadableMediaError: If the take does not decode cleanly.
            MediaToolError: If ffmpeg failed otherwise, or changed the timeline.
            MediaToolTimeoutError: If it took longer than allowed.
        """
        take = read_movie(files.video)
        fps = _frame_rate(take, frames=files.frames)
        every = 1 if files.frames < JUDGED_WHOLE else JUDGED_EVERY
        most_bytes = files.video.stat().st_size * (1 - self._min_saving)
        video = directory / "archive.mp4"
        with self._ffmpeg.session(timeout_s=self._timeout_s) as session:
            for rate_factor in _RATE_FACTORS[self._codec]:
                self._encode(session, files.video, video, fps=fps, rate_factor=rate_factor)
                size_bytes = video.stat().st_size
                if size_bytes > most_bytes:
                    break  # the better ones are larger
                _require_same_timeline(take, read_movie(video))
                vmaf = measure_vmaf(session, video, files.video, fps=fps, every=every)
                if vmaf >= self._min_vmaf:
                    return CompressedTake(video, self._codec, size_bytes, vmaf)
        video.unlink()
        return None

    def verify(self, path: Path, *, frames: int, duration_ms: int) -> None:
        """Decode all of an archived video; count its pictures and its sound.

        It says that what was encoded can be shown again, of a take that was archived as it is, too.
        That a copy equals its original is for a checksum to say: decoders complained of 56 of 80
        single wrong bits.

        Raises:
            ArchiveDamagedError: If anything is wrong with it; the reason is for operators.
            MediaToolTimeoutError: If it took longer than allowed.
        """
        with self._ffmpeg.session(timeout_s=self._timeout_s) as session:
            pictures, sounds = session.directory / "pictures", session.directory / "sounds"
            try:
                session.run(
                    [
                        *("-v", "error", *_STRICT, *untrusted_input(path, demuxers="mov")),
                        *("-map", "0:V:0", "-fps_mode:v", "passthrough", "-enc_time_base:v", "demux"),
                        *("-f", "framecrc", pictures, "-map", "0:a:0", "-f", "framecrc", sounds),
                    ]
                )
            except (UnreadableMediaError, MediaToolError) as exc:
                raise ArchiveDamagedError(f"The archived video cannot be decoded: {exc}") from exc
            shown, end_s = count_listed(pictures)
            _, heard_s = count_listed(sounds)
        if shown != frames:
            raise ArchiveDamagedError(f"The archived video shows {shown} pictures, not {frames}.")
        if round(end_s * 1000) != duration_ms:
            raise ArchiveDamagedError(f"The archived video takes {end_s * 1000:.0f} ms, not {duration_ms}.")
        if abs(heard_s - end_s) * AUDIO_SAMPLE_RATE_HZ > _AAC_FRAME_SAMPLES:
            raise ArchiveDamagedError("The archived video's sound is not as long as its picture.")

    def _encode(
        self, session: FfmpegSession, source: Path, video: Path, *, fps: FrameRate, rate_factor: int
    ) -> None:
        # The decoded pictures carry their colour tags. Threads are fixed because x264 makes other
        # bytes with another number of them.
        session.run(
            [
                *("-v", "error", *_STRICT, *untrusted_input(source, demuxers="mov")),
                *("-map", "0:V:0", "-vf", f"settb={recipe.frame_base(fps)},setpts=N", "-r", str(fps)),
                *("-c:v", *_ENCODERS[self._codec], "-crf", str(rate_factor), "-pix_fmt", "yuv420p"),
                *("-threads:v", str(recipe.THREADS), "-flags:v", "+bitexact"),
                *("-map", "0:a:0", "-c:a", "copy", *recipe.mp4_container(fps)),
                video.absolute(),
                # Copied packets are decoded beside it, so that a take with damaged sound is refused, too.
                *("-map", "0:a:0", "-f", "null", "-"),
            ]
        )


def _frame_rate(take: Movie, *, frames: int) -> FrameRate:
    """Return the take's frames a second, by the spacing of its pictures."""
    track = take.track("vide")
    shown = sorted(track.presentation_times)
    ticks = track.durations[0] if track.durations else 0
    if len(shown) != frames or not ticks or shown != list(range(0, frames * ticks, ticks)):
        raise UnreadableMediaError(f"The take does not show {frames} pictures, evenly spaced.")
    return simple(Fraction(track.timescale, ticks))


def _require_same_timeline(take: Movie, archived: Movie) -> None:
    """Check that every picture has its time, and every packet of sound its place."""
    if sorted(archived.track("vide").presentation_times) != sorted(take.track("vide").presentation_times):
        raise MediaToolError("The smaller video does not show the take's pictures at their times.")
    before, after = take.track("soun"), archived.track("soun")
    if (before.sizes, before.presentation_times) != (after.sizes, after.presentation_times):
        raise MediaToolError("The smaller video does not have the take's sound in its place.")
    if not archived.plays_while_loading:
        raise MediaToolError("The smaller video cannot be played while it loads.")
