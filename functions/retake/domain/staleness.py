"""Clips that are stale: what their current takes were made from is not what is shown there now. Pure.

Nothing of this is stored: it follows from the takes that clips show, so that it cannot be out of date. Taking
a source back to the take that was used clears it.
"""

from collections.abc import Iterable, Mapping, Sequence

from retake.domain.clip_names import clip_name
from retake.domain.clip_versions import ClipTake
from retake.domain.events.base import JobEvent
from retake.domain.events.jobs import ClipStale, ClipUpToDate
from retake.domain.records.jobs import Clip, Job
from retake.domain.sources import FramePlace, Neighbour, Source


def stale_clips(job: Job, takes: Iterable[ClipTake]) -> dict[str, str]:
    """Return why each stale clip is so, as a sentence, by the clip's id.

    Args:
        job: The job: the order of its clips counts.
        takes: Every clip of the timeline with the take that it shows.
    """
    shown = {entry.clip.clip_id: entry for entry in takes}
    found = {}
    for clip_id in job.clip_ids:
        take = shown[clip_id].version if clip_id in shown else None
        reasons = [] if take is None else [_why(job, clip_id, source, shown) for source in take.made_from]
        reason = " ".join(dict.fromkeys(reason for reason in reasons if reason))
        if reason:
            found[clip_id] = reason
    return found


def _why(job: Job, clip_id: str, source: Source, shown: Mapping[str, ClipTake]) -> str | None:
    """Return why a source is not what it was; None where it is."""
    if not source.is_followed or source.clip_id is None:
        return None
    used = source.role.words
    place = job.place_of(source.clip_id)
    if place is None or source.clip_id not in shown:
        return f"The clip that gave its {used} was taken out of the timeline."
    entry = shown[source.clip_id]
    name = clip_name(place, entry.clip.title)
    if source.neighbour is not None and not _is_beside(job, clip_id, place, source.neighbour):
        where = "before" if source.neighbour is Neighbour.PREVIOUS else "after"
        return f"{name}, which gave its {used}, is not the clip {where} it any more."
    number = None if entry.version is None else entry.version.version_number
    if number == source.version_number:
        return _why_frame(source, entry.clip, name)
    return f"Its {used} is from version {source.version_number} of {name}, which shows version {number} now."


def _why_frame(source: Source, clip: Clip, name: str) -> str | None:
    """Return why the frame that was used is not the one that is shown at that place now: by a trim."""
    if source.frame_place is None:
        return None
    frame = clip.shown_frame(source.frame_place)
    if frame == source.frame:
        return None
    place = "begins" if source.frame_place is FramePlace.FIRST else "ends"
    return f"Its {source.role.words} is frame {source.frame} of {name}, which {place} with frame {frame} now."


def _is_beside(job: Job, clip_id: str, place: int, neighbour: Neighbour) -> bool:
    own = job.place_of(clip_id)
    return own is not None and place == own + neighbour.step


def update_order(job: Job, takes: Sequence[ClipTake]) -> tuple[int, ...]:
    """Return the places of the clips that *Update all stale* makes again, each after what it is made from.

    These are the stale ones, and those that would be stale once these have new takes.
    """
    made_from = {
        entry.clip.clip_id: {
            source.clip_id
            for source in (() if entry.version is None else entry.version.made_from)
            if source.is_followed and source.clip_id is not None
        }
        for entry in takes
    }
    wanted = set(stale_clips(job, takes))
    while more := {
        clip_id for clip_id, sources in made_from.items() if clip_id not in wanted and sources & wanted
    }:
        wanted |= more
    ordered = order_by_sources([clip_id for clip_id in job.clip_ids if clip_id in wanted], made_from)
    return tuple(place for clip_id in ordered if (place := job.place_of(clip_id)) is not None)


def order_by_sources(clip_ids: Sequence[str], made_from: Mapping[str, Iterable[str]]) -> list[str]:
    """Return clips in such an order that each comes after those that it is made from, as far as one can.

    >>> order_by_sources(["a", "b", "c"], {"a": ["b"], "c": ["b"]})
    ['b', 'a', 'c']
    """
    waiting, ordered = list(clip_ids), []
    while waiting:
        free = next(iter(_free(waiting, made_from)), waiting[0])
        waiting.remove(free)
        ordered.append(free)
    return ordered


def find_circle(clip_ids: Sequence[str], made_from: Mapping[str, Iterable[str]]) -> list[str]:
    """Return clips that wait for each other; none where one of them can always be the next.

    >>> find_circle(["a", "b", "c"], {"a": ["b"], "b": ["a"]})
    ['a', 'b']
    """
    waiting = list(clip_ids)
    while free := _free(waiting, made_from):
        waiting = [item for item in waiting if item not in free]
    return waiting


def _free(waiting: Sequence[str], made_from: Mapping[str, Iterable[str]]) -> list[str]:
    """Return those of the clips that are made from none of the others."""
    return [item for item in waiting if not set(made_from.get(item, ())) & (set(waiting) - {item})]


def staleness_events(
    before: Job, after: Job, takes_before: Sequence[ClipTake], takes_after: Sequence[ClipTake]
) -> tuple[JobEvent, ...]:
    """Return an event for each clip that becomes stale by a change, or stops being so.

    Args:
        before: The job before.
        after: And after it: its clips may have another order.
        takes_before: What its clips show before.
        takes_after: What they show after it; clips that are in the timeline no more do not matter.
    """
    then, now = stale_clips(before, takes_before), stale_clips(after, takes_after)
    titles = {entry.clip.clip_id: entry.clip.title or None for entry in takes_after}
    events: list[JobEvent] = []
    for place, clip_id in enumerate(after.clip_ids):
        if clip_id in now and now[clip_id] != then.get(clip_id):
            events.append(ClipStale(clip_index=place, clip_title=titles[clip_id], reason=now[clip_id]))
        elif clip_id in then and clip_id not in now:
            events.append(ClipUpToDate(clip_index=place, clip_title=titles[clip_id]))
    return tuple(events)
