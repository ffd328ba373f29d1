"""An execution is stopped, fails or times out: reconcile brings its batch to a truthful end."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api_user import ApiUser, Json, small_clip
from tests.stack import Stack
from tests.table_audit import assert_consistent, assert_paid_once

pytestmark = pytest.mark.local_cloud


def running_slowly(ada: ApiUser, job_id: str) -> Json:
    """Start a batch whose first clip is done and whose second one is held at the provider."""
    accepted = ada.regenerate(job_id, {0: "brighter", 1: "slow"})
    ada.wait_for_event(job_id, "clip_complete", batch_id=accepted["batch_id"])
    ada.wait_for(
        lambda: ada.batch(job_id, accepted["batch_id"])["regenerations"][1]["status"] == "generating"
    )
    return accepted


def event_of(stack: Stack, batch_id: str, job_id: str, status: str) -> dict[str, Any]:
    """Return what EventBridge delivers when an execution ends so."""
    execution = stack.execution_of(batch_id)
    return {
        "source": "aws.states",
        "detail-type": "Step Functions Execution Status Change",
        "detail": {
            "executionArn": execution["executionArn"],
            "stateMachineArn": execution["stateMachineArn"],
            "name": batch_id,
            "status": status,
            "input": json.dumps({"job_id": job_id, "batch_id": batch_id}),
        },
    }


def test_a_stopped_execution_keeps_what_is_done_composes_it_and_frees_the_job(
    scripted: Stack, ada: ApiUser, shared_job: str
) -> None:
    with scripted.held():
        accepted = running_slowly(ada, shared_job)
        waiting = ada.regenerate(shared_job, {1: "brighter"})
        execution = scripted.execution_of(accepted["batch_id"])
        scripted.client("stepfunctions").stop_execution(executionArn=execution["executionArn"])
        reported = ada.wait_for_event(shared_job, "clip_in_doubt", batch_id=accepted["batch_id"])
        assert "asked for its state" in str(reported.data["awaited"])
        refused = ada.http.post(f"/jobs/{shared_job}/batches/{accepted['batch_id']}/retry")
        assert (refused.status_code, "only an ended batch" in refused.json()["detail"]) == (409, True)

    batch = ada.settled(scripted, shared_job, accepted["batch_id"])
    assert (batch["status"], batch["recompose_error"]) == ("succeeded", None)
    first, second = batch["regenerations"]
    assert (first["status"], second["status"]) == ("succeeded", "succeeded")
    assert story(ada, shared_job, batch)[-1] == "batch_succeeded"
    take = ada.wait_for(lambda: landed(ada, shared_job, second["regeneration_id"]))
    assert take["version_number"] == second["version_number"]
    assert ada.ended(shared_job, waiting["batch_id"])["status"] == "succeeded"
    ada.wait_for(scripted.is_quiet)
    assert ada.job(shared_job)["video"]["up_to_date"]
    assert_paid_once(scripted)
    assert_consistent(scripted)


def landed(ada: ApiUser, job_id: str, regeneration_id: str) -> Json | None:
    takes = ada.versions(job_id, 1)
    return next((take for take in takes if take["regeneration_id"] == regeneration_id), None)


@pytest.mark.parametrize("status", ["FAILED", "TIMED_OUT", "ABORTED"])
def test_an_event_about_a_batch_that_has_ended_changes_nothing(
    scripted: Stack, ada: ApiUser, shared_job: str, status: str
) -> None:
    batch = ada.run(shared_job, {0: "brighter"})
    reported = story(ada, shared_job, batch)
    scripted.invoke("reconcile", event_of(scripted, batch["batch_id"], shared_job, status))
    assert ada.batch(shared_job, batch["batch_id"]) == batch
    assert story(ada, shared_job, batch) == reported


def story(ada: ApiUser, job_id: str, batch: Json) -> list[str]:
    return [e.name for e in ada.events(job_id) if e.data.get("batch_id") == batch["batch_id"]]


def test_an_event_that_is_not_true_ends_nothing(scripted: Stack, ada: ApiUser, shared_job: str) -> None:
    with scripted.held():
        accepted = running_slowly(ada, shared_job)
        scripted.invoke("reconcile", event_of(scripted, accepted["batch_id"], shared_job, "TIMED_OUT"))
    assert ada.ended(shared_job, accepted["batch_id"])["status"] == "succeeded"


def test_an_execution_that_fails_before_its_first_step_is_recorded(
    scripted: Stack, ada: ApiUser, shared_job: str
) -> None:
    before = ada.job(shared_job)["timeline_revision"]
    with scripted.denied("RegenerateBatch", "lambda:InvokeFunction"):
        accepted = ada.regenerate(shared_job, {0: "brighter", 1: "darker"})
        batch = ada.ended(shared_job, accepted["batch_id"])
    assert scripted.execution_of(accepted["batch_id"])["status"] == "FAILED"
    assert [item["status"] for item in batch["regenerations"]] == ["failed", "failed"]
    assert (batch["status"], batch["charged"]) == ("failed", 0)
    job = ada.job(shared_job)
    assert (job["active_batch_id"], job["timeline_revision"]) == (None, before)


def test_a_preparation_that_is_stopped_fails_its_job_with_a_reason(scripted: Stack, ada: ApiUser) -> None:
    uploads = [{"upload_id": ada.upload(small_clip(number))} for number in range(3)]
    job_id = ada.post("/jobs", {"title": "Stopped", "clips": uploads}, status=202)["job_id"]
    machine = scripted.cloud.outputs["PrepareMachineArn"]
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{job_id}"
    scripted.client("stepfunctions").stop_execution(executionArn=arn)
    job = ada.wait_for(lambda: found if (found := ada.job(job_id))["status"] != "preparing" else None)
    assert job["status"] == "failed"
    assert "(clip 2): " in job["failure"]
    refused = ada.http.post(
        f"/jobs/{job_id}/clips/batch-regenerate",
        json={"clips": [{"clip_index": 0, "instruction": "x"}]},
    )
    assert refused.status_code == 409
