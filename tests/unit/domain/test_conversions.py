"""What a clip loses in a job of another size or rate is said with its figures."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.domain.conversions import foresee
from retake.domain.media import MediaProfile
from retake.domain.notices import NoticeCode
from retake.domain.profiles import ClipFormat

FILM = Fraction(24000, 1001)
RATES = st.sampled_from([16, FILM, 24, 25, Fraction(30000, 1001), 30, 50, 60, 120])


@pytest.mark.parametrize(
    ("clip", "profile", "said"),
    [
        (ClipFormat(1280, 720, 24, 2000), MediaProfile(1280, 720, 24), []),
        (ClipFormat(1281, 721, 24, 2000), MediaProfile(1280, 720, 24), []),
        (ClipFormat(640, 360, 24, 2000), MediaProfile(1280, 720, 24), []),
        (
            ClipFormat(1280, 720, 60, 2000),
            MediaProfile(1280, 720, 30),
            ["Frames left out: 60 of 120; the file has 60 a second, the job 30."],
        ),
        (
            ClipFormat(1280, 720, FILM, 2002),
            MediaProfile(1280, 720, 30),
            ["Frames shown again: 12; the file has 23.976 a second, the job 30."],
        ),
        (
            ClipFormat(3840, 2160, 60, 500),
            MediaProfile(320, 180, 24),
            [
                "Frames left out: 18 of 30; the file has 60 a second, the job 24.",
                "Scaled down from 3840x2160 to 320x180 pixels, the job's size.",
            ],
        ),
        (
            ClipFormat(1080, 1920, 30, 1000),
            MediaProfile(1920, 1080, 30),
            ["Scaled down from 1080x1920 to 608x1080 pixels, the job's size."],
        ),
    ],
)
def test_frames_and_sizes(clip: ClipFormat, profile: MediaProfile, said: list[str]) -> None:
    assert [loss.text for loss in foresee(clip, profile)] == said


@given(RATES, RATES, st.integers(40, 300_000))
def test_frames_are_lost_or_repeated_as_many_as_differ(
    before: int | Fraction, after: int | Fraction, duration_ms: int
) -> None:
    clip, profile = ClipFormat(64, 64, before, duration_ms), MediaProfile(64, 64, after)
    found = {loss.code: loss.figures["frames"] for loss in foresee(clip, profile)}
    difference = round(duration_ms * before / 1000) - profile.frame_count(duration_ms)
    if difference > 0 and before > after:
        assert found == {NoticeCode.FRAMES_DROPPED: difference}
    elif difference < 0 and before < after:
        assert found == {NoticeCode.FRAMES_REPEATED: -difference}
    else:
        assert found == {}
