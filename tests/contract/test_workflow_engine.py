"""What every ``WorkflowEngine`` and ``TaskCallbacks`` promises."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from retake.adapters.aws.step_functions import StepFunctionsCallbacks, StepFunctionsWorkflowEngine
from retake.domain.errors import WorkflowUnavailableError
from retake.domain.reasons import short_cause
from retake.ports.workflows import ExecutionStatus, WorkflowEngine
from tests.fakes.in_memory_workflow import InMemoryWorkflow, RecordingCallbacks
from tests.moto_aws import REGION, aws, client

MACHINE = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
ARN = f"arn:aws:states:{REGION}:123456789012:stateMachine:RegenerateBatch"
TOKEN = "token"  # noqa: S105 - a test's token


@pytest.fixture(params=["memory", "moto"])
def workflow(request: pytest.FixtureRequest) -> Iterator[WorkflowEngine]:
    if request.param == "memory":
        yield InMemoryWorkflow()
        return
    with aws():
        states = client("stepfunctions")
        arns = [
            states.create_state_machine(
                name=name, definition=MACHINE, roleArn="arn:aws:iam::123456789012:role/states"
            )["stateMachineArn"]
            for name in ("RegenerateBatch", "PrepareJob", "CreateVideos")
        ]
        yield StepFunctionsWorkflowEngine(
            states, regenerate_arn=arns[0], prepare_arn=arns[1], create_arn=arns[2]
        )


def test_what_was_started_is_known(workflow: WorkflowEngine) -> None:
    assert workflow.describe_batch("batch-1") is ExecutionStatus.MISSING
    workflow.start_batch("job-1", "batch-1")
    assert workflow.describe_batch("batch-1") is ExecutionStatus.RUNNING
    assert workflow.describe_preparation("job-1") is ExecutionStatus.MISSING
    workflow.start_preparation("job-1", ["clip-0"])
    assert workflow.describe_preparation("job-1") is ExecutionStatus.RUNNING
    assert workflow.describe_creation("creation-1") is ExecutionStatus.MISSING
    for _ in range(2):
        workflow.start_creation("creation-1", ["video-1", "video-2"], at_once=3)
    assert workflow.describe_creation("creation-1") is ExecutionStatus.RUNNING


def test_starting_twice_is_no_error(workflow: WorkflowEngine) -> None:
    workflow.start_batch("job-1", "batch-1")
    workflow.start_batch("job-1", "batch-1")
    workflow.stop_batch("batch-1", cause="overdue")
    assert workflow.describe_batch("batch-1") is ExecutionStatus.ABORTED
    workflow.start_batch("job-1", "batch-1")
    assert workflow.describe_batch("batch-1") is ExecutionStatus.ABORTED


def test_stopping_what_never_ran_is_no_error(workflow: WorkflowEngine) -> None:
    workflow.stop_batch("batch-1", cause="overdue")


def stubbed(operation: str, code: str) -> Any:
    states = client("stepfunctions")
    stub = Stubber(states)
    stub.add_client_error(operation, code)
    stub.activate()
    return states


@pytest.mark.parametrize("code", ["StateMachineDoesNotExist", "ExecutionLimitExceeded", "InvalidName"])
def test_a_start_that_certainly_failed_is_said(code: str) -> None:
    engine = StepFunctionsWorkflowEngine(stubbed("start_execution", code), regenerate_arn=ARN)
    with pytest.raises(WorkflowUnavailableError, match=code):
        engine.start_batch("job-1", "batch-1")


def test_a_start_that_may_have_worked_is_not_called_a_failure() -> None:
    engine = StepFunctionsWorkflowEngine(stubbed("start_execution", "InternalFailure"), regenerate_arn=ARN)
    with pytest.raises(ClientError):
        engine.start_batch("job-1", "batch-1")


def test_a_closed_execution_is_not_started_again() -> None:
    states = stubbed("start_execution", "ExecutionAlreadyExists")
    StepFunctionsWorkflowEngine(states, regenerate_arn=ARN).start_batch("job-1", "batch-1")


def test_an_execution_that_is_redriven_runs() -> None:
    states = client("stepfunctions")
    stub = Stubber(states)
    answer = {"executionArn": ARN, "stateMachineArn": ARN, "status": "PENDING_REDRIVE"}
    stub.add_response("describe_execution", {**answer, "startDate": 0})
    stub.activate()
    engine = StepFunctionsWorkflowEngine(states, regenerate_arn=ARN)
    assert engine.describe_batch("batch-1") is ExecutionStatus.RUNNING


def test_a_function_cannot_start_what_it_was_not_given() -> None:
    with pytest.raises(LookupError):
        StepFunctionsWorkflowEngine(client("stepfunctions")).start_batch("job-1", "batch-1")


def test_videos_are_started_together() -> None:
    states = client("stepfunctions")
    stub = Stubber(states)
    payload = {
        "creation_id": "creation-1",
        "videos": [{"job_id": "video-1"}, {"job_id": "video-2"}],
        "at_once": 3,
    }
    expected = {"stateMachineArn": ARN, "name": "creation-1", "input": json.dumps(payload)}
    stub.add_response("start_execution", {"executionArn": ARN, "startDate": 0}, expected)
    stub.activate()
    engine = StepFunctionsWorkflowEngine(states, create_arn=ARN)
    engine.start_creation("creation-1", ["video-1", "video-2"], at_once=3)


def test_a_token_is_answered_once() -> None:
    callbacks = RecordingCallbacks()
    assert callbacks.heartbeat(TOKEN)
    assert callbacks.succeed(TOKEN, {})
    assert not callbacks.succeed(TOKEN, {})
    assert not callbacks.fail(TOKEN, error="E", cause="c")
    assert not callbacks.heartbeat(TOKEN)


@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_a_dead_token_is_reported(code: str) -> None:
    assert not StepFunctionsCallbacks(stubbed("send_task_success", code)).succeed(TOKEN, {})
    assert not StepFunctionsCallbacks(stubbed("send_task_failure", code)).fail(TOKEN, error="E", cause="c")
    assert not StepFunctionsCallbacks(stubbed("send_task_heartbeat", code)).heartbeat(TOKEN)


def test_any_other_trouble_is_an_error() -> None:
    with pytest.raises(ClientError):
        StepFunctionsCallbacks(stubbed("send_task_success", "ThrottlingException")).succeed(TOKEN, {})


def test_a_long_cause_is_cut() -> None:
    states = client("stepfunctions")
    stub = Stubber(states)
    expected = {"taskToken": TOKEN, "error": "E", "cause": short_cause("x" * 40_000)}
    assert len(expected["cause"]) <= 32_768, "of Step Functions"
    stub.add_response("send_task_failure", {}, expected)
    stub.activate()
    assert StepFunctionsCallbacks(states).fail(TOKEN, error="E", cause="x" * 40_000)
