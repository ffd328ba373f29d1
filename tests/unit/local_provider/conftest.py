from pathlib import Path

import pytest

from retake.adapters.media.ffmpeg import Ffmpeg
from tests.media_samples import ffmpeg_executable
from tests.unit.local_provider.measuring import Studio


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    directory: Path = tmp_path_factory.mktemp("studio")
    return Studio(Ffmpeg(ffmpeg_executable()), directory)
