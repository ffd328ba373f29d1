"""Days of the trend."""

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from retake.domain.storage_trend import KEPT_DAYS, StoredDay, first_day
from retake.domain.usage import StoredBytes

FIRST = datetime(2020, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(min_value=0, max_value=25_000 * 86_400).map(lambda s: FIRST + timedelta(seconds=s))


@given(MOMENTS, st.integers(min_value=1, max_value=KEPT_DAYS))
def test_the_last_days_end_today(now: datetime, days: int) -> None:
    assert (now.date() - first_day(now, days)).days == days - 1


def test_days_are_those_of_utc() -> None:
    late = datetime(2026, 11, 21, 23, 30, tzinfo=timezone(-timedelta(hours=5)))
    assert first_day(late, 1) == date(2026, 11, 22)


@given(MOMENTS)
def test_every_day_that_can_be_asked_for_is_still_kept(now: datetime) -> None:
    oldest = StoredDay(first_day(now, KEPT_DAYS), StoredBytes())
    assert oldest.expires_at > now
