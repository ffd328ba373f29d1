"""Several takes of a clip, and its model, as the HTTP API asks for and reports them."""

from typing import Any

import pytest

from retake.domain.statuses import RegenerationStatus
from tests.builders import JOB, store_ready_job
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.http_api import Api

REGENERATE = f"/jobs/{JOB}/clips/batch-regenerate"


@pytest.fixture(autouse=True)
def _job(world: World) -> None:
    store_ready_job(world.jobs, world.objects, seconds=(12, 9, 15))


def faults(api: Api, body: Any) -> dict[str, str]:
    answer = api.post(REGENERATE, body)
    assert answer.status == 422
    return {error["field"]: error["detail"] for error in answer.json["errors"]}


def test_takes_are_distinguished_from_the_price_to_the_end(api: Api, stack: Stack) -> None:
    body = {"clips": [{"clip_index": 0, "takes": 2}, {"clip_index": 2}], "instruction": "brighter"}
    accepted = api.post(REGENERATE, body).json
    numbers = [(0, 1, 2), (0, 2, 2), (2, 1, 1)]
    assert _numbers(accepted["regenerations"]) == numbers
    assert _numbers(accepted["cost_breakdown"]["clips"]) == numbers
    assert [line["cost"] for line in accepted["cost_breakdown"]["clips"]] == [0.15, 0.15, 0.18]
    assert (accepted["cost_breakdown"]["discount"], accepted["estimated_total_cost"]) == (0, 0.48)
    stack.run()
    batch = api.get(f"/jobs/{JOB}/batches/{accepted['batch_id']}").json
    assert [item["version_number"] for item in batch["regenerations"]] == [2, 3, 2]
    (summary,) = api.get(f"/jobs/{JOB}/batches").json["batches"]
    assert (summary["clip_count"], summary["take_count"]) == (2, 3)
    versions = api.get(f"/jobs/{JOB}/clips/0/versions").json["versions"]
    assert [(item["batch_id"] == summary["batch_id"], item["take"], item["takes"]) for item in versions] == [
        (True, 2, 2),
        (True, 1, 2),
        (False, 1, 1),
    ]
    assert api.get(f"/jobs/{JOB}/clips/0/versions").json["current_version"] == 2


def _numbers(lines: list[Any]) -> list[tuple[int, int, int]]:
    return [(line["clip_index"], line["take"], line["takes"]) for line in lines]


def test_a_number_for_all_and_one_of_its_own(api: Api) -> None:
    body = {"clips": [{"clip_index": 0, "takes": 1}, {"clip_index": 1}], "instruction": "x", "takes": 3}
    estimate = api.post(f"{REGENERATE}/estimate", body).json
    assert _numbers(estimate["cost_breakdown"]["clips"]) == [(0, 1, 1), (1, 1, 3), (1, 2, 3), (1, 3, 3)]
    assert estimate["archives"] == [
        {
            "clip_index": 1,
            "clip_title": "clip-1",
            "version_id": None,
            "version_number": 3,
            "restorable_until": estimate["archives"][0]["restorable_until"],
            "min_vmaf": 93.0,
        }
    ]


def test_faults_of_takes_and_models_are_named_with_all_others(api: Api, world: World) -> None:
    body = {
        "clips": [
            {"clip_index": 0, "takes": 9, "model": "unknown"},
            {"clip_index": 1, "instruction": "x", "model": "ended"},
            {"clip_index": 2, "instruction": "x"},
        ],
        "takes": 0,
        "model": "",
    }
    found = faults(api, body)
    assert set(found) == {
        "takes",
        "clips[0].instruction",
        "clips[0].takes",
        "model",
        "clips[0].model",
        "clips[1].model",
    }
    assert found["clips[0].takes"] == "From 1 to 3 takes of a clip can be made at once; this asks for 9."
    assert "Use any or choosy" in found["clips[1].model"]
    assert world.workflow.batches == {}


@pytest.mark.parametrize("takes", ["many", 1.5, []])
def test_takes_are_a_number(api: Api, takes: object) -> None:
    assert "clips[0].takes" in faults(api, {"clips": [{"clip_index": 0, "instruction": "x", "takes": takes}]})


def test_a_model_is_named_for_all_or_for_one_and_warns_before_it_ends(api: Api) -> None:
    body = {
        "clips": [{"clip_index": 0}, {"clip_index": 1, "model": "choosy"}],
        "instruction": "x",
        "model": "unpriced",
    }
    accepted = api.post(REGENERATE, body).json
    assert [item["model"] for item in accepted["regenerations"]] == ["unpriced", "choosy"]
    assert accepted["estimated_total_cost"] is None
    assert "will be taken down on 20 March 2026" in accepted["warnings"][0]
    assert len(accepted["warnings"]) == 1


def test_a_video_is_made_anew_with_its_model(api: Api, stack: Stack) -> None:
    video_id = api.post("/videos", {"prompt": "a fox", "model": "choosy", "seconds": 4}).json["video_id"]
    stack.run()
    body = {"clips": [{"clip_index": 0, "instruction": "darker", "takes": 2}]}
    accepted = api.post(f"/jobs/{video_id}/clips/batch-regenerate", body).json
    assert [item["model"] for item in accepted["regenerations"]] == ["choosy", "choosy"]
    assert accepted["estimated_total_cost"] == 0.8


def test_a_retry_names_the_takes_that_it_makes_again(api: Api, world: World, stack: Stack) -> None:
    accepted = api.post(REGENERATE, {"clips": [{"clip_index": 0, "instruction": "x", "takes": 3}]}).json
    world.provider.polls = 100
    for _ in range(4):
        stack.tick()
    api.post(f"/jobs/{JOB}/batches/{accepted['batch_id']}/cancel")
    stack.run()
    world.provider.polls = 0
    ended = api.get(f"/jobs/{JOB}/batches/{accepted['batch_id']}").json
    missing = [
        (0, item["take"], 3)
        for item in ended["regenerations"]
        if item["status"] != RegenerationStatus.SUCCEEDED
    ]
    again = api.post(f"/jobs/{JOB}/batches/{accepted['batch_id']}/retry").json
    assert missing == _numbers(again["regenerations"]) != []
