"""What ffmpeg holds while it normalises: measured by the kernel, for a process that starts nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

from retake.adapters.media.mp4 import read_movie
from tests.media_samples import ffmpeg, ffmpeg_executable

# A picture of 7680x4320 is 50 MB, and ffmpeg queues up to eight between its decoder and its filters: 360 to
# 430 MB were measured, as the machine's threads happen to take turns. With a decoder thread for each of four
# cores it was 820 MB.
MOST_BYTES = 600 * 10**6

NORMALIZE = """
import resource, sys
from pathlib import Path
from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.media.normalize import FfmpegNormalizer
from retake.domain.media import MediaProfile

tool, source, directory, width, height = sys.argv[1:]
FfmpegNormalizer(Ffmpeg(Path(tool))).normalize(
    Path(source), profile=MediaProfile(int(width), int(height), 30), frames=12, directory=Path(directory)
)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""


@pytest.fixture(scope="module")
def huge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make twelve pictures of 7680x4320."""
    path = tmp_path_factory.mktemp("huge") / "8k.mp4"
    source = ["-f", "lavfi", "-i", "testsrc2=size=7680x4320:rate=30", "-frames:v", "12"]
    ffmpeg([*source, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(path)])
    return path


def peak_bytes(source: Path, directory: Path, *, width: int, height: int) -> int:
    """Normalise a video in a process of its own; return the most that one of its children held."""
    arguments = [str(ffmpeg_executable()), str(source), str(directory), str(width), str(height)]
    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", NORMALIZE, *arguments], capture_output=True, text=True, check=True, timeout=300
    )
    return int(done.stdout)


def test_8k_is_normalised_within_600_mb(huge: Path, tmp_path: Path) -> None:
    assert peak_bytes(huge, tmp_path, width=1920, height=1080) < MOST_BYTES


def test_takes_of_8k_can_be_joined_with_others(huge: Path, tmp_path: Path) -> None:
    usual = tmp_path / "usual.mp4"
    ffmpeg(["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=30", "-frames:v", "12", str(usual)])
    entries = set()
    for source in (huge, usual):
        directory = tmp_path / source.stem
        directory.mkdir()
        peak_bytes(source, directory, width=640, height=360)
        entries.add(read_movie(directory / "take.mp4").track("vide").sample_entry)
    assert len(entries) == 1
