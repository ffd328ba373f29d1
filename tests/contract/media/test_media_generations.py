"""Six regenerations that change nothing, and six trips to the archive: what is left of version 1."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from retake.adapters.media.ffmpeg import Ffmpeg
from retake.domain.media import MediaProfile
from retake.ports.media import NormalizedTake
from tests.contract.media.archiving import FOOTAGE
from tests.generations import TIMES, Footage, first_take, regenerations, trips, vmaf
from tests.media_samples import ffmpeg, frame_hashes

LARGEST_LOSS = 2.0
FOOTAGES = {
    "film": Footage(FOOTAGE / "big-buck-bunny.mp4", MediaProfile(320, 180, 24), 48),
    "phone": Footage(FOOTAGE / "cockatoo.mp4", MediaProfile(320, 180, 20), 40),
}


@dataclass(frozen=True)
class First:
    """Version 1 of a clip, and how close to itself VMAF finds it: not quite 100 where little moves."""

    footage: Footage
    take: NormalizedTake
    own_vmaf: float


@pytest.fixture(scope="module", params=FOOTAGES)
def first(request: pytest.FixtureRequest, tool: Ffmpeg, tmp_path_factory: pytest.TempPathFactory) -> First:
    footage = FOOTAGES[request.param]
    directory = tmp_path_factory.mktemp("first")
    take = first_take(tool, footage, directory)
    own = vmaf(take.files.video, take.files.video, rate=footage.profile.fps, directory=directory)
    return First(footage, take, own)


def test_six_regenerations_that_change_nothing_lose_nothing_to_be_seen(
    first: First, tool: Ffmpeg, tmp_path: Path
) -> None:
    rate = first.footage.profile.fps
    made = list(regenerations(tool, first.footage, first.take.files, tmp_path))
    assert len(made) == TIMES
    last = vmaf(made[-1].files.video, first.take.files.video, rate=rate, directory=tmp_path)
    assert first.own_vmaf - last < LARGEST_LOSS
    source = tmp_path / "source.mkv"
    ffmpeg(["-i", str(first.footage.source), "-map", "0:v", "-c:v", "ffv1", str(source)])
    then, now = (
        vmaf(take.files.video, source, rate=rate, directory=tmp_path) for take in (first.take, made[-1])
    )
    assert then - now < LARGEST_LOSS


def test_their_sound_is_that_of_version_1(first: First, tool: Ffmpeg, tmp_path: Path) -> None:
    made = next(regenerations(tool, first.footage, first.take.files, tmp_path))
    assert made.files.audio.read_bytes() == first.take.files.audio.read_bytes()


def test_each_of_them_is_encoded_once(first: First, tool: Ffmpeg, tmp_path: Path) -> None:
    """What the provider made is what the take shows."""
    made = next(regenerations(tool, first.footage, first.take.files, tmp_path))
    assert frame_hashes(made.files.video) == frame_hashes(tmp_path / "0" / "result.mp4")


def test_six_trips_to_the_archive_lose_once(first: First, tool: Ffmpeg, tmp_path: Path) -> None:
    came_back = list(trips(tool, first.footage, first.take, tmp_path))
    assert len(came_back) == TIMES
    assert len({tuple(frame_hashes(take.video)) for take in came_back}) == 1
    assert {take.audio.read_bytes() for take in came_back} == {first.take.files.audio.read_bytes()}
    rate = first.footage.profile.fps
    assert vmaf(came_back[-1].video, first.take.files.video, rate=rate, directory=tmp_path) >= 93
