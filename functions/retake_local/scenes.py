"""New clips from a prompt: moving colour and light in the mood of its words, with soft sound.

Not a picture of a fox: an honest stand-in for a generator, repeatable to the byte, pleasant to look
at, and different for every prompt and seed.
"""

import colorsys
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from retake.domain.frame_rates import FrameRate
from retake.domain.media import AUDIO_SAMPLE_RATE_HZ, MediaProfile
from retake.domain.references import ReferenceKind
from retake_local.palettes import PACES, PALETTES, TEXTURES, Texture
from retake_local.references import plan_reference

COLOURS = 5
"""Of a gradient."""

_MOOD_OPACITY = 0.4
_PENTATONIC = (1.0, 9 / 8, 5 / 4, 3 / 2, 5 / 3)
_GRADIENTS = ("linear", "radial", "circular", "spiral")


@dataclass(frozen=True)
class ScenePlan:
    """Filter graphs of a new clip.

    Attributes:
        video: Ends in the picture, exactly as long as asked for.
        audio: Ends in the sound, exactly as long as the picture.
    """

    video: str
    audio: str


def plan_scene(
    prompt: str,
    *,
    profile: MediaProfile,
    duration_ms: int,
    seed: int,
    reference: ReferenceKind | None = None,
    colours: Sequence[str] = (),
) -> ScenePlan:
    """Plan a clip from a prompt.

    Args:
        prompt: Any words; colours, moods and movements among them show.
        profile: Size and frame rate.
        duration_ms: Length.
        seed: Another seed, another take on the same words.
        reference: What the first input is, if there is one: the clip is made of it.
        colours: Those of a picture whose style it shall have; they go before those of the words.
    """
    words = re.findall(r"[^\W\d_]+", prompt.lower())
    randomness = random.Random(f"{seed} {' '.join(words)}")  # noqa: S311 - repeatable, not secret
    frames = profile.frame_count(duration_ms)
    pace = _pace(words)
    chosen = list(colours) or _palette(words, randomness)
    video = _picture(
        words, chosen, reference, profile=profile, frames=frames, pace=pace, randomness=randomness
    )
    return ScenePlan(
        video=video, audio=_sound(profile.sample_count(frames), pace=pace, randomness=randomness)
    )


def _picture(
    words: Sequence[str],
    colours: Sequence[str],
    reference: ReferenceKind | None,
    *,
    profile: MediaProfile,
    frames: int,
    pace: float,
    randomness: random.Random,
) -> str:
    """Return a gradient in the prompt's colours, with a texture that drifts over it.

    Both are soft, so they are made at half the size: four times faster, without a visible difference. Where
    there is a reference, they lie thinly over it.
    """
    width, height = (max(32, side // 4 * 2) for side in (profile.width, profile.height))
    chosen = ":".join(f"c{index}={colour}" for index, colour in enumerate(colours))
    gradient = (
        f"gradients=s={width}x{height}:r={profile.fps}:n={len(colours)}:{chosen}"
        f":{_corners(width, height, randomness)}"
        f":type={randomness.choice(_GRADIENTS)}:speed={0.006 * pace:.5f}:seed={randomness.randrange(2**31)}"
    )
    texture = _texture(
        words, size=(width // 4 * 2, height // 4 * 2), fps=profile.fps, pace=pace, randomness=randomness
    )
    return (
        f"{gradient},format=gbrp[colours];{texture},scale={width}:{height}:flags=bicubic+bitexact,"
        "format=gbrp[texture];[colours][texture]blend=all_mode=softlight:shortest=1"
        f"{_over(reference, profile, frames=frames, pace=pace, randomness=randomness)},"
        f"scale={profile.width}:{profile.height}:out_color_matrix=bt709:out_range=tv"
        ":flags=bicubic+accurate_rnd+bitexact,format=yuv420p,vignette=angle=0.5:dither=0,"
        "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709,"
        f"trim=end_frame={frames},setpts=PTS-STARTPTS,setsar=1"
    )


def _over(
    reference: ReferenceKind | None,
    profile: MediaProfile,
    *,
    frames: int,
    pace: float,
    randomness: random.Random,
) -> str:
    """Return what lays the prompt's colours over the reference, softly; nothing where there is none."""
    if reference is None:
        return ""
    base = plan_reference(reference, profile=profile, frames=frames, pace=pace, randomness=randomness)
    return (
        f",scale={profile.width}:{profile.height}:flags=bicubic+bitexact[mood];{base}[base];"
        f"[base][mood]blend=all_mode=softlight:all_opacity={_MOOD_OPACITY}:shortest=1"
    )


def _palette(words: Sequence[str], randomness: random.Random) -> list[str]:
    """Return the colours that the words name, in turns; else a harmony by chance."""
    palettes = list(dict.fromkeys(PALETTES[word] for word in words if word in PALETTES))
    turns = [colour for turn in zip_longest(*palettes) for colour in turn if colour]
    if not turns:
        hue = randomness.random()
        shades = [((hue + step * 0.09) % 1, 0.75 - 0.12 * step, 0.45 + 0.12 * step) for step in range(4)]
        turns = [_hex(*(round(255 * part) for part in colorsys.hsv_to_rgb(*shade))) for shade in shades]
    start = randomness.randrange(COLOURS)
    return [turns[(start + index) % min(COLOURS, len(turns))] for index in range(min(COLOURS, len(turns)))]


def _hex(red: int, green: int, blue: int) -> str:
    return f"0x{red:02x}{green:02x}{blue:02x}"


def _corners(width: int, height: int, randomness: random.Random) -> str:
    x0, x1 = randomness.randrange(width // 2), randomness.randrange(width // 2, width)
    y0, y1 = randomness.randrange(height // 2), randomness.randrange(height // 2, height)
    return f"x0={x0}:y0={y0}:x1={x1}:y1={y1}"


def _texture(
    words: Sequence[str], *, size: tuple[int, int], fps: FrameRate, pace: float, randomness: random.Random
) -> str:
    """Return a grey picture that moves: clouds, a fractal, or cells."""
    named = [TEXTURES[word] for word in words if word in TEXTURES]
    texture = named[0] if named else randomness.choice(list(Texture))
    seed = randomness.randrange(2**31)
    frame = f"s={size[0]}x{size[1]}:r={fps}"
    if texture is Texture.CLOUDS:
        return (
            f"perlin={frame}:octaves=4:persistence=0.6:xscale=3:yscale=3"
            f":tscale={0.35 * pace:.4f}:random_mode=seed:seed={seed}"
        )
    if texture is Texture.FRACTAL:
        x, y = randomness.choice(((-0.743643887, -0.131825904), (-0.1011, 0.9563), (-1.25066, 0.02012)))
        return (
            f"mandelbrot={frame}:start_x={x}:start_y={y}:start_scale=1.2:end_scale=0.004"
            f":end_pts={round(900 / pace)}:maxiter=400:inner=mincol:outer=normalized_iteration_count"
            ",hue=s=0,gblur=sigma=0.8"
        )
    return (
        f"life={frame}:ratio=0.18:seed={seed}:mold=6"
        ":life_color=white:death_color=0x606060:mold_color=0x303030,gblur=sigma=1.6"
    )


def _pace(words: Sequence[str]) -> float:
    paces = [PACES[word] for word in words if word in PACES]
    return sum(paces) / len(paces) if paces else 1.0


def _sound(samples: int, *, pace: float, randomness: random.Random) -> str:
    """Return a soft chord that swells slowly."""
    root = 110 * randomness.choice(_PENTATONIC)
    notes = [root, root * randomness.choice(_PENTATONIC[1:]), root * 2 * randomness.choice(_PENTATONIC)]
    voices = []
    for side in range(2):
        parts = [
            f"{0.05 / (index + 1):.4f}*sin(2*PI*{note * (1 + 0.0015 * side):.3f}*t)"
            f"*(0.6+0.4*sin(2*PI*{(0.11 + 0.07 * index) * pace:.3f}*t+{index + side}))"
            for index, note in enumerate(notes)
        ]
        voices.append("+".join(parts))
    chord = "|".join(voices)
    fade = min(AUDIO_SAMPLE_RATE_HZ // 4, samples // 4)
    return (
        f"aevalsrc='{chord}':s={AUDIO_SAMPLE_RATE_HZ}:c=stereo,atrim=end_sample={samples},"
        f"afade=in:start_sample=0:nb_samples={fade},"
        f"afade=out:start_sample={samples - fade}:nb_samples={fade}"
    )
