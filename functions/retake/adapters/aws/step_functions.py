"""Workflows and task tokens on Step Functions."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from retake.adapters.aws.clients import error_code
from retake.domain.errors import WorkflowUnavailableError
from retake.domain.reasons import short_cause
from retake.ports.workflows import ExecutionStatus, execution_name

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions.client import SFNClient

REFUSALS = {
    "AccessDeniedException",
    "StateMachineDoesNotExist",
    "StateMachineDeleting",
    "ExecutionLimitExceeded",
    "InvalidArn",
    "InvalidName",
    "KmsAccessDeniedException",
}
"""Answers after which the execution certainly does not exist."""

DEAD_TOKEN = {"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"}


class StepFunctionsWorkflowEngine:
    """Implements ``WorkflowEngine``."""

    def __init__(
        self,
        client: "SFNClient",
        *,
        regenerate_arn: str | None = None,
        prepare_arn: str | None = None,
        create_arn: str | None = None,
    ) -> None:
        self._client = client
        self._regenerate_arn = regenerate_arn
        self._prepare_arn = prepare_arn
        self._create_arn = create_arn

    def start_batch(self, job_id: str, batch_id: str, *, run: int = 1) -> None:
        payload: dict[str, object] = {"job_id": job_id, "batch_id": batch_id, "run": run}
        self._start(_given(self._regenerate_arn), execution_name(batch_id, run), payload)

    def start_preparation(
        self, job_id: str, clip_ids: Sequence[str], *, addition_id: str | None = None
    ) -> None:
        clips = [{"clip_id": clip_id} for clip_id in clip_ids]
        self._start(_given(self._prepare_arn), addition_id or job_id, {"job_id": job_id, "clips": clips})

    def start_creation(self, creation_id: str, video_ids: Sequence[str], *, at_once: int) -> None:
        videos = [{"job_id": video_id} for video_id in video_ids]
        payload = {"creation_id": creation_id, "videos": videos, "at_once": at_once}
        self._start(_given(self._create_arn), creation_id, payload)

    def describe_creation(self, creation_id: str) -> ExecutionStatus:
        return self._describe(_given(self._create_arn), creation_id)

    def describe_batch(self, batch_id: str, *, run: int = 1) -> ExecutionStatus:
        return self._describe(_given(self._regenerate_arn), execution_name(batch_id, run))

    def describe_preparation(self, preparation_id: str) -> ExecutionStatus:
        return self._describe(_given(self._prepare_arn), preparation_id)

    def stop_batch(self, batch_id: str, *, cause: str, run: int = 1) -> None:
        arn = _execution_arn(_given(self._regenerate_arn), execution_name(batch_id, run))
        try:
            self._client.stop_execution(executionArn=arn, error="BatchOverdueError", cause=cause)
        except ClientError as error:
            if error_code(error) != "ExecutionDoesNotExist":
                raise

    def _start(self, machine_arn: str, name: str, payload: dict[str, object]) -> None:
        try:
            self._client.start_execution(stateMachineArn=machine_arn, name=name, input=json.dumps(payload))
        except ClientError as error:
            code = error_code(error)
            if code == "ExecutionAlreadyExists":  # it ran and is closed: the same name is the same batch
                return
            if code in REFUSALS:
                raise WorkflowUnavailableError(
                    f"The workflow could not be started ({code}); nothing was charged. Try again later."
                ) from error
            raise

    def _describe(self, machine_arn: str, name: str) -> ExecutionStatus:
        try:
            answer = self._client.describe_execution(executionArn=_execution_arn(machine_arn, name))
        except ClientError as error:
            if error_code(error) == "ExecutionDoesNotExist":
                return ExecutionStatus.MISSING
            raise
        status = answer["status"]
        # A failed execution that is being redriven runs again.
        return ExecutionStatus.RUNNING if status == "PENDING_REDRIVE" else ExecutionStatus(status)


class StepFunctionsCallbacks:
    """Implements ``TaskCallbacks``."""

    def __init__(self, client: "SFNClient") -> None:
        self._client = client

    def succeed(self, token: str, output: dict[str, str]) -> bool:
        try:
            self._client.send_task_success(taskToken=token, output=json.dumps(output))
        except ClientError as error:
            return _is_alive(error)
        return True

    def fail(self, token: str, *, error: str, cause: str) -> bool:
        try:
            self._client.send_task_failure(taskToken=token, error=error, cause=short_cause(cause))
        except ClientError as failure:
            return _is_alive(failure)
        return True

    def heartbeat(self, token: str) -> bool:
        try:
            self._client.send_task_heartbeat(taskToken=token)
        except ClientError as error:
            return _is_alive(error)
        return True


def _is_alive(error: ClientError) -> bool:
    """Return False for a dead token, and raise what is anything else."""
    if error_code(error) in DEAD_TOKEN:
        return False
    raise error


def _given(arn: str | None) -> str:
    if arn is None:
        raise LookupError("This function was not given that state machine.")
    return arn


def _execution_arn(machine_arn: str, name: str) -> str:
    return f"{machine_arn.replace(':stateMachine:', ':execution:')}:{name}"
