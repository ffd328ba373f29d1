"""From effects to one chain of ffmpeg filters: one decode, one encode.

The order is fixed, whatever the order of the words: size, time, camera, orientation, focus, tones,
grain, edges, writing, fades. So "warmer and black and white" is a warm black and white, text is
never mirrored or blurred, and a fade fades all.

The result has exactly the length asked for. What is slowed is cut; what is sped up starts again
from its beginning, sound with it: a frozen last picture would be the opposite of what was asked,
and playing back and forth would need every frame in memory and the sound backwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from retake.domain.frame_rates import FrameRate
from retake.domain.media import AUDIO_SAMPLE_RATE_HZ, MediaProfile
from retake_local.camera import camera_filters
from retake_local.captions import caption_filters
from retake_local.effects import Effect, EffectKind, share_of
from retake_local.tones import tone_filters

_K = EffectKind
_LONGEST_FADE = 0.45
"""Of the clip, so that a fade in and a fade out do not meet."""

_MOST_BARS = 0.3
_TAGS = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
_WIDE_SCREEN = 2.39


@dataclass(frozen=True)
class FilterPlan:
    """How to run ffmpeg for a set of effects.

    Attributes:
        video: Filters of the picture.
        audio: Filters of the sound.
        loops: Whether the input starts again when it ends.
        captions: Text files that the filters name, with their contents.
    """

    video: str
    audio: str
    loops: bool
    captions: dict[str, str]


def plan_filters(
    effects: Sequence[Effect],
    *,
    profile: MediaProfile,
    duration_ms: int,
    seed: int,
    font: str,
    mean_luma: float = 0.5,
) -> FilterPlan:
    """Plan the filters for a clip.

    Args:
        effects: What to do, each kind at most once.
        profile: Size and frame rate of the result.
        duration_ms: Length of the result.
        seed: Varies what is left to chance: the sway's phase, the grain.
        font: The font's file name, as ffmpeg finds it.
        mean_luma: The source's, 0 to 1; it matters where ``needs_mean_luma``.
    """
    frames = profile.frame_count(duration_ms)
    strengths = {effect.kind: effect.strength for effect in effects}
    speed = _speed(effects)
    writing, captions = caption_filters(effects, profile=profile, font=font)
    video = [
        *_fit(profile),
        *_time(speed, fps=profile.fps, frames=frames),
        *camera_filters(effects, frames=frames, fps=profile.fps, seed=seed),
        *_orientation(strengths),
        *_focus(strengths, height=profile.height),
        *tone_filters(effects, mean_luma=mean_luma),
        *_surface(strengths, profile=profile, seed=seed),
        *writing,
        *_fades(strengths, fps=profile.fps, frames=frames),
        "format=yuv420p",
        _TAGS,
    ]
    audio = _sound(strengths, speed=speed, profile=profile, frames=frames)
    return FilterPlan(video=",".join(video), audio=",".join(audio), loops=speed > 1, captions=captions)


def _fit(profile: MediaProfile) -> list[str]:
    size = f"{profile.width}:{profile.height}"
    colours = "out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd+bitexact"
    return [
        f"scale={size}:force_original_aspect_ratio=decrease:force_divisible_by=2:{colours}",
        f"pad={size}:(ow-iw)/2:(oh-ih)/2,setsar=1,format=yuv420p",
        _TAGS,
    ]


def _speed(effects: Sequence[Effect]) -> float:
    speed = 1.0
    for effect in effects:
        if effect.kind in {_K.SLOW, _K.FAST, _K.LESS_MOTION}:
            speed *= share_of(effect)
    return speed


def _time(speed: float, *, fps: FrameRate, frames: int) -> list[str]:
    stretched = [] if speed == 1 else [f"setpts=(PTS-STARTPTS)/{speed:.6f}"]
    # Pictures in between are blended: stepping would look like a fault, and motion search
    # (minterpolate) takes thirty times as long.
    rate = f"framerate=fps={fps}:interp_start=0:interp_end=255:scene=20" if speed < 1 else f"fps={fps}"
    return [
        *stretched,
        rate,
        "tpad=stop=-1:stop_mode=clone",
        f"trim=end_frame={frames}",
        "setpts=PTS-STARTPTS",
    ]


def _orientation(strengths: dict[EffectKind, float]) -> list[str]:
    turned = {_K.MIRROR: "hflip", _K.UPSIDE_DOWN: "vflip", _K.ROTATE_180: "hflip,vflip"}
    return [name for kind, name in turned.items() if kind in strengths]


def _focus(strengths: dict[EffectKind, float], *, height: int) -> list[str]:
    filters = []
    if _K.BLUR in strengths:
        filters.append(f"gblur=sigma={0.009 * height * strengths[_K.BLUR]:.3f}")
    if _K.SHARPEN in strengths:
        filters.append(f"unsharp=5:5:{min(5.0, 0.9 * strengths[_K.SHARPEN]):.3f}:5:5:0")
    if _K.DREAMY in strengths:
        strength = strengths[_K.DREAMY]
        sigma, opacity = 0.02 * height * min(2.0, strength), strength / (strength + 0.8)
        filters.append(
            f"split[sharp][soft];[soft]gblur=sigma={sigma:.3f}[glow];"
            f"[glow][sharp]blend=all_mode=normal:all_opacity={opacity:.4f}"
        )
    return filters


def _surface(strengths: dict[EffectKind, float], *, profile: MediaProfile, seed: int) -> list[str]:
    filters = []
    if _K.GRAIN in strengths:
        amount = min(100, round(14 * strengths[_K.GRAIN]))
        # ``all_seed``, as the seed of one component alone is ignored.
        filters.append(f"noise=all_seed={seed % 2**31}:c0_strength={max(1, amount)}:c0_flags=t")
    if _K.VIGNETTE in strengths:
        filters.append(f"vignette=angle={min(1.4, 0.3 + 0.35 * strengths[_K.VIGNETTE]):.4f}:dither=0")
    if _K.CINEMATIC in strengths:
        height = _bar_height(profile, strengths[_K.CINEMATIC])
        bar = f"drawbox=x=0:w=iw:h={height}:color=black:t=fill"
        filters += [f"{bar}:y=0", f"{bar}:y=ih-{height}"]
    return filters


def _bar_height(profile: MediaProfile, strength: float) -> int:
    """Return the bars that make the picture 2.39 to 1, or a twelfth where it is that wide already."""
    wide = (profile.height - profile.width / _WIDE_SCREEN) / 2
    plain = min(0.2 * profile.height, max(profile.height / 12, wide))
    return max(2, round(min(_MOST_BARS * profile.height, plain * strength) / 2) * 2)


def _fade_frames(strength: float, *, fps: FrameRate, frames: int) -> int:
    return max(1, round(min(strength * fps, _LONGEST_FADE * frames)))


def _fades(strengths: dict[EffectKind, float], *, fps: FrameRate, frames: int) -> list[str]:
    filters = []
    if _K.FADE_IN in strengths:
        filters.append(f"fade=in:0:{_fade_frames(strengths[_K.FADE_IN], fps=fps, frames=frames)}")
    if _K.FADE_OUT in strengths:
        length = _fade_frames(strengths[_K.FADE_OUT], fps=fps, frames=frames)
        filters.append(f"fade=out:{frames - length}:{length}")
    return filters


def _sound(
    strengths: dict[EffectKind, float], *, speed: float, profile: MediaProfile, frames: int
) -> list[str]:
    samples = profile.sample_count(frames)
    filters = [
        f"aresample={AUDIO_SAMPLE_RATE_HZ}",
        "aformat=channel_layouts=stereo",
        *_tempo(speed),
        "apad",
        f"atrim=end_sample={samples}",
    ]
    if _K.MUTE in strengths:
        filters.append("volume=0")
    for kind, direction in ((_K.FADE_IN, "in"), (_K.FADE_OUT, "out")):
        if kind in strengths:
            length = profile.sample_count(_fade_frames(strengths[kind], fps=profile.fps, frames=frames))
            start = 0 if direction == "in" else samples - length
            filters.append(f"afade={direction}:start_sample={start}:nb_samples={length}")
    return filters


def _tempo(speed: float) -> list[str]:
    """Return the filters that change the tempo and keep the pitch, in steps that sound well."""
    filters = []
    while speed != 1:
        step = min(2.0, max(0.5, speed))
        filters.append(f"atempo={step:.6f}")
        speed /= step
    return filters
