"""Make the takes that ``retake bench`` joins: unlike clips, normalised as the product does it.

Prints one JSON object: ``{"takes": [{"video", "audio", "thumbnail", "frames", "size_bytes"}]}``.
"""

import argparse
import json
import subprocess
from pathlib import Path

from infra.assets import installed_ffmpeg
from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.media.normalize import FfmpegNormalizer
from retake.domain.media import MediaProfile

PROFILE = MediaProfile(width=1280, height=720, fps=30)

PICTURES = (
    "mandelbrot=size=1280x720:rate=30:end_scale=0.3,gblur=sigma=1.5,format=yuv420p",
    "testsrc2=size=1280x720:rate=30,format=yuv420p",
    "gradients=size=1280x720:rate=30:nb_colors=4:seed=7:speed=0.05,format=yuv420p",
    "life=size=80x45:rate=30:mold=10:ratio=0.3:seed=3:life_color=#E0C040,scale=1280:720,format=yuv420p",
)
"""Detail that moves, hard edges, slow colours, blobs."""

SOUNDS = (
    "anoisesrc=color=pink:amplitude=0.2:seed=1:r=48000",
    "sine=f=330:r=48000",
    "aevalsrc=0.2*sin(2*PI*t*(200+60*t))|0.2*sin(2*PI*t*(300+20*t)):s=48000",
    "anoisesrc=color=brown:amplitude=0.3:seed=2:r=48000",
)


def make_takes(directory: Path, *, count: int, seconds: int) -> list[dict[str, object]]:
    """Make ``count`` distinct takes below ``directory``."""
    executable = installed_ffmpeg()
    normalizer = FfmpegNormalizer(Ffmpeg(executable))
    takes: list[dict[str, object]] = []
    for number in range(count):
        source = directory / f"source-{number}.mp4"
        _make_source(executable, source, number, seconds)
        folder = directory / f"take-{number}"
        folder.mkdir()
        frames = PROFILE.frame_count(seconds * 1000)
        take = normalizer.normalize(source, profile=PROFILE, frames=frames, directory=folder)
        made = take.files
        source.unlink()
        takes.append(
            {
                "video": str(made.video),
                "audio": str(made.audio),
                "thumbnail": str(take.thumbnail),
                "frames": frames,
                "size_bytes": made.video.stat().st_size,
            }
        )
    return takes


def _make_source(executable: Path, path: Path, number: int, seconds: int) -> None:
    picture, sound = PICTURES[number % len(PICTURES)], SOUNDS[number % len(SOUNDS)]
    subprocess.run(  # noqa: S603 - our own program and arguments
        [
            *(str(executable), "-nostdin", "-v", "error", "-y"),
            *("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, "-t", str(seconds)),
            *("-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-c:a", "aac", "-ac", "2", str(path)),
        ],
        check=True,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("directory", type=Path)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--seconds", type=int, required=True)
    given = parser.parse_args()
    made = make_takes(given.directory, count=given.count, seconds=given.seconds)
    print(json.dumps({"takes": made}))  # noqa: T201
