from hypothesis import given
from hypothesis import strategies as st

from retake.domain.estimates import RECOMPOSE_S, TYPICAL_CLIP_S, estimate_batch_s


def test_without_measurements_the_typical_time_counts() -> None:
    assert estimate_batch_s(3, []) == 3 * TYPICAL_CLIP_S + RECOMPOSE_S


def test_one_slow_clip_in_five_is_expected() -> None:
    assert estimate_batch_s(2, [1000, 1000, 1000, 1000, 9000]) == 18 + RECOMPOSE_S


@given(st.integers(1, 100), st.lists(st.integers(0, 10**6), min_size=1, max_size=20))
def test_more_clips_never_take_less_time(clips: int, recent_ms: list[int]) -> None:
    assert estimate_batch_s(clips + 1, recent_ms) >= estimate_batch_s(clips, recent_ms) >= RECOMPOSE_S
