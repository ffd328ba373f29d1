"""Small real videos and sounds for tests, as unlike each other as people's uploads are."""

import hashlib
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.assets import installed_ffmpeg
from retake.adapters.file_ranges import read_ranges
from retake.ports.media import ComposedVideo

TONE = ("-f", "lavfi", "-i", "sine=440:r=48000:d={seconds}")
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-threads", "1")
AAC = ("-c:a", "aac", "-b:a", "96k")


def written(made: ComposedVideo) -> Path:
    """Write a composed video beside its poster."""
    path = made.poster.with_name("written.mp4")
    with path.open("wb") as file:
        file.writelines(read_ranges(made.ranges))
    return path


def ffmpeg_executable() -> Path:
    """Return the ffmpeg that the lock file names, which is also the layer's."""
    return installed_ffmpeg()


@dataclass(frozen=True)
class Sample:
    """How a sample is made, and what a probe should find in it (as displayed).

    Attributes:
        name: The file's name; its suffix chooses the container.
        video: The picture's source filter.
        options: What the encoder is reported.
        sound: The sound's input, none for silence; ``{seconds}`` is replaced.
        seconds: Length of the picture.
        size: Width and height in pixels.
        fps: Frames a second.
        before: Options of the second pass that copies the file (such as a rotation), if any.
    """

    name: str
    video: str
    options: tuple[str, ...]
    size: tuple[int, int]
    fps: float
    sound: tuple[str, ...] = TONE
    seconds: float = 1.0
    before: tuple[str, ...] = ()


def _source(size: str, rate: int, more: str = "") -> str:
    return f"testsrc2=size={size}:rate={rate}:duration={{seconds}}{more}"


SAMPLES = {
    "landscape": Sample("landscape.mp4", _source("320x180", 30), (*X264, *AAC), (320, 180), 30),
    "portrait": Sample("portrait.mp4", _source("180x320", 24), (*X264, *AAC), (180, 320), 24),
    "rotated": Sample(
        *("rotated.mov", _source("320x180", 30), (*X264, *AAC), (180, 320), 30),
        before=("-display_rotation", "90"),
    ),
    "25 fps, mono": Sample(
        "pal.mp4", _source("256x144", 25), (*X264, *AAC, "-ac", "1", "-ar", "44100"), (256, 144), 25
    ),
    "60 fps": Sample("fast.mp4", _source("160x90", 60), (*X264, *AAC), (160, 90), 60),
    "variable rate": Sample(
        "phone.mp4",
        _source("320x180", 30, ",select='not(mod(n\\,7))+mod(n\\,3)'"),
        (*X264, "-fps_mode", "vfr", *AAC),
        (320, 180),
        0,
    ),
    "silent": Sample("silent.mp4", _source("320x180", 30), X264, (320, 180), 30, sound=()),
    "odd size, 4:4:4": Sample(
        "odd.mkv",
        "testsrc=size=161x91:rate=30:duration={seconds}",
        (*X264, "-pix_fmt", "yuv444p", *AAC),
        (161, 91),
        30,
    ),
    "10 bit HEVC, Opus": Sample(
        "deep.mkv",
        _source("320x180", 24),
        (
            *("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:pools=1"),
            *("-pix_fmt", "yuv420p10le", "-c:a", "libopus"),
        ),
        (320, 180),
        24,
    ),
    "VP9 WebM": Sample(
        "web.webm",
        _source("240x136", 30),
        ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"),
        (240, 136),
        30,
    ),
    "full range": Sample(
        "full.mp4",
        _source("320x180", 30, ",scale=out_range=pc,format=yuvj420p"),
        (*X264, "-color_range", "pc", *AAC),
        (320, 180),
        30,
    ),
    "wide pixels, interlaced": Sample(
        "dv.mov",
        _source("180x144", 50, ",interlace,setsar=16/11"),
        (*X264, "-flags", "+ildct+ilme", *AAC),
        (262, 144),
        25,
    ),
    "5.1, longer than the picture": Sample(
        *("surround.mkv", _source("320x180", 30), (*X264, "-c:a", "ac3", "-ac", "6"), (320, 180), 30),
        sound=("-f", "lavfi", "-i", "sine=300:r=48000:d=3"),
    ),
    "sound shorter than the picture": Sample(
        *("short.mp4", _source("320x180", 30), (*X264, *AAC), (320, 180), 30),
        sound=("-f", "lavfi", "-i", "sine=300:r=48000:d=0.3"),
    ),
}


def make_sample(sample: Sample, folder: Path) -> Path:
    """Make a sample in ``folder``, once, and return its path."""
    path = folder / sample.name
    if path.exists():
        return path
    seconds = str(sample.seconds)
    arguments = ["-f", "lavfi", "-i", sample.video.replace("{seconds}", seconds)]
    arguments += [part.replace("{seconds}", seconds) for part in sample.sound]
    if not sample.before:
        ffmpeg([*arguments, *sample.options, str(path)])
        return path
    upright = path.with_stem("upright")
    ffmpeg([*arguments, *sample.options, str(upright)])
    ffmpeg([*sample.before, "-i", str(upright), "-c", "copy", str(path)])
    return path


def make_tone(path: Path, *, seconds: float, options: Sequence[str] = ()) -> Path:
    """Make a sound file whose suffix chooses the format."""
    ffmpeg(["-f", "lavfi", "-i", f"sine=660:r=44100:d={seconds}", *options, str(path)])
    return path


def ffmpeg(arguments: Sequence[str]) -> bytes:
    """Run ffmpeg as it is, for making and judging files; return its standard output."""
    command = [str(ffmpeg_executable()), "-nostdin", "-hide_banner", "-v", "error", "-y", *arguments]
    return subprocess.run(command, check=True, capture_output=True, env={}).stdout  # noqa: S603


def frame_hashes(path: Path) -> list[str]:
    """Return the MD5 of every decoded picture, in the order shown; a content is decoded once."""
    with path.open("rb") as file:
        content = hashlib.file_digest(file, "sha256").digest()
    if content not in _hashes:
        listed = ffmpeg(["-i", str(path), "-map", "0:v", "-f", "framemd5", "-"]).decode()
        lines = (line for line in listed.splitlines() if not line.startswith("#"))
        _hashes[content] = [line.rsplit(",", 1)[1].strip() for line in lines]
    return [*_hashes[content]]


_hashes: dict[bytes, list[str]] = {}
"""What was decoded, by the file's SHA-256: some tests join one take a hundred times."""


def frame_times(path: Path, *, kind: str = "v") -> list[tuple[int, int, int]]:
    """Return (decoding time, presentation time, length) of every packet, in stream ticks."""
    listed = ffmpeg(["-i", str(path), "-map", f"0:{kind}:0", "-c", "copy", "-f", "framecrc", "-"]).decode()
    rows = [line.split(",") for line in listed.splitlines() if not line.startswith("#")]
    return [(int(row[1]), int(row[2]), int(row[3])) for row in rows]


def samples_of(path: Path) -> bytes:
    """Return a file's decoded sound as interleaved 16 bit stereo."""
    return ffmpeg(["-i", str(path), "-map", "0:a:0", "-f", "s16le", "-ac", "2", "-ar", "48000", "-"])


def running_children() -> list[int]:
    """Return the process ids of this process's children that have not ended."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(parent) == os.getpid() and state != "Z":
            found.append(int(stat.parent.name))
    return found
