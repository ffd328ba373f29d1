"""Runs ffmpeg for the local provider: an edited clip, or a new one from a prompt.

What it writes has the form of the job's takes, so that its picture is encoded here and never again.
"""

import shutil
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from retake.adapters.media.ffmpeg import Ffmpeg, FfmpegSession, untrusted_input
from retake.adapters.media.recipe import EDIT, TAKE, Quality, mp4_container, picture_encoder
from retake.domain.catalogue import ReferenceKind
from retake.domain.errors import MediaToolError, UnreadableMediaError
from retake.domain.media import MediaProfile
from retake.ports.providers import GenerationRequest
from retake_local.characters import require_writable
from retake_local.effects import Effect, EffectKind
from retake_local.filters import plan_filters
from retake_local.references import reference_input
from retake_local.scenes import plan_scene
from retake_local.tones import needs_mean_luma

_FONT = "caption-font.otf"

_SOUND_ENCODER = ("-c:a", "flac", "-sample_fmt", "s16", "-flags:a", "+bitexact")
"""Without loss: what changes nothing leaves every sample as it is."""

_NOISE = frozenset({EffectKind.GRAIN})
"""Effects whose result cannot be kept exactly: near lossless it would be many times as large."""


@dataclass(frozen=True)
class LocalRenderer:
    """Makes the clips of the local provider.

    Attributes:
        ffmpeg: The program; where None, the layer's, looked for when it is needed.
        font: The font file for text; where None, the one of the ``font-hanken-grotesk`` package.
        timeout_s: Seconds that one clip may take.
    """

    ffmpeg: Ffmpeg | None
    font: Path | None
    timeout_s: float

    def check(self, effects: Sequence[Effect]) -> None:
        """Check that texts can be written.

        Raises:
            ProviderRejectedError: Naming the characters that cannot.
            MediaToolError: If there is no font to write with.
        """
        for effect in effects:
            if effect.kind is EffectKind.TEXT:
                require_writable(effect.text, self.font or _packaged_font())

    def edit(
        self,
        source: Path,
        effects: Sequence[Effect],
        request: GenerationRequest,
        path: Path,
        *,
        sound: Path | None = None,
    ) -> None:
        """Write the source with the effects done to it.

        Args:
            source: The clip to change.
            effects: What to do.
            request: Says size, rate, length and seed.
            path: The MP4 to write.
            sound: Its exact sound; the clip's own where there is none.

        Raises:
            UnreadableMediaError: If the source is no video.
            MediaToolError: If ffmpeg failed, or there is no font to write with.
            MediaToolTimeoutError: If it took too long.
        """
        profile = profile_of(request)
        with self._session() as session:
            plan = plan_filters(
                effects,
                profile=profile,
                duration_ms=request.duration_ms,
                seed=request.seed,
                font=_FONT,
                mean_luma=_mean_luma(session, source) if needs_mean_luma(effects) else 0.5,
            )
            if any(effect.kind is EffectKind.TEXT for effect in effects):
                self._lay_out(plan.captions, session)
            loop = ("-stream_loop", "-1") if plan.loops else ()
            opened = [*loop, *untrusted_input(source)]
            if sound is not None:
                opened += [*loop, *untrusted_input(sound, demuxers="wav,flac")]
            streams = ("-map", "0:v:0", "-map", "0:a:0?" if sound is None else "1:a:0")
            arguments = [*opened, *streams, "-vf", plan.video, "-af", plan.audio]
            quality = TAKE if any(effect.kind in _NOISE for effect in effects) else EDIT
            self._encode(session, arguments, profile, path, quality=quality)

    def create(self, request: GenerationRequest, path: Path, *, reference: Path | None = None) -> None:
        """Write a new clip from the request's words and seed.

        Args:
            request: Says words, size, rate, length and seed, and what kind of file the reference is.
            path: The MP4 to write.
            reference: A picture or a clip that it begins with, if any.

        Raises:
            UnreadableMediaError: If the reference is neither.
            MediaToolError: If ffmpeg failed.
            MediaToolTimeoutError: If it took too long.
        """
        profile = profile_of(request)
        words = request.instruction or request.prompt
        kind = reference_kind(request) if reference else None
        scene = plan_scene(
            words, profile=profile, duration_ms=request.duration_ms, seed=request.seed, reference=kind
        )
        opened = reference_input(reference, kind) if reference and kind else []
        with self._session() as session:
            graph = ("-filter_complex", f"{scene.video}[v];{scene.audio}[a]", "-map", "[v]", "-map", "[a]")
            self._encode(session, [*opened, *graph], profile, path, quality=TAKE)

    def _session(self) -> AbstractContextManager[FfmpegSession]:
        return (self.ffmpeg or Ffmpeg.on_path()).session(timeout_s=self.timeout_s)

    def _lay_out(self, captions: dict[str, str], session: FfmpegSession) -> None:
        """Put font and words beside ffmpeg, under names without a special character."""
        shutil.copyfile(self.font or _packaged_font(), session.directory / _FONT)
        for name, text in captions.items():
            (session.directory / name).write_text(text, encoding="utf-8")

    @staticmethod
    def _encode(
        session: FfmpegSession,
        arguments: Sequence[str],
        profile: MediaProfile,
        path: Path,
        *,
        quality: Quality,
    ) -> None:
        encoders = (*picture_encoder(profile, quality), *_SOUND_ENCODER)
        session.run(["-v", "error", *arguments, *encoders, *mp4_container(profile.fps), path.absolute()])


def _mean_luma(session: FfmpegSession, source: Path) -> float:
    """Measure how light a clip is, 0 to 1, from two thumbnails a second."""
    thumbnails = ("-vf", "fps=2:round=up,scale=32:18,format=gray", "-f", "rawvideo", "-")
    pixels = session.run(["-v", "error", *untrusted_input(source), "-map", "0:v:0", *thumbnails]).output
    return sum(pixels) / (255 * len(pixels)) if pixels else 0.5


def reference_kind(request: GenerationRequest) -> ReferenceKind:
    """Return what kind of file a request's reference is.

    Raises:
        UnreadableMediaError: If it is said to be neither a picture nor a video.
    """
    try:
        return ReferenceKind((request.reference_type or "").partition("/")[0])
    except ValueError as exc:
        raise UnreadableMediaError("The reference is neither a picture nor a video.") from exc


def profile_of(request: GenerationRequest) -> MediaProfile:
    """Return the size and rate that a request asks for."""
    return MediaProfile(width=request.width, height=request.height, fps=request.fps)


def _packaged_font() -> Path:
    # Imported here: only instructions that write need it, and on Lambda the file is in a layer.
    try:
        import font_hanken_grotesk  # noqa: PLC0415
    except ImportError as exc:
        raise MediaToolError("There is no font to write text with.") from exc
    return Path(str(font_hanken_grotesk.HankenGroteskSemiBold))
