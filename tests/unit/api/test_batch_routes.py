"""Requests and answers about batches, word for word, and what else can be answered."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from retake.domain.catalogue import Model, Price, Size
from retake.domain.errors import ProviderRejectedError
from retake.domain.limits import Limits
from retake.domain.statuses import JobStatus
from tests.builders import JOB, store_ready_job
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.http_api import Answer, Api

REGENERATE = f"/jobs/{JOB}/clips/batch-regenerate"
PRD_REQUEST = {
    "clips": [
        {"clip_index": 0, "instruction": "make it nighttime"},
        {"clip_index": 2, "instruction": "add more motion"},
        {"clip_index": 4, "instruction": "warmer colors"},
    ]
}

ONE_TAKE = {"take": 1, "takes": 1, "model": "any"}


@pytest.fixture(autouse=True)
def _job(world: World) -> None:
    store_ready_job(world.jobs, world.objects, seconds=(12, 9, 15, 9, 10))


def fields_at_fault(answer: Answer) -> list[str]:
    return [error["field"] for error in answer.json["errors"]]


class TestPrices:
    def test_a_model_of_ones_own_choice_is_priced_by_the_catalogue(self, api: Api, world: World) -> None:
        world.default_model = "choosy"  # 4, 6 or 8 s at $0.10 a second
        answer = api.post(REGENERATE, PRD_REQUEST).json
        assert [clip["cost"] for clip in answer["cost_breakdown"]["clips"]] == [0.8, 0.8, 0.8]
        assert answer["estimated_total_cost"] == 2.16

    def test_a_price_that_no_one_publishes_is_not_made_up(self, api: Api, world: World, stack: Stack) -> None:
        world.default_model = "unpriced"
        priced = api.post(f"{REGENERATE}/estimate", PRD_REQUEST).json
        assert priced["estimated_total_cost"] is None
        assert [clip["cost"] for clip in priced["cost_breakdown"]["clips"]] == [None] * 3
        assert [priced["cost_breakdown"][name] for name in ("subtotal", "discount", "total")] == [None] * 3

        location = api.post(REGENERATE, PRD_REQUEST).json["batch_id"]
        stack.run()
        batch = api.get(f"/jobs/{JOB}/batches/{location}").json
        assert (batch["status"], batch["charged"]) == ("succeeded", None)
        assert api.get(f"/jobs/{JOB}/clips/0/versions").json["versions"][0]["cost"] is None

    @pytest.mark.parametrize("reported", [None, Decimal("0.25")])
    def test_the_providers_own_figure_is_kept_beside_ours(
        self, reported: Decimal | None, api: Api, world: World, stack: Stack
    ) -> None:
        world.provider.cost = reported
        api.post(REGENERATE, PRD_REQUEST)
        stack.run()

        take = api.get(f"/jobs/{JOB}/clips/0/versions").json["versions"][0]
        (made,) = (each for each in api.get("/generations").json["generations"] if each["clip_index"] == 0)
        shown = None if reported is None else 0.25
        assert [take["cost"], take["provider_cost"]] == [0.15, shown]
        assert [made["estimated_cost"], made["actual_cost"], made["provider_cost"]] == [0.15, 0.15, shown]

    def test_an_estimate_is_by_the_size_that_will_be_made(self, api: Api, world: World) -> None:
        tiers = (("360p", Decimal("0.03")), ("720p", Decimal("0.10")))
        dear = Price(Decimal("0.30"), date(2026, 1, 1), tiers=tiers)
        sizes = (Size(640, 360), Size(1280, 720), Size(1920, 1080))
        tiered = Model(*("tiered", "T", "directed", "t"), durations_ms=(8000,), price=dear, sizes=sizes)
        world.models = (*world.models, tiered)
        job = world.jobs.get_job(JOB)
        assert job.profile is not None
        asked = {"clips": [{"clip_index": 0, "instruction": "darker"}], "model": "tiered"}

        priced = api.post(f"{REGENERATE}/estimate", asked).json
        wanted = Size(job.profile.width, job.profile.height)
        assert priced["cost_breakdown"]["clips"][0]["cost"] == float(tiered.estimate(8000, wanted) or 0)
        assert tiered.negotiate_size(wanted).resolution in {"360p", "720p"}
        assert priced["cost_breakdown"]["clips"][0]["cost"] < float(dear.of(8000))

    def test_a_model_that_is_no_more_is_refused_before_anything_is_written(
        self, api: Api, world: World
    ) -> None:
        world.default_model = "ended"
        answer = api.post(REGENERATE, PRD_REQUEST)
        assert (answer.status, fields_at_fault(answer)) == (422, ["model"])
        assert "Use any or choosy" in answer.json["errors"][0]["detail"]
        assert (
            answer.json["detail"] == f"{answer.json['errors'][0]['detail']} Nothing was started or charged."
        )
        assert not world.workflow.batches


class TestTimes:
    def test_the_wait_behind_other_batches_counts(self, api: Api, world: World, stack: Stack) -> None:
        alone = api.post(f"{REGENERATE}/estimate", PRD_REQUEST).json["estimated_total_time"]
        assert api.post(REGENERATE, PRD_REQUEST).json["estimated_total_time"] == alone
        second = api.post(REGENERATE, PRD_REQUEST).json
        assert second["estimated_total_time"] == 2 * alone
        api.post(f"/jobs/{JOB}/batches/{second['batch_id']}/pause")
        assert api.post(f"{REGENERATE}/estimate", PRD_REQUEST).json["estimated_total_time"] == 2 * alone
        stack.run()
        api.post(f"/jobs/{JOB}/batches/{second['batch_id']}/cancel")
        again = api.post(f"{REGENERATE}/estimate", PRD_REQUEST).json["estimated_total_time"]
        assert again <= alone
        assert world.times.recent_ms("any")


class TestBatchRegenerate:
    def test_the_prd_example(self, api: Api, world: World) -> None:
        answer = api.post(REGENERATE, PRD_REQUEST)
        assert answer.status == 202
        body = answer.json
        assert [(item["clip_index"], item["status"]) for item in body["regenerations"]] == [
            (0, "queued"),
            (2, "queued"),
            (4, "queued"),
        ]
        assert all(isinstance(item["regeneration_id"], str) for item in body["regenerations"])
        assert body["estimated_total_cost"] == 0.405
        assert isinstance(body["estimated_total_time"], int)
        assert body["cost_breakdown"] == {
            "clips": [
                {"clip_index": 0, "clip_title": "clip-0", "duration_s": 12.0, "cost": 0.15, **ONE_TAKE},
                {"clip_index": 2, "clip_title": "clip-2", "duration_s": 15.0, "cost": 0.18, **ONE_TAKE},
                {"clip_index": 4, "clip_title": "clip-4", "duration_s": 10.0, "cost": 0.12, **ONE_TAKE},
            ],
            "subtotal": 0.45,
            "discount": 0.045,
            "discount_rate": 0.1,
            "total": 0.405,
        }
        assert answer.headers["location"] == f"/api/v1/jobs/{JOB}/batches/{body['batch_id']}"
        assert answer.headers["content-type"] == "application/json"
        assert list(world.workflow.batches) == [body["batch_id"]]

    def test_one_instruction_for_all_and_one_of_its_own(self, api: Api) -> None:
        body = {
            "clips": [{"clip_index": 1}, {"clip_index": 3, "instruction": "brighter"}],
            "instruction": "darker",
        }
        answer = api.post(REGENERATE, body)
        assert [item["instruction"] for item in answer.json["regenerations"]] == ["darker", "brighter"]

    def test_a_second_batch_waits_its_turn(self, api: Api, world: World) -> None:
        api.post(REGENERATE, PRD_REQUEST)
        answer = api.post(REGENERATE, PRD_REQUEST)
        assert answer.json["status"] == "waiting"
        assert answer.json["waiting_behind"] == 1
        assert len(world.workflow.batches) == 1

    def test_every_fault_is_named_and_nothing_starts(self, api: Api, world: World) -> None:
        body = {
            "clips": [
                {"clip_index": 0, "instruction": " "},
                {"clip_index": 9, "instruction": "x" * 501},
                {"clip_index": 0, "instruction": "brighter"},
                {"clip_index": 1},
            ]
        }
        answer = api.post(REGENERATE, body)
        assert answer.status == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert fields_at_fault(answer) == [
            "clips[0].instruction",
            "clips[1].clip_index",
            "clips[1].instruction",
            "clips[2].clip_index",
            "clips[3].instruction",
        ]
        assert answer.json["type"] == "urn:retake:problem:invalid-request"
        assert answer.json["instance"] == f"/api/v1{REGENERATE}"
        assert world.workflow.batches == {}
        assert api.get(f"/jobs/{JOB}/batches").json["batches"] == []

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"clips": [{"clip_index": "first"}]}, "clips[0].clip_index"),
            ({"clips": [{"clip_index": 0, "instructions": "x"}]}, "clips[0].instructions"),
            ({"clips": []}, "clips"),
            ({}, "clips"),
            ({"clips": [{"clip_index": 0}], "instruction": ""}, "instruction"),
            ([], "body"),
        ],
    )
    def test_a_body_that_is_not_as_it_should_be(self, api: Api, body: Any, field: str) -> None:
        answer = api.post(REGENERATE, body)
        assert answer.status == 422
        assert field in fields_at_fault(answer)

    @pytest.mark.parametrize("text", ["{", "not json", "NaN", "[" * 100_000])
    def test_a_body_that_is_no_json(self, api: Api, text: str) -> None:
        answer = api.call("POST", REGENERATE, text=text)
        assert (answer.status, answer.json["type"]) == (400, "urn:retake:problem:malformed-body")

    @pytest.mark.parametrize("text", ["", None, "null", "[]", '"text"', json.dumps([PRD_REQUEST])])
    def test_a_body_that_is_no_object(self, api: Api, text: str | None) -> None:
        answer = api.call("POST", REGENERATE, text=text)
        assert (answer.status, fields_at_fault(answer)) == (422, ["body"])

    def test_another_kind_of_body_is_refused_as_a_problem(self, api: Api) -> None:
        answer = api.post(REGENERATE, PRD_REQUEST, headers={"content-type": "text/plain"})
        assert answer.status == 415
        assert answer.headers["content-type"] == "application/problem+json"

    @pytest.mark.parametrize("kind", ["Application/JSON; Charset=UTF-8", " application/json ", ""])
    def test_json_by_other_spellings(self, api: Api, kind: str) -> None:
        assert api.post(REGENERATE, PRD_REQUEST, headers={"content-type": kind}).status == 202

    def test_a_body_in_base64(self, api: Api) -> None:
        assert api.post(REGENERATE, PRD_REQUEST, encoded=True).status == 202

    def test_a_job_that_is_not_ready(self, api: Api, world: World) -> None:
        store_ready_job(world.jobs, world.objects, job_id="new", status=JobStatus.PREPARING)
        answer = api.post("/jobs/new/clips/batch-regenerate", PRD_REQUEST)
        assert answer.status == 409
        assert answer.json["type"] == "urn:retake:problem:conflict"

    def test_another_users_job_does_not_exist(self, api: Api) -> None:
        answer = api.post(REGENERATE, PRD_REQUEST, user="another-user")
        assert answer.status == 404
        assert answer.json == api.post("/jobs/job-1/clips/batch-regenerate", PRD_REQUEST, user="x").json

    def test_too_many_waiting(self, api: Api, world: World) -> None:
        world.limits = Limits(max_waiting_batches=1)
        statuses = [api.post(REGENERATE, PRD_REQUEST).status for _ in range(3)]
        assert statuses == [202, 202, 429]
        assert len(world.workflow.batches) == 1

    def test_a_workflow_that_cannot_start(self, api: Api, world: World) -> None:
        world.workflow.refuses = True
        answer = api.post(REGENERATE, PRD_REQUEST)
        assert answer.status == 503
        assert answer.json["type"] == "urn:retake:problem:workflow-unavailable"
        assert api.get(f"/jobs/{JOB}").json["active_batch_id"] is None


class TestIdempotencyKey:
    def test_the_same_request_gets_the_same_answer(self, api: Api, world: World) -> None:
        first = api.post(REGENERATE, PRD_REQUEST, headers={"idempotency-key": "k"})
        again = api.post(REGENERATE, PRD_REQUEST, headers={"idempotency-key": "k"})
        assert again.json == first.json
        assert again.status == 202
        assert again.headers["idempotency-replayed"] == "true"
        assert again.headers["location"] == first.headers["location"]
        assert again.headers["content-type"] == "application/json"
        assert len(world.workflow.batches) == 1

    def test_after_a_crash_before_the_answer_was_kept(self, api: Api, world: World) -> None:
        first = api.post(REGENERATE, PRD_REQUEST, headers={"idempotency-key": "k"})
        world.table.forget("ANSWER#")
        again = api.post(REGENERATE, PRD_REQUEST, headers={"idempotency-key": "k"})
        assert again.json["batch_id"] == first.json["batch_id"]
        assert again.json["regenerations"] == first.json["regenerations"]

    def test_another_body_is_refused(self, api: Api, world: World) -> None:
        api.post(REGENERATE, PRD_REQUEST, headers={"idempotency-key": "k"})
        other = {"clips": [{"clip_index": 1, "instruction": "brighter"}]}
        assert api.post(REGENERATE, other, headers={"idempotency-key": "k"}).status == 422
        world.table.forget("ANSWER#")
        assert api.post(REGENERATE, other, headers={"idempotency-key": "k"}).status == 422

    def test_a_key_belongs_to_one_person(self, api: Api, world: World) -> None:
        store_ready_job(world.jobs, world.objects, job_id="hers", user_id="her")
        mine = api.post(REGENERATE, PRD_REQUEST, headers={"idempotency-key": "k"}).json
        body = {"clips": [{"clip_index": 1, "instruction": "brighter"}]}
        path = "/jobs/hers/clips/batch-regenerate"
        hers = api.post(path, body, user="her", headers={"idempotency-key": "k"})
        assert hers.status == 202
        assert hers.json["batch_id"] != mine["batch_id"]

    @pytest.mark.parametrize("key", ["", "x" * 256])
    def test_a_key_has_a_length(self, api: Api, key: str) -> None:
        assert api.post(REGENERATE, PRD_REQUEST, headers={"idempotency-key": key}).status == 422


class TestEstimate:
    def test_the_price_is_the_same_and_nothing_starts(self, api: Api, world: World) -> None:
        answer = api.post(f"{REGENERATE}/estimate", PRD_REQUEST)
        assert answer.status == 200
        assert answer.json["estimated_total_cost"] == 0.405
        assert answer.json["archives"] == []
        assert world.workflow.batches == {}
        assert api.get(f"/jobs/{JOB}/batches").json["batches"] == []

    def test_faults_are_the_same(self, api: Api) -> None:
        assert fields_at_fault(api.post(f"{REGENERATE}/estimate", {"clips": []})) == ["clips"]


class TestBatches:
    def test_a_batch_is_read_while_it_runs_and_after(self, api: Api, stack: Stack) -> None:
        location = api.post(REGENERATE, PRD_REQUEST).headers["location"].removeprefix("/api/v1")
        before = api.get(location).json
        assert (before["status"], before["charged"], before["queue_number"]) == ("starting", None, 1)
        stack.run()
        after = api.get(location).json
        assert after["status"] == "succeeded"
        assert after["charged"] == 0.405
        assert [item["version_number"] for item in after["regenerations"]] == [2, 2, 2]

    def test_batches_are_listed_by_page(self, api: Api) -> None:
        for _ in range(3):
            api.post(REGENERATE, PRD_REQUEST)
        first = api.get(f"/jobs/{JOB}/batches", query={"limit": 2}).json
        assert [batch["queue_number"] for batch in first["batches"]] == [3, 2]
        rest = api.get(f"/jobs/{JOB}/batches", query={"limit": 2, "cursor": first["cursor"]}).json
        assert [batch["queue_number"] for batch in rest["batches"]] == [1]
        assert rest["cursor"] is None

    @pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 101}, {"limit": "x"}, {"cursor": "nonsense"}])
    def test_a_page_that_cannot_be(self, api: Api, query: dict[str, str | int]) -> None:
        assert api.get(f"/jobs/{JOB}/batches", query=query).status == 422

    def test_a_batch_that_is_not_there(self, api: Api) -> None:
        assert api.get(f"/jobs/{JOB}/batches/nothing").status == 404

    def test_cancel_a_waiting_batch(self, api: Api, stack: Stack) -> None:
        api.post(REGENERATE, PRD_REQUEST)
        waiting = api.post(REGENERATE, PRD_REQUEST).json["batch_id"]
        answer = api.post(f"/jobs/{JOB}/batches/{waiting}/cancel")
        assert (answer.status, answer.json["status"]) == (202, "cancelled")
        assert answer.json["charged"] == 0
        assert api.post(f"/jobs/{JOB}/batches/{waiting}/cancel").status == 409
        stack.run()
        assert api.get(f"/jobs/{JOB}").json["active_batch_id"] is None

    def test_retry_what_failed(self, api: Api, world: World, stack: Stack) -> None:
        world.provider.outcome = lambda words: _failed_if(words == "warmer colors")
        batch_id = api.post(REGENERATE, PRD_REQUEST).json["batch_id"]
        assert api.post(f"/jobs/{JOB}/batches/{batch_id}/retry").status == 409
        stack.run()
        assert api.get(f"/jobs/{JOB}/batches/{batch_id}").json["status"] == "partial"
        answer = api.post(f"/jobs/{JOB}/batches/{batch_id}/retry")
        assert answer.status == 202
        assert [item["clip_index"] for item in answer.json["regenerations"]] == [4]
        assert answer.json["estimated_total_cost"] == 0.12, "priced by its own size"

    def test_retry_with_another_model(self, api: Api, world: World, stack: Stack) -> None:
        world.provider.outcome = lambda _: _failed_if(failed=True)
        batch_id = api.post(REGENERATE, PRD_REQUEST).json["batch_id"]
        stack.run()
        retry = f"/jobs/{JOB}/batches/{batch_id}/retry"
        refused = api.post(retry, {"model": "none"})
        assert refused.status == 422
        assert {error["field"] for error in refused.json["errors"]} == {"model"}
        accepted = api.post(retry, {"model": "choosy"}).json
        assert {item["model"] for item in accepted["regenerations"]} == {"choosy"}

    def test_recompose_again(self, api: Api, world: World) -> None:
        answer = api.post(f"/jobs/{JOB}/recompose")
        assert (answer.status, answer.json["up_to_date"]) == (200, True)
        world.workers.is_slow = True
        assert api.post(f"/jobs/{JOB}/recompose").status == 202


def _failed_if(failed: bool) -> Any:  # noqa: FBT001 - a two-way choice
    from retake.ports.providers import ProviderJobStatus  # noqa: PLC0415 - next to its one use

    return ProviderJobStatus.FAILED if failed else ProviderJobStatus.SUCCEEDED


class TestHeld:
    """A batch of which three clips in a row were refused; two are left."""

    @pytest.fixture
    def batch(self, api: Api, world: World, stack: Stack) -> str:
        world.provider.refusals = [ProviderRejectedError("No credit.") for _ in range(3)]
        clips = [{"clip_index": index} for index in range(5)]
        made = api.post(REGENERATE, {"clips": clips, "instruction": "brighter"}).json["batch_id"]
        stack.run()
        return f"/jobs/{JOB}/batches/{made}"

    def test_it_says_why_and_what_is_left(self, api: Api, batch: str) -> None:
        seen = api.get(batch).json
        assert (seen["status"], seen["paused"], seen["held"]["left"]) == ("held", True, 2)
        assert seen["held"]["reason"].startswith("3 in a row were refused at directed")
        (entry,) = api.get("/queue").json["entries"]
        assert (entry["state"], entry["waits_for"]) == ("held", "resume")
        assert entry["reason"] == seen["held"]["reason"]

    def test_another_model_is_priced_and_then_makes_the_rest(
        self, api: Api, stack: Stack, batch: str
    ) -> None:
        priced = api.post(f"{batch}/change-model/estimate", {"model": "choosy"}).json
        assert [clip["model"] for clip in priced["cost_breakdown"]["clips"]] == ["choosy"] * 2
        answer = api.post(f"{batch}/change-model", {"model": "choosy"}, headers={"Idempotency-Key": "one"})
        again = api.post(f"{batch}/change-model", {"model": "choosy"}, headers={"Idempotency-Key": "one"})
        assert (answer.status, answer.json) == (202, again.json)
        stack.run()
        assert api.get(batch).json["charged"] == priced["estimated_total_cost"]

    def test_a_model_that_cannot_is_refused_by_name(self, api: Api, batch: str) -> None:
        refused = api.post(f"{batch}/change-model", {"model": "ended"})
        assert refused.status == 422
        assert fields_at_fault(refused) == ["model"]
        assert "Use any or choosy or unpriced instead" in refused.json["detail"]
        assert api.get(batch).json["status"] == "held"

    def test_what_is_not_held_keeps_its_model(self, api: Api, stack: Stack, batch: str) -> None:
        api.post(f"{batch}/resume")
        stack.run()
        assert api.post(f"{batch}/change-model", {"model": "choosy"}).status == 409
