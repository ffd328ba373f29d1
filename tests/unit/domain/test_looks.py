"""When a running generation is looked at: soon at first, seldom before it can be done, never too seldom."""

from hypothesis import given
from hypothesis import strategies as st

from retake.domain.looks import (
    EXPECTED_SHARE,
    LONG_PAUSE_S,
    PAUSE_S,
    expected_from_s,
    pause_before_look_s,
)

known = st.none() | st.integers(0, 3600)


def looks_until(done_s: float, expected_from: int | None) -> tuple[int, float]:
    """Return how many looks see a generation through, and how long after its end the last one is."""
    number, now_s = 1, 0.0
    while now_s < done_s:
        now_s += pause_before_look_s(number, elapsed_s=now_s, expected_from=expected_from)
        number += 1
    return number, now_s - done_s


@given(st.integers(1, 1000), st.floats(0, 10_000), known)
def test_a_pause_is_never_so_long_that_a_step_seems_silent(
    number: int, elapsed_s: float, expected_from: int | None
) -> None:
    pause_s = pause_before_look_s(number, elapsed_s=elapsed_s, expected_from=expected_from)
    assert 1 <= pause_s <= LONG_PAUSE_S


@given(st.lists(st.integers(20_000, 600_000), min_size=1), st.data())
def test_what_takes_as_long_as_before_is_found_done_within_the_usual_pause(
    recent_ms: list[int], data: st.DataObject
) -> None:
    shortest_s = min(recent_ms) / 1000
    done_s = data.draw(st.floats(shortest_s, EXPECTED_SHARE * 2 * shortest_s - 1))
    _, late_s = looks_until(done_s, expected_from_s(recent_ms))
    assert late_s <= PAUSE_S


def test_a_known_model_is_looked_at_less_often() -> None:
    assert looks_until(120, None)[0] == 27
    assert looks_until(120, expected_from_s([120_000, 130_000]))[0] == 15


def test_what_is_done_at_once_is_found_at_once() -> None:
    assert looks_until(0.5, 96) == (2, 0.5)
    assert looks_until(6, 96) == (4, 0)


def test_nothing_is_expected_of_a_model_that_was_not_used() -> None:
    assert expected_from_s([]) is None
