"""Read the queue of a user: everything that has not ended."""

from datetime import datetime

from retake.domain.queue import QueueEntry, entries_of, in_running_order, open_batch_ids
from retake.domain.records.jobs import Job
from retake.ports.table import Page
from retake.services.context import Context


def read_queue(user_id: str, ctx: Context, *, limit: int, cursor: str | None) -> Page[QueueEntry]:
    """Return everything that has not ended of some jobs and videos, in the order in which it runs.

    Jobs do not wait for each other, so the order is one within each page. A page costs a query of the
    user's open work, a batch read of the jobs, and two more batch reads a job.

    Args:
        user_id: Whose queue.
        limit: How many jobs and videos a page tells of; each has all its batches in it.
        cursor: Where the page before ended.
        ctx: The ports.

    Raises:
        InvalidRequestError: For a cursor that this list did not give.
    """
    page = ctx.jobs.list_open(user_id, limit=limit, cursor=cursor)
    entries = [entry for job in page.items for entry in _read(job, ctx.clock.now(), ctx)]
    return Page(in_running_order(entries), page.cursor)


def _read(job: Job, now: datetime, ctx: Context) -> tuple[QueueEntry, ...]:
    batches = ctx.jobs.find_batches(job.job_id, open_batch_ids(job))
    waiting = set(job.waiting_batch_ids)
    regenerations = {
        batch.batch_id: ctx.jobs.list_regenerations(job.job_id, batch.regeneration_ids)
        for batch in batches
        if batch.batch_id not in waiting
    }
    return entries_of(job, batches, regenerations, now)
