"""Every permission of the workers and the workflow is needed: without it, a batch ends as reported here.

What the local cloud cannot enforce is listed in ``test_stack_needs.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest

from tests.api_user import TERMINAL, ApiUser, Json, small_clip
from tests.deliveries import answer_of, is_done
from tests.stack import QUEUES, Stack
from tests.table_audit import assert_consistent, assert_paid_once, records

pytestmark = pytest.mark.local_cloud

PUT_ASIDE = "put aside"
REFUSED = "not authorized"
INTERRUPTED = "interrupted"
KEY, STATE, RESULT = "searched for it by its key", "asked for its state", "being made a take"


@pytest.fixture(scope="module")
def job_id(ada: ApiUser) -> str:
    return ada.make_job(small_clip(0))


@pytest.fixture(scope="module", autouse=True)
def given_up_at_once(stack: Stack, ada: ApiUser) -> Iterator[None]:
    """Put a message aside after its first failure, a second later; leave none to other files' tests."""
    with stack.redelivered_after(seconds=1, at_most=1):
        yield
        stack.direct({})
        ada.wait_for(stack.is_quiet)


QUEUE_OF = {"submit_generation": "SubmitQueueUrl", "poll_generation": "PollQueueUrl"}


def time_enough(stack: Stack, besides: str = "") -> AbstractContextManager[None]:
    """Let workers besides one take their time: a busy machine is no missing permission."""
    queues = [name for name in QUEUES if name != QUEUE_OF.get(besides)]
    return stack.redelivered_after(seconds=60, at_most=3, of=queues)


@pytest.fixture
def patient(stack: Stack) -> Iterator[None]:
    """Give a batch that is to succeed time enough."""
    with time_enough(stack):
        yield


BATCHES = [
    ("RegenerateBatch", "sqs:SendMessage", "brighter", "failed", REFUSED),
    ("start_batch", "dynamodb:GetItem", "brighter", "failed", INTERRUPTED),
    ("start_batch", "dynamodb:BatchGetItem", "brighter", "failed", INTERRUPTED),
    ("start_batch", "dynamodb:PutItem", "brighter", "failed", INTERRUPTED),
    ("submit_generation", "dynamodb:GetItem", "brighter", "failed", PUT_ASIDE),
    ("submit_generation", "dynamodb:PutItem", "brighter", "failed", PUT_ASIDE),
    ("submit_generation", "s3:GetObject", "brighter", "failed", PUT_ASIDE),
    ("submit_generation", "s3:PutObject", "brighter", "in_doubt", KEY),
    ("submit_generation", "sqs:SendMessage", "brighter", "in_doubt", STATE),
    ("submit_generation", "states:SendTaskFailure", "refuse", "in_doubt", KEY),
    ("submit_generation", "states:SendTaskHeartbeat", "throttle", "failed", PUT_ASIDE),
    ("poll_generation", "dynamodb:GetItem", "brighter", "in_doubt", STATE),
    ("poll_generation", "dynamodb:PutItem", "brighter", "in_doubt", STATE),
    ("poll_generation", "s3:GetObject", "brighter", "in_doubt", STATE),
    ("poll_generation", "s3:PutObject", "brighter", "in_doubt", STATE),
    ("poll_generation", "sqs:SendMessage", "slow", "in_doubt", STATE),
    ("poll_generation", "sqs:SendMessage", "flaky", "failed", PUT_ASIDE),
    ("poll_generation", "states:SendTaskHeartbeat", "slow", "in_doubt", STATE),
    ("poll_generation", "states:SendTaskFailure", "break", "in_doubt", STATE),
    ("ingest_clip", "dynamodb:GetItem", "brighter", "in_doubt", RESULT),
    ("ingest_clip", "dynamodb:PutItem", "brighter", "in_doubt", RESULT),
    ("ingest_clip", "dynamodb:BatchGetItem", "brighter", "in_doubt", RESULT),
    ("ingest_clip", "dynamodb:UpdateItem", "brighter", "in_doubt", RESULT),
    ("ingest_clip", "dynamodb:BatchWriteItem", "brighter", "in_doubt", RESULT),
    ("ingest_clip", "dynamodb:DeleteItem", "brighter", "in_doubt", RESULT),
    ("ingest_clip", "s3:GetObject", "brighter", "in_doubt", RESULT),
    ("ingest_clip", "s3:PutObject", "brighter", "in_doubt", RESULT),
    ("recompose_video", "dynamodb:GetItem", "brighter", "partial", REFUSED),
    ("recompose_video", "dynamodb:PutItem", "brighter", "partial", REFUSED),
    ("recompose_video", "dynamodb:BatchGetItem", "brighter", "partial", REFUSED),
    ("recompose_video", "dynamodb:UpdateItem", "brighter", "partial", REFUSED),
    ("recompose_video", "dynamodb:BatchWriteItem", "brighter", "partial", REFUSED),
    ("recompose_video", "dynamodb:DeleteItem", "brighter", "partial", REFUSED),
    ("recompose_video", "s3:GetObject", "brighter", "partial", ""),
    ("recompose_video", "s3:PutObject", "brighter", "partial", ""),
    ("record_clip_failure", "dynamodb:GetItem", "break", "failed", ": no"),
    ("record_clip_failure", "dynamodb:PutItem", "break", "failed", ": no"),
    ("record_clip_failure", "dynamodb:UpdateItem", "break", "failed", ": no"),
]
"""Role, permission, instruction, and what becomes of the batch of one clip: its status, and a word of why.

What may have been paid for is in doubt until the permission is back, and then ends as if nothing had been.
"""

SCRIPT = {
    "refuse": {"reject": "no"},
    "throttle": {"throttle": 1},
    "slow": {"polls": 1},
    "flaky": {"fail_times": 1},
    "break": {"fail": "no"},
}


@pytest.mark.parametrize("case", BATCHES, ids=lambda case: " ".join(case[:3]))
def test_a_batch_breaks_without(
    stack: Stack, ada: ApiUser, job_id: str, case: tuple[str, str, str, str, str]
) -> None:
    module, action, instruction, status, why = case
    stack.direct(SCRIPT)
    # Only a message of the worker that lacks something is to be put aside.
    with time_enough(stack, besides=module), stack.denied(module, action):
        batch_id = ada.regenerate(job_id, {0: instruction})["batch_id"]
        if module == "record_clip_failure":
            ada.wait_for(lambda: stack.execution_of(batch_id)["status"] == "FAILED")
            found = outcome_of(ada.settled(stack, job_id, batch_id, ignore_leases=True))
        else:
            found = ada.wait_for(lambda: outcome_of(ada.batch(job_id, batch_id)))
    assert found is not None
    assert found[0] == status, found
    assert why in found[1]
    if status == "in_doubt":
        batch = ada.settled(stack, job_id, batch_id, ignore_leases=True)
        assert batch["status"] == ("failed" if instruction in {"refuse", "break"} else "succeeded")
    assert ada.job(job_id)["active_batch_id"] is None
    if status == "partial":
        assert ada.batch(job_id, batch_id)["recompose_error"]
        ada.post(f"/jobs/{job_id}/recompose", status=200)


def outcome_of(batch: Json) -> tuple[str, str] | None:
    """Return how a batch ended, or that its clip is in doubt; and why."""
    if batch["status"] in TERMINAL:
        return batch["status"], batch["cause"]
    [item] = batch["regenerations"]
    return ("in_doubt", item["doubt"]["awaited"]) if item["status"] == "in_doubt" else None


@pytest.mark.parametrize(
    ("module", "instruction"), [("submit_generation", "refuse"), ("poll_generation", "break")]
)
def test_a_worker_whose_step_is_over_does_not_end_a_clip_without(
    stack: Stack, ada: ApiUser, job_id: str, module: str, instruction: str
) -> None:
    """It gives back what was reserved for the clip, which the step's failure would have done."""
    stack.direct(SCRIPT)
    with time_enough(stack, besides=module), stack.denied(module, "states:SendTaskFailure"):
        batch_id = ada.regenerate(job_id, {0: instruction})["batch_id"]
        ada.wait_for(lambda: outcome_of(ada.batch(job_id, batch_id)))
    # Only by hand: a delivery meanwhile would have the lease.
    with stack.denied(module, "sqs:ReceiveMessage"), stack.denied(module, "dynamodb:UpdateItem"):
        stack.invoke("reconcile", {"ignore_leases": True})
        assert not is_done(stack, module, message_of(stack, batch_id))
        found = outcome_of(ada.batch(job_id, batch_id))
        assert found is not None
        assert found[0] == "in_doubt", found
    assert ada.settled(stack, job_id, batch_id, ignore_leases=True)["status"] == "failed"


def message_of(stack: Stack, batch_id: str) -> Json:
    """Return a message about a batch's only generation, for any of its workers."""
    found = next(item for item in records(stack, "Regeneration") if item["batch_id"] == batch_id)
    return {name: found[name] for name in ("job_id", "regeneration_id", "task_token")} | {"poll_seq": 99}


def test_a_clip_is_not_made_from_the_one_before_it_without(stack: Stack, ada: ApiUser) -> None:
    job_id = ada.make_job(small_clip(0), small_clip(1))
    with stack.denied("submit_generation", "dynamodb:BatchGetItem"):
        batch = ada.run(job_id, {1: "brighter"}, **{"from": "previous"})
    assert batch["status"] == "failed"
    assert PUT_ASIDE in batch["cause"]
    with time_enough(stack):
        batch = ada.run(job_id, {0: "brighter", 1: "brighter"}, **{"from": "previous"})
    assert batch["status"] == "succeeded", batch["cause"]
    assert not ada.job(job_id)["clips"][1]["stale"]
    with stack.denied("api_versions", "dynamodb:BatchGetItem"):
        assert ada.restore(job_id, 0, 1).status_code == 500
    assert ada.restore(job_id, 0, 1).is_success
    assert ada.job(job_id)["clips"][1]["stale"]


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("action", ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:PutItem"])
def test_a_batch_cannot_say_that_it_is_done_without(
    stack: Stack, ada: ApiUser, job_id: str, action: str
) -> None:
    """Reconcile says it instead, from the event of the failed execution."""
    with stack.denied("finish_batch", action):
        batch = ada.run(job_id, {0: "brighter"})
    assert batch["status"] == "succeeded", batch["cause"]
    assert stack.execution_of(batch["batch_id"])["status"] == "FAILED"


@pytest.mark.usefixtures("patient")
def test_what_a_clip_that_no_one_ended_holds_is_not_given_back_without(
    stack: Stack, ada: ApiUser, job_id: str
) -> None:
    with stack.held(), stack.denied("finish_batch", "dynamodb:UpdateItem"):
        batch_id = ada.regenerate(job_id, {0: "slow"})["batch_id"]
        payload: Json = {"job_id": job_id, "batch_id": batch_id}
        assert REFUSED in answer_of(stack, "finish_batch", payload)
    assert ada.ended(job_id, batch_id)["status"] == "succeeded"


@pytest.mark.usefixtures("patient")
def test_the_next_batch_stays_behind_without(stack: Stack, ada: ApiUser, job_id: str) -> None:
    with stack.denied("finish_batch", "states:StartExecution"):
        first, second = (ada.regenerate(job_id, {0: "brighter"})["batch_id"] for _ in range(2))
        ada.ended(job_id, first)
        assert ada.batch(job_id, second)["status"] == "starting"
    with stack.denied("reconcile", "states:StartExecution"):
        stack.invoke("reconcile", {"ignore_leases": True})
        assert ada.batch(job_id, second)["status"] == "starting"
    stack.invoke("reconcile", {"ignore_leases": True})
    ended = ada.ended(job_id, second)
    assert ended["status"] == "succeeded", ended


def test_in_the_end_bucket_table_and_provider_agree(stack: Stack, ada: ApiUser, job_id: str) -> None:
    stack.invoke("reconcile", {"ignore_leases": True})
    ada.wait_for(stack.is_quiet)
    assert ada.job(job_id)["active_batch_id"] is None
    assert_paid_once(stack)
    assert_consistent(stack)
