"""Note what is stored today, for the trend."""

from datetime import UTC

from retake.domain.storage_trend import StoredDay
from retake.domain.usage import StoredBytes
from retake.services.context import Context


def record_day(stored: StoredBytes, ctx: Context) -> StoredDay:
    """Write down what is stored, unless that is what today's record says: one read a minute, few writes.

    The last look of a day is the day's; a look that is repeated changes nothing.
    """
    today = StoredDay(ctx.clock.now().astimezone(UTC).date(), stored)
    if today not in ctx.usage.list_days(since=today.day):
        ctx.usage.put_day(today)
    return today
