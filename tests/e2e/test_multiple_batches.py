"""Several people, several jobs, several batches at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from tests.api_user import ApiUser, small_clip
from tests.stack import Stack

pytestmark = pytest.mark.local_cloud


@pytest.fixture(scope="module")
def jobs(stack: Stack) -> dict[str, list[str]]:
    """Two jobs each of two people, made at the same time."""
    people = {name: stack.person(name) for name in ("ada", "eve")}
    with ThreadPoolExecutor(4) as pool:
        made = [
            (name, pool.submit(person.make_job, small_clip(0), small_clip(1)))
            for name, person in people.items()
            for _ in range(2)
        ]
        return {name: [job.result() for owner, job in made if owner == name] for name in people}


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as threads:
        yield threads


def test_batches_on_different_jobs_run_at_the_same_time_and_each_ends(
    stack: Stack, jobs: dict[str, list[str]], pool: ThreadPoolExecutor
) -> None:
    running = [
        pool.submit(stack.person(name).run, job_id, {0: "brighter", 1: "make it sepia"})
        for name, job_ids in jobs.items()
        for job_id in job_ids
    ]
    assert {batch.result()["status"] for batch in running} == {"succeeded"}
    for name, job_ids in jobs.items():
        for job_id in job_ids:
            person = stack.person(name)
            assert [len(person.versions(job_id, index)) for index in range(2)] == [2, 2]
            assert person.job(job_id)["video"]["up_to_date"]


def test_batches_of_one_job_run_in_the_order_they_were_accepted(
    stack: Stack, ada: ApiUser, jobs: dict[str, list[str]], pool: ThreadPoolExecutor
) -> None:
    job_id = jobs["ada"][0]
    accepted = list(pool.map(lambda _: ada.regenerate(job_id, {0: "darker", 1: "darker"}), range(3)))
    assert sorted(batch["waiting_behind"] for batch in accepted) == [0, 1, 2]
    ended = [ada.ended(job_id, batch["batch_id"]) for batch in accepted]
    assert {batch["status"] for batch in ended} == {"succeeded"}
    ended.sort(key=lambda batch: batch["queue_number"])
    for first, second in pairwise(ended):
        assert first["finished_at"] <= second["started_at"]
    ids = [item["regeneration_id"] for batch in ended for item in batch["regenerations"]]
    mine = [job for job in stack.provider_jobs() if job["request"]["idempotency_key"] in ids]
    assert [job["request"]["idempotency_key"] for job in mine] == ids
    for earlier, later in pairwise(mine):
        assert earlier["finished_at"] < later["submitted_at"]


def test_no_more_batches_wait_than_are_allowed(ada: ApiUser, jobs: dict[str, list[str]]) -> None:
    job_id = jobs["ada"][1]
    accepted = [ada.regenerate(job_id, {0: "brighter"}) for _ in range(4)]
    refused = ada.http.post(
        f"/jobs/{job_id}/clips/batch-regenerate",
        json={"clips": [{"clip_index": 0, "instruction": "brighter"}]},
    )
    assert (refused.status_code, refused.json()["type"]) == (429, "urn:retake:problem:too-many-waiting")
    for batch in reversed(accepted[1:]):
        ada.post(f"/jobs/{job_id}/batches/{batch['batch_id']}/cancel", status=202)
    assert ada.ended(job_id, accepted[0]["batch_id"])["status"] == "succeeded"


def test_people_see_their_own_jobs_only(stack: Stack, ada: ApiUser, jobs: dict[str, list[str]]) -> None:
    eve, hers = stack.person("eve"), jobs["ada"][0]
    assert {job["job_id"] for job in eve.get("/jobs")["jobs"]} == set(jobs["eve"])
    batch = ada.get(f"/jobs/{hers}/batches")["batches"][0]["batch_id"]
    body = {"clips": [{"clip_index": 0, "instruction": "brighter"}]}
    asked: dict[tuple[str, str], object] = {
        ("GET", f"/jobs/{hers}"): None,
        ("DELETE", f"/jobs/{hers}"): None,
        ("GET", f"/jobs/{hers}/events"): None,
        ("GET", f"/jobs/{hers}/batches"): None,
        ("GET", f"/jobs/{hers}/batches/{batch}"): None,
        ("POST", f"/jobs/{hers}/batches/{batch}/cancel"): None,
        ("POST", f"/jobs/{hers}/batches/{batch}/retry"): None,
        ("POST", f"/jobs/{hers}/recompose"): None,
        ("POST", f"/jobs/{hers}/clips/batch-regenerate"): body,
        ("POST", f"/jobs/{hers}/clips/batch-regenerate/estimate"): body,
        ("POST", f"/jobs/{hers}/batches/{batch}/pause"): None,
        ("POST", f"/jobs/{hers}/batches/{batch}/resume"): None,
        ("PATCH", f"/jobs/{hers}/batches"): {"order": []},
        ("PATCH", f"/jobs/{hers}/clips"): {"order": [1, 0]},
        ("DELETE", f"/jobs/{hers}/clips/0"): None,
        ("GET", f"/jobs/{hers}/clips/0/versions"): None,
        ("GET", f"/jobs/{hers}/clips/0/versions/compare?left=a&right=b"): None,
    }
    before = ada.job(hers)
    answers = [eve.http.request(method, path, json=sent) for (method, path), sent in asked.items()]
    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert {answer.headers["content-type"] for answer in answers} == {"application/problem+json"}
    assert ada.job(hers)["timeline_revision"] == before["timeline_revision"]


def test_no_one_elses_upload_becomes_a_clip(stack: Stack, ada: ApiUser) -> None:
    upload = ada.upload(small_clip(0))
    answer = stack.person("eve").http.post("/jobs", json={"title": "x", "clips": [{"upload_id": upload}]})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "clips[0].upload_id"
