"""Clips for a demo, as unlike each other as what generators make: in size, frame rate and sound."""

import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from infra.assets import installed_ffmpeg
from retake_client.errors import UnexpectedEndError

RENDER_TIMEOUT_S = 120
AT_ONCE = 2
ENCODER = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "23", "-pix_fmt", "yuv420p")
SOUND_ENCODER = ("-c:a", "aac", "-b:a", "128k")


@dataclass(frozen=True)
class Sample:
    """A clip that ffmpeg draws.

    Attributes:
        name: Stem of the file's name.
        title: What people call it.
        prompt: Prompt that a generator would have got.
        picture: A source of frames, small and then scaled: four times as quick, and as smooth.
        sound: A source of sound, or none for a silent file.
        seconds: Its length.
        channels: Channels of the sound.
    """

    name: str
    title: str
    prompt: str
    picture: str
    sound: str | None
    seconds: int
    channels: int = 2


SAMPLES = (
    Sample(
        name="1-meadow",
        title="Meadow at noon",
        prompt="a bright meadow under a clear sky, slow drift, 1280x720 at 30 fps",
        picture="gradients=s=320x180:r=30:n=4:c0=0x86c5f4:c1=0xfde2b3:c2=0x4f9d69:c3=0xf4f1de"
        ":x0=160:y0=0:x1=160:y1=179:speed=0.02:seed=3,scale=1280:720:flags=bicubic",
        sound="sine=f=220:r=48000",
        seconds=5,
    ),
    Sample(
        name="2-coastline",
        title="Endless coastline",
        prompt="flight down an endless coastline, portrait, 1080x1920 at 24 fps, no sound",
        picture="mandelbrot=s=270x480:r=24:start_scale=1.1:end_scale=0.05:start_x=-0.743643887"
        ":start_y=-0.131825904:end_pts=120:maxiter=300,gblur=0.6,scale=1080:1920:flags=bicubic",
        sound=None,
        seconds=5,
    ),
    Sample(
        name="3-clouds",
        title="Clouds from above",
        prompt="clouds over a deep blue sea, calm, 960x540 at 25 fps, mono",
        picture="perlin=s=240x135:r=25:octaves=5:persistence=0.6:xscale=4:yscale=4:tscale=0.5"
        ":random_mode=seed:seed=7,format=gray,eq=contrast=3.5,format=gbrp"
        ",curves=r='0/0.05 0.5/0.25 1/0.95':g='0/0.15 0.5/0.5 1/0.97':b='0/0.3 0.5/0.65 1/1'"
        ",scale=960:540:flags=bicubic",
        sound="sine=f=330:r=44100",
        seconds=5,
        channels=1,
    ),
    Sample(
        name="4-fireflies",
        title="Fireflies",
        prompt="fireflies over a dark meadow, lively, 1024x576 at 60 fps",
        picture="life=s=256x144:r=60:mold=12:ratio=0.12:death_color=0x203a72:life_color=0xf6d365"
        ":mold_color=0x0b132b:seed=11,scale=1024:576:flags=neighbor",
        sound="sine=f=440:r=48000:beep_factor=4",
        seconds=4,
    ),
    Sample(
        name="5-shell",
        title="Inside a shell",
        prompt="light turning inside a sea shell, cool colors, square, 720x720 at 29.97 fps",
        picture="gradients=s=240x240:r=30000/1001:n=6:type=spiral:speed=0.03:seed=5:c0=0x1d4e89"
        ":c1=0x00b2ca:c2=0x7dcfb6:c3=0xfbd1a2:c4=0xf79256:c5=0x1d4e89,scale=720:720:flags=bicubic",
        sound="anullsrc=r=48000:cl=stereo",
        seconds=6,
    ),
)

AGING_SAMPLES = (
    Sample(
        name="old-fireflies",
        title="Fireflies",
        prompt="fireflies over a dark meadow, lively, 640x360 at 30 fps",
        picture="life=s=160x90:r=30:mold=12:ratio=0.12:death_color=0x203a72:life_color=0xf6d365"
        ":mold_color=0x0b132b:seed=11,scale=640:360:flags=neighbor",
        sound="sine=f=440:r=48000:beep_factor=4",
        seconds=3,
    ),
    Sample(
        name="old-shell",
        title="Inside a shell",
        prompt="light turning inside a sea shell, cool colors, 640x360 at 30 fps",
        picture="gradients=s=160x90:r=30:n=6:type=spiral:speed=0.03:seed=5:c0=0x1d4e89"
        ":c1=0x00b2ca:c2=0x7dcfb6:c3=0xfbd1a2:c4=0xf79256:c5=0x1d4e89,scale=640:360:flags=bicubic",
        sound=None,
        seconds=2,
    ),
)
"""Small and short, for the demo of old takes: it encodes each take three times."""


def make_samples(folder: Path, samples: Sequence[Sample] = SAMPLES) -> list[Path]:
    """Draw the clips that are not there yet; takes some seconds the first time.

    Raises:
        UnexpectedEndError: If ffmpeg fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{sample.name}.mp4" for sample in samples]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(_draw, samples, files))
    return files


def _draw(sample: Sample, file: Path) -> None:
    if file.exists():
        return
    part = file.with_suffix(".part.mp4")
    command = [str(installed_ffmpeg()), "-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i", sample.picture]
    if sample.sound:
        command += ["-f", "lavfi", "-i", sample.sound, *SOUND_ENCODER, "-ac", str(sample.channels)]
    command += [*ENCODER, "-t", str(sample.seconds), "-movflags", "+faststart", str(part)]
    made = subprocess.run(  # noqa: S603 - our own ffmpeg and arguments
        command, capture_output=True, text=True, timeout=RENDER_TIMEOUT_S, check=False
    )
    if made.returncode != 0:
        raise UnexpectedEndError(f"ffmpeg could not draw the sample {sample.name}: {made.stderr.strip()}")
    part.replace(file)
