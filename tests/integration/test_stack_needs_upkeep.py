"""Every permission of upkeep and of preparing a job is needed: without it, nothing ends as reported here.

What the local cloud cannot enforce is listed in ``test_stack_needs.py``.
"""

from __future__ import annotations

import pytest

from tests.api_user import TERMINAL, ApiUser, Json, small_clip
from tests.deliveries import answer_of
from tests.stack import Stack
from tests.table_audit import LONG_AGO, assert_consistent, assert_paid_once, make_deletions_due, records

pytestmark = [pytest.mark.local_cloud, pytest.mark.usefixtures("soon_again")]

REFUSED = "not authorized"
EVERYTHING: Json = {"ignore_leases": True}
PROMPT = {"prompt": "a fox", "size": "160x90", "seconds": "0.2"}


@pytest.fixture(scope="module")
def job_id(ada: ApiUser) -> str:
    return ada.make_job(small_clip(0))


def test_nothing_is_reconciled_without(scripted: Stack, ada: ApiUser, job_id: str) -> None:
    with scripted.held():
        accepted = ada.regenerate(job_id, {0: "slow"})
        for action in ("dynamodb:Query", "dynamodb:GetItem", "states:DescribeExecution"):
            with scripted.denied("reconcile", action):
                assert action in answer_of(scripted, "reconcile", EVERYTHING)
    assert ada.ended(job_id, accepted["batch_id"])["status"] == "succeeded"


def test_an_interrupted_batch_does_not_end_without(scripted: Stack, ada: ApiUser, job_id: str) -> None:
    # Never asked for, so that it certainly ends; what may be paid is found out first.
    with (
        scripted.denied("submit_generation", "sqs:ReceiveMessage"),
        scripted.denied("reconcile", "dynamodb:UpdateItem"),
    ):
        batch_id = ada.regenerate(job_id, {0: "slow"})["batch_id"]
        for action in ("dynamodb:BatchGetItem", "dynamodb:PutItem"):
            with scripted.denied("reconcile", action):
                execution = scripted.execution_of(batch_id)
                scripted.client("stepfunctions").stop_execution(executionArn=execution["executionArn"])
                assert action in answer_of(scripted, "reconcile", EVERYTHING)
        assert "UpdateItem" in answer_of(scripted, "reconcile", EVERYTHING)
        assert ada.batch(job_id, batch_id)["status"] not in TERMINAL
    scripted.invoke("reconcile", EVERYTHING)
    assert ada.ended(job_id, batch_id)["status"] == "failed"


def test_a_cancelled_batch_that_does_not_drain_is_not_stopped_without(
    stack: Stack, ada: ApiUser, job_id: str
) -> None:
    with stack.denied("submit_generation", "sqs:ReceiveMessage"):
        batch_id = ada.regenerate(job_id, {0: "brighter"})["batch_id"]
        ada.wait_for(lambda: ada.batch(job_id, batch_id)["status"] == "running")
        ada.post(f"/jobs/{job_id}/batches/{batch_id}/cancel", status=202)
        cancelled_long_ago(stack, batch_id)
        with stack.denied("reconcile", "states:StopExecution"):
            assert REFUSED in answer_of(stack, "reconcile", EVERYTHING)
        assert ada.batch(job_id, batch_id)["status"] == "cancelling"
        stack.invoke("reconcile", EVERYTHING)
        assert ada.ended(job_id, batch_id)["status"] == "cancelled"
    assert stack.execution_of(batch_id)["status"] == "ABORTED"


def cancelled_long_ago(stack: Stack, batch_id: str) -> None:
    """Let the time that a cancelled batch has to drain be over."""
    batch = next(item for item in records(stack, "Batch") if item["batch_id"] == batch_id)
    stack.client("dynamodb").update_item(
        TableName=stack.table,
        Key={name: {"S": batch[name]} for name in ("PK", "SK")},
        UpdateExpression="SET cancel_requested_at = :past",
        ExpressionAttributeValues={":past": {"S": LONG_AGO.rstrip("#")}},
    )


def test_a_video_that_is_behind_stays_so_without(stack: Stack, ada: ApiUser, job_id: str) -> None:
    with stack.denied("recompose_video", "s3:PutObject"):
        assert ada.run(job_id, {0: "brighter"})["status"] == "partial"
    with stack.denied("reconcile", "lambda:InvokeFunction"):
        assert REFUSED in answer_of(stack, "reconcile", EVERYTHING)
    assert not ada.job(job_id)["video"]["up_to_date"]
    stack.invoke("reconcile", EVERYTHING)
    assert ada.job(job_id)["video"]["up_to_date"]


PURGING = ["dynamodb:Query", "dynamodb:GetItem", "dynamodb:DeleteItem", "s3:DeleteObject"]


def test_nothing_is_purged_without(stack: Stack, ada: ApiUser, job_id: str) -> None:
    ada.run(job_id, {0: "brighter"})
    make_deletions_due(stack)
    due = len(records(stack, "Deletion"))
    for action in PURGING:
        with stack.denied("purge", action):
            assert "errorMessage" in answer_of(stack, "purge", {"ignore_leases": True}), action
    assert len(records(stack, "Deletion")) == due > 0
    stack.invoke("purge", {"ignore_leases": True})
    assert len(records(stack, "Deletion")) < due


ENDING = ["dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
"""A batch that a deleted job leaves waiting is ended before the job goes."""


def test_a_deleted_job_stays_without(scripted: Stack, ada: ApiUser) -> None:
    stack = scripted
    deleted = ada.make_job(small_clip(0))
    before = ada.get("/usage")["spend_limit"]["reserved"]
    with stack.held():
        for _ in range(2):
            ada.regenerate(deleted, {0: "slow"})
        ada.http.delete(f"/jobs/{deleted}").raise_for_status()
    ada.wait_for(lambda: ada.job(deleted)["active_batch_id"] is None)
    for action in (*ENDING, "s3:ListBucket", "dynamodb:BatchWriteItem"):
        with stack.denied("purge", action):
            assert "errorMessage" in answer_of(stack, "purge", {"ignore_leases": True}), action
        assert ada.job(deleted)["status"] == "deleting"
    assert ada.get("/usage")["spend_limit"]["reserved"] == before
    stack.invoke("purge", {"ignore_leases": True})
    assert ada.http.get(f"/jobs/{deleted}").status_code == 404


@pytest.mark.parametrize("action", ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:PutItem"])
def test_a_preparation_cannot_say_that_it_is_done_without(stack: Stack, ada: ApiUser, action: str) -> None:
    """Reconcile says it instead, from the event of the failed execution."""
    with stack.denied("finish_preparation", action):
        prepared = ada.make_job(small_clip(0))
    machine = stack.cloud.outputs["PrepareMachineArn"]
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{prepared}"
    assert stack.client("stepfunctions").describe_execution(executionArn=arn)["status"] == "FAILED"


def test_nothing_is_generated_until_reconcile_without_leave_to_start_it(stack: Stack, ada: ApiUser) -> None:
    with stack.denied("finish_preparation", "states:StartExecution"):
        made = ada.post("/jobs", {"title": "x", "clips": [PROMPT]}, status=202)
        started = ada.wait_for(lambda: ada.job(made["job_id"])["active_batch_id"])
    assert ada.get(f"/jobs/{made['job_id']}/batches/{started}")["status"] == "starting"
    stack.invoke("reconcile", {"ignore_leases": True})
    assert prepared(ada, made["job_id"])["status"] == "ready"


@pytest.mark.parametrize("action", ["dynamodb:BatchGetItem", "dynamodb:UpdateItem"])
def test_what_was_to_be_generated_is_not_ended_without(stack: Stack, ada: ApiUser, action: str) -> None:
    """Reconcile gives it up instead, from the event of the failed execution."""
    clips = [{"upload_id": ada.upload(small_clip(0))}, PROMPT]
    denied = stack.denied("finish_preparation", action)
    with stack.denied("ingest_clip", "s3:GetObject"), denied:
        made = ada.post("/jobs", {"title": "x", "clips": clips}, status=202)
        assert prepared(ada, made["job_id"])["status"] == "failed"
    machine = stack.cloud.outputs["PrepareMachineArn"]
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{made['job_id']}"
    failed = stack.client("stepfunctions").describe_execution(executionArn=arn)
    assert (failed["status"], failed["error"]) != ("FAILED", "PreparationFailedError")
    (batch,) = ada.get(f"/jobs/{made['job_id']}/batches")["batches"]
    assert (batch["status"], batch["charged"]) == ("failed", 0)


def prepared(ada: ApiUser, job_id: str) -> Json:
    """Wait until a job is no longer being prepared."""
    return ada.wait_for(lambda: None if (job := ada.job(job_id))["status"] == "preparing" else job)


def test_a_file_becomes_no_version_without(stack: Stack, ada: ApiUser) -> None:
    with stack.denied("ingest_clip", "dynamodb:Query"):
        made = ada.post(
            "/jobs", {"title": "x", "clips": [{"upload_id": ada.upload(small_clip(0))}]}, status=202
        )
        assert prepared(ada, made["job_id"])["status"] == "failed"


def test_why_a_clip_cannot_be_prepared_is_not_reported_without(stack: Stack, ada: ApiUser) -> None:
    upload_id = ada.upload(small_clip(0))
    with stack.denied("ingest_clip", "s3:GetObject"), stack.denied("record_clip_failure", "dynamodb:GetItem"):
        made = ada.post("/jobs", {"title": "x", "clips": [{"upload_id": upload_id}]}, status=202)
        ended = ada.wait_for(
            lambda: found if (found := ada.job(made["job_id"]))["status"] != "preparing" else None
        )
    assert (ended["status"], "interrupted" in ended["failure"]) == ("failed", True)


def test_in_the_end_bucket_table_and_provider_agree(stack: Stack, ada: ApiUser, job_id: str) -> None:
    stack.invoke("reconcile", EVERYTHING)
    ada.wait_for(stack.is_quiet)
    assert ada.job(job_id)["active_batch_id"] is None
    assert_paid_once(stack)
    assert_consistent(stack)
