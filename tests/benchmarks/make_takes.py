"""Make the takes that ``retake bench`` joins: unlike clips, normalised as the product does it.

Each is made for its place among clips of the same length, and so is another one for the same place.
Prints one JSON object: ``{"takes": [..], "others": [..]}`` of ``{"source", "video", "audio", "thumbnail",
"frames", "size_bytes"}``, where ``source`` is the file that the take was made of.
"""

import argparse
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

from infra.assets import installed_ffmpeg
from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.media.normalize import FfmpegNormalizer
from tests.benchmarks.clip_form import PROFILE

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


def make_takes(
    directory: Path, *, places: Sequence[int], shift: int, seconds: int
) -> list[dict[str, object]]:
    """Make a take for each of these places below ``directory``, ``shift`` sources further on."""
    executable = installed_ffmpeg()
    normalizer = FfmpegNormalizer(Ffmpeg(executable))
    takes: list[dict[str, object]] = []
    for place in places:
        source = directory / f"source-{place}-{shift}.mp4"
        _make_source(executable, source, place + shift, seconds)
        folder = directory / f"take-{place}-{shift}"
        folder.mkdir()
        frames = PROFILE.frame_count(seconds * 1000)
        take = normalizer.normalize(
            source, profile=PROFILE, frames=frames, directory=folder, frames_before=place * frames
        )
        made = take.files
        takes.append(
            {
                "source": str(source),
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
    found = [
        make_takes(given.directory, places=range(given.count), shift=shift, seconds=given.seconds)
        for shift in (0, 1)
    ]
    print(json.dumps(dict(zip(("takes", "others"), found, strict=True))))  # noqa: T201
