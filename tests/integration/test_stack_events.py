"""A reader of the events stream misses nothing and reads nothing twice, however many write."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from retake_client.events import Event
from tests.api_user import ApiUser, small_clip
from tests.stack import Stack

pytestmark = pytest.mark.local_cloud


def read_until(ada: ApiUser, job_id: str, done: threading.Event, *, drop_every: int) -> list[Event]:
    """Read from the last event on; every few answers are lost on the way, and asked for again."""
    seen: list[Event] = []
    for turn in range(100_000):
        ending = done.is_set()
        page = ada.events(job_id, seen[-1].id if seen else 0)
        if drop_every and turn % drop_every == 0:
            continue
        seen += page
        if ending and not page:
            break
    return seen


def writers(ada: ApiUser, job_id: str) -> list[Callable[[], object]]:
    """Return what goes on at once: batches that wait for each other, and restores back and forth."""

    def restore() -> None:
        for number in (1, 2, 1, 2):
            assert ada.restore(job_id, 1, number).status_code in {200, 202}

    def regenerate() -> None:
        for _ in range(2):
            assert ada.run(job_id, {0: "brighter", 2: "no such thing"})["status"] == "partial"

    return [restore, restore, regenerate, regenerate]


def test_the_stream_is_complete_and_in_order_with_concurrent_writers(scripted: Stack, ada: ApiUser) -> None:
    scripted.direct({"no such thing": {"fail": "The provider says no."}})
    job_id = ada.make_job(small_clip(0), small_clip(1), small_clip(2))
    assert ada.run(job_id, {1: "brighter"})["status"] == "succeeded"
    done = threading.Event()
    with ThreadPoolExecutor(8) as pool:
        readers = [pool.submit(read_until, ada, job_id, done, drop_every=drop) for drop in (0, 3)]
        writing = [pool.submit(write) for write in writers(ada, job_id)]
        try:
            for writer in writing:
                writer.result()
        finally:
            done.set()
        streams = [reader.result() for reader in readers]
    whole = ada.events(job_id)
    assert [event.id for event in whole] == list(range(1, len(whole) + 1))
    assert streams == [whole, whole]
    names = [event.name for event in whole]
    assert (names.count("batch_started"), names.count("batch_partial")) == (5, 4)
    assert names.count("version_restored") >= 4


def test_each_batch_reports_its_story_in_order(ada: ApiUser, shared_job: str) -> None:
    batch = ada.run(shared_job, {0: "brighter", 1: "brighter"})
    reported = [e for e in ada.events(shared_job) if e.data.get("batch_id") == batch["batch_id"]]
    assert [(event.name, event.data.get("clip_index")) for event in reported] == [
        ("batch_started", None),
        ("clip_regenerating", 0),
        ("clip_complete", 0),
        ("clip_regenerating", 1),
        ("clip_complete", 1),
        ("batch_complete", None),
        ("batch_succeeded", None),
    ]
    assert [clip["status"] for clip in reported[-1].data["clips"]] == ["succeeded", "succeeded"]


def test_a_number_that_is_none_is_refused_and_a_future_one_starts_over(ada: ApiUser, shared_job: str) -> None:
    refused = ada.http.get(f"/jobs/{shared_job}/events", headers={"Last-Event-ID": "x"})
    assert refused.status_code == 422
    assert ada.events(shared_job, 10**9) == ada.events(shared_job)
