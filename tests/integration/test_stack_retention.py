"""Old takes and what crashes leave behind, on the real stack.

The local cloud carries out no lifecycle rules: what S3 would report of an expired object is reported here by
the test, to the function that the deployed rule names, and only if the rule's pattern lets it through.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from typer.testing import CliRunner

from retake_client.cli.main import app
from tests.api_user import ApiUser, Json, small_clip
from tests.stack import Stack, function_name
from tests.table_audit import (
    JOB_PREFIXES,
    assert_consistent,
    keys_in_ledger,
    make_deletions_due,
    make_old,
    records,
    stored_keys,
)

pytestmark = pytest.mark.local_cloud

BY_THE_CLOCK: Json = {"detail-type": "Scheduled Event"}


@pytest.fixture
def job_id(ada: ApiUser) -> str:
    """A job of one clip with an old take and a current one."""
    made = ada.make_job(small_clip(0))
    assert ada.run(made, {0: "brighter"})["status"] == "succeeded"
    return made


@pytest.fixture(autouse=True)
def agreement(stack: Stack, ada: ApiUser) -> Iterator[None]:
    """In the end bucket, table and counters agree, whatever a test did."""
    yield
    ada.wait_for(stack.is_quiet)
    assert_consistent(stack)
    assert stack.invoke("sweep_orphans", {"dry_run": True})["drifted"] == 0


def states(ada: ApiUser, job_id: str) -> dict[int, str]:
    return {take["version_number"]: take["state"] for take in ada.versions(job_id, 0)}


def below(stack: Stack, job_id: str) -> set[str]:
    return {key for key in stored_keys(stack) if key.split("/")[1] == job_id}


def purge_all(stack: Stack) -> None:
    make_deletions_due(stack)
    stack.invoke("purge", {"ignore_leases": True})


def archive(stack: Stack, ada: ApiUser, job_id: str) -> None:
    make_old(stack, job_id, 1, days=8)
    assert stack.invoke("sweep_versions", BY_THE_CLOCK)["archived"] == 1
    ada.wait_for(lambda: states(ada, job_id)[1] == "archived")


def answer_of(stack: Stack, module: str, payload: Json) -> str:
    """Call a function that may fail, and return what it says."""
    answer = stack.client("lambda").invoke(
        FunctionName=function_name(module), Payload=json.dumps(payload).encode()
    )
    return str(answer["Payload"].read().decode())


def test_from_the_first_week_to_the_tombstone(stack: Stack, ada: ApiUser, job_id: str) -> None:
    make_old(stack, job_id, 1, days=8)
    planned = stack.invoke("sweep_versions", {"dry_run": True})
    assert [sentence for sentence in planned["planned"] if job_id in sentence]
    assert states(ada, job_id) == {2: "current", 1: "active"}
    archive(stack, ada, job_id)
    assert stack.invoke("sweep_versions", {"resume": True})["entries_read"] == 0

    make_old(stack, job_id, 1, days=31)
    assert stack.invoke("sweep_versions", BY_THE_CLOCK)["deleted"] == 1
    assert states(ada, job_id) == {2: "current", 1: "deleted"}
    (reported,) = (event for event in ada.events(job_id) if event.name == "version_deleted")
    assert (reported.data["version_number"], reported.data["clip_index"]) == (1, 0)
    purge_all(stack)
    assert not {key for key in below(stack, job_id) if key.startswith("archive/")}


def rule_lets_through(stack: Stack, detail: Json) -> bool:
    """Say whether the deployed rule for expired objects lets an event of S3 through."""
    events = stack.client("events")
    pattern = events.describe_rule(Name="retake-archived-take-expired")["EventPattern"]
    event = {
        "id": "1",
        "source": "aws.s3",
        "detail-type": "Object Deleted",
        "account": "000000000000",
        "time": "2026-01-01T00:00:00Z",
        "region": "us-east-1",
        "resources": [],
        "detail": {"bucket": {"name": stack.bucket}, **detail},
    }
    found = events.test_event_pattern(EventPattern=pattern, Event=json.dumps(event))
    return bool(found["Result"])


def test_an_object_that_s3_removed_by_itself(stack: Stack, ada: ApiUser, job_id: str) -> None:
    archive(stack, ada, job_id)
    gone, *others = sorted(key for key in below(stack, job_id) if key.startswith("archive/"))
    detail = {"object": {"key": gone}, "reason": "Lifecycle Expiration"}
    assert rule_lets_through(stack, detail)
    assert not rule_lets_through(stack, {**detail, "reason": "DeleteObject"}), "a deletion of our own"
    assert not rule_lets_through(stack, {**detail, "object": {"key": "uploads/x"}})
    stack.client("s3").delete_object(Bucket=stack.bucket, Key=gone)
    expired = {"source": "aws.s3", "detail-type": "Object Deleted", "detail": detail}
    for action in ("dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem"):
        with stack.denied("tombstone_version", action):
            assert action in answer_of(stack, "tombstone_version", expired)
    assert stack.invoke("tombstone_version", expired) == {"tombstoned": True}
    assert stack.invoke("tombstone_version", expired) == {"tombstoned": False}
    assert states(ada, job_id)[1] == "deleted"
    assert set(others) <= keys_in_ledger(records(stack))
    purge_all(stack)
    assert not {key for key in below(stack, job_id) if key.startswith("archive/")}


def test_no_old_take_is_swept_without(stack: Stack, ada: ApiUser, job_id: str) -> None:
    make_old(stack, job_id, 1, days=31)
    # What concerns one job is reported among the errors; what concerns the sweep itself ends it.
    for action in (
        "dynamodb:PutItem",
        "dynamodb:Query",
        "dynamodb:GetItem",
        "dynamodb:UpdateItem",
        "dynamodb:DeleteItem",
    ):
        with stack.denied("sweep_versions", action):
            assert action in answer_of(stack, "sweep_versions", BY_THE_CLOCK)
        if action != "dynamodb:DeleteItem":
            assert states(ada, job_id)[1] == "active"
    assert states(ada, job_id)[1] == "deleted"


def test_no_take_is_sent_to_the_archive_without(stack: Stack, ada: ApiUser, job_id: str) -> None:
    make_old(stack, job_id, 1, days=8)
    with stack.denied("sweep_versions", "sqs:SendMessage"):
        assert "SendMessage" in answer_of(stack, "sweep_versions", BY_THE_CLOCK)
    assert states(ada, job_id)[1] == "archiving"
    stack.invoke("reconcile", {"ignore_leases": True})
    ada.wait_for(lambda: states(ada, job_id)[1] == "archived")


def leave_behind(stack: Stack, *keys: str) -> None:
    for key in keys:
        stack.client("s3").put_object(Bucket=stack.bucket, Key=key, Body=b"left behind")


def draft_of(job_id: str) -> dict[str, Any]:
    """Return a clip that was written before its job, by a request that died then."""
    names = {"PK": f"JOB#{job_id}", "SK": "CLIP#draft", "record_type": "Clip"}
    return {
        name: {"S": value} for name, value in {**names, "written_at": "2020-01-01T00:00:00.000000Z"}.items()
    }


def test_what_crashes_leave_behind(stack: Stack, ada: ApiUser, job_id: str) -> None:
    (old,) = (
        take for take in records(stack, "Version") if take["job_id"] == job_id and take["superseded_at"]
    )
    stack.client("s3").delete_object(Bucket=stack.bucket, Key=old["objects"]["video_key"])
    loose = f"clips/{job_id}/left/behind.mp4", "compositions/unknown/behind.mp4"
    leave_behind(stack, *loose)
    stack.client("dynamodb").put_item(TableName=stack.table, Item=draft_of("never-made"))
    counted = next(job for job in records(stack, "Job") if job["job_id"] == job_id)
    key = {name: {"S": counted[name]} for name in ("PK", "SK")}
    spoil_counters(stack, key, Decimal(7))

    found = stack.invoke("sweep_orphans", {"dry_run": True})
    reported = " ".join(found["found"])  # also of what other tests' crashes left
    for wanted in (*loose, "job never-made", f"job {job_id} counts", old["objects"]["video_key"]):
        assert wanted in reported
    assert found["current_missing"] == 0
    assert states(ada, job_id)[1] == "active"
    assert not set(loose) & keys_in_ledger(records(stack))

    for action in (
        "dynamodb:Scan",
        "dynamodb:PutItem",
        "dynamodb:GetItem",
        "dynamodb:Query",
        "s3:ListBucket",
        "dynamodb:BatchWriteItem",
        "dynamodb:UpdateItem",
        "dynamodb:DeleteItem",
        "s3:GetObject",  # the last: without it jobs fail one by one, and what lies alone is handed over
    ):
        # A refused HEAD, which needs s3:GetObject, has no body that could name it.
        named = "HeadObject" if action == "s3:GetObject" else action
        with stack.denied("sweep_orphans", action):
            assert named in answer_of(stack, "sweep_orphans", {"repair": True, "verify": True}), action
    assert stack.invoke("sweep_orphans", BY_THE_CLOCK)["errors"] == []
    assert states(ada, job_id)[1] == "deleted"
    again = stack.invoke("sweep_orphans", {"dry_run": True})
    assert (again["objects_given_up"], again["records_removed"], again["drifted"]) == (0, 0, 0)
    assert again["objects_missing"] == 0
    assert set(loose) <= keys_in_ledger(records(stack))
    purge_all(stack)
    assert not set(loose) & stored_keys(stack)


def spoil_counters(stack: Stack, key: dict[str, Any], more: Decimal) -> None:
    stack.client("dynamodb").update_item(
        TableName=stack.table,
        Key=key,
        UpdateExpression="SET takes_stored.active = takes_stored.active + :more",
        ExpressionAttributeValues={":more": {"N": str(more)}},
    )


def test_a_job_deleted_while_a_batch_runs_on_it_leaves_nothing(
    stack: Stack, ada: ApiUser, job_id: str
) -> None:
    with stack.redelivered_after(seconds=1, at_most=100):
        with stack.denied("poll_generation", "sqs:ReceiveMessage"):  # it runs for as long as we want
            batch_id = ada.regenerate(job_id, {0: "darker"})["batch_id"]
            ada.wait_for(lambda: ada.batch(job_id, batch_id)["status"] == "running")
            assert ada.http.delete(f"/jobs/{job_id}").is_success
            stack.invoke("purge", {"ignore_leases": True})
            assert below(stack, job_id), "purged under the feet of its batch"
        ada.wait_for(lambda: stack.execution_of(batch_id)["status"] != "RUNNING")
    ada.wait_for(stack.is_quiet)
    stack.invoke("purge", {"ignore_leases": True})
    left = [item for item in records(stack) if item["PK"] == f"JOB#{job_id}"]
    assert {item["record_type"] for item in left} <= {"Deletion"}
    purge_all(stack)
    assert not [item for item in records(stack) if item["PK"] == f"JOB#{job_id}"]
    assert not {key for prefix in JOB_PREFIXES for key in stack.keys(f"{prefix}{job_id}/")}


def test_a_sweep_is_run_by_hand(stack: Stack, ada: ApiUser, job_id: str) -> None:
    make_old(stack, job_id, 1, days=31)
    command = ["sweep", "versions", "--data", str(stack.cloud.directory.root)]
    planned = CliRunner().invoke(app, [*command, "--dry-run"])
    assert planned.exit_code == 0, planned.output
    assert job_id in planned.output
    assert states(ada, job_id)[1] == "active"
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    assert states(ada, job_id)[1] == "deleted"
