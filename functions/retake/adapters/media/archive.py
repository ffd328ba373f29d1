"""Makes old takes small without losing a frame or a sample, and checks what was made by decoding it whole."""

import filecmp
from collections.abc import Sequence
from pathlib import Path

from retake.adapters.media import recipe
from retake.adapters.media.ffmpeg import Ffmpeg, FfmpegSession, untrusted_input
from retake.adapters.media.fingerprint import take_hash
from retake.adapters.media.listings import count_listed
from retake.adapters.media.mp4 import Movie, read_movie
from retake.adapters.media.vmaf import measure_vmaf
from retake.adapters.media.work import FfmpegWork
from retake.domain.errors import ArchiveDamagedError, MediaToolError, UnreadableMediaError
from retake.domain.media import ARCHIVE_MIN_VMAF, AUDIO_SAMPLE_RATE_HZ, MediaProfile
from retake.ports.archive import CompressedTake
from retake.ports.media import TakeFiles

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

_RATE_FACTORS = (23, 20, 18)
"""Constant rate factors, smallest file first."""

_FLAC = ("-c:a", "flac", "-compression_level", "8", "-flags:a", "+bitexact", "-f", "flac")
_PCM = ("-c:a", "pcm_s16le", "-flags:a", "+bitexact", "-f", "wav")


class FfmpegArchiveEncoder(FfmpegWork):
    """Encodes the picture once more, packs the sound without loss: an ``ArchiveEncoder``.

    The picture is encoded with the take's own codec parameters, so that it can be joined with its
    job's takes as it is when it comes back.

    Most clips keep their quality at the first rate factor. Noise, grain and very flat pictures do
    not, so every clip is measured and encoded better where it has to be.

    Args:
        ffmpeg: The tool.
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
        min_vmaf: float = ARCHIVE_MIN_VMAF,
        min_saving: float = MIN_SAVING,
        timeout_s: float = 600.0,
    ) -> None:
        super().__init__(ffmpeg, timeout_s=timeout_s)
        self._min_vmaf = min_vmaf
        self._min_saving = min_saving

    def compress(self, files: TakeFiles, *, profile: MediaProfile, directory: Path) -> CompressedTake | None:
        """Write ``archive.mp4`` into ``directory``; None, and no file, where it does not pay.

        Equal takes make equal bytes.
        """
        take = read_movie(files.video)
        _require_take(take, frames=files.frames, profile=profile)
        every = 1 if files.frames < JUDGED_WHOLE else JUDGED_EVERY
        most_bytes = files.video.stat().st_size * (1 - self._min_saving)
        video = directory / "archive.mp4"
        with self._session() as session:
            for rate_factor in _RATE_FACTORS:
                _encode(session, files.video, video, profile=profile, rate_factor=rate_factor)
                size_bytes = video.stat().st_size
                if size_bytes > most_bytes:
                    break  # the better ones are larger
                archived = read_movie(video)
                _require_same_timeline(take, archived)
                vmaf = measure_vmaf(session, video, files.video, fps=profile.fps, every=every)
                if vmaf >= self._min_vmaf:
                    return CompressedTake(video, size_bytes, vmaf, take_hash(video, files.audio))
        video.unlink()
        return None

    def identify(self, files: TakeFiles) -> str:
        return take_hash(files.video, files.audio)

    def pack_sound(self, audio: Path, *, path: Path) -> None:
        """Write a take's PCM as FLAC, without loss, and decode it again to be sure."""
        unpacked = path.with_suffix(".wav")
        self._convert_sound(audio, path, _FLAC)
        self.unpack_sound(path, audio=unpacked)
        is_same = filecmp.cmp(unpacked, audio, shallow=False)
        unpacked.unlink()
        if not is_same:
            raise MediaToolError("The sound could not be packed without a loss.")

    def unpack_sound(self, path: Path, *, audio: Path) -> None:
        self._convert_sound(path, audio, _PCM)

    def _convert_sound(self, source: Path, path: Path, encoder: Sequence[str]) -> None:
        with self._session() as session:
            opened = untrusted_input(source, demuxers="flac,wav")
            session.run(
                [
                    *("-v", "error", *_STRICT, *opened, "-map", "0:a:0"),
                    *recipe.PLAIN_CONTAINER,
                    *encoder,
                    path.absolute(),
                ]
            )

    def verify(self, path: Path, *, frames: int, duration_ms: int) -> None:
        """Decode all of an archived video; count its pictures and its sound.

        It says that what was encoded can be shown again, of a take that was archived as it is, too.
        That a copy equals its original is for a checksum to say: decoders complained of 56 of 80
        single wrong bits.
        """
        with self._session() as session:
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
        if abs(heard_s - end_s) * AUDIO_SAMPLE_RATE_HZ > recipe.SOUND_FRAME:
            raise ArchiveDamagedError("The archived video's sound is not as long as its picture.")


def _encode(
    session: FfmpegSession, source: Path, video: Path, *, profile: MediaProfile, rate_factor: int
) -> None:
    session.run(
        [
            *("-v", "error", *_STRICT, *untrusted_input(source, demuxers="mov")),
            *("-map", "0:V:0", "-vf", f"settb={recipe.frame_base(profile.fps)},setpts=N"),
            *recipe.picture_encoder(profile, recipe.archive_quality(rate_factor)),
            *("-map", "0:a:0", "-c:a", "copy", *recipe.mp4_container(profile.fps)),
            video.absolute(),
            # Copied packets are decoded beside it, so that a take with damaged sound is refused, too.
            *("-map", "0:a:0", "-f", "null", "-"),
        ]
    )


def _require_take(take: Movie, *, frames: int, profile: MediaProfile) -> None:
    """Check that a file shows the take's pictures, one in each of the profile's frames."""
    track = take.track("vide")
    ticks = recipe.ticks_a_frame(profile.fps)
    if sorted(track.presentation_times) != list(range(0, frames * ticks, ticks)):
        raise UnreadableMediaError(f"The take does not show {frames} pictures, evenly spaced.")


def _require_same_timeline(take: Movie, archived: Movie) -> None:
    """Check that every picture has its time and its headers, and every packet of sound its place."""
    before, after = take.track("vide"), archived.track("vide")
    if sorted(after.presentation_times) != sorted(before.presentation_times):
        raise MediaToolError("The smaller video does not show the take's pictures at their times.")
    if after.sample_entry != before.sample_entry:
        raise MediaToolError("The smaller video cannot be joined with takes of its job.")
    heard, kept = take.track("soun"), archived.track("soun")
    if (heard.sizes, heard.presentation_times) != (kept.sizes, kept.presentation_times):
        raise MediaToolError("The smaller video does not have the take's sound in its place.")
    if not archived.plays_while_loading:
        raise MediaToolError("The smaller video cannot be played while it loads.")
