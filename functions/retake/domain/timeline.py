"""Changes of a job's timeline: order, clips that come and go, trims; each can be undone. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import takewhile

from retake.domain.changes import Change
from retake.domain.clip_names import clip_name
from retake.domain.errors import ConflictError, Fault, InvalidRequestError
from retake.domain.events.jobs import ClipRemoved, ClipReturned, ClipsAdded, ClipsReordered, ClipTrimmed
from retake.domain.preparations import require_ready
from retake.domain.records.jobs import Clip, Job
from retake.domain.records.timeline import StepKind, TimelineStep, Trim
from retake.domain.statuses import ClipStatus, JobKind

MAX_STEPS = 10
"""Undo steps that a job keeps. Each is a few hundred bytes of a record that every commit writes."""

NOTHING_CHANGED = "The change was refused; nothing was changed."


def require_quiet(job: Job) -> None:
    """Refuse a change of places while something names clips by them. Raises ``ConflictError``."""
    require_ready(job)
    if job.active_batch_id is not None:
        raise ConflictError("A batch is running on this job; wait for its end, or cancel it.")
    if job.waiting_batch_ids:
        raise ConflictError("A paused batch waits on this job; resume it, or cancel it.")
    require_settled(job)


def require_settled(job: Job) -> None:
    """Refuse while takes of added clips are being made. Raises ``ConflictError``."""
    if job.additions:
        raise ConflictError("Clips are being added to this job; wait for the event clip_prepared of each.")


def require_timeline(job: Job) -> None:
    """Refuse a video: it is one clip. Raises ``ConflictError``."""
    if job.kind is JobKind.VIDEO:
        raise ConflictError("A video has one clip. Make a job of it, and change that.")


def remember(job: Job, step: TimelineStep) -> Job:
    """Return the job with one more change that can be undone."""
    return replace(job, undo_steps=(step, *job.undo_steps)[:MAX_STEPS])


def note_request(change: Change, request_id: str | None) -> Change:
    """Return the change with the id of its request, by which ``was_applied`` recognises a repeat."""
    if request_id is None:
        return change
    applied = (request_id, *change.job.applied)[:MAX_STEPS]
    return replace(change, job=replace(change.job, applied=applied))


def was_applied(job: Job, request_id: str | None) -> bool:
    """Return whether a request has changed the timeline before."""
    return request_id in job.applied


def reorder(job: Job, order: Sequence[int], *, now: datetime) -> Change | None:
    """Reorder the clips; None where they have this order already.

    Raises:
        InvalidRequestError: If ``order`` does not name each place once.
    """
    places = range(len(job.clip_ids))
    if sorted(order) != list(places):
        raise InvalidRequestError(
            "The order was refused; nothing was changed.",
            faults=[Fault("order", f"Name each index from 0 to {len(places) - 1} exactly once.")],
        )
    if list(order) == list(places):
        return None
    moved = _moved(job, tuple(job.clip_ids[index] for index in order))
    back = tuple(sorted(places, key=lambda place: order[place]))
    step = TimelineStep(StepKind.REORDERED, now, order=back)
    return Change(remember(moved, step), events=(ClipsReordered(order=tuple(order)),))


def remove(job: Job, clips: Sequence[Clip], *, now: datetime) -> Change:
    """Take clips out of the timeline; they stay in the job, to be put back.

    The undo step is that of one removed clip; a caller that undoes something drops it.
    """
    gone, events, left = [], [], job
    for clip in clips:
        place = left.clip_ids.index(clip.clip_id)
        gone.append(replace(clip, removed_at=now, removed_from=place))
        events.append(ClipRemoved(removed=place, clip_title=clip.title or None, clip_id=clip.clip_id))
        left = replace(left, clip_ids=tuple(item for item in left.clip_ids if item != clip.clip_id))
    moved = replace(left, timeline_revision=job.timeline_revision + 1)
    first = gone[0]
    step = TimelineStep(StepKind.REMOVED, now, (first.clip_id,), first.title, place=first.removed_from or 0)
    return Change(remember(moved, step), tuple(gone), events=tuple(events))


def put_back(job: Job, clip: Clip, place: int | None, *, now: datetime) -> Change:
    """Return a removed clip to the timeline, by default where it was.

    Raises:
        InvalidRequestError: If there is no such place.
    """
    at = min(clip.removed_from or 0, len(job.clip_ids)) if place is None else place
    require_place(job, at)
    back = replace(clip, removed_at=None, removed_from=None)
    moved = _moved(job, (*job.clip_ids[:at], clip.clip_id, *job.clip_ids[at:]))
    event = ClipReturned(returned=at, clip_title=clip.title or None, clip_id=clip.clip_id)
    step = TimelineStep(StepKind.RETURNED, now, (clip.clip_id,), clip.title)
    return Change(remember(moved, step), (back,), events=(event,))


def delete_removed(job: Job, clip: Clip, *, now: datetime) -> Change:
    """Delete a removed clip whose takes are tombstones already.

    What undoes its removal goes, and with it what undoes the changes before that: steps fit in order only.
    """
    kept = tuple(takewhile(lambda step: clip.clip_id not in step.clip_ids, job.undo_steps))
    return Change(replace(job, undo_steps=kept), (replace(clip, current_version=None, deleted_at=now),))


def insert(job: Job, clips: Sequence[Clip], place: int, *, now: datetime) -> Change:
    """Insert new clips at a position; their records are written by the caller."""
    ids = tuple(clip.clip_id for clip in clips)
    moved = _moved(job, (*job.clip_ids[:place], *ids, *job.clip_ids[place:]))
    event = ClipsAdded(
        added=tuple(range(place, place + len(ids))),
        clip_titles=tuple(clip.title for clip in clips),
        clip_ids=ids,
    )
    step = TimelineStep(StepKind.ADDED, now, ids, clips[0].title)
    return Change(remember(moved, step), events=(event,))


def trim(job: Job, clip: Clip, wanted: Trim | None, *, now: datetime) -> Change | None:
    """Show a part of a clip's takes, or all of them again; None where it is so already.

    Raises:
        InvalidRequestError: If the clip does not have these frames.
        ConflictError: If the clip has no take.
    """
    place = job.clip_ids.index(clip.clip_id)
    if clip.status is not ClipStatus.READY:
        raise ConflictError(f"{clip_name(place, clip.title)} has no take that could be trimmed.")
    if wanted == Trim(0, clip.frames):
        wanted = None
    if wanted is not None:
        _require_frames(clip, wanted)
    if wanted == clip.trim:
        return None
    step = TimelineStep(StepKind.TRIMMED, now, (clip.clip_id,), clip.title, trim=clip.trim, trim_after=wanted)
    event = ClipTrimmed(
        trimmed=place,
        clip_title=clip.title or None,
        in_frame=0 if wanted is None else wanted.in_frame,
        out_frame=clip.frames if wanted is None else wanted.out_frame,
    )
    moved = replace(job, timeline_revision=job.timeline_revision + 1)
    return Change(remember(moved, step), (replace(clip, trim=wanted),), events=(event,))


def require_place(job: Job, place: int) -> None:
    """Refuse a place that a clip cannot be put at. Raises ``InvalidRequestError``."""
    if not 0 <= place <= len(job.clip_ids):
        detail = f"A clip can be put at 0 to {len(job.clip_ids)}; {len(job.clip_ids)} is the end."
        raise InvalidRequestError(NOTHING_CHANGED, faults=[Fault("clip_index", detail)])


def _require_frames(clip: Clip, wanted: Trim) -> None:
    faults = []
    if not 0 <= wanted.in_frame < clip.frames:
        faults.append(Fault("trim.in_frame", f"The clip has the frames 0 to {clip.frames - 1}."))
    if not wanted.in_frame < wanted.out_frame <= clip.frames:
        detail = f"It is behind the last frame that is shown: from {wanted.in_frame + 1} to {clip.frames}."
        faults.append(Fault("trim.out_frame", detail))
    if faults:
        raise InvalidRequestError(NOTHING_CHANGED, faults=faults)


def _moved(job: Job, clip_ids: tuple[str, ...]) -> Job:
    return replace(job, clip_ids=clip_ids, timeline_revision=job.timeline_revision + 1)
