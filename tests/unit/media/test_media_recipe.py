from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.adapters.media.recipe import level_for, ticks_a_frame, time_scale
from retake.domain.frame_rates import FrameRate, simple
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
