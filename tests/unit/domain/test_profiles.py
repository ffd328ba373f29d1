"""A job's size and rate are those of its first clip, as far as they can be."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.domain.frame_rates import FrameRate
from retake.domain.media import MAX_SIDE_PX, MIN_SIDE_PX, MediaProfile
from retake.domain.profiles import (
    ClipFormat,
    ProfileChoice,
    ProfileLimits,
    ProfilePlan,
    excess_of,
    longest_ms,
    plan_profile,
)

LIMITS = ProfileLimits(clip_ms=300_000, job_ms=1_800_000)


def plan(
    width: int, height: int, fps: FrameRate = 30, *, seconds: float = 5, choice: ProfileChoice | None = None
) -> ProfilePlan:
    clip = ClipFormat(width, height, fps, round(seconds * 1000))
    return plan_profile([clip], choice or ProfileChoice(), LIMITS)


@pytest.mark.parametrize(
    ("width", "height", "fps"),
    [
        (320, 180, 24),
        (1280, 720, Fraction(24000, 1001)),
        (720, 1280, 60),
        (832, 480, 16),
        (1920, 1080, Fraction(60000, 1001)),
        (3840, 2160, 60),
        (4096, 2160, 60),
        (2160, 3840, 50),
    ],
)
def test_the_first_clips_own_size_and_rate(width: int, height: int, fps: FrameRate) -> None:
    assert plan(width, height, fps) == ProfilePlan(MediaProfile(width, height, fps))


@pytest.mark.parametrize(
    ("asked", "made", "reason"),
    [
        ((7680, 4320, 30), (3840, 2160, 30), "It is 7680x4320; the video is 3840x2160."),
        (
            (1280, 720, 240),
            (1280, 720, 60),
            "It has 240 frames a second; a video has from 5 to 60, so this one has 60.",
        ),
        ((640, 360, 1), (640, 360, 5), "It has 1 frames a second"),
        ((32, 18, 30), (64, 64, 30), "It is 32x18; the video is 64x64."),
    ],
)
def test_what_is_beyond_the_bounds_is_said(
    asked: tuple[int, int, int], made: tuple[int, int, int], reason: str
) -> None:
    planned = plan(*asked)
    assert planned.profile == MediaProfile(*made)
    assert planned.reasons[0].startswith(reason)


def test_odd_sides_lose_their_last_pixel_without_a_word() -> None:
    assert plan(161, 91) == ProfilePlan(MediaProfile(160, 90))


def test_varying_times_are_said() -> None:
    clip = ClipFormat(640, 360, 30, 5000, is_variable=True)
    planned = plan_profile([clip], ProfileChoice(), LIMITS)
    assert planned.profile.fps == 30
    assert "varying times" in planned.reasons[0]
    assert plan_profile([clip], ProfileChoice(fps=24), LIMITS).reasons == ()


@pytest.mark.parametrize(
    ("choice", "made"),
    [
        (ProfileChoice(fps=24), (1920, 1080, 24)),
        (ProfileChoice(width=1280), (1280, 720, 60)),
        (ProfileChoice(height=1080, fps=30), (1920, 1080, 30)),
        (ProfileChoice(width=640, height=640), (640, 640, 60)),
    ],
)
def test_a_choice_leaves_the_rest_to_the_first_clip(
    choice: ProfileChoice, made: tuple[int, int, int]
) -> None:
    assert plan(1920, 1080, 60, choice=choice) == ProfilePlan(MediaProfile(*made))


def test_a_long_clip_of_a_large_size_is_scaled_down_and_that_is_said() -> None:
    assert longest_ms(MediaProfile(3840, 2160, 60), 300_000) == 75_000
    assert plan(3840, 2160, 60, seconds=75).profile == MediaProfile(3840, 2160, 60)
    longer = plan(3840, 2160, 60, seconds=76)
    assert longer.profile == MediaProfile(1920, 1080, 60)
    assert longer.reasons == ("It is 3840x2160; the video is 1920x1080.",)
    chosen = plan(3840, 2160, 60, seconds=76, choice=ProfileChoice(3840, 2160))
    assert chosen.profile == MediaProfile(3840, 2160, 60)  # refused, with the way out


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720), (64, 64)])
def test_up_to_full_hd_at_60_lengths_are_the_limits(size: tuple[int, int]) -> None:
    assert longest_ms(MediaProfile(*size, 60), 300_000) == 300_000


@pytest.mark.parametrize(
    ("profile", "way_out"),
    [
        (MediaProfile(4096, 2304, 60), "at this size at most 56"),
        (MediaProfile(4096, 4096, 24), "choose a smaller size, such as 3840x2160"),
    ],
)
def test_what_level_5_2_does_not_hold(profile: MediaProfile, way_out: str) -> None:
    assert way_out in str(excess_of(profile))


@given(
    width=st.integers(1, 8000),
    height=st.integers(1, 8000),
    fps=st.sampled_from([1, 5, 16, Fraction(24000, 1001), 30, Fraction(60000, 1001), 60, 120, 1000]),
    seconds=st.integers(1, 300),
)
def test_any_first_clip_gives_a_profile_that_can_be_made(
    width: int, height: int, fps: FrameRate, seconds: int
) -> None:
    profile = plan(width, height, fps, seconds=seconds).profile
    assert excess_of(profile) is None
    assert longest_ms(profile, LIMITS.clip_ms) >= seconds * 1000
    for side in (profile.width, profile.height):
        assert side % 2 == 0
        assert MIN_SIDE_PX <= side <= MAX_SIDE_PX
