"""What every ``WorkQueue`` promises: ids only, after the delay that was asked for."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from retake.adapters.aws.sqs_queue import SqsWorkQueue
from retake.ports.workflows import WorkQueue
from tests.builders import a_regeneration
from tests.fakes.clocks import FixedClock
from tests.fakes.in_memory_queue import InMemoryQueue
from tests.moto_aws import EVERYWHERE, aws, client, client_on

Received = Callable[[], list[dict[str, Any]]]


@pytest.fixture(params=EVERYWHERE)
def queue(request: pytest.FixtureRequest) -> Iterator[tuple[WorkQueue, Received]]:
    if request.param == "memory":
        memory = InMemoryQueue(FixedClock())
        yield memory, lambda: [dict(message.body) for message in memory.visible()]
        return
    if request.param == "local cloud":
        with queues(client_on(request.getfixturevalue("bare_cloud"), "sqs")) as made:
            yield made
        return
    with aws(), queues(client("sqs")) as made:
        yield made


@contextmanager
def queues(sqs: Any) -> Iterator[tuple[WorkQueue, Received]]:
    """Have the three queues for one test."""
    urls = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("submit", "poll", "archive")}

    def received() -> list[dict[str, Any]]:
        found = [
            sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
            for url in urls.values()
        ]
        return [json.loads(message["Body"]) for messages in found for message in messages]

    yield (
        SqsWorkQueue(sqs, submit_url=urls["submit"], poll_url=urls["poll"], archive_url=urls["archive"]),
        received,
    )
    for url in urls.values():
        sqs.delete_queue(QueueUrl=url)


def test_messages_carry_ids(queue: tuple[WorkQueue, Received]) -> None:
    work, received = queue
    work.send_submit(a_regeneration(), token="token", delay_s=0)  # noqa: S106 - a test's token
    work.send_poll(a_regeneration(), poll_seq=1, delay_s=0)
    work.send_archive("job-1", "clip-0", 3)
    ids = {
        "job_id": "job-1",
        "batch_id": "batch-1",
        "clip_id": "clip-0",
        "clip_index": 0,
        "regeneration_id": "regeneration-0",
    }
    assert received() == [
        {**ids, "task_token": "token"},
        {**ids, "poll_seq": 1},
        {"job_id": "job-1", "clip_id": "clip-0", "version_number": 3},
    ]


def test_a_delayed_message_is_not_there_yet(queue: tuple[WorkQueue, Received]) -> None:
    work, received = queue
    work.send_poll(a_regeneration(), poll_seq=1, delay_s=30)
    assert received() == []


def test_a_function_cannot_send_to_a_queue_it_was_not_given() -> None:
    with aws(), pytest.raises(LookupError):
        SqsWorkQueue(client("sqs")).send_archive("job-1", "clip-0", 3)
