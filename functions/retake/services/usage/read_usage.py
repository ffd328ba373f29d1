"""Read what one user stores, in which jobs, and what was spent on takes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import nlargest
from itertools import islice
from typing import TypeVar

from retake.domain.history import HistoryFilter, PastGeneration
from retake.domain.model_spending import ModelSpent, spending_by_model
from retake.domain.records.jobs import Job
from retake.domain.spending import MonthSpent, month_of
from retake.domain.usage import JobStorage, UserStorage
from retake.domain.videos import VideoFilter
from retake.ports.table import Page
from retake.services.context import Context
from retake.services.usage.allowances import SpendLimit, read_spend_limit

SHOWN_JOBS = 10
SHOWN_MONTHS = timedelta(days=365)
PAGE = 100
MOST_LINES = 2000
"""Generations of a month that are added up by model, the newest: twenty queries."""

T = TypeVar("T")


@dataclass(frozen=True)
class UsageReport:
    """What a user stores: exactly, at this moment.

    Attributes:
        storage: The user's budget, with the counters as they are now.
        largest_jobs: Those that store most, the largest first; without those that store nothing. Videos
            are jobs too.
        spend_limit: This month, and what may be spent in it.
        months: The last year's in which something was spent, newest first.
        models: What each model cost this month, by its price and by its provider's word.
    """

    storage: UserStorage
    largest_jobs: tuple[JobStorage, ...]
    spend_limit: SpendLimit
    months: tuple[MonthSpent, ...]
    models: tuple[ModelSpent, ...]


def read_usage(user_id: str, ctx: Context, *, now: datetime) -> UsageReport:
    """Read the counters, the budget, every job and video of the user (100 a query), and the last months."""
    largest = nlargest(SHOWN_JOBS, _jobs_of(user_id, ctx), key=lambda job: job.counted.total)
    return UsageReport(
        storage=replace(ctx.usage.get_storage(user_id), stored=ctx.usage.get_stored(user_id)),
        largest_jobs=tuple(
            JobStorage(job.job_id, job.user_id, job.title, job.counted)
            for job in largest
            if job.counted.total
        ),
        spend_limit=read_spend_limit(user_id, month_of(now), ctx),
        months=tuple(ctx.usage.list_months(user_id, since=month_of(now - SHOWN_MONTHS))),
        models=spending_by_model(islice(_ended_in(month_of(now), user_id, ctx), MOST_LINES)),
    )


def _ended_in(month: str, user_id: str, ctx: Context) -> Iterator[PastGeneration]:
    wanted = HistoryFilter(month=month)
    yield from _all_pages(
        lambda cursor: ctx.history.list_generations(user_id, wanted, limit=PAGE, cursor=cursor)
    )


def _jobs_of(user_id: str, ctx: Context) -> Iterator[Job]:
    yield from _all_pages(lambda cursor: ctx.jobs.list_jobs(user_id, limit=PAGE, cursor=cursor))
    everything = VideoFilter()
    yield from _all_pages(lambda cursor: ctx.jobs.list_videos(user_id, everything, limit=PAGE, cursor=cursor))


def _all_pages(read: Callable[[str | None], Page[T]]) -> Iterator[T]:
    cursor = None
    while True:
        page = read(cursor)
        yield from page.items
        cursor = page.cursor
        if cursor is None:
            return
