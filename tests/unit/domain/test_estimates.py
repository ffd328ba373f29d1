"""Estimates go by the model: a local edit takes seconds, a generator minutes, until each was measured."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from retake.domain.batch_clips import COMPOSE_S, estimate_batch_s, estimate_videos_s
from retake.domain.models import MODELS

LOCAL, VEO = (next(model for model in MODELS if model.name == name) for name in ("local", "veo-3.1"))


def never(_: str) -> Sequence[int]:
    return ()


def test_without_measurements_the_models_typical_time_counts() -> None:
    assert estimate_batch_s([LOCAL] * 3, never) <= 12
    assert estimate_batch_s([VEO] * 3, never) == 3 * 120 + COMPOSE_S
    assert estimate_batch_s([VEO, LOCAL], never) == 120 + LOCAL.typical_s + COMPOSE_S


def test_one_slow_clip_in_five_is_expected() -> None:
    recent = {"local": [1000, 1000, 1000, 1000, 9000]}
    assert estimate_batch_s([LOCAL] * 2, recent.__getitem__) == 18 + COMPOSE_S


def test_what_one_model_took_says_nothing_of_another() -> None:
    recent = {"local": [400] * 9, "veo-3.1": []}
    assert estimate_batch_s([VEO], recent.__getitem__) == 120 + COMPOSE_S


def test_videos_side_by_side_take_as_long_as_the_slowest() -> None:
    assert estimate_videos_s([LOCAL, VEO, LOCAL], never) == estimate_batch_s([VEO], never)


@given(st.integers(1, 100), st.lists(st.integers(0, 10**6), max_size=20))
def test_more_clips_never_take_less_time(clips: int, recent_ms: list[int]) -> None:
    shorter, longer = (estimate_batch_s([LOCAL] * count, lambda _: recent_ms) for count in (clips, clips + 1))
    assert longer >= shorter >= COMPOSE_S
