"""How much was stored on each day: what a trend is drawn from."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from retake.domain.usage import StoredBytes

KEPT_DAYS = 400
"""A year and a month: this month can be held beside the same one a year ago."""


@dataclass(frozen=True)
class StoredDay:
    """What all users stored together at the last look of a day (UTC).

    A day without a check, because nothing ran, has no record.
    """

    day: date
    stored: StoredBytes

    @property
    def expires_at(self) -> datetime:
        """Return when the record is no longer of use."""
        midnight = datetime(self.day.year, self.day.month, self.day.day, tzinfo=UTC)
        return midnight + timedelta(days=KEPT_DAYS)


def first_day(now: datetime, days: int) -> date:
    """Return the first of the last ``days`` days, today included."""
    return (now.astimezone(UTC) - timedelta(days=days - 1)).date()
