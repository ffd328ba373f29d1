"""Where a comment belongs: at the picture that was shown, whatever becomes of the timeline."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.domain.errors import InvalidRequestError, ShareEndedError
from retake.domain.records.shares import Share
from retake.domain.records.timeline import Trim
from retake.domain.shares import (
    ClipSpan,
    frame_now,
    hash_of,
    position_at,
    require_open,
    seconds_of,
    span_of_takes,
    spans_of,
)
from tests.builders import JOB, a_clip
from tests.fakes.clocks import START

RATES = st.sampled_from([5, 24, 30, 60, Fraction(24000, 1001), Fraction(30000, 1001)])


@st.composite
def timelines(draw: st.DrawFn) -> list[ClipSpan]:
    """Draw clips one after another, some trimmed at their start."""
    lengths = draw(st.lists(st.integers(1, 300), min_size=1, max_size=6))
    firsts = [draw(st.integers(0, 50)) for _ in lengths]
    starts = [sum(lengths[:place]) for place in range(len(lengths))]
    parts = zip(starts, lengths, firsts, strict=True)
    return [ClipSpan(f"clip-{n}", *part) for n, part in enumerate(parts)]


@given(spans=timelines(), rate=RATES, data=st.data())
def test_each_frame_is_found_again_by_the_time_at_which_it_begins(
    spans: list[ClipSpan], rate: Fraction, data: st.DataObject
) -> None:
    frame = data.draw(st.integers(0, sum(span.frames for span in spans) - 1))
    position = position_at(seconds_of(frame, rate), spans, rate)
    assert position.frame == frame
    assert frame_now(position.clip_id, position.clip_frame, spans) == frame


@given(spans=timelines(), rate=RATES, data=st.data())
def test_a_time_within_a_frame_is_that_frame(
    spans: list[ClipSpan], rate: Fraction, data: st.DataObject
) -> None:
    total = sum(span.frames for span in spans)
    time_s = round(data.draw(st.floats(0, float(total / Fraction(rate)))), 3)
    if time_s <= total / Fraction(rate):
        frame = position_at(time_s, spans, rate).frame
        begins, ends = seconds_of(frame, rate), seconds_of(frame + 1, rate)
        assert begins - 0.001 <= time_s <= ends + 0.001


@pytest.mark.parametrize("time_s", [-0.001, 4.1, 1e6])
def test_there_is_nothing_before_the_start_or_behind_the_end(time_s: float) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        position_at(time_s, [ClipSpan("clip-0", 0, 120)], 30)
    assert [fault.field for fault in refused.value.faults] == ["time_s"]
    assert "from 0 to 4.000 seconds" in refused.value.faults[0].detail


def test_there_is_nothing_in_a_job_without_takes() -> None:
    clips = [a_clip("clip-0", current_version=None)]
    assert spans_of(clips) == []
    with pytest.raises(InvalidRequestError):
        position_at(0, spans_of(clips), 30)


def test_a_comparison_shows_takes_whole() -> None:
    trimmed = a_clip("clip-0", seconds=2, trim=Trim(10, 20))
    assert spans_of([trimmed]) == [ClipSpan("clip-0", 0, 10, 10)]
    assert span_of_takes(trimmed) == [ClipSpan("clip-0", 0, 60)]


def test_a_link_is_open_until_its_end_and_not_at_it() -> None:
    share = Share(JOB, "share-1", START, ends_at=START.replace(year=START.year + 1))
    require_open(share, START)
    with pytest.raises(ShareEndedError, match="ended on"):
        require_open(share, share.ends_at)


def test_a_hash_says_nothing_of_its_token() -> None:
    assert len({hash_of("a" * 43), hash_of("a" * 42 + "b"), hash_of("")}) == 3
    assert len(hash_of("a" * 43)) == 64
