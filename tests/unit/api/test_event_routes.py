"""The events stream: in order, resumable, readable by anything that reads server-sent events."""

from typing import Any

import pytest

from retake.ports.table import Delete
from retake.storage.layout import event_place, job_key
from tests.builders import JOB, store_ready_job
from tests.documented import events_of
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.http_api import Answer, Api

EVENTS = f"/jobs/{JOB}/events"


@pytest.fixture(autouse=True)
def _job(world: World) -> None:
    store_ready_job(world.jobs, world.objects)


def regenerate(api: Api) -> None:
    body = {"clips": [{"clip_index": 0, "instruction": "fail"}, {"clip_index": 2, "instruction": "darker"}]}
    assert api.post(f"/jobs/{JOB}/clips/batch-regenerate", body).status == 202


def read(answer: Answer) -> list[tuple[int, str, Any]]:
    """Parse the stream as the HTML standard has it."""
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.text.startswith("retry: ")
    return [(event["id"], event["event"], event["data"]) for event in events_of(answer.text)]


def test_a_batch_by_its_events(api: Api, world: World, stack: Stack) -> None:
    from retake.ports.providers import ProviderJobStatus  # noqa: PLC0415 - next to its one use

    world.provider.outcome = lambda words: (
        ProviderJobStatus.FAILED if words == "fail" else ProviderJobStatus.SUCCEEDED
    )
    regenerate(api)
    stack.run()
    events = read(api.get(EVENTS))
    assert [name for _, name, _ in events] == [
        "batch_started",
        "clip_regenerating",
        "clip_failed",
        "clip_regenerating",
        "clip_complete",
        "batch_complete",
        "video_recomposed",
        "batch_partial",
    ]
    assert [number for number, _, _ in events] == list(range(1, 9))
    assert events[1][2]["clip_index"] == 0
    assert events[-1][2]["clips"][0]["status"] == "failed"
    assert all(data["job_id"] == JOB and data["at"] for _, _, data in events)


def test_a_reader_resumes_where_it_was(api: Api, stack: Stack) -> None:
    regenerate(api)
    stack.run()
    everything = read(api.get(EVENTS))
    seen: list[tuple[int, str, Any]] = []
    for after in (0, 3, 5):
        seen = [item for item in seen if item[0] <= after]
        seen += read(api.get(EVENTS, headers={"last-event-id": str(after)}))
    assert seen == everything
    assert read(api.get(EVENTS, query={"after": len(everything)})) == []


def test_how_soon_to_ask_again(api: Api, stack: Stack) -> None:
    assert api.get(EVENTS).text == "retry: 5000\n\n"
    regenerate(api)
    assert api.get(EVENTS).text.startswith("retry: 1000\n\n")
    stack.run()
    assert api.get(EVENTS).text.startswith("retry: 5000\n\n")


@pytest.mark.parametrize("value", ["first", "-1", "²", "9" * 5000, "1.5"])
def test_a_number_that_is_none(api: Api, value: str) -> None:
    assert api.get(EVENTS, headers={"last-event-id": value}).status == 422


def test_a_number_the_stream_never_had_counts_as_nothing_read(api: Api) -> None:
    regenerate(api)
    assert [number for number, _, _ in read(api.get(EVENTS, query={"after": 99}))] == [1]


def test_events_that_are_no_longer_kept(api: Api, world: World, stack: Stack) -> None:
    regenerate(api)
    stack.run()
    world.table.write(Delete((job_key(JOB), event_place(3))))
    reset, *rest = read(api.get(EVENTS, query={"after": 1}))
    assert reset[:2] == (world.jobs.get_job(JOB).event_seq, "reset")
    assert reset[2]["status"] == "ready"
    assert rest == []
    assert read(api.get(EVENTS, query={"after": 3}))[0][0] == 4


def test_another_users_events(api: Api) -> None:
    assert api.get(EVENTS, user="another-user").status == 404
