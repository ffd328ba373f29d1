"""Follow a job's events stream: server-sent events that are answered at once and asked for again."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from retake_client.errors import UnexpectedEndError

DEFAULT_RETRY_MS = 1_000


@dataclass(frozen=True)
class Event:
    """One thing that happened.

    Attributes:
        id: Its number in the job's stream.
        name: Such as ``clip_complete``; ``reset`` when what was before is no longer kept.
        data: What it says.
    """

    id: int
    name: str
    data: dict[str, Any]


@dataclass(frozen=True)
class EventPage:
    """One answer of the stream."""

    events: tuple[Event, ...]
    retry_ms: int


@dataclass
class _Draft:
    """The fields of an event that was not ended by an empty line yet."""

    name: str = "message"
    data: list[str] = field(default_factory=list)


def parse_events(text: str) -> EventPage:
    r"""Read server-sent events as the HTML standard has them; an unfinished last one is left out.

    >>> parse_events('retry: 500\n\nid: 3\nevent: job_ready\ndata: {"clips": 5}\n\n')
    EventPage(events=(Event(id=3, name='job_ready', data={'clips': 5}),), retry_ms=500)
    """
    events: list[Event] = []
    retry_ms, last_id, draft = DEFAULT_RETRY_MS, 0, _Draft()
    for line in text.splitlines():
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if line == "":
            if draft.data:
                events.append(Event(last_id, draft.name, json.loads("\n".join(draft.data))))
            draft = _Draft()
        elif name == "data":
            draft.data.append(value)
        elif name == "event":
            draft.name = value
        elif name in ("id", "retry") and value.isdigit():
            last_id, retry_ms = (int(value), retry_ms) if name == "id" else (last_id, int(value))
    return EventPage(tuple(events), retry_ms)


def follow(
    read: Callable[[int], str],
    *,
    after: int = 0,
    timeout_s: float,
    pause: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.monotonic,
) -> Iterator[Event]:
    """Yield events as they happen, each once and in order, until the reader has seen enough.

    Args:
        read: Asks the stream for what happened since an event's number.
        after: The number of the last event that is known already.
        timeout_s: After this many seconds without what the reader waits for, it is an error.
        pause: Waits so many seconds.
        now: Tells seconds.

    Raises:
        UnexpectedEndError: If it takes too long.
    """
    deadline = now() + timeout_s
    while True:
        page = parse_events(read(after))
        for event in page.events:
            after = max(after, event.id)
            yield event
        left = deadline - now()
        if left <= 0:
            raise UnexpectedEndError(f"It did not end within {timeout_s:.0f} s; look at it again later.")
        pause(min(page.retry_ms / 1000, left))
