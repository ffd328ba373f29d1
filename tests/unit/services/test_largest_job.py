"""The largest job that the limits allow, in the longest texts, on tables that hold 400 KB an item.

100 clips with three takes each: whatever becomes of them, the batch ends, each answer is given and repeated,
and the job can be deleted.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import pytest

from retake.domain.changes import Change
from retake.domain.statuses import BatchStatus, ClipStatus, JobStatus
from retake.services.batches.finish_batch import end_batch, finish_batch
from retake.services.generation.record_clip_failure import (
    record_clip_failure,
    record_preparation_failure,
)
from retake.services.jobs.delete_job import delete_job
from retake.services.jobs.finish_preparation import finish_preparation
from retake.services.upkeep.purge import purge
from tests.builders import JOB, PROFILE, a_clip, a_job, a_take, a_version
from tests.fakes.aws_world import AwsWorld
from tests.fakes.clocks import START
from tests.fakes.stack import Stack
from tests.handler_world import install
from tests.http_api import Api
from tests.moto_aws import aws
from tests.unit.domain.test_reasons import CAUSE_CHARACTERS, STATE_BYTES

CLIPS, TAKES = 100, 3
LETTER = "夜"
"""Of three bytes: the items of the texts that follow are three times as large as those of English ones."""
TITLE = LETTER * 200
INSTRUCTION = LETTER * 500
PROMPT = LETTER * 2000
REASON = f'Traceback (most recent call last):\n{LETTER * 20_000}\n"Out\\of\tmemory"'
ANSWER_BYTES = 6 * 1024**2
"""What Lambda returns at most."""


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsWorld]:
    with aws():
        world = AwsWorld()
        install(world, monkeypatch)
        yield world


@pytest.fixture
def api(world: AwsWorld) -> Api:
    return Api(world)


def store_job(world: AwsWorld) -> None:
    """Store a job of as many clips as are allowed, each with version 1, all texts as long as they may be."""
    ids = tuple(f"clip-{index}" for index in range(CLIPS))
    world.jobs.put_drafts([a_clip(clip_id, seconds=1, title=TITLE, prompt=PROMPT) for clip_id in ids])
    job = a_job(clip_ids=ids, title=TITLE, timeline_revision=1)
    for start in range(0, CLIPS, 50):
        takes = [a_version(clip_id=clip_id, prompt=PROMPT) for clip_id in ids[start : start + 50]]
        job = world.jobs.commit(Change(job, tuple(takes)), now=START)
    for key in (key for clip_id in ids for key in a_take(clip_id, 1).keys):
        world.objects.write(key, b"take.mp4", content_type="video/mp4")


def accept(api: Api, *, takes: int = TAKES) -> Any:
    clips = [{"clip_index": index, "instruction": INSTRUCTION} for index in range(CLIPS)]
    path = f"/jobs/{JOB}/clips/batch-regenerate"
    headers = {"Idempotency-Key": "largest"}
    body = {"clips": clips, "takes": takes}
    answer = api.post(path, body, headers=headers)
    assert (answer.status, api.post(path, body, headers=headers).text) == (202, answer.text), "repeated"
    return answer


def fits(text: str) -> bool:
    return len(text.encode()) < ANSWER_BYTES


def test_every_take_fails_in_the_longest_words(world: AwsWorld, api: Api) -> None:
    store_job(world)
    answer = accept(api)
    assert fits(answer.text)
    batch_id, found = answer.json["batch_id"], answer.json["regenerations"]
    assert len(found) == CLIPS * TAKES
    outcomes = [
        record_clip_failure(
            JOB, item["regeneration_id"], world.ctx, error="GenerationFailedError", cause=REASON
        )
        for item in found
    ]
    state = json.dumps([asdict(outcome) for outcome in outcomes], ensure_ascii=False)
    assert len(state.encode()) < STATE_BYTES
    ended = finish_batch(JOB, batch_id, world.ctx, recompose_error=REASON, reason=REASON)
    assert ended.status is BatchStatus.FAILED
    assert len(ended.cause or "") < CAUSE_CHARACTERS
    assert 'Out\\of memory"' in (ended.results[-1].error or "")
    seen = 0
    while seen < world.jobs.get_job(JOB).event_seq:
        events = api.get(f"/jobs/{JOB}/events", query={"after": seen})
        assert fits(events.text)
        seen = int(events.text.rstrip().rpartition("id: ")[2].split("\n")[0])
    for path in (
        f"/jobs/{JOB}",
        f"/jobs/{JOB}/batches/{batch_id}",
        f"/jobs/{JOB}/batches",
        "/generations",
        "/queue",
    ):
        page = api.get(path)
        assert (page.status, fits(page.text)) == (200, True), path
    retried = api.post(f"/jobs/{JOB}/batches/{batch_id}/retry", headers={"Idempotency-Key": "again"})
    assert (retried.status, len(retried.json["regenerations"])) == (202, CLIPS * TAKES)
    cancelled = api.post(
        f"/jobs/{JOB}/batches/{retried.json['batch_id']}/cancel", headers={"Idempotency-Key": "stop"}
    )
    assert (cancelled.status, fits(cancelled.text)) == (202, True)
    delete_and_purge(world, retried.json["batch_id"])


def delete_and_purge(world: AwsWorld, batch_id: str) -> None:
    """Delete a job whose batch of 300 takes has lost its execution."""
    delete_job(JOB, world.ctx)
    end_batch(JOB, batch_id, world.ctx, recompose_error=None, reason=REASON)
    world.clock.advance(hours=3)
    assert purge(world.ctx).jobs == 1
    assert world.jobs.all_jobs() == []


def test_takes_land_with_the_longest_texts(world: AwsWorld, api: Api) -> None:
    """One clip's takes go through every commit there is; nothing of them depends on the other clips."""
    store_job(world)
    path = f"/jobs/{JOB}/clips/batch-regenerate"
    api.post(path, {"clips": [{"clip_index": 0, "instruction": INSTRUCTION, "takes": TAKES}]})
    Stack(world).run()
    listed = api.get(f"/jobs/{JOB}/clips/0/versions")
    assert [version["version_number"] for version in listed.json["versions"]] == [4, 3, 2, 1]


def test_a_new_job_of_files_fails_in_the_longest_words(world: AwsWorld) -> None:
    """All files of a job are damaged, each in many words: the job fails, and says so."""
    ids = tuple(f"clip-{index}" for index in range(CLIPS))
    clips = [
        a_clip(clip_id, title=TITLE, file_name=TITLE, status=ClipStatus.PREPARING, current_version=None)
        for clip_id in ids
    ]
    world.jobs.put_drafts(clips)
    job = a_job(clip_ids=ids, status=JobStatus.PREPARING, profile=PROFILE, lease_until=START, revision=0)
    world.jobs.commit(Change(job), now=START)
    outcomes = [record_preparation_failure(JOB, clip_id, world.ctx, cause=REASON) for clip_id in ids]
    assert len(json.dumps([asdict(item) for item in outcomes], ensure_ascii=False).encode()) < STATE_BYTES
    job = finish_preparation(JOB, world.ctx, recompose_error=REASON)
    assert job.status is JobStatus.FAILED
    assert len(job.failure or "") < CAUSE_CHARACTERS


def test_a_request_too_long_to_be_kept_is_refused_before_anything_is_written(
    world: AwsWorld, api: Api
) -> None:
    store_job(world)
    path, at = "/schedules", "2026-03-02T08:00:00+00:00"
    clips = [{"clip_index": index, "instruction": INSTRUCTION} for index in range(CLIPS)]
    assert api.post(path, {"at": at, "regeneration": {"job_id": JOB, "clips": clips}}).status == 201
    # Of clips without a take the instruction is the prompt, which may be longer.
    world.jobs.put_drafts(
        [
            replace(world.jobs.get_clip(JOB, f"clip-{index}").clip, source_key="", current_version=None)
            for index in range(CLIPS)
        ]
    )
    clips = [{"clip_index": index, "instruction": PROMPT} for index in range(CLIPS)]
    refused = api.post(path, {"at": at, "regeneration": {"job_id": JOB, "clips": clips}})
    assert (refused.status, [fault["field"] for fault in refused.json["errors"]]) == (422, ["regeneration"])
    assert "300 kB can be kept" in refused.json["errors"][0]["detail"]
