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
from retake.domain.errors import MediaToolError
from retake.domain.media import MediaProfile
from retake.domain.references import ReferenceRole
from retake.ports.providers import GenerationRequest
from retake_local.characters import require_writable
from retake_local.effects import Effect, EffectKind
from retake_local.filters import plan_filters
from retake_local.references import LocalReference, base_of, lay_over, of_style, style_filter
from retake_local.scenes import COLOURS, plan_scene
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
        references: Sequence[LocalReference] = (),
    ) -> None:
        """Write the source with the effects done to it.

        Args:
            source: The clip to change.
            effects: What to do.
            request: Says size, rate, length and seed.
            path: The MP4 to write.
            sound: Its exact sound; the clip's own where there is none.
            references: Pictures that the result shows, besides.

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
            heard = ("-map", "0:a:0?" if sound is None else "1:a:0", "-af", plan.audio)
            if not references:
                pictures = ["-map", "0:v:0", "-vf", plan.video]
            else:
                first = 1 if sound is None else 2
                opened += [part for reference in references for part in reference.input()]
                frames = profile.frame_count(request.duration_ms)
                over = lay_over(references, first_input=first, profile=profile, frames=frames)
                toned = ",".join([plan.video, *_style(session, source, references)])
                pictures = ["-filter_complex", f"[0:v:0]{toned}[made];{over}", "-map", "[v]"]
            arguments = [*opened, *pictures, *heard]
            quality = TAKE if any(effect.kind in _NOISE for effect in effects) else EDIT
            self._encode(session, arguments, profile, path, quality=quality)

    def create(
        self, request: GenerationRequest, path: Path, *, references: Sequence[LocalReference] = ()
    ) -> None:
        """Write a new clip from the request's words and seed.

        Args:
            request: Says words, size, rate, length and seed.
            path: The MP4 to write.
            references: Pictures and clips that it is made from.

        Raises:
            UnreadableMediaError: If a reference is not of the kind that its role needs.
            MediaToolError: If ffmpeg failed.
            MediaToolTimeoutError: If it took too long.
        """
        profile = profile_of(request)
        words = request.full_prompt or request.instruction or request.prompt
        base = base_of(references)
        # What it is made of is the first input; a frame that is fixed is opened once more to lie on top.
        given = [*([] if base is None else [base]), *references]
        opened = [part for reference in given for part in reference.input()]
        with self._session() as session:
            scene = plan_scene(
                words,
                profile=profile,
                duration_ms=request.duration_ms,
                seed=request.seed,
                reference=None if base is None else base.role.kind,
                colours=tuple(_colours(session, references)),
            )
            over = lay_over(
                given[1:] if base else given,
                first_input=1 if base else 0,
                profile=profile,
                frames=profile.frame_count(request.duration_ms),
            )
            video = f"{scene.video}[made];{over}" if references else f"{scene.video}[v]"
            graph = ("-filter_complex", f"{video};{scene.audio}[a]", "-map", "[v]", "-map", "[a]")
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


def _colours(session: FfmpegSession, references: Sequence[LocalReference]) -> list[str]:
    """Return the colours of the picture whose style is wanted; none where there is none."""
    styles = [reference for reference in references if reference.role is ReferenceRole.STYLE]
    return list(of_style(_thumbnail(session, styles[0].input()), COLOURS)) if styles else []


def _style(session: FfmpegSession, source: Path, references: Sequence[LocalReference]) -> list[str]:
    """Return the filter that gives a clip the colours of a picture; none where there is none."""
    styles = [reference for reference in references if reference.role is ReferenceRole.STYLE]
    if not styles:
        return []
    clip, style = (_thumbnail(session, opened) for opened in (untrusted_input(source), styles[0].input()))
    return [style_filter(clip, style)]


def _thumbnail(session: FfmpegSession, opened: Sequence[str]) -> bytes:
    """Return the RGB bytes of small pictures of an input, one a second, column by column."""
    # Transposed: strips of the bytes are then strips of the picture.
    small = ("-vf", "fps=1:round=up,scale=32:18,transpose=0,format=rgb24", "-f", "rawvideo", "-")
    return session.run(["-v", "error", *opened, "-map", "0:v:0", *small]).output


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
