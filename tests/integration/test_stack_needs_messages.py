"""Every permission about messages is needed: to receive them, to report to a step, and when they come late.

What the local cloud cannot enforce is listed in ``test_stack_needs.py``.
"""

from __future__ import annotations

import pytest

from tests.api_user import ApiUser, Json, small_clip
from tests.deliveries import answer_of, is_done, send, wait_for_refused_delivery
from tests.stack import Stack
from tests.table_audit import assert_consistent, assert_paid_once, records

pytestmark = [pytest.mark.local_cloud, pytest.mark.usefixtures("soon_again")]

EVERYTHING: Json = {"ignore_leases": True}
CONSUMING = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
CONSUMERS = {
    "submit_generation": "SubmitQueueUrl",
    "poll_generation": "PollQueueUrl",
    "archive_version": "ArchiveQueueUrl",
    "handle_dead_letters": "ArchiveQueueUrl",
}


@pytest.fixture(scope="module")
def job_id(ada: ApiUser) -> str:
    return ada.make_job(small_clip(0))


@pytest.fixture(scope="module")
def settled(stack: Stack, ada: ApiUser, job_id: str) -> Json:
    """A message that every worker understands, and has nothing to do about any more."""
    accepted = ada.regenerate(job_id, {0: "brighter"})
    assert ada.ended(job_id, accepted["batch_id"])["status"] == "succeeded"
    regeneration = regeneration_of(stack, accepted)
    return {**message_of(regeneration), "clip_id": regeneration["clip_id"], "version_number": 2}


@pytest.mark.parametrize("action", CONSUMING)
@pytest.mark.parametrize("module", CONSUMERS)
def test_nothing_is_delivered_without(
    stack: Stack, ada: ApiUser, settled: Json, module: str, action: str
) -> None:
    since = stack.cloud.directory.log.stat().st_size
    with stack.denied(module, action):
        send(stack, CONSUMERS[module], settled, dead=module == "handle_dead_letters")
        wait_for_refused_delivery(stack, action, since=since)
        assert not stack.is_quiet()
    ada.wait_for(stack.is_quiet)


TELLING = [
    ("submit_generation", "states:SendTaskSuccess"),
    ("handle_dead_letters", "states:SendTaskSuccess"),
    ("handle_dead_letters", "dynamodb:GetItem"),
    ("handle_dead_letters", "s3:PutObject"),
]
"""Role and permission without which a step goes on waiting, however its message comes."""


def test_a_step_is_not_reported_without(stack: Stack, ada: ApiUser, job_id: str) -> None:
    with stack.denied("poll_generation", "states:SendTaskSuccess"):
        accepted = ada.regenerate(job_id, {0: "brighter"})
        ada.wait_for(lambda: regeneration_of(stack, accepted)["status"] == "ingesting")
        message = message_of(regeneration_of(stack, accepted))
        assert not is_done(stack, "poll_generation", message)
        for module, action in TELLING:
            with stack.denied(module, action):
                assert not is_done(stack, module, message), (module, action)
        assert ada.batch(job_id, accepted["batch_id"])["status"] == "running"
        assert is_done(stack, "handle_dead_letters", message)
        assert ada.ended(job_id, accepted["batch_id"])["status"] == "succeeded"


def test_a_late_result_does_not_land_without(stack: Stack, ada: ApiUser, job_id: str) -> None:
    with stack.denied("poll_generation", "lambda:InvokeFunction"):
        with stack.held():
            accepted = ada.regenerate(job_id, {0: "slow"})
            ada.wait_for(lambda: regeneration_of(stack, accepted)["status"] == "generating")
            message = message_of(regeneration_of(stack, accepted))
            with stack.denied("handle_dead_letters", "states:SendTaskFailure"):
                assert not is_done(stack, "handle_dead_letters", message)
            assert is_done(stack, "handle_dead_letters", message)
            ada.wait_for_event(job_id, "clip_in_doubt", batch_id=accepted["batch_id"])

        ada.wait_for(lambda: regeneration_of(stack, accepted)["result_key"])
        assert not is_done(stack, "poll_generation", message)
        with stack.denied("handle_dead_letters", "lambda:InvokeFunction"):
            assert not is_done(stack, "handle_dead_letters", message)
        assert landed(ada, job_id, accepted) is None
        with stack.denied("reconcile", "lambda:InvokeFunction"):
            ada.wait_for(lambda: stack.execution_of(accepted["batch_id"])["status"] == "SUCCEEDED")
            assert "not authorized" in answer_of(stack, "reconcile", EVERYTHING)
    take = ada.wait_for(lambda: landed(ada, job_id, accepted))
    assert take["is_current"]
    assert ada.settled(stack, job_id, accepted["batch_id"])["status"] == "succeeded"


def test_what_is_in_doubt_is_not_found_out_without(stack: Stack, ada: ApiUser, job_id: str) -> None:
    stack.direct({"slow": {"seconds": 1.5}})
    with stack.denied("poll_generation", "sqs:ReceiveMessage"):
        accepted = ada.regenerate(job_id, {0: "slow"})
        ada.wait_for(lambda: regeneration_of(stack, accepted)["status"] == "generating")
        execution = stack.execution_of(accepted["batch_id"])
        stack.client("stepfunctions").stop_execution(executionArn=execution["executionArn"])
        with stack.denied("reconcile", "sqs:SendMessage"):
            assert "sqs:SendMessage" in answer_of(stack, "reconcile", EVERYTHING)
    assert ada.settled(stack, job_id, accepted["batch_id"])["status"] == "succeeded"


def regeneration_of(stack: Stack, accepted: Json) -> Json:
    """Return the record of a batch's only regeneration."""
    return next(item for item in records(stack, "Regeneration") if item["batch_id"] == accepted["batch_id"])


def message_of(regeneration: Json) -> Json:
    """Return a message about a regeneration, for any of its workers."""
    names = ("job_id", "regeneration_id", "task_token")
    return {**{name: regeneration[name] for name in names}, "poll_seq": 99}


def landed(ada: ApiUser, job_id: str, accepted: Json) -> Json | None:
    regeneration_id = accepted["regenerations"][0]["regeneration_id"]
    return next(
        (take for take in ada.versions(job_id, 0) if take["regeneration_id"] == regeneration_id), None
    )


def test_in_the_end_bucket_table_and_provider_agree(stack: Stack, ada: ApiUser, job_id: str) -> None:
    stack.invoke("reconcile", EVERYTHING)
    ada.wait_for(stack.is_quiet)
    assert ada.job(job_id)["active_batch_id"] is None
    assert_paid_once(stack)
    assert_consistent(stack)
