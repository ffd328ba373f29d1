"""Read, decide, commit; and repeat that after a conflict with another writer."""

import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from retake.domain.changes import Change
from retake.domain.errors import ConcurrentUpdateError, NotFoundError
from retake.domain.records.jobs import Job
from retake.domain.spending import Reservation
from retake.services.context import Context

ATTEMPTS = 40
"""Enough for three dozen writers on one job: each round at least one of them succeeds. With the pauses
that is some ten seconds, of the thirty that an API function has."""

LONGEST_PAUSE_S = 0.5

T = TypeVar("T")


def commit_new(change: Change, ctx: Context, *, reserve: Callable[[], Reservation] | None = None) -> Job:
    """Write a job that is new, or return the one that has its id already.

    Args:
        change: What is written.
        reserve: Says what is set aside for what it accepts; asked again after a conflict.
        ctx: The ports.

    Raises:
        ConcurrentUpdateError: If every attempt met another writer of the user's events.
    """
    for attempt in range(ATTEMPTS):
        if reserve is not None:
            change = replace(change, reserves=reserve())
        try:
            return ctx.jobs.commit(change, now=ctx.clock.now())
        except ConcurrentUpdateError:
            with suppress(NotFoundError):
                return ctx.jobs.get_job(change.job.job_id)
            if attempt == ATTEMPTS - 1:
                raise
            pause_after(attempt)
    raise AssertionError  # pragma: no cover - the loop returns or raises


def change_job(job_id: str, decide: Callable[[Job], tuple[Change | None, T]], ctx: Context) -> tuple[Job, T]:
    """Carry out one decision about a job, however many writers there are.

    Args:
        job_id: The job.
        decide: Gets the job as it is now and returns the change (None: nothing to write) and the
            answer. Called again, on a fresh job, after a conflict: it may read but must not act.
        ctx: The ports.

    Returns:
        The job after the commit, and the decision's answer.

    Raises:
        ConcurrentUpdateError: If every attempt met another writer.
    """
    for attempt in range(ATTEMPTS):
        job = ctx.jobs.get_job(job_id)
        change, answer = decide(job)
        if change is None:
            return job, answer
        try:
            return ctx.jobs.commit(change, now=ctx.clock.now()), answer
        except ConcurrentUpdateError:
            if attempt == ATTEMPTS - 1:
                raise
            pause_after(attempt)
    raise AssertionError  # pragma: no cover - the loop returns or raises


def pause_after(attempt: int) -> None:
    """Wait a moment, with full jitter: writers that collided must not collide again in step."""
    time.sleep(random.uniform(0, min(LONGEST_PAUSE_S, 0.01 * 2**attempt)))  # noqa: S311
