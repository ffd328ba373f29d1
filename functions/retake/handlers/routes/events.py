"""The events streams of jobs and people: server-sent events over a gateway that does not stream.

What happened since ``Last-Event-ID`` is answered at once, with the time after which to ask again;
a reader that follows the protocol misses nothing and reads nothing twice.
"""

import json
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from retake import bootstrap
from retake.domain.errors import InvalidRequestError
from retake.domain.records.ledger import Event
from retake.handlers.http.requests import is_number, own_job, user_id
from retake.services.jobs.read_events import EventStream, read_events, read_user_events

router = APIGatewayHttpRouter()

BUSY_RETRY_MS = 1_000
IDLE_RETRY_MS = 15_000


@router.get("/jobs/<job_id>/events", summary="Read what happened, as server-sent events", tags=["events"])
def get_events(job_id: str, after: Annotated[int | None, Query()] = None) -> Response[str]:
    """Read the events after ``Last-Event-ID`` (or ``after``); without either, from the first."""
    job = own_job(router, job_id)
    since = _last_event_id() if after is None else after
    stream = read_events(job, since, jobs=bootstrap.jobs())
    return Response(200, content_type="text/event-stream", body=render(stream), headers=_UNCACHED)


@router.get("/events", summary="Read what happened to your videos, as server-sent events", tags=["events"])
def get_user_events(after: Annotated[int | None, Query()] = None) -> Response[str]:
    """Read the events of all your videos after ``Last-Event-ID`` (or ``after``); percentages are polled."""
    since = _last_event_id() if after is None else after
    stream = read_user_events(user_id(router), since, told=bootstrap.user_events())
    return Response(200, content_type="text/event-stream", body=render(stream), headers=_UNCACHED)


_UNCACHED: dict[str, str | list[str]] = {"Cache-Control": "no-store"}


def _last_event_id() -> int:
    value = router.current_event.headers.get("last-event-id", "0") or "0"
    if not is_number(value):
        raise InvalidRequestError("Last-Event-ID is the number of an event of this stream.")
    return int(value)


def render(stream: EventStream) -> str:
    """Write events in the form that the HTML standard gives them."""
    retry = BUSY_RETRY_MS if stream.is_busy else IDLE_RETRY_MS
    lines = [f"retry: {retry}\n\n"]
    if stream.reset_to is not None:
        lines.append(f"id: {stream.reset_to}\nevent: reset\ndata: {json.dumps(stream.snapshot)}\n\n")
    for event in stream.events:
        place = {"job_id": event.job_id} if isinstance(event, Event) else {}
        data = {**event.data, **place, "at": event.created_at.isoformat()}
        lines.append(f"id: {event.seq}\nevent: {event.name}\ndata: {json.dumps(data)}\n\n")
    return "".join(lines)
