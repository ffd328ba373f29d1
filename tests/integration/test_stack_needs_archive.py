"""Every permission of what moves takes to the archive and back is needed.

What the local cloud cannot enforce is listed in ``test_stack_needs.py``.
"""

from __future__ import annotations

import pytest

from tests.api_user import ApiUser, Json, small_clip
from tests.deliveries import answer_of, is_done
from tests.stack import Stack
from tests.table_audit import assert_consistent, records

pytestmark = [pytest.mark.local_cloud, pytest.mark.usefixtures("soon_again")]

INTERNAL = 500
EVERYTHING: Json = {"ignore_leases": True}
MOVING = [
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:DeleteItem",
    "s3:GetObject",
    "s3:PutObject",
]


@pytest.fixture(scope="module")
def job_id(ada: ApiUser) -> str:
    """A job of one clip with as many takes as it may have; one more sends the first to the archive."""
    made = ada.make_job(small_clip(0))
    for _ in range(2):
        assert ada.run(made, {0: "brighter"})["status"] == "succeeded"
    return made


def states(ada: ApiUser, job_id: str) -> dict[int, str]:
    return {take["version_number"]: take["state"] for take in ada.versions(job_id, 0)}


def message_about(stack: Stack, job_id: str, number: int) -> Json:
    """Return the message that the archive's workers get for a take."""
    takes = (item for item in records(stack, "Version") if item["job_id"] == job_id)
    take = next(item for item in takes if item["version_number"] == number)
    return {"job_id": job_id, "clip_id": take["clip_id"], "version_number": number}


def test_no_take_is_archived_without(stack: Stack, ada: ApiUser, job_id: str) -> None:
    with stack.denied("ingest_clip", "sqs:SendMessage"):
        assert ada.run(job_id, {0: "brighter"})["status"] == "succeeded"
    with stack.denied("reconcile", "sqs:SendMessage"):
        assert "SendMessage" in answer_of(stack, "reconcile", EVERYTHING)
    message = message_about(stack, job_id, 1)
    for action in MOVING:
        with stack.denied("archive_version", action):
            assert not is_done(stack, "archive_version", message), action
        assert states(ada, job_id)[1] == "archiving"
    assert is_done(stack, "archive_version", message)
    assert states(ada, job_id)[1] == "archived"


def test_no_take_is_brought_back_without(stack: Stack, ada: ApiUser, job_id: str) -> None:
    assert states(ada, job_id)[1] == "archived"
    with stack.denied("api_versions", "lambda:InvokeFunction"):
        assert ada.restore(job_id, 0, 1).status_code >= INTERNAL
    message = message_about(stack, job_id, 1)
    for action in (*MOVING, "dynamodb:Query"):
        with stack.denied("rehydrate_version", action):
            assert "errorMessage" in answer_of(stack, "rehydrate_version", message), action
        assert states(ada, job_id)[1] == "restoring"
    with stack.denied("rehydrate_version", "sqs:SendMessage"):
        assert "errorMessage" in answer_of(stack, "rehydrate_version", message)
    assert (states(ada, job_id)[1], states(ada, job_id)[2]) == ("current", "archiving")


def test_what_makes_room_for_a_take_is_not_archived_without(stack: Stack, ada: ApiUser, job_id: str) -> None:
    assert states(ada, job_id)[2] == "archiving"
    with stack.denied("api_versions", "sqs:SendMessage"):
        assert ada.restore(job_id, 0, 2).status_code >= INTERNAL
    assert (states(ada, job_id)[2], states(ada, job_id)[3]) == ("current", "archiving")
    stack.invoke("reconcile", EVERYTHING)
    ada.wait_for(lambda: states(ada, job_id)[3] == "archived")


def test_a_take_that_is_back_is_not_composed_without(stack: Stack, ada: ApiUser, job_id: str) -> None:
    assert states(ada, job_id)[3] == "archived"
    with stack.denied("rehydrate_version", "lambda:InvokeFunction"):
        assert ada.restore(job_id, 0, 3).is_success
        assert states(ada, job_id)[3] == "current"
        assert not ada.job(job_id)["video"]["up_to_date"]
    stack.invoke("reconcile", EVERYTHING)
    assert ada.job(job_id)["video"]["up_to_date"]


def test_in_the_end_bucket_and_table_agree(stack: Stack, ada: ApiUser, job_id: str) -> None:
    ada.wait_for(stack.is_quiet)
    assert "archiving" not in states(ada, job_id).values()
    assert_consistent(stack)
