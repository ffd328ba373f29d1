"""Every permission of upkeep is needed, and those of workers that matter when something comes late or again.

What the local cloud cannot enforce is listed in ``test_stack_needs.py``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.books import LONG_AGO, assert_consistent, assert_paid_once, records
from tests.person import TERMINAL, Json, Person, small_clip
from tests.stack import Stack, function_name

pytestmark = pytest.mark.local_cloud

REFUSED = "not authorized"
EVERYTHING: Json = {"ignore_leases": True}
CONSUMING = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]


@pytest.fixture(scope="module")
def job_id(ada: Person) -> str:
    return ada.make_job(small_clip(0))


def answer_of(stack: Stack, module: str, payload: Json) -> str:
    """Call a function that may fail, and return what it says."""
    answer = stack.client("lambda").invoke(
        FunctionName=function_name(module), Payload=json.dumps(payload).encode()
    )
    return str(answer["Payload"].read().decode())


def is_delivered(stack: Stack, module: str, message: Json) -> bool:
    """Hand a message to a queue's worker; False when it wants it again."""
    record = {"messageId": "again", "body": json.dumps(message), "eventSource": "aws:sqs"}
    failures = json.loads(answer_of(stack, module, {"Records": [record]}))["batchItemFailures"]
    return not failures


def regeneration_of(stack: Stack, accepted: Json) -> Json:
    """Return the record of a batch's only regeneration."""
    return next(item for item in records(stack, "Regeneration") if item["batch_id"] == accepted["batch_id"])


@pytest.mark.parametrize("action", ["dynamodb:BatchGetItem", "dynamodb:PutItem"])
def test_an_interrupted_batch_does_not_end_without(
    stack: Stack, ada: Person, job_id: str, action: str
) -> None:
    with stack.denied("reconcile", action):
        batch_id = ada.regenerate(job_id, {0: "brighter"})["batch_id"]
        execution = stack.execution_of(batch_id)
        stack.client("stepfunctions").stop_execution(executionArn=execution["executionArn"])
        assert REFUSED in answer_of(stack, "reconcile", EVERYTHING)
        assert ada.batch(job_id, batch_id)["status"] not in TERMINAL
    stack.invoke("reconcile", EVERYTHING)
    assert ada.ended(job_id, batch_id)["status"] == "failed"


def test_a_cancelled_batch_that_does_not_drain_is_not_stopped_without(
    stack: Stack, ada: Person, job_id: str
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


def test_a_video_that_is_behind_stays_so_without(stack: Stack, ada: Person, job_id: str) -> None:
    with stack.denied("recompose_video", "s3:PutObject"):
        assert ada.run(job_id, {0: "brighter"})["status"] == "partial"
    with stack.denied("reconcile", "lambda:InvokeFunction"):
        assert REFUSED in answer_of(stack, "reconcile", EVERYTHING)
    assert not ada.job(job_id)["video"]["up_to_date"]
    stack.invoke("reconcile", EVERYTHING)
    assert ada.job(job_id)["video"]["up_to_date"]


def test_a_deleted_job_stays_without(stack: Stack, ada: Person) -> None:
    deleted = ada.make_job(small_clip(0))
    ada.http.delete(f"/jobs/{deleted}").raise_for_status()
    for action in ("s3:ListBucket", "dynamodb:BatchWriteItem"):
        with stack.denied("purge", action):
            assert "errorMessage" in answer_of(stack, "purge", {}), action
        assert ada.job(deleted)["status"] == "deleting"
    stack.invoke("purge")
    assert ada.http.get(f"/jobs/{deleted}").status_code == 404


@pytest.mark.parametrize("action", ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem"])
def test_a_preparation_cannot_say_that_it_is_done_without(stack: Stack, ada: Person, action: str) -> None:
    """Reconcile says it instead, from the event of the failed execution."""
    with stack.denied("finish_preparation", action):
        prepared = ada.make_job(small_clip(0))
    machine = stack.cloud.outputs["PrepareMachineArn"]
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{prepared}"
    assert stack.client("stepfunctions").describe_execution(executionArn=arn)["status"] == "FAILED"


def test_why_a_clip_cannot_be_prepared_is_not_told_without(stack: Stack, ada: Person) -> None:
    upload_id = ada.upload(small_clip(0))
    with stack.denied("ingest_clip", "s3:GetObject"), stack.denied("record_clip_failure", "dynamodb:Query"):
        made = ada.post("/jobs", {"title": "x", "clips": [{"upload_id": upload_id}]}, status=202)
        ended = ada.wait_for(
            lambda: found if (found := ada.job(made["job_id"]))["status"] != "preparing" else None
        )
    assert (ended["status"], "interrupted" in ended["failure"]) == ("failed", True)


@pytest.fixture
def waiting(stack: Stack, ada: Person, job_id: str) -> Iterator[Json]:
    """A regeneration whose result is kept, and whose step has not been told."""
    with stack.redelivered_after(seconds=1, at_most=30):
        with stack.denied("poll_generation", "states:SendTaskSuccess"):
            accepted = ada.regenerate(job_id, {0: "brighter"})
            ada.wait_for(lambda: regeneration_of(stack, accepted)["status"] == "ingesting")
            yield regeneration_of(stack, accepted)
        assert ada.ended(job_id, accepted["batch_id"])


def message_of(regeneration: Json) -> Json:
    names = ("job_id", "regeneration_id", "task_token")
    return {name: regeneration[name] for name in names}


LATE = [
    ("submit_generation", "states:SendTaskSuccess"),
    ("handle_dead_letters", "dynamodb:GetItem"),
    ("handle_dead_letters", "s3:PutObject"),
    ("handle_dead_letters", "states:SendTaskFailure"),
]
"""Role and permission without which a step that waits goes on waiting, whoever brings its message."""


@pytest.mark.parametrize("case", LATE, ids=" ".join)
def test_a_step_is_not_told_without(stack: Stack, waiting: Json, case: tuple[str, str]) -> None:
    module, action = case
    with stack.denied(module, action):
        assert not is_delivered(stack, module, message_of(waiting))
    assert is_delivered(stack, module, message_of(waiting))


@pytest.mark.parametrize("action", CONSUMING)
def test_no_dead_letter_is_kept_without(stack: Stack, ada: Person, action: str) -> None:
    queues = stack.client("sqs")
    url = queues.get_queue_url(QueueName="retake-archive-dead-letters")["QueueUrl"]
    queues.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})
    before = stack.keys("dead-letters/")
    with stack.denied("handle_dead_letters", action):
        sent = queues.send_message(QueueUrl=url, MessageBody="not a message")["MessageId"]
        with pytest.raises(AssertionError, match="nothing new"):
            stack.wait_for_key("dead-letters/", besides=before, within_s=1.5)
    key = f"dead-letters/{sent}.json"
    ada.wait_for(lambda: key in stack.keys("dead-letters/"))


def test_in_the_end_bucket_table_and_provider_agree(stack: Stack, ada: Person, job_id: str) -> None:
    stack.invoke("reconcile", EVERYTHING)
    assert ada.job(job_id)["active_batch_id"] is None
    assert_paid_once(stack)
    assert_consistent(stack)
