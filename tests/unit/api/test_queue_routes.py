"""A person's queue, and what can be done about what is in it."""

from typing import Any

import pytest

from retake.domain.errors import ProviderThrottledError
from tests.builders import JOB, store_ready_job
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.http_api import Answer, Api

FOX = {"prompt": "a red fox in snow", "size": "640x360", "seconds": "5"}


@pytest.fixture
def batches(api: Api, world: World) -> list[str]:
    """Three batches of one job, and a video that waits for the provider."""
    store_ready_job(world.jobs, world.objects)
    body = {"clips": [{"clip_index": 0, "instruction": "brighter"}]}
    return [str(api.post(f"/jobs/{JOB}/clips/batch-regenerate", body).json["batch_id"]) for _ in range(3)]


def queue(api: Api, **query: Any) -> list[dict[str, Any]]:
    answer = api.get("/queue", query=query)
    assert answer.status == 200, answer.text
    entries: list[dict[str, Any]] = answer.json["entries"]
    return entries


def faults(answer: Answer) -> set[str]:
    assert answer.status == 422, answer.text
    return {fault["field"] for fault in answer.json["errors"]}


def test_an_empty_one(api: Api) -> None:
    assert api.get("/queue").json == {"entries": [], "cursor": None}


def test_everything_that_has_not_ended(api: Api, stack: Stack, batches: list[str]) -> None:
    video_id = api.post("/videos", FOX).json["video_id"]
    found = queue(api)
    assert {(entry["kind"], entry["id"]) for entry in found} == {
        ("video", video_id),
        *(("batch", batch_id) for batch_id in batches),
    }
    assert [(entry["id"], entry["position"]) for entry in found if entry["position"]] == [
        (batches[1], 1),
        (batches[2], 2),
    ]
    assert found[0]["id"] == batches[0]
    assert {entry["estimated_cost"] for entry in found if entry["kind"] == "batch"} == {0.15}
    stack.settle()
    assert queue(api) == []


def test_other_peoples_are_not_in_it(api: Api, batches: list[str]) -> None:
    assert api.get("/queue", user="another-user").json["entries"] == []
    for act in ("pause", "resume"):
        assert api.post(f"/jobs/{JOB}/batches/{batches[1]}/{act}", user="another-user").status == 404
    order = {"order": batches[:0:-1]}
    assert api.call("PATCH", f"/jobs/{JOB}/batches", body=order, user="another-user").status == 404


def test_pages(api: Api) -> None:
    made = {api.post("/videos", FOX).json["video_id"] for _ in range(3)}
    seen, cursor = set(), None
    while True:
        answer = api.get("/queue", query={"limit": 1} | ({} if cursor is None else {"cursor": cursor})).json
        seen |= {entry["id"] for entry in answer["entries"]}
        cursor = answer["cursor"]
        if cursor is None:
            break
    assert seen == made
    assert api.get("/queue", query={"cursor": "nonsense"}).status == 422
    assert api.get("/queue", query={"limit": 0}).status == 422


class TestBatches:
    def test_paused_and_resumed(self, api: Api, stack: Stack, batches: list[str]) -> None:
        path = f"/jobs/{JOB}/batches/{batches[1]}"
        for _ in range(2):
            answer = api.post(f"{path}/pause")
            assert (answer.status, answer.json["status"], answer.json["paused"]) == (200, "waiting", True)
        stack.settle()
        assert [(entry["id"], entry["state"]) for entry in queue(api)] == [(batches[1], "paused")]
        for status in ("starting", "starting"):
            answer = api.post(f"{path}/resume")
            assert (answer.status, answer.json["status"], answer.json["paused"]) == (202, status, False)
            assert answer.headers["location"] == f"/api/v1{path}"
        stack.settle()
        assert api.get(path).json["status"] == "succeeded"
        for act in ("pause", "resume"):
            refused = api.post(f"{path}/{act}")
            assert (refused.status, refused.json["type"]) == (409, "urn:retake:problem:conflict")

    def test_what_runs_is_refused_with_the_way_out(self, api: Api, batches: list[str]) -> None:
        refused = api.post(f"/jobs/{JOB}/batches/{batches[0]}/pause")
        assert refused.status == 409
        assert "Cancel it instead" in refused.json["detail"]

    def test_reordered(self, api: Api, stack: Stack, world: World, batches: list[str]) -> None:
        first, second, third = batches
        listed = api.get(f"/jobs/{JOB}/batches")
        tag = listed.headers["etag"]
        assert [batch["waiting_behind"] for batch in listed.json["batches"]] == [2, 1, 0]
        moved = api.call(
            "PATCH", f"/jobs/{JOB}/batches", body={"order": [third, second]}, headers={"if-match": tag}
        )
        assert moved.status == 200, moved.text
        assert [(item["batch_id"], item["waiting_behind"]) for item in moved.json["batches"]] == [
            (first, 0),
            (third, 1),
            (second, 2),
        ]
        assert moved.headers["etag"] == api.get(f"/jobs/{JOB}/batches").headers["etag"] != tag
        stale = api.call(
            "PATCH", f"/jobs/{JOB}/batches", body={"order": [second, third]}, headers={"if-match": tag}
        )
        assert (stale.status, stale.json["type"]) == (412, "urn:retake:problem:precondition-failed")
        stack.settle()
        assert list(world.workflow.batches) == [first, third, second]

    @pytest.mark.usefixtures("batches")
    def test_another_order_archives_other_takes(self, api: Api, stack: Stack, world: World) -> None:
        stack.settle()  # versions 1 to 4, of which 1 went to the archive
        body = {"clips": [{"clip_index": 0, "instruction": "darker"}]}
        made = [api.post(f"/jobs/{JOB}/clips/batch-regenerate", body).json["batch_id"] for _ in range(4)]
        first, second, third, fourth = made
        api.post(f"/jobs/{JOB}/batches/{second}/pause")

        def reported(*order: str) -> dict[str, list[int]]:
            answer = api.call("PATCH", f"/jobs/{JOB}/batches", body={"order": list(order)})
            assert answer.status == 200, answer.text
            return {
                batch["batch_id"]: [notice["version_number"] for notice in batch["archives"]]
                for batch in answer.json["batches"]
            }

        assert reported(second, third, fourth) == {first: [2], second: [3], third: [3], fourth: [4]}
        assert reported(fourth, third, second) == {first: [2], fourth: [3], third: [4], second: [5]}
        stack.settle()
        assert world.jobs.get_job(JOB).paused_batch_ids == (second,)

    def test_an_order_that_is_none(self, api: Api, batches: list[str]) -> None:
        for order in ([], batches, [batches[1]] * 2):
            assert faults(api.call("PATCH", f"/jobs/{JOB}/batches", body={"order": order})) == {"order"}


class TestVideos:
    def test_paused_and_resumed(self, api: Api, stack: Stack) -> None:
        video_id = api.post("/videos", FOX).json["video_id"]
        (entry,) = queue(api)
        assert (entry["state"], entry["waits_for"], entry["actions"]) == (
            "waiting",
            "provider",
            ["pause", "cancel"],
        )
        for _ in range(2):
            answer = api.post(f"/videos/{video_id}/pause")
            assert (answer.status, answer.json["status"], answer.json["paused"]) == (200, "processing", True)
        stack.settle()
        (entry,) = queue(api)
        assert (entry["state"], entry["actions"]) == ("paused", ["resume", "cancel"])
        batch = api.get(f"/videos/batches/{answer.json['batch_id']}").json
        assert (batch["status"], batch["counts"]["processing"]) == ("processing", 1)
        for _ in range(2):
            answer = api.post(f"/videos/{video_id}/resume")
            assert (answer.status, answer.json["status"], answer.json["paused"]) == (202, "processing", False)
        stack.settle()
        assert api.get(f"/videos/{video_id}").json["status"] == "completed"
        assert queue(api) == []
        assert api.post(f"/videos/{video_id}/pause").status == 409

    def test_what_was_submitted_is_refused_with_the_way_out(
        self, api: Api, world: World, stack: Stack
    ) -> None:
        world.provider.polls = 1000
        video_id = api.post("/videos", FOX).json["video_id"]
        while not world.provider.jobs:
            stack.tick()
        refused = api.post(f"/videos/{video_id}/pause")
        assert refused.status == 409
        assert "cancel it" in refused.json["detail"]
        (entry,) = queue(api)
        assert (entry["state"], entry["actions"]) == ("running", ["cancel"])

    def test_throttled_ones_wait(self, api: Api, world: World, stack: Stack) -> None:
        world.provider.refusals = [ProviderThrottledError("Not now.", retry_after_s=30)]
        api.post("/videos", FOX)
        while not world.provider.requests:
            stack.tick()
        (entry,) = queue(api)
        assert (entry["state"], entry["waits_for"]) == ("waiting", "provider")

    def test_cancelled_while_paused(self, api: Api, stack: Stack) -> None:
        video_id = api.post("/videos", FOX).json["video_id"]
        api.post(f"/videos/{video_id}/pause")
        answer = api.post(f"/videos/{video_id}/cancel")
        assert (answer.status, answer.json["status"], answer.json["paused"]) == (202, "cancelled", False)
        assert api.post(f"/videos/{video_id}/cancel").status == 409
        stack.settle()
        assert queue(api) == []
