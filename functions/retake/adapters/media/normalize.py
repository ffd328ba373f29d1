"""Turns any readable video into a take that can be joined with its neighbours as it is.

A video that has the form of the job's takes already keeps its picture, packet by packet.
"""

import wave
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from retake.adapters.media import recipe
from retake.adapters.media.ffmpeg import FfmpegSession, untrusted_input
from retake.adapters.media.fingerprint import take_hash
from retake.adapters.media.job_form import copy_picture
from retake.adapters.media.losses import losses
from retake.adapters.media.mp4 import read_movie
from retake.adapters.media.outcome import read_damage, read_outcome
from retake.adapters.media.pictures import picture_filters
from retake.adapters.media.segments.take_file import make_streamable
from retake.adapters.media.sounds import sound_graph
from retake.adapters.media.streams import Contents, inspect_video
from retake.adapters.media.work import FfmpegWork
from retake.domain.errors import UnreadableMediaError
from retake.domain.media import MediaProfile
from retake.domain.records.takes import TakeStream
from retake.ports.media import NormalizedTake, TakeFiles, always_wanted


class FfmpegNormalizer(FfmpegWork):
    """Normalises with one encode, or none: a ``Normalizer``."""

    def normalize(
        self,
        source: Path,
        *,
        profile: MediaProfile,
        frames: int,
        directory: Path,
        frames_before: int = 0,
        is_wanted: Callable[[], bool] = always_wanted,
    ) -> NormalizedTake:
        """Write ``take.mp4``, ``take.wav`` and ``thumbnail.webp`` into ``directory``.

        Equal sources make equal bytes at the same place.
        """
        files = TakeFiles(video=directory / "take.mp4", audio=directory / "take.wav", frames=frames)
        thumbnail = directory / "thumbnail.webp"
        with self._session(is_wanted=is_wanted) as session:
            contents = inspect_video(session, source)
            copied = copy_picture(session, source, profile=profile, frames=frames)
            still = _still_graph(profile, frames=frames)
            used, packets = session.directory / "used", session.directory / "packets"
            if copied is None:
                picture = picture_filters(contents.picture, profile, frames=frames)
                pictures = f"[0:V:0]{picture},split[video][seen]"
                counted = ("-stats_enc_pre_fmt:v", "{ni}", "-stats_enc_pre:v", str(used))
                encoder = recipe.picture_encoder(profile, is_frugal=contents.picture.is_huge)
                video = ("-map", "[video]", *encoder, *counted)
            else:
                pictures = "[0:V:0]null[seen]"
                video = ("-map", "1:V:0", *copied.options)
            session.run(
                [
                    # Every complaint of the decoders on a line of its own, so that they can be counted.
                    *("-v", "repeat+level+warning", "-max_error_rate", "1"),
                    # A change of size midway must not start the filters, and their counting, anew.
                    *("-reinit_filter:v", "0", *contents.input(source)),
                    *(() if copied is None else untrusted_input(copied.video, demuxers="mov")),
                    *("-filter_complex", f"{pictures};{still}"),
                    *("-filter_complex", _sound_graph(contents, profile, frames, frames_before)),
                    *(*video, "-map", "[aac]", *recipe.SOUND_ENCODER, *recipe.mp4_container(profile.fps)),
                    files.video.absolute(),
                    *("-map", "[pcm]", "-c:a", "pcm_s16le", "-flags:a", "+bitexact"),
                    *(*recipe.PLAIN_CONTAINER, "-f", "wav", files.audio.absolute()),
                    *("-map", "[still]", *recipe.WEBP_ENCODER, thumbnail.absolute()),
                ]
            )
            damage = read_damage(session.log)
            # In a run of its own: beside filters that wait for each other, a copy can stop ffmpeg for good.
            copied_only = ("-map", "0:V:0", *_heard(contents), "-c", "copy", "-f", "framecrc")
            session.run(["-v", "error", *contents.input(source), *copied_only, packets])
            outcome = read_outcome(used=used, packets=packets, damage=damage)
        outcome.require_watchable()
        _require_exact(files, profile=profile)
        return NormalizedTake(
            files=files,
            thumbnail=thumbnail,
            content_hash=take_hash(files.video, files.audio),
            notices=losses(contents, outcome, profile),
            stream=make_streamable(files, profile=profile, frames_before=frames_before),
        )

    def make_streamable(
        self, files: TakeFiles, *, profile: MediaProfile, frames_before: int
    ) -> TakeStream | None:
        return make_streamable(files, profile=profile, frames_before=frames_before)

    def extract_thumbnail(self, source: Path, *, at_ms: int, path: Path) -> None:
        """Write the frame at ``at_ms`` as a WebP, 480 pixels wide; past the end, the first frame."""
        with self._session() as session:
            contents = inspect_video(session, source)
            if not _still(session, source, contents, at_ms=at_ms, path=path):
                _still(session, source, contents, at_ms=0, path=path)

    def extract_frame(self, take: Path, *, frame: int, profile: MediaProfile, path: Path) -> None:
        """Write one frame of a take as a PNG, picture for picture."""
        # Half a frame early, before -i: ffmpeg jumps to the key frame before and drops what is shown earlier.
        seek = ("-ss", f"{float((frame - Fraction(1, 2)) / profile.fps):.6f}") if frame else ()
        rgb = f"scale=in_color_matrix=bt709:in_range=tv:{EXACT},format=rgb24"
        with self._session() as session:
            session.run(
                [
                    *("-v", "error", *seek, *untrusted_input(take), "-map", "0:V:0", "-frames:v", "1"),
                    *("-vf", rgb, "-c:v", "png", "-f", "image2", "-update", "1", path.absolute()),
                ]
            )
        if not path.exists() or path.stat().st_size == 0:
            raise UnreadableMediaError(f"The take has no frame {frame}.")


EXACT = "flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact"


def _still_graph(profile: MediaProfile, *, frames: int) -> str:
    """Return the graph from the take's pictures to its thumbnail."""
    # Fades start at black: show what is seen after a second, or halfway through a shorter take.
    shown = min(round(profile.fps), frames // 2)
    return f"[seen]trim=start_frame={shown}:end_frame={shown + 1},{recipe.thumbnail_scale()}[still]"


def _sound_graph(contents: Contents, profile: MediaProfile, frames: int, frames_before: int) -> str:
    """Return the graph from one decode to the AAC's and the PCM's samples, or to silence.

    The AAC has as many silent samples before it, which an edit list hides, as its packets need to lie where
    those of the job's video do.
    """
    samples, phase = profile.sample_count(frames), profile.sample_count(frames_before) % recipe.SOUND_FRAME
    return sound_graph(contents.sound, start_s=contents.picture.start_s, samples=samples, phase=phase)


def _heard(contents: Contents) -> list[str]:
    """Return the arguments that choose the tracks of sound that are heard."""
    return [part for track in contents.sound.tracks for part in ("-map", f"0:a:{track.number}")]


def _still(session: FfmpegSession, source: Path, contents: Contents, *, at_ms: int, path: Path) -> bool:
    """Write one frame; False where the source has none at that time."""
    path.unlink(missing_ok=True)
    # Before -i: ffmpeg then jumps to the key frame before and decodes on to the very frame.
    seek = ("-ss", f"{at_ms / 1000:.3f}")
    session.run(
        [
            *("-v", "error", *seek, *contents.input(source)),
            *("-map", "0:V:0", "-vf", recipe.thumbnail_scale("iw*max(sar,1/1000)")),
            *(*recipe.WEBP_ENCODER, path.absolute()),
        ]
    )
    return path.exists() and path.stat().st_size > 0


def _require_exact(files: TakeFiles, *, profile: MediaProfile) -> None:
    """Check the take against what was asked: a source that breaks off midway can end one early."""
    with wave.open(str(files.audio), "rb") as sound:
        samples = sound.getnframes()
    track = read_movie(files.video).track("vide")
    if len(track.sizes) != files.frames:
        raise UnreadableMediaError(
            f"The video could not be decoded whole: {len(track.sizes)} of {files.frames} pictures came out."
        )
    if samples != profile.sample_count(files.frames):
        raise UnreadableMediaError("The video's sound changes its format midway, so it cannot be read.")
