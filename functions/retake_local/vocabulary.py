"""The words that ask for a change, as data: to teach the provider a word, add it here.

Phrases are separated by commas, written in lower case with British spelling and without hyphens
(``reading`` brings what people write into this form). The longest phrase that fits wins.
"""

from dataclasses import dataclass

from retake_local.effects import EffectKind

_K = EffectKind


@dataclass(frozen=True)
class Words:
    """The words for one kind of change.

    Attributes:
        quality: What a clip can be more or less of, too or not so: "bright".
        change: What asks by itself: "brighter", "brighten", "sepia".
        measure: What needs a direction: "brightness".
    """

    quality: str = ""
    change: str = ""
    measure: str = ""


CHANGE_WORDS: dict[EffectKind, Words] = {
    _K.BRIGHTER: Words(
        quality="bright, luminous, lit, well lit",
        change="""
            brighter, lighter, brighten, brightened, brightening, lighten, lightened, brighten up,
            lighten up, brightens, light up, more light, add light, add some light, extra light,
            not enough light,
        too little light
        """,
        measure="brightness, exposure, luminosity, lightness",
    ),
    _K.DARKER: Words(
        quality="dark, dim, gloomy, shadowy",
        change="""
            darker, dimmer, darken, darkened, dimmed, darkening, gloomier, darkens, underexposed,
            less light, too light, too much light
        """,
        measure="darkness, gloom",
    ),
    _K.MORE_CONTRAST: Words(
        quality="contrasty, punchy, crunchy",
        change="high contrast, punchier, contrastier, stronger contrast, higher contrast",
        measure="contrast, contrasts, punch",
    ),
    _K.LESS_CONTRAST: Words(
        quality="flat",
        change="low contrast, flatter, softer contrast, lower contrast, faded, washed out, matte",
    ),
    _K.MORE_COLOUR: Words(
        quality="vivid, vibrant, saturated, colourful, intense, rich, bold, lively colours, pop",
        change="""
            richer, bolder, saturate, richer colours, bolder colours, intensify the colours, oversaturated,
            make the colours pop, colours pop, stronger colours, more intense colours
        """,
        measure="saturation, vibrance, vibrancy, vividness, colour, colours",
    ),
    _K.LESS_COLOUR: Words(
        quality="muted, pale, pastel, dull",
        change="desaturate, desaturated, mute the colours, paler, duller, bleached, toned down colours",
    ),
    _K.WARMER: Words(
        quality="warm, golden, orange, yellowish",
        change="warmer, warm up, warmed, warmed up, warming, golden tones, golden glow, cosier, cosy",
        measure="warmth",
    ),
    _K.COOLER: Words(
        quality="cool, cold, bluish, blue, icy, chilly",
        change="cooler, colder, cool down, cooled, cooled down, bluer, icier, blue tint, cool tint",
        measure="coolness, coldness",
    ),
    _K.NIGHT: Words(
        change="""
            night, nighttime, night time, at night, by night, into night, after dark, day into night,
            day to night, midnight, moonlit,
            night scene, nocturnal, moonlight, in the dark, day for night, night shot
        """,
    ),
    _K.DAY: Words(
        change="""
            day, daytime, night into day, night to day, day time, daylight, by day, at noon, midday, noon,
            sunny, sunlit, sunshine,
            sunnier, broad daylight, in the daytime, during the day
        """,
    ),
    _K.BLACK_AND_WHITE: Words(
        change="""
            black and white, black white, b and w, b w, bw, monochrome, greyscale, grey scale, noir,
            remove the colour, remove the colours, remove all colour, remove colour, without colour,
            no colour, drain the colour, take out the colour, colourless, monochromatic
        """,
    ),
    _K.SEPIA: Words(
        change="sepia, sepia tone, sepia toned, sepia tint",
    ),
    _K.INVERT: Words(
        change="invert, inverted, invert the colours, negative, photo negative, inverted colours",
    ),
    _K.BLUR: Words(
        quality="blurry, soft, out of focus, fuzzy, hazy, smooth",
        change="""
            blur, blurs, blurred, blurrier, softer, soften, softened, softness, defocus, defocused,
            soft focus, unfocused, softer focus, smoother, hazier
        """,
        measure="blurriness",
    ),
    _K.DREAMY: Words(
        change="dreamy, dreamlike, dreamier, ethereal, soft glow, glowing, glow, bloom, dream",
    ),
    _K.SHARPEN: Words(
        quality="sharp, crisp, detailed, clear, defined",
        change="sharper, sharpen, sharpened, sharpen up, crisper, clearer, sharpening, in focus",
        measure="sharpness, clarity, crispness, detail, details, definition",
    ),
    _K.SLOW: Words(
        quality="slow",
        change="""
            slower, slow motion, slow mo, slowmo, slomo, slow down, slowed, slowed down, slow it down,
            slow them down, slow them all down, slow this down, slow the clip down, slow the video down,
            slow everything down, slows down, slowly
        """,
        measure="slowness",
    ),
    _K.FAST: Words(
        quality="fast, quick, rapid, speedy",
        change="""
            faster, quicker, speed up, sped up, speed it up, speed them up, speed them all up,
            speed this up, speed the clip up, speed the video up, speed everything up, accelerate,
            accelerated, fast forward, fast motion, quicken, hurry up
        """,
        measure="speed, pace, tempo, playback speed",
    ),
    _K.MORE_MOTION: Words(
        quality="dynamic, lively, energetic, animated, active, kinetic",
        change="""
            livelier, add motion, add movement, motion added
        """,
        measure="""
            motion, movement, energy, action, camera motion, camera movement, dynamism, dynamics, move,
            movements, life
        """,
    ),
    _K.LESS_MOTION: Words(
        quality="calm, tranquil, static, peaceful",
        change="calmer, stiller, calm down, calm it down, calm them down",
        measure="calmness, stillness",
    ),
    _K.ZOOM_IN: Words(
        change="""
            zoom, zoom in, zooms in, zooming in, zoom into, push in, punch in, close in, dolly in,
            camera push in, zoom in on it, closer, move in, move closer, get closer, tighter, zoomed in
        """,
    ),
    _K.ZOOM_OUT: Words(
        change="""
            zoom out, zooms out, zooming out, pull back, pull out, dolly out, zoomed out, zoom back out
        """,
    ),
    _K.MIRROR: Words(
        change="""
            mirror, mirrored, mirror image, flip, flipped, flop, flip horizontally, flipped horizontally,
            horizontal flip, flip it horizontally, flip them horizontally, flip left to right,
            flip it left to right, swap left and right, mirror horizontally, mirror it horizontally,
            flip the clip horizontally, flip the video horizontally, horizontally flipped,
            reverse left and right
        """,
    ),
    _K.UPSIDE_DOWN: Words(
        change="""
            upside down, flip vertically, flip it vertically, flip them vertically, vertical flip,
            flipped vertically, flip the clip vertically, flip the video vertically, flip upside down,
            flip it upside down, turn upside down, mirror vertically, flip top to bottom,
            vertically flipped
        """,
    ),
    _K.ROTATE_180: Words(
        change="""
            rotate 180, rotate 180 degrees, rotate it 180 degrees, rotate by 180 degrees,
            turn it 180 degrees, rotate it by 180 degrees, rotated 180 degrees, rotate 180°, rotate it 180°,
            half turn, rotate them 180 degrees, rotate the clip 180 degrees, rotate the video 180 degrees
        """,
    ),
    _K.FADE_IN: Words(
        change="fade in, fades in, fade from black, fade it in, fade up, fade in from black",
    ),
    _K.FADE_OUT: Words(
        change="fade out, fades out, fade to black, fade it out, fade out to black",
    ),
    _K.VIGNETTE: Words(
        change="""
            vignette, vignetting, dark edges, darker edges, darken the edges, darkened edges, dark corners,
            darken the corners, darker corners
        """,
    ),
    _K.GRAIN: Words(
        quality="grainy, noisy, gritty",
        change="grain, film grain, noise, grainier, film noise, grittier",
    ),
    _K.CINEMATIC: Words(
        change="""
            cinematic, letterbox, letterboxed, letterboxing, widescreen, black bars, cinema, cinematic bars,
            movie bars, cinemascope, wide screen bars, film like, cinema bars
        """,
    ),
    _K.MUTE: Words(
        change="""
            mute the sound, mute the audio, no sound, no audio, without sound, without audio, silent,
            remove the sound, remove the audio, silence the clip, mute the clip, mute it, mute them,
            mute the video, mute, without the sound
        """,
    ),
}

# What has no honest opposite ("less shaky" would need another camera) stands here, too.
MIXTURES: tuple[tuple[str, tuple[tuple[EffectKind, float], ...]], ...] = (
    (
        "handheld, hand held, camera shake, shaky, shakier, camera sway, sway, shake",
        ((_K.MORE_MOTION, 1.0),),
    ),
    (
        "brighter colours, brighter colour",
        (
            (_K.BRIGHTER, 0.6),
            (_K.MORE_COLOUR, 0.6),
        ),
    ),
    (
        "darker colours",
        ((_K.DARKER, 0.8),),
    ),
    (
        """
            vintage, retro, old film, old movie, old fashioned, nostalgic, aged, old timey, antique,
            like an old film, like an old movie, old school, seventies
        """,
        (
            (_K.SEPIA, 0.7),
            (_K.GRAIN, 0.7),
            (_K.VIGNETTE, 0.7),
        ),
    ),
    (
        """
            sunset, golden hour, evening, in the evening, at sunset, dusk, at dusk, sunrise, dawn, at dawn,
            at golden hour
        """,
        (
            (_K.WARMER, 1.6),
            (_K.DARKER, 0.3),
        ),
    ),
    (
        "dramatic, moody, moodier, more drama, drama, epic",
        (
            (_K.MORE_CONTRAST, 1.0),
            (_K.DARKER, 0.4),
        ),
    ),
    (
        "timelapse, time lapse, time lapsed, hyperlapse",
        ((_K.FAST, 6.0),),
    ),
    (
        "slow zoom, slow zoom in, slowly zoom in, zoom in slowly, gentle zoom, slow push in",
        ((_K.ZOOM_IN, 0.6),),
    ),
    (
        "slow zoom out, slowly zoom out, zoom out slowly, gentle zoom out",
        ((_K.ZOOM_OUT, 0.6),),
    ),
    (
        "fade in and out, fade in and fade out, fades in and out, fade it in and out",
        (
            (_K.FADE_IN, 1.0),
            (_K.FADE_OUT, 1.0),
        ),
    ),
)
"""Words that cannot be turned round, mostly for several changes at once, each with its share."""
