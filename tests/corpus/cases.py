"""The corpus as a table: adding a case is adding a row.

A row has the kind of file, the file, what the composed video must show, and the notices, by their codes.
How each value is measured stands with its class in ``measures.py``.
"""

from collections.abc import Collection
from dataclasses import dataclass

from retake.domain.notices import NoticeCode as Lost
from tests.corpus.making import (
    AAC,
    PATCHES,
    X264,
    X265,
    Made,
    beep,
    flash,
    greys,
    lavfi,
    patches,
    tone,
)
from tests.corpus.measures import (
    Expectation,
    Frames,
    Greys,
    Levels,
    Patches,
    Silent,
    Size,
    Together,
    Tones,
    Upright,
)


@dataclass(frozen=True)
class Case:
    """A file that comes in.

    Attributes:
        kind: What it stands for.
        file: How it is made.
        expected: What the composed video shows.
        notices: What the take lost, exactly.
        fps: The job's rate where it is not to be the clip's own.
    """

    kind: str
    file: Made
    expected: tuple[Expectation, ...]
    notices: Collection[Lost] = ()
    fps: int | None = None


@dataclass(frozen=True)
class Refusal:
    """A file that is refused; ``reason`` is a regular expression."""

    kind: str
    file: Made
    reason: str


OPAQUE_BOX = "color=black:s=320x180:r=24:d=0.5,format=gbrap,geq=r=0:g=254:b=0:a=0"
BOX_IN_ALPHA = f"{OPAQUE_BOX},drawbox=x=80:y=0:w=80:h=90:c=red@1:t=fill:replace=1"
IN_BOX = ("000000", "FF0000", "000000", "000000", "000000", "000000", "000000", "000000")
SPATIAL = ((b"mp4a\0\0\0\0", b"apac\0\0\0\0"), (b"wave", b"evaw"), (b"esds", b"dapa"))
"""Makes the first AAC track of a MOV file one of Apple's positional sound, for which there is no decoder."""

FILM = (*greys(15), *tone(1000), *X264, *AAC)


def _graded(
    primaries: str = "bt709",
    *,
    transfer: str = "bt709",
    matrix: str = "bt709",
    pixels: str = "yuv420p",
    levels: str = "tv",
    tags: bool = True,
) -> tuple[str, ...]:
    """Return the patches with other primaries, another curve or another matrix, of the same looks."""
    tagged = f":color_primaries={primaries}:color_trc={transfer}:colorspace={matrix}" if tags else ""
    return patches(
        more=f",format=gbrp,zscale=pin=bt709:tin=bt709:min=gbr:p={primaries}:t={transfer}:m={matrix}:r={levels}:npl=203,"
        f"format={pixels},setparams=range={levels}{tagged or ':colorspace=unknown'}"
    )


COLOURS = (
    Case(
        "BT.709, tagged",
        Made("bt709.mp4", (*_graded(), *X264)),
        (Patches(PATCHES), Frames(12), Size(320, 180)),
    ),
    Case(
        "untagged and small: BT.601 by custom",
        Made(
            "untagged.mp4",
            (*_graded(matrix="smpte170m", tags=False), *X264),
        ),
        (Patches(PATCHES),),
    ),
    Case(
        "full range",
        Made("full.mp4", (*_graded(pixels="yuv420p", levels="pc"), *X264)),
        (Patches(PATCHES),),
        {Lost.RANGE_REDUCED},
    ),
    Case(
        "4:4:4",
        Made("fine.mp4", (*_graded(pixels="yuv444p"), *X264)),
        (Patches(PATCHES),),
        {Lost.CHROMA_REDUCED},
    ),
    Case(
        "RGB of a screen recorder",
        Made("screen.mov", (*patches(more=",format=rgb24"), "-c:v", "qtrle")),
        (Patches(PATCHES),),
        {Lost.CHROMA_REDUCED},
    ),
    Case(
        "10 bit HEVC",
        Made("deep.mp4", (*_graded(pixels="yuv420p10le"), *X265)),
        (Patches(PATCHES),),
        {Lost.DEPTH_REDUCED},
    ),
    Case(
        "BT.2020, standard range",
        Made(
            "bt2020.mp4",
            (*_graded("bt2020", transfer="bt2020-10", matrix="bt2020nc", pixels="yuv420p10le"), *X265),
        ),
        (Patches(PATCHES),),
        {Lost.GAMUT_MAPPED, Lost.DEPTH_REDUCED},
    ),
    Case(
        "Display P3 of a phone",
        Made("p3.mov", (*_graded("smpte432", pixels="yuv420p10le"), *X265)),
        (Patches(PATCHES),),
        {Lost.GAMUT_MAPPED, Lost.DEPTH_REDUCED},
    ),
    Case(
        "PQ, diffuse white at 203 nits",
        Made(
            "pq.mp4",
            (*_graded("bt2020", transfer="smpte2084", matrix="bt2020nc", pixels="yuv420p10le"), *X265),
        ),
        (Patches(PATCHES, within=7),),
        {Lost.TONE_MAPPED, Lost.DEPTH_REDUCED},
    ),
    Case(
        "BT.2020, constant luminance",
        Made(
            "constant.mkv",
            (*_graded("bt2020", transfer="bt2020-10", matrix="bt2020c", pixels="yuv420p10le"), *X265),
        ),
        (Patches(PATCHES, within=6),),
        {Lost.GAMUT_MAPPED, Lost.DEPTH_REDUCED},
    ),
    Case(
        "HLG of a phone",
        Made(
            "hlg.mp4",
            (*_graded("bt2020", transfer="arib-std-b67", matrix="bt2020nc", pixels="yuv420p10le"), *X265),
        ),
        (Patches(PATCHES, within=7),),
        {Lost.TONE_MAPPED, Lost.DEPTH_REDUCED},
    ),
)

ALPHA = (
    Case(
        "alpha, VP9 in WebM",
        Made(
            "alpha.webm",
            (
                *lavfi(f"{BOX_IN_ALPHA},format=yuva420p"),
                *("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-auto-alt-ref", "0"),
            ),
        ),
        (Patches(IN_BOX, within=6),),
        {Lost.ALPHA_COMPOSITED},
    ),
    Case(
        "alpha, VP8 in WebM",
        Made(
            "alpha_vp8.webm",
            (
                *lavfi(f"{BOX_IN_ALPHA},format=yuva420p"),
                *("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-auto-alt-ref", "0"),
            ),
        ),
        (Patches(IN_BOX, within=6),),
        {Lost.ALPHA_COMPOSITED},
    ),
    Case(
        "alpha, ProRes 4444",
        Made("alpha_prores.mov", (*lavfi(f"{BOX_IN_ALPHA},format=yuva444p10le"), "-c:v", "prores_ks")),
        (Patches(IN_BOX, within=6),),
        {Lost.ALPHA_COMPOSITED, Lost.DEPTH_REDUCED, Lost.CHROMA_REDUCED},
    ),
    Case(
        "alpha, PNG",
        Made("alpha_png.mov", (*lavfi(f"{BOX_IN_ALPHA},format=rgba"), "-c:v", "png")),
        (Patches(IN_BOX, within=6),),
        {Lost.ALPHA_COMPOSITED, Lost.CHROMA_REDUCED},
    ),
    Case(
        "alpha, QuickTime Animation",
        Made("alpha_qtrle.mov", (*lavfi(f"{BOX_IN_ALPHA},format=argb"), "-c:v", "qtrle")),
        (Patches(IN_BOX, within=6),),
        {Lost.ALPHA_COMPOSITED, Lost.CHROMA_REDUCED},
    ),
)

TWO = ("-map", "0", "-map", "1", "-map", "2")
FIVE_ONE = "pan=5.1|FL=0*c0|FR=0*c0|FC=c0|LFE=0*c0|BL=0*c0|BR=0*c0"
SOUND = (
    Case("mono", Made("mono.mp4", FILM), (Levels(0.25, 0.25), Frames(15))),
    Case(
        "5.1, the centre only",
        Made("centre.mp4", (*greys(15), *tone(1000), *X264, "-af", FIVE_ONE, *AAC)),
        (Levels(0.177, 0.177),),
        {Lost.CHANNELS_MIXED_DOWN},
    ),
    Case(
        "nine channels without places",
        Made(
            "nine.mov",
            (
                *greys(15),
                *lavfi(f"aevalsrc='0.2*sin(2000*PI*t){'|0' * 8}':s=48000:d=0.5"),
                *X264,
                *("-c:a", "pcm_s16le"),
            ),
        ),
        (Levels(0.2, 0.2),),
        {Lost.CHANNELS_MIXED_DOWN},
    ),
    Case(
        "stereo keeps its sides",
        Made(
            "sides.mov",
            (
                *greys(15),
                *lavfi("aevalsrc='0.3*sin(2000*PI*t)|0.1*sin(2000*PI*t)':s=44100:d=0.5"),
                *X264,
                "-c:a",
                "pcm_s16le",
            ),
        ),
        (Levels(0.3, 0.1),),
    ),
    Case(
        "two mono tracks of a camera",
        Made("camera.mov", (*greys(15), *tone(440), *tone(880, peak=0.1), *TWO, *X264, "-c:a", "pcm_s16le")),
        (Tones({440: 0.25, 880: 0}, {440: 0, 880: 0.1}),),
        {Lost.SOUND_TRACKS_PAIRED},
    ),
    Case(
        "a game and a microphone",
        Made("game.mkv", (*greys(15), *tone(440), *tone(880, peak=0.1), *TWO, *X264, *AAC)),
        (Tones({440: 0.25, 880: 0.1}, {440: 0.25, 880: 0.1}),),
        {Lost.SOUND_TRACKS_MIXED},
    ),
    Case(
        "the second track is the default",
        Made(
            "second.mp4",
            (
                *(*greys(15), *tone(440), *tone(880), *TWO, *X264, *AAC),
                *("-disposition:a:0", "0", "-disposition:a:1", "default"),
            ),
        ),
        (Tones({440: 0, 880: 0.25}, {440: 0, 880: 0.25}),),
        {Lost.SOUND_TRACKS_DROPPED},
    ),
    Case(
        "two languages",
        Made(
            "languages.mkv",
            (
                *(*greys(15), *tone(440), *tone(880), *TWO, *X264, *AAC),
                *("-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=deu"),
            ),
        ),
        (Tones({440: 0.25, 880: 0}, {440: 0.25, 880: 0}),),
        {Lost.SOUND_TRACKS_DROPPED},
    ),
    Case(
        "a track without decoder first (spatial sound of a phone)",
        Made(
            "spatial.mov",
            (*greys(15), *tone(440), *tone(880), *TWO, *X264, *AAC),
            SPATIAL,
        ),
        (Tones({440: 0, 880: 0.25}, {440: 0, 880: 0.25}),),
        {Lost.SOUND_UNDECODABLE},
    ),
    Case(
        "only sound without decoder",
        Made("mute.mov", FILM, SPATIAL),
        (Silent(), Frames(15)),
        {Lost.SOUND_UNDECODABLE},
    ),
    Case("no sound", Made("silent.mp4", (*greys(15), *X264)), (Silent(), Greys(tuple(range(15))))),
    Case(
        "sound behind the picture's end",
        Made("tail.mkv", (*greys(15), *tone(440, seconds=1.5), *X264, "-c:a", "pcm_s16le")),
        (Frames(15), Levels(0.25, 0.25)),
        {Lost.SOUND_TAIL_CUT},
    ),
    Case(
        "sound that begins before the picture",
        Made(
            "lead.mkv",
            ("-itsoffset", "0.5", *flash(at=0.2), *beep(at=0.7, seconds=1.5), *X264, "-c:a", "pcm_s16le"),
        ),
        (Together(6), Frames(30)),
        {Lost.SOUND_LEAD_CUT},
    ),
    Case(
        "a picture that begins before the sound",
        Made(
            "early.mkv",
            (*flash(at=0.7), "-itsoffset", "0.5", *beep(at=0.2, seconds=0.5), *X264, "-c:a", "flac"),
        ),
        (Together(21), Frames(30)),
    ),
    Case(
        "AAC with its priming, by an edit list",
        Made("primed.mp4", (*flash(at=0.5), *beep(at=0.5, seconds=1), *X264, *AAC)),
        (Together(15), Frames(30)),
    ),
)

TIMES = (
    Case(
        "24 pictures a second", Made("film.mp4", (*greys(12, rate="24"), *X264)), (Greys(tuple(range(12))),)
    ),
    Case(
        "23.976 pictures a second",
        Made("ntsc.mp4", (*greys(12, rate="24000/1001"), *X264)),
        (Greys(tuple(range(12))),),
    ),
    Case(
        "60 pictures a second", Made("fast.mp4", (*greys(30, rate="60"), *X264)), (Greys(tuple(range(30))),)
    ),
    Case(
        "29.97 pictures a second in Matroska",
        Made("ntsc.mkv", (*greys(15, rate="30000/1001"), *X264)),
        (Greys(tuple(range(15))),),
    ),
    Case(
        "16 pictures a second",
        Made("generated.mp4", (*greys(8, rate="16"), *X264)),
        (Greys(tuple(range(8))),),
    ),
    Case(
        "2160p at 60 pictures a second",
        Made("large.mp4", (*greys(6, rate="60", size="3840x2160"), *X264)),
        (Greys(tuple(range(6))),),
    ),
    Case(
        "60 pictures a second in a job of 30",
        Made("halved.mp4", (*greys(30, rate="60"), *X264)),
        (Greys(tuple(range(0, 30, 2))),),
        {Lost.FRAMES_DROPPED},
        fps=30,
    ),
    Case(
        "24 pictures a second in a job of 30",
        Made("pulled.mp4", (*greys(12, rate="24"), *X264)),
        (Frames(15),),
        {Lost.FRAMES_REPEATED},
        fps=30,
    ),
    Case(
        "B-frames in two layers",
        Made("layers.mp4", (*greys(20), *X264, "-bf", "4", "-x264-params", "b-pyramid=normal:b-adapt=0")),
        (Greys(tuple(range(20))),),
    ),
    Case(
        "negative composition offsets",
        Made("negative.mp4", (*greys(20), *X264, "-bf", "2", "-movflags", "+negative_cts_offsets")),
        (Greys(tuple(range(20))),),
    ),
    Case(
        "an edit list that trims the beginning",
        Made("trimmed.mp4", (*greys(30), *X264, "-g", "30"), remuxed=(("-ss", "0.3"), ())),
        (Greys(tuple(range(9, 30))),),
    ),
    Case(
        "times that begin at five seconds",
        Made("late.mkv", (*greys(15), *X264), remuxed=((), ("-output_ts_offset", "5"))),
        (Greys(tuple(range(15))),),
    ),
    Case(
        "a fragmented file",
        Made("pieces.mp4", (*greys(15), *X264, "-movflags", "+frag_keyframe+empty_moov")),
        (Greys(tuple(range(15))),),
    ),
    Case(
        "a live recording of a browser",
        Made(
            "live.webm",
            (*greys(15), "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-live", "1"),
        ),
        (Frames(15),),
    ),
    Case(
        "varying times of a phone",
        Made(
            "varying.mp4",
            (*greys(30, more=",select='not(eq(n\\,7))*not(eq(n\\,8))'"), *X264, "-fps_mode", "vfr"),
        ),
        (Greys((*range(7), 6, 6, *range(9, 30))),),
        {Lost.FRAMES_REPEATED},
    ),
    Case(
        "interlaced",
        Made("laced.mov", (*greys(20, rate="50", more=",interlace"), *X264, "-flags", "+ildct+ilme")),
        (Frames(10),),
    ),
)

CORNER = lavfi("color=black:s=320x180:r=30:d=0.3,drawbox=w=160:h=90:c=white:t=fill")
SHAPES = (
    Case(
        "turned by a tag",
        Made("turned.mov", (*CORNER, *X264), remuxed=(("-display_rotation", "90"), ())),
        (Size(180, 320), Upright(2)),
    ),
    Case(
        "pixels that are not square",
        Made("wide.mp4", (*greys(5, size="160x180", more=",setsar=2"), *X264)),
        (Size(320, 180),),
    ),
    Case(
        "odd size",
        Made("odd.mkv", (*lavfi("testsrc=size=161x91:rate=30:d=0.2,format=yuv444p"), *X264)),
        (Size(160, 90), Frames(6)),
        {Lost.CHROMA_REDUCED},
    ),
)

PROMPT = "Prompt: a torn poster, partial file cabinet; moov atom not found\n  Stream #0:0: Video: none"
CONTAINERS = (
    Case(
        "words in metadata that look like ffmpeg's",
        Made("words.mp4", (*FILM, "-metadata", f"comment={PROMPT}", "-movflags", "use_metadata_tags")),
        (Frames(15), Levels(0.25, 0.25)),
    ),
    Case(
        "subtitles",
        Made(
            "subtitles.mkv",
            (
                *greys(15),
                "-f",
                "srt",
                "-i",
                "data:,1%0A00:00:00,000 --> 00:00:00,400%0AHello%0A",
                *X264,
                "-c:s",
                "srt",
            ),
        ),
        (Greys(tuple(range(15))),),
        {Lost.SUBTITLES_DROPPED},
    ),
    Case(
        "a second picture track",
        Made("both.mkv", (*greys(15), *lavfi("color=red:s=64x64:d=0.5"), "-map", "0", "-map", "1", *X264)),
        (Greys(tuple(range(15))),),
        {Lost.PICTURES_DROPPED},
    ),
    Case(
        "a name with quotes, a percent sign and letters of other scripts",
        Made("it's 100 % %d üñ 狐.mp4", FILM),
        (Frames(15),),
    ),
    Case(
        "bytes flipped midway",
        Made("flipped.mp4", (*greys(30, more=",noise=alls=30"), *X264, "-g", "30"), damaged=(0.9, 0.93)),
        (Frames(30),),
        {Lost.DECODE_ERRORS, Lost.FRAMES_REPEATED},
    ),
)

CASES: tuple[Case, ...] = (*COLOURS, *ALPHA, *SOUND, *TIMES, *SHAPES, *CONTAINERS)

REFUSED: tuple[Refusal, ...] = (
    Refusal(
        "a picture without decoder",
        Made("unknown.mp4", FILM, ((b"avc1\0\0\0\0", b"XXXX\0\0\0\0"),)),
        "no decoder",
    ),
    Refusal("cut off", Made("cut.mp4", FILM, cut=0.8), "incomplete"),
    Refusal("cut off, Matroska", Made("cut.mkv", FILM, cut=0.8), "incomplete"),
    Refusal("empty", Made("empty.mp4", content=b""), "The file is empty"),
    Refusal(
        "text", Made("notes.mp4", content=b"Dear diary,\nthis is no video.\n"), "a text file, not a video"
    ),
    Refusal(
        "AVI",
        Made("old.avi", content=b"RIFF\0\0\0\0AVI LIST"),
        "an AVI video, of a kind that is not accepted",
    ),
    Refusal("only sound", Made("song.mp4", (*tone(440), *AAC)), "holds only sound"),
    Refusal(
        "mostly damaged",
        Made("broken.mp4", (*greys(30, more=",noise=alls=30"), *X264, "-g", "30"), damaged=(0.1, 1)),
        "frames did not decode cleanly",
    ),
)
