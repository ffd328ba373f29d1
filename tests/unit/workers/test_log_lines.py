"""Each line that a worker logs about a batch names its job, batch, clip and regeneration; so do traces."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

import pytest

from retake import observability
from retake.domain.errors import ProviderUnavailableError, RetakeError
from retake.workers.queues import handle_dead_letters, poll_generation, submit_generation
from retake.workers.schedules import reconcile
from retake.workers.task import Handler
from retake.workers.workflows import (
    finish_batch,
    ingest_clip,
    recompose_video,
    record_clip_failure,
    start_batch,
)
from tests.builders import JOB, store_ready_job
from tests.fakes.world import World
from tests.http_api import Api
from tests.lambda_calls import Context

OF_A_BATCH = {"job_id", "batch_id"}
OF_A_CLIP = {*OF_A_BATCH, "clip_id", "clip_index", "regeneration_id"}
TOKEN = "token-1"  # noqa: S105 - a test's

Line = Mapping[str, Any]


@dataclass
class Annotations:
    """Collects what is said to the trace."""

    made: list[tuple[str, str]] = field(default_factory=list)

    def put(self, key: str, value: str) -> None:
        self.made.append((key, value))


@dataclass
class Batch:
    """A batch of two clips whose steps are carried out by hand, with payloads as the workflow makes them.

    ``tests.infrastructure.test_stack_workflows`` compares these with the workflow's own.
    """

    world: World
    log: StringIO
    batch_id: str = ""
    items: Sequence[Mapping[str, Any]] = ()

    def read(self) -> str:
        """Return what was logged since the last time."""
        text = self.log.getvalue()
        self.log.seek(0)
        self.log.truncate()
        return text

    @property
    def ids(self) -> dict[str, Any]:
        return {"job_id": JOB, "batch_id": self.batch_id}

    def clip(self, position: int = 0) -> dict[str, Any]:
        return {**self.ids, **self.items[position]}

    def lines(self, handler: Handler, event: Mapping[str, Any]) -> list[Line]:
        """Invoke a function and return what it logged, metrics apart."""
        self.read()
        with suppress(RetakeError):
            handler(dict(event), Context())
        found = [json.loads(line) for line in self.read().splitlines() if line.startswith("{")]
        return [line for line in found if "_aws" not in line]

    def deliver(self, handler: Handler, *messages: Mapping[str, Any]) -> list[Line]:
        records = [
            {"messageId": f"message-{number}", "body": json.dumps(body), "eventSource": "aws:sqs"}
            for number, body in enumerate(messages)
        ]
        return self.lines(handler, {"Records": records})

    def polls(self) -> Iterator[Mapping[str, Any]]:
        """Give the poll messages that are visible, and acknowledge them."""
        for message in self.world.queue.visible():
            if message.queue == "poll":
                self.world.queue.remove(message)
                yield message.body


@pytest.fixture
def annotations(monkeypatch: pytest.MonkeyPatch) -> Annotations:
    collected = Annotations()
    monkeypatch.setattr(observability.tracer, "put_annotation", collected.put)
    return collected


@pytest.fixture
def batch(world: World, api: Api, monkeypatch: pytest.MonkeyPatch) -> Batch:
    store_ready_job(world.jobs, world.objects)
    made = Batch(world, StringIO())
    monkeypatch.setattr(observability.logger.registered_handler, "stream", made.log)
    clips = [{"clip_index": index} for index in (0, 1)]
    body = {"clips": clips, "instruction": "make it nighttime"}
    made.batch_id = api.post(f"/jobs/{JOB}/clips/batch-regenerate", body).json["batch_id"]
    made.items = start_batch.handler({**made.ids, "execution_arn": "arn"}, Context())["items"]
    return made


def require_named(lines: Sequence[Line], wanted: Mapping[str, Any]) -> None:
    assert lines, "nothing was logged"
    for line in lines:
        assert {name: line.get(name) for name in wanted} == wanted, line["message"]


def test_every_step_of_a_clip_that_succeeds(batch: Batch, world: World) -> None:
    first = batch.clip()
    assert first.keys() >= OF_A_CLIP
    require_named(batch.deliver(submit_generation.handler, {**first, "task_token": TOKEN}), first)
    (poll,) = batch.polls()
    assert poll.keys() >= OF_A_CLIP
    require_named(batch.deliver(poll_generation.handler, poll), first)
    require_named(batch.lines(ingest_clip.handler, first), first)
    require_named(batch.lines(recompose_video.handler, batch.ids), batch.ids)
    require_named(batch.lines(finish_batch.handler, batch.ids), batch.ids)
    assert world.jobs.get_batch(JOB, batch.batch_id).status.is_terminal


def test_every_step_of_a_clip_that_fails(batch: Batch, world: World) -> None:
    first = batch.clip()
    world.provider.refusals.append(ProviderUnavailableError("gone"))
    submitted = batch.deliver(submit_generation.handler, {**first, "task_token": TOKEN})
    require_named(submitted, first)
    require_named(batch.lines(ingest_clip.handler, first), first)  # there is no result
    ended = {**first, "error": "GenerationFailedError", "cause": "no"}
    require_named(batch.lines(record_clip_failure.handler, ended), first)
    require_named(batch.deliver(handle_dead_letters.handler, {**first, "task_token": TOKEN}), first)


def test_a_failed_call_is_named_by_what_it_asked_for(batch: Batch) -> None:
    first = batch.clip()
    call = {
        "requestContext": {"functionArn": "a:b", "condition": "EventAgeExceeded"},
        "requestPayload": first,
    }
    require_named(batch.deliver(handle_dead_letters.handler, call), first)


def test_a_message_does_not_speak_for_the_next(batch: Batch) -> None:
    first, second = batch.clip(0), batch.clip(1)
    lines = batch.deliver(
        handle_dead_letters.handler,
        {**first, "task_token": TOKEN},
        {"job_id": JOB},
        {**second, "task_token": "t"},
    )
    assert [line.get("regeneration_id") for line in lines] == [
        first["regeneration_id"],
        None,
        second["regeneration_id"],
    ]


def test_the_request_that_began_it(batch: Batch, api: Api) -> None:
    batch.read()
    body = {"clips": [{"clip_index": 2}], "instruction": "warmer"}
    made = api.post(f"/jobs/{JOB}/clips/batch-regenerate", body).json["batch_id"]
    (answered,) = [json.loads(line) for line in batch.read().splitlines()]
    assert (answered["message"], answered["job_id"], answered["batch_id"]) == ("answered", JOB, made)


def test_the_reconciliation_that_looks_after_it(batch: Batch, world: World) -> None:
    world.clock.advance(hours=1)
    lines = batch.lines(reconcile.handler, {})
    assert [line["batch_id"] for line in lines if line["message"] == "batch looked after"] == [batch.batch_id]
    detail = {"input": json.dumps(batch.ids), "status": "ABORTED"}
    event = {"detail-type": "Step Functions Execution Status Change", "detail": detail}
    settled, *_, reconciled = batch.lines(reconcile.handler, event)
    assert (settled["message"], settled["batch_id"]) == ("execution settled", batch.batch_id)
    assert "batch_id" not in reconciled


def test_traces_are_found_by_the_same_ids(batch: Batch, annotations: Annotations) -> None:
    first = batch.clip()
    batch.lines(ingest_clip.handler, {**first, "clip_index": 0})
    assert dict(annotations.made) == {name: str(first[name]) for name in OF_A_CLIP}
