"""What every ``WakeUps`` promises, and what EventBridge Scheduler is asked for."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from retake.adapters.aws.eventbridge_wake_ups import EventBridgeWakeUps
from retake.domain.errors import WorkflowUnavailableError
from retake.ports.workflows import WakeUps
from tests.fakes.recorded_schedules import RecordingWakeUps
from tests.moto_aws import EVERYWHERE, aws, client, client_on

GROUP = "retake-test-one-off"
TARGET = "arn:aws:lambda:us-east-1:123456789012:function:retake-run-schedule"
ROLE = "arn:aws:iam::123456789012:role/wake-up"
AT = datetime(2030, 3, 1, 12, 0, 5, tzinfo=UTC)


def wake_ups_of(scheduler: Any) -> EventBridgeWakeUps:
    return EventBridgeWakeUps(scheduler, group=GROUP, target_arn=TARGET, role_arn=ROLE)


@pytest.fixture(params=EVERYWHERE)
def wake_ups(request: pytest.FixtureRequest) -> Iterator[WakeUps]:
    if request.param == "memory":
        yield RecordingWakeUps()
    elif request.param == "local cloud":
        scheduler = client_on(request.getfixturevalue("bare_cloud"), "scheduler")
        scheduler.create_schedule_group(Name=GROUP)
        yield wake_ups_of(scheduler)
        scheduler.delete_schedule_group(Name=GROUP)
    else:
        with aws():
            scheduler = client("scheduler")
            scheduler.create_schedule_group(Name=GROUP)
            yield wake_ups_of(scheduler)


def test_asking_twice_and_dropping_twice_are_no_errors(wake_ups: WakeUps) -> None:
    wake_ups.drop_wake_up("schedule-1")
    for _ in range(2):
        wake_ups.set_wake_up("schedule-1", AT)
    for _ in range(2):
        wake_ups.drop_wake_up("schedule-1")
    wake_ups.set_wake_up("schedule-1", AT)


def test_what_was_asked_for_is_one_call_at_that_second_which_then_removes_itself() -> None:
    with aws():
        scheduler = client("scheduler")
        scheduler.create_schedule_group(Name=GROUP)
        there = timezone(timedelta(hours=1))
        wake_ups_of(scheduler).set_wake_up("schedule-1", AT.astimezone(there))
        made = scheduler.get_schedule(Name="schedule-1", GroupName=GROUP)
    assert made["ScheduleExpression"] == "at(2030-03-01T12:00:05)"
    assert made["ScheduleExpressionTimezone"] == "UTC"
    assert made["ActionAfterCompletion"] == "DELETE"
    assert made["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert (made["Target"]["Arn"], made["Target"]["RoleArn"]) == (TARGET, ROLE)
    assert made["Target"]["Input"] == '{"schedule_id": "schedule-1"}'


def stubbed(operation: str, code: str) -> Any:
    scheduler = client("scheduler")
    stub = Stubber(scheduler)
    stub.add_client_error(operation, code)
    stub.activate()
    return scheduler


@pytest.mark.parametrize("code", ["AccessDeniedException", "ServiceQuotaExceededException"])
def test_a_refusal_is_said(code: str) -> None:
    with pytest.raises(WorkflowUnavailableError, match=code):
        wake_ups_of(stubbed("create_schedule", code)).set_wake_up("schedule-1", AT)


def test_any_other_trouble_is_an_error() -> None:
    with pytest.raises(ClientError):
        wake_ups_of(stubbed("create_schedule", "InternalServerException")).set_wake_up("schedule-1", AT)
    with pytest.raises(ClientError):
        wake_ups_of(stubbed("delete_schedule", "InternalServerException")).drop_wake_up("schedule-1")
