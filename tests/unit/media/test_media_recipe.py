import pytest

from retake.adapters.media.recipe import level_for
from retake.domain.media import MediaProfile


@pytest.mark.parametrize(
    ("width", "height", "fps", "level"),
    [
        (64, 64, 24, "4.0"),
        (1280, 720, 60, "4.0"),
        (1920, 1080, 30, "4.0"),
        (1080, 1920, 30, "4.0"),
        (1920, 1080, 50, "4.2"),
        (1920, 1080, 60, "4.2"),
        (1920, 1440, 30, "5.1"),
        (1920, 1920, 60, "5.1"),
    ],
)
def test_the_level_fits_size_and_rate(width: int, height: int, fps: int, level: str) -> None:
    assert level_for(MediaProfile(width=width, height=height, fps=fps)).name == level
