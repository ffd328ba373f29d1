"""What normalising a clip of five seconds takes of a processor: footage, and a made picture full of detail.

Prints one JSON object: ``{"cpu_s", "elapsed_s"}``, of both together divided by two.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage

from infra.assets import installed_ffmpeg
from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.media.normalize import FfmpegNormalizer
from tests.benchmarks.clip_form import PROFILE
from tests.benchmarks.make_takes import PICTURES, SOUNDS

SECONDS = 5
FOOTAGE = Path(__file__).resolve().parents[1] / "footage" / "big-buck-bunny.mp4"


def _processor_s() -> float:
    return sum(
        usage.ru_utime + usage.ru_stime for usage in (getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN))
    )


def make_sources(directory: Path, executable: Path) -> list[Path]:
    """Write the sources as providers deliver them: H.264 and AAC, of the job's size."""
    size = f"scale={PROFILE.width}:{PROFILE.height},fps={PROFILE.fps},format=yuv420p"
    inputs = (["-stream_loop", "-1", "-i", str(FOOTAGE)], ["-f", "lavfi", "-i", PICTURES[0]])
    sources = []
    for number, picture in enumerate(inputs):
        source = directory / f"source-{number}.mp4"
        subprocess.run(  # noqa: S603 - our own program and arguments
            [
                *(str(executable), "-nostdin", "-v", "error", "-y", *picture),
                *(
                    "-f",
                    "lavfi",
                    "-i",
                    SOUNDS[0],
                    "-map",
                    "0:v",
                    "-map",
                    "1:a",
                    "-vf",
                    size,
                    "-t",
                    str(SECONDS),
                ),
                *("-c:v", "libx264", "-preset", "medium", "-c:a", "aac", str(source)),
            ],
            check=True,
        )
        sources.append(source)
    return sources


def main() -> None:
    """Print what it took."""
    executable = installed_ffmpeg()
    normalizer = FfmpegNormalizer(Ffmpeg(executable))
    with tempfile.TemporaryDirectory(prefix="retake-bench-") as name:
        directory = Path(name)
        sources = make_sources(directory, executable)
        before_s, began = _processor_s(), time.monotonic()
        for source in sources:
            into = directory / source.stem
            into.mkdir()
            frames = PROFILE.frame_count(SECONDS * 1000)
            normalizer.normalize(source, profile=PROFILE, frames=frames, directory=into)
        count = len(sources)
        json.dump(
            {
                "cpu_s": (_processor_s() - before_s) / count,
                "elapsed_s": (time.monotonic() - began) / count,
            },
            sys.stdout,
        )


if __name__ == "__main__":
    main()
