"""Read, decide, commit; and repeat that after a conflict with another writer."""

import random
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from retake.domain.changes import Change
from retake.domain.clip_versions import ClipTake
from retake.domain.errors import ConcurrentUpdateError, ConflictError, NotFoundError
from retake.domain.records.jobs import Clip, Job
from retake.domain.records.takes import Version
from retake.domain.spending import Reservation
from retake.domain.staleness import staleness_events
from retake.domain.timeline import note_request, was_applied
from retake.services.context import Context

ATTEMPTS = 40
"""Enough for three dozen writers on one job: each round at least one of them succeeds. With the pauses
that is some ten seconds, of the thirty that an API function has."""

LONGEST_PAUSE_S = 0.5

REFUSED_BEFORE = "That was changed again since, so the request is refused."

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
        if change.job.has_sources:
            change = _with_staleness(job, change, ctx)
        try:
            return ctx.jobs.commit(change, now=ctx.clock.now()), answer
        except ConcurrentUpdateError:
            if attempt == ATTEMPTS - 1:
                raise
            pause_after(attempt)
    raise AssertionError  # pragma: no cover - the loop returns or raises


def change_once(
    job_id: str,
    decide: Callable[[Job], tuple[Change | None, str | None]],
    ctx: Context,
    *,
    request_id: str | None,
) -> Job:
    """Carry out one decision about a timeline, once for all repeats of its request.

    Args:
        job_id: The job.
        decide: As for ``change_job``; its answer is None, or why the request is refused although something is
            written.
        ctx: The ports.
        request_id: Equal for all repeats; None for a request that is never repeated.

    Returns:
        The job after the commit; for a repeat as it is.

    Raises:
        ConflictError: If the decision refuses the request, or refused it before.
    """
    refused_id = None if request_id is None else f"refused {request_id}"

    def decide_once(job: Job) -> tuple[Change | None, str | None]:
        if was_applied(job, request_id):
            return None, None
        if was_applied(job, refused_id):
            return None, REFUSED_BEFORE
        change, refusal = decide(job)
        noted = request_id if refusal is None else refused_id
        return None if change is None else note_request(change, noted), refusal

    job, refusal = change_job(job_id, decide_once, ctx)
    if refusal is not None:
        raise ConflictError(refusal)
    return job


def _with_staleness(before: Job, change: Change, ctx: Context) -> Change:
    """Return the change with an event for each clip that it makes stale, or up to date.

    What clips show, and where, changes together with the revision of the timeline, and by nothing else.
    """
    after = change.job
    if after.timeline_revision == before.timeline_revision:
        return change
    shown = {entry.clip.clip_id: entry for entry in ctx.jobs.list_takes(before.job_id, before.clip_ids)}
    put = {record.clip_id: record for record in change.puts if isinstance(record, Clip)}
    then = dict(shown) | {clip_id: _take_after(clip, change, shown, ctx) for clip_id, clip in put.items()}
    events = staleness_events(before, after, list(shown.values()), list(then.values()))
    return replace(change, events=(*change.events, *events))


def _take_after(clip: Clip, change: Change, shown: Mapping[str, ClipTake], ctx: Context) -> ClipTake:
    """Return a clip with what it shows after a change that writes it."""
    number = clip.current_version
    was = shown.get(clip.clip_id)
    known = [
        *(record for record in change.puts if isinstance(record, Version) and record.clip_id == clip.clip_id),
        *(() if was is None or was.version is None else (was.version,)),
    ]
    if number is None or any(version.version_number == number for version in known):
        return ClipTake(clip, next((one for one in known if one.version_number == number), None))
    return ClipTake(clip, ctx.jobs.get_take(clip.job_id, clip.clip_id, number).version)


def pause_after(attempt: int) -> None:
    """Wait a moment, with full jitter: writers that collided must not collide again in step."""
    time.sleep(random.uniform(0, min(LONGEST_PAUSE_S, 0.01 * 2**attempt)))  # noqa: S311
