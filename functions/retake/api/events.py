"""The events streams of jobs and people: server-sent events over a gateway that does not stream.

What happened since ``Last-Event-ID`` is answered at once, with the time after which to ask again;
a reader that follows the protocol misses nothing and reads nothing twice.
"""

import json
from collections.abc import Mapping

from aws_lambda_powertools.event_handler import Response

from retake import bootstrap
from retake.api.http.app import build_app, entry_point
from retake.api.http.operations import Router, answers
from retake.api.http.parameters import (
    After,
    JobId,
    LastEventId,
)
from retake.api.http.requests import own_job, user_id
from retake.contracts.events import JOB_STREAM, RESET, USER_STREAM
from retake.domain.records.ledger import Event
from retake.routes import EventRoute
from retake.services.jobs.read_events import EventStream, read_events, read_user_events

router = Router()

BUSY_RETRY_MS = 1_000
IDLE_RETRY_MS = 5_000
"""What is started elsewhere shows after this time at most; a reader costs 12 requests a minute."""
STREAM = "text/event-stream"


@router.on(EventRoute.OF_JOB, summary="Read what happened, as server-sent events", tags=["events"])
@answers(200, headers=("Cache-Control",), media_type=STREAM, events=JOB_STREAM)
def get_job_events(job_id: JobId, after: After = None, last_event_id: LastEventId = None) -> Response[str]:
    """Read the events after ``Last-Event-ID`` (or ``after``); without either, from the first."""
    job = own_job(router, job_id)
    since = _number_of(last_event_id) if after is None else after
    stream = read_events(job, since, bootstrap.context)
    return Response(200, content_type=STREAM, body=render(stream), headers=_UNCACHED)


@router.on(
    EventRoute.OF_USER, summary="Read what happened to your videos, as server-sent events", tags=["events"]
)
@answers(200, headers=("Cache-Control",), media_type=STREAM, events=USER_STREAM)
def get_events(after: After = None, last_event_id: LastEventId = None) -> Response[str]:
    """Read the events of all your videos after ``Last-Event-ID`` (or ``after``); percentages are polled."""
    since = _number_of(last_event_id) if after is None else after
    stream = read_user_events(user_id(router), since, bootstrap.context)
    return Response(200, content_type=STREAM, body=render(stream), headers=_UNCACHED)


_UNCACHED: dict[str, str | list[str]] = {"Cache-Control": "no-store"}


def _number_of(last_event_id: str | None) -> int:
    return int(last_event_id) if last_event_id else 0


def render(stream: EventStream) -> str:
    """Write events in the form that the HTML standard gives them."""
    retry = BUSY_RETRY_MS if stream.is_busy else IDLE_RETRY_MS
    lines = [f"retry: {retry}\n\n"]
    if stream.reset_to is not None:
        lines.append(f"id: {stream.reset_to}\nevent: {RESET}\ndata: {json.dumps(stream.snapshot)}\n\n")
    for event in stream.events:
        place = {"job_id": event.job_id} if isinstance(event, Event) else {}
        data = {**_with_amounts(event.data), **place, "at": event.created_at.isoformat()}
        lines.append(f"id: {event.seq}\nevent: {event.name}\ndata: {json.dumps(data)}\n\n")
    return "".join(lines)


def _with_amounts(data: Mapping[str, object]) -> Mapping[str, object]:
    """Return an event's data with its amount as a number: records keep it exact, as text."""
    charged = data.get("charged")
    return {**data, "charged": float(charged)} if isinstance(charged, str) else data


handler = entry_point(build_app(router))
