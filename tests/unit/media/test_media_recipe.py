from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.adapters.media import recipe
from retake.adapters.media.mp4 import read_movie
from retake.adapters.media.recipe import level_for, ticks_a_frame, time_scale
from retake.domain.frame_rates import FrameRate, simple
from retake.domain.media import MediaProfile
from tests.media_samples import ffmpeg


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
        (3840, 2160, 30, "5.1"),
        (3840, 2160, 60, "5.2"),
        (4096, 2160, 60, "5.2"),
    ],
)
def test_the_level_fits_size_and_rate(width: int, height: int, fps: int, level: str) -> None:
    assert level_for(MediaProfile(width=width, height=height, fps=fps)).name == level


@given(st.integers(5000, 60_000), st.sampled_from([1000, 1001]))
def test_a_frame_of_any_rate_lasts_a_whole_number_of_ticks(over: int, under: int) -> None:
    rate = simple(Fraction(over, under))
    assert Fraction(ticks_a_frame(rate), time_scale(rate)) == 1 / Fraction(rate)
    assert 12_000 <= time_scale(rate) < 2**31


@pytest.mark.parametrize("rate", [24, 25, 30, 50, 60, Fraction(24000, 1001), Fraction(60000, 1001)])
def test_common_rates_share_a_time_scale(rate: FrameRate) -> None:
    assert time_scale(rate) == 120_000


QUALITIES = {
    "take": recipe.TAKE,
    "edit": recipe.EDIT,
    **{f"archive, {factor}": recipe.archive_quality(factor) for factor in (23, 20, 18)},
}
PROFILES = [
    MediaProfile(64, 64, 24),
    MediaProfile(320, 180, 30),
    MediaProfile(1280, 720, 60),
    MediaProfile(1920, 1080, 60),
    MediaProfile(1920, 1920, 60),
    MediaProfile(640, 360, Fraction(24000, 1001)),
]


@pytest.mark.parametrize("profile", PROFILES, ids=str)
def test_quality_leaves_the_headers_alone(profile: MediaProfile, tmp_path: Path) -> None:
    """Byte for byte: takes of all qualities can be joined as they are."""
    source = f"testsrc2=size={profile.width}x{profile.height}:rate={profile.fps}"
    frames = ("-f", "lavfi", "-i", source, "-frames:v", "4", "-vf", "setsar=1,format=yuv420p")
    entries = set()
    for quality in QUALITIES.values():
        made = tmp_path / "made.mp4"
        encoder = recipe.picture_encoder(profile, quality)
        ffmpeg([*frames, *encoder, *recipe.mp4_container(profile.fps), str(made)])
        entries.add(read_movie(made).track("vide").sample_entry)
    assert len(entries) == 1
