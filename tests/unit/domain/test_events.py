"""The JSON of every event, as it was stored and sent before the catalogue: names, fields and their order."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from retake.contracts.events import JOB_STREAM, RESET, USER_STREAM
from retake.domain.changes import Change, finalize
from retake.domain.events.base import JobEvent
from retake.domain.events.catalogue import JOB_EVENTS
from retake.domain.statuses import EventName
from retake.domain.user_events import (
    USER_EVENTS,
    FeedEvent,
    UserEventDraft,
    UserEventName,
    UserFeed,
    number_events,
)
from tests.builders import USER, a_job
from tests.fakes.clocks import START

EVENTS: tuple[type[JobEvent | FeedEvent], ...] = (*JOB_EVENTS, *USER_EVENTS)
STORED: list[dict[str, Any]] = json.loads(Path(__file__).with_name("events.json").read_text("utf-8"))


def class_of(stored: dict[str, Any]) -> type[JobEvent | FeedEvent]:
    (found,) = (
        kind
        for kind in EVENTS
        if kind.name == stored["event"] and [field.name for field in fields(kind)] == list(stored["data"])
    )
    return found


def written(event: JobEvent | FeedEvent) -> tuple[str, dict[str, object]]:
    """Return the name and data that a commit stores."""
    if isinstance(event, JobEvent):
        (numbered,) = finalize(Change(a_job(), events=(event,)), START).events
        return numbered.name, numbered.data
    _, (in_feed,) = number_events(UserFeed(USER), [UserEventDraft(event)], START)
    return in_feed.name, in_feed.data


@pytest.mark.parametrize("stored", STORED, ids=lambda stored: stored["event"])
def test_an_event_is_stored_byte_for_byte_as_before(stored: dict[str, Any]) -> None:
    event = TypeAdapter(class_of(stored)).validate_python(stored["data"])
    name, data = written(event)
    assert (name, json.dumps(data)) == (stored["event"], json.dumps(stored["data"]))


def test_every_class_has_an_example() -> None:
    assert {class_of(stored) for stored in STORED} == set(EVENTS)


def test_every_name_has_a_class() -> None:
    assert {kind.name for kind in JOB_EVENTS} == set(EventName)
    assert [kind.name for kind in USER_EVENTS] == list(UserEventName)
    assert JOB_STREAM.names[-1] == USER_STREAM.names[-1] == RESET
