from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from retake.adapters.media.compare import SsimComparer
from retake.adapters.media.compose import FfmpegComposer
from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.media.normalize import FfmpegNormalizer
from retake.adapters.media.probe import FfmpegProbe
from retake.adapters.media.stitch.stitcher import Stitcher
from retake.domain.media import MediaProfile
from retake.ports.media import Composer, MediaProbe, NormalizedTake, Normalizer, VideoComparer
from tests.contract.media.archiving import Archiving, fake_archiving, real_archiving
from tests.media_samples import SAMPLES, ffmpeg_executable, make_sample

PROFILE = MediaProfile(width=320, height=180, fps=30)


@pytest.fixture(scope="session")
def tool() -> Ffmpeg:
    return Ffmpeg(ffmpeg_executable())


@pytest.fixture(scope="session", params=["ffmpeg"])
def probe(tool: Ffmpeg) -> MediaProbe:
    return FfmpegProbe(tool)


@pytest.fixture(scope="session", params=["ffmpeg"])
def normalizer(tool: Ffmpeg) -> Normalizer:
    return FfmpegNormalizer(tool)


@pytest.fixture(scope="session", params=[FfmpegComposer, Stitcher])
def composer(request: pytest.FixtureRequest, tool: Ffmpeg) -> Composer:
    made: Composer = request.param(tool)
    return made


@pytest.fixture(scope="session", params=["ssim"])
def comparer(tool: Ffmpeg) -> VideoComparer:
    return SsimComparer(tool)


@pytest.fixture(scope="session", params=["ffmpeg", "fake"])
def archiving(
    request: pytest.FixtureRequest, tool: Ffmpeg, tmp_path_factory: pytest.TempPathFactory
) -> Archiving:
    directory = tmp_path_factory.mktemp("archiving")
    if request.param == "fake":
        return fake_archiving(directory)
    return real_archiving(tool, directory)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    folder = tmp_path_factory.mktemp("samples")
    return lambda name: make_sample(SAMPLES[name], folder)


@pytest.fixture(scope="session")
def take(
    normalizer: Normalizer, sample: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str, int], NormalizedTake]]:
    """Normalised takes by sample and length, each made once."""
    made: dict[tuple[str, int], NormalizedTake] = {}

    def make(name: str, frames: int = 30) -> NormalizedTake:
        if (name, frames) not in made:
            made[name, frames] = normalizer.normalize(
                sample(name), profile=PROFILE, frames=frames, directory=tmp_path_factory.mktemp("take")
            )
        return made[name, frames]

    yield make
    made.clear()
