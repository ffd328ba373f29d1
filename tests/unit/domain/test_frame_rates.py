"""Frame rates are exact, read back as they were written, and within bounds."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.domain.frame_rates import (
    MAX_FPS,
    MIN_FPS,
    FrameRate,
    nearest_common,
    parse_rate,
    rate_number,
    require_rate,
    within_bounds,
)

FILM = Fraction(24000, 1001)
thousandths = st.integers(1, 1_000_000).map(lambda number: Fraction(number, 1000))


@pytest.mark.parametrize(
    ("written", "rate"),
    [
        ("24", 24),
        (" 30 ", 30),
        ("30.0", 30),
        ("23.976", FILM),
        ("23.98", FILM),
        ("24000/1001", FILM),
        ("29.97", Fraction(30000, 1001)),
        ("59.94", Fraction(60000, 1001)),
        ("12.5", Fraction(25, 2)),
        ("48/2", 24),
        ("11.988", Fraction(12000, 1001)),
        ("12", 12),
    ],
)
def test_rates_as_people_write_them(written: str, rate: FrameRate) -> None:
    assert parse_rate(written) == rate
    assert isinstance(parse_rate(written), int) is (Fraction(rate).denominator == 1)


@pytest.mark.parametrize("text", ["", "fast", "0", "-24", "24/0", "1e3", "nan", "٣٠", "24fps", "1/2/3"])
def test_what_is_no_rate(text: str) -> None:
    with pytest.raises(ValueError, match="no frame rate"):
        parse_rate(text)
    with pytest.raises(ValueError, match="from 5 to 60"):
        require_rate(text)


@pytest.mark.parametrize("text", ["4.999", "60.01", "61", "240", "1000000000"])
def test_a_rate_beyond_the_bounds_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="from 5 to 60"):
        require_rate(text)


@given(thousandths)
def test_a_rate_that_was_answered_can_be_asked_for(number: Fraction) -> None:
    rate = parse_rate(str(float(number)))
    assert parse_rate(str(rate_number(rate))) == rate
    assert parse_rate(str(rate)) == rate


@given(thousandths)
def test_any_rate_is_brought_within_bounds(number: Fraction) -> None:
    rate = within_bounds(parse_rate(str(float(number))))
    assert MIN_FPS <= rate <= MAX_FPS
    assert within_bounds(rate) == rate


@pytest.mark.parametrize(
    ("rate", "kept"),
    [
        (120, 60),
        (240, 60),
        (Fraction(120000, 1001), Fraction(60000, 1001)),
        (90, 45),
        (100, 50),
        (1, 5),
        (2, 6),
    ],
)
def test_pictures_are_dropped_and_repeated_evenly(rate: FrameRate, kept: FrameRate) -> None:
    assert within_bounds(rate) == kept


@pytest.mark.parametrize(
    ("measured", "rate"),
    [
        ("23.97", FILM),
        ("29.9", Fraction(30000, 1001)),
        ("30.01", 30),
        ("59.5", Fraction(60000, 1001)),
        ("18", 18),
    ],
)
def test_a_measured_rate_is_the_common_one_nearby(measured: str, rate: FrameRate) -> None:
    assert nearest_common(Fraction(measured)) == rate
