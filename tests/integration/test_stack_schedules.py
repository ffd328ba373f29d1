"""Schedules on the real stack: they start by themselves, once, and only who is allowed to wakes them up."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.api_user import ApiUser, Json, small_clip
from tests.stack import Stack, function_name

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.local_cloud, pytest.mark.usefixtures("scripted")]

SMALL = {"size": "160x90", "seconds": "0.2"}
FOX = {"prompt": "a fox", **SMALL}
PROBLEM = "application/problem+json"
INTERNAL, NOT_STARTED = 500, 503


@pytest.fixture(scope="module")
def ada(stack: Stack) -> ApiUser:
    """A user of this file's own: her videos are those of her schedules."""
    return stack.person("paula")


def in_s(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def schedule(ada: ApiUser, *, seconds: float = 3600, **asked: Any) -> Json:
    return ada.post("/schedules", {"at": in_s(seconds), **asked}, status=201)


def entries(stack: Stack) -> set[str]:
    """Return the names of the schedules that EventBridge Scheduler has."""
    found = stack.client("scheduler").list_schedules(GroupName="retake-one-off")["Schedules"]
    return {str(entry["Name"]) for entry in found}


def ended(ada: ApiUser, made: Json) -> Callable[[], Json | None]:
    def look() -> Json | None:
        found = ada.get(f"/schedules/{made['schedule_id']}")
        return found if found["status"] in {"started", "failed", "cancelled"} else None

    return look


def wait_until(at: str) -> None:
    time.sleep(max((datetime.fromisoformat(at) - datetime.now(UTC)).total_seconds(), 0))


def test_a_schedule_makes_its_video_by_itself_and_once(stack: Stack, ada: ApiUser) -> None:
    ada.get("/schedules")  # a first call takes some seconds, which are not to be those of the schedule
    made = schedule(ada, seconds=8, video=FOX | {"prompt": "a fox at noon"})
    assert (made["status"], made["estimated_cost"]) == ("scheduled", 0.01)
    assert made["schedule_id"] in entries(stack)
    after = ada.wait_for(ended(ada, made))
    assert (after["status"], after["reason"]) == ("started", None)
    for _ in range(2):  # EventBridge may deliver twice, the reconciliation may come as well
        assert stack.invoke("run_schedule", {"schedule_id": made["schedule_id"]})["status"] == "started"
        stack.invoke("reconcile")
    videos = ada.wait_for(
        lambda: (
            found
            if (found := ada.get(f"/videos/batches/{after['batch_id']}"))["status"] != "processing"
            else None
        )
    )
    assert (videos["status"], len(videos["videos"])) == ("completed", 1)
    assert len(ada.get("/videos")["videos"]) == 1
    assert str(stack.provider_jobs()).count("a fox at noon") == 1, stack.provider_jobs()
    ada.wait_for(lambda: made["schedule_id"] not in entries(stack))
    names = [
        line.removeprefix("event: ") for line in ada.http.get("/events").text.splitlines() if "event:" in line
    ]
    assert [name for name in names if "schedule" in name] == ["schedule_created", "schedule_started"]


def test_what_is_cancelled_is_taken_out_of_eventbridge(stack: Stack, ada: ApiUser) -> None:
    made = schedule(ada, video=FOX)
    assert made["schedule_id"] in entries(stack)
    for _ in range(2):
        answer = ada.http.delete(f"/schedules/{made['schedule_id']}")
        assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    assert made["schedule_id"] not in entries(stack)


def test_a_wake_up_survives_a_kill_and_what_came_due_meanwhile_is_started(stack: Stack, ada: ApiUser) -> None:
    job_id = ada.make_job(small_clip(0))
    asked = {"job_id": job_id, "clips": [{"clip_index": 0, "instruction": "brighter"}]}
    later, soon = schedule(ada, video=FOX), schedule(ada, seconds=4, regeneration=asked)
    stack.cloud.kill()
    wait_until(soon["at"])
    stack.cloud.start()
    stack.cloud.settle()
    assert later["schedule_id"] in entries(stack)
    after = ada.wait_for(ended(ada, soon))
    assert after["status"] == "started"
    assert ada.ended(job_id, after["batch_id"])["status"] == "succeeded"
    assert ada.http.delete(f"/schedules/{later['schedule_id']}").status_code == 200


REQUESTS = [
    ("dynamodb:GetItem", INTERNAL),
    ("dynamodb:Query", INTERNAL),
    ("dynamodb:PutItem", INTERNAL),
    ("dynamodb:BatchWriteItem", INTERNAL),
    ("s3:GetObject", INTERNAL),
    ("s3:PutObject", INTERNAL),
    ("lambda:InvokeFunction", INTERNAL),
    ("scheduler:CreateSchedule", NOT_STARTED),
]


@pytest.fixture(scope="module")
def upload_id(ada: ApiUser) -> str:
    return ada.upload(small_clip(1))


@pytest.mark.parametrize(("action", "status"), REQUESTS)
def test_nothing_is_scheduled_without(
    stack: Stack, ada: ApiUser, upload_id: str, action: str, status: int
) -> None:
    body = {"at": in_s(3600), "video": FOX | {"reference_upload_id": upload_id}}
    key = {"Idempotency-Key": f"schedule without {action}"}
    with stack.denied("api_schedules", action):
        answer = ada.http.post("/schedules", json=body, headers=key)
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM), answer.text
    again = ada.http.post("/schedules", json=body, headers=key)
    assert again.status_code == 201, again.text
    assert ada.http.delete(f"/schedules/{again.json()['schedule_id']}").status_code == 200


def test_no_regeneration_is_scheduled_without_its_clips(stack: Stack, ada: ApiUser) -> None:
    asked = {"job_id": ada.make_job(small_clip(0)), "clips": [{"clip_index": 0, "instruction": "brighter"}]}
    with stack.denied("api_schedules", "dynamodb:BatchGetItem"):
        answer = ada.http.post("/schedules", json={"at": in_s(3600), "regeneration": asked})
    assert answer.status_code == INTERNAL, answer.text


def test_nothing_is_cancelled_whole_without(stack: Stack, ada: ApiUser) -> None:
    made = schedule(ada, video=FOX)
    with stack.denied("api_schedules", "scheduler:DeleteSchedule"):
        assert ada.http.delete(f"/schedules/{made['schedule_id']}").status_code == INTERNAL
    # Its wake-up is left and does nothing; a repeat takes it out.
    assert ada.http.delete(f"/schedules/{made['schedule_id']}").json()["status"] == "cancelled"
    assert made["schedule_id"] not in entries(stack)


@pytest.mark.parametrize(
    "action",
    [
        "dynamodb:GetItem",
        "dynamodb:Query",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        "dynamodb:BatchWriteItem",
        "dynamodb:DeleteItem",
        "s3:GetObject",
        "s3:PutObject",
        "lambda:InvokeFunction",
    ],
)
def test_nothing_is_started_without(stack: Stack, ada: ApiUser, upload_id: str, action: str) -> None:
    made = schedule(ada, seconds=30, video=FOX | {"reference_upload_id": upload_id})
    # A minute before its time is its time, to whom wakes it up: clocks differ.
    with stack.denied("run_schedule", action):
        answer = stack.client("lambda").invoke(
            FunctionName=function_name("run_schedule"),
            Payload=f'{{"schedule_id": "{made["schedule_id"]}"}}'.encode(),
        )
    assert "FunctionError" in answer, answer["Payload"].read()
    assert ada.get(f"/schedules/{made['schedule_id']}")["status"] in {"scheduled", "starting"}


@pytest.mark.parametrize("kind", ["video", "regeneration"])
def test_what_may_not_start_fails_and_says_so(stack: Stack, ada: ApiUser, kind: str) -> None:
    job_id = ada.make_job(small_clip(0)) if kind == "regeneration" else ""
    clips = [{"clip_index": 0, "instruction": "brighter"}]
    asked: Json = {"video": FOX} if kind == "video" else {"regeneration": {"job_id": job_id, "clips": clips}}
    made = schedule(ada, seconds=30, **asked)
    with stack.denied("run_schedule", "states:StartExecution"):
        stack.invoke("run_schedule", {"schedule_id": made["schedule_id"]})
    after = ada.get(f"/schedules/{made['schedule_id']}")
    assert (after["status"], "could not be started" in after["reason"]) == ("failed", True)


def test_what_cannot_be_ended_is_not_without_reading_it(stack: Stack, ada: ApiUser) -> None:
    made = schedule(ada, seconds=30, video=FOX)
    with stack.denied("run_schedule", "states:StartExecution", "dynamodb:BatchGetItem"):
        answer = stack.client("lambda").invoke(
            FunctionName=function_name("run_schedule"),
            Payload=f'{{"schedule_id": "{made["schedule_id"]}"}}'.encode(),
        )
    assert "FunctionError" in answer


def test_what_fails_each_time_that_eventbridge_calls_it_is_kept(stack: Stack, ada: ApiUser) -> None:
    """Lambda repeats it, sends it to the queue of failed calls, and its reader puts it aside."""
    named = stack.client("lambda").get_function_configuration(FunctionName=function_name("api_schedules"))
    variables = named["Environment"]["Variables"]
    known = stack.keys("dead-letters/")
    stack.client("scheduler").create_schedule(
        Name="of-nothing",
        GroupName=variables["RETAKE_SCHEDULE_GROUP"],
        ScheduleExpression="at(2026-01-01T00:00:00)",
        FlexibleTimeWindow={"Mode": "OFF"},
        ActionAfterCompletion="DELETE",
        Target={
            "Arn": variables["RETAKE_SCHEDULE_TARGET_ARN"],
            "RoleArn": variables["RETAKE_SCHEDULE_ROLE_ARN"],
            "Input": '{"of": "nothing"}',
        },
    )

    def kept() -> Json | None:
        found = [stack.read_json(key) for key in stack.keys("dead-letters/") - known]
        return next((one for one in found if one.get("requestPayload") == {"of": "nothing"}), None)

    found = ada.wait_for(kept)
    assert found["requestContext"]["condition"] == "RetriesExhausted"
    assert found["requestContext"]["functionArn"].endswith(function_name("run_schedule"))
    assert found["responsePayload"]["errorType"] == "KeyError"
