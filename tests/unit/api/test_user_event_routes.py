"""A person's stream: what happened to all videos, in order, resumable."""

import json
from typing import Any

import pytest

from retake.ports.providers import ProviderJobStatus
from retake.ports.table import Delete
from retake.storage.layout import event_place, user_key
from tests.builders import USER
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.http_api import Api
from tests.unit.api.test_event_routes import read

EVENTS = "/events"


def make(api: Api, prompt: str = "a fox") -> str:
    return str(api.post("/videos", {"prompt": prompt, "seconds": 1}).json["video_id"])


def test_each_video_reports_its_story(api: Api, world: World, stack: Stack) -> None:
    world.provider.outcome = lambda words: (
        ProviderJobStatus.FAILED if words == "fail" else ProviderJobStatus.SUCCEEDED
    )
    fox, bad = make(api), make(api, "fail")
    stack.run()
    events = read(api.get(EVENTS))
    assert [number for number, _, _ in events] == [1, 2, 3, 4]
    reported: dict[str, list[tuple[str, Any]]] = {fox: [], bad: []}
    for _, name, data in events:
        reported[data["video_id"]].append((name, data["error"]))
    assert reported == {
        fox: [("video_processing", None), ("video_completed", None)],
        bad: [("video_processing", None), ("video_failed", "The directed provider could not do it.")],
    }
    assert all(data["at"] and "job_id" not in data for _, _, data in events)


def test_a_reader_resumes_where_it_was(api: Api, stack: Stack) -> None:
    for _ in range(3):
        make(api)
    stack.run()
    everything = read(api.get(EVENTS))
    for after in range(len(everything) + 1):
        resumed = read(api.get(EVENTS, headers={"last-event-id": str(after)}))
        assert resumed == everything[after:]


def test_how_soon_to_ask_again(api: Api, stack: Stack) -> None:
    assert api.get(EVENTS).text == "retry: 5000\n\n"
    make(api)
    assert api.get(EVENTS).text.startswith("retry: 1000\n\n")
    stack.run()
    assert api.get(EVENTS).text.startswith("retry: 5000\n\n")


@pytest.mark.parametrize("value", ["first", "-1", "²"])
def test_a_number_that_is_none(api: Api, value: str) -> None:
    assert api.get(EVENTS, headers={"last-event-id": value}).status == 422


def test_events_that_are_no_longer_kept(api: Api, world: World) -> None:
    for _ in range(3):
        make(api)
    world.table.write(Delete((user_key(USER), event_place(2))))
    text = api.get(EVENTS, query={"after": 1}).text
    assert "id: 3\nevent: reset\n" in text
    assert json.loads(text.rsplit("data: ", 1)[1]) == {"processing": 3}


def test_no_one_hears_of_others(api: Api) -> None:
    make(api)
    assert read(api.get(EVENTS, user="another-user")) == []
