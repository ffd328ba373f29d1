"""Wake-ups on EventBridge Scheduler: one schedule each, that runs once and then removes itself."""

import json
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from retake.adapters.aws.clients import error_code
from retake.domain.errors import WorkflowUnavailableError

RETRIES = 5
MAX_AGE_S = 900
"""What EventBridge cannot deliver within this time is the reconciliation's, which looks every minute."""

REFUSALS = {"AccessDeniedException", "ResourceNotFoundException", "ServiceQuotaExceededException"}
"""Answers after which there certainly is no wake-up."""


class EventBridgeWakeUps:
    """Implements ``WakeUps``.

    Args:
        client: A client of ``scheduler``.
        group: The schedule group that all of them are in.
        target_arn: The function that starts schedules.
        role_arn: The role that EventBridge calls it with.
    """

    def __init__(self, client: Any, *, group: str, target_arn: str, role_arn: str) -> None:  # noqa: ANN401 - no stubs at run time
        self._client = client
        self._group = group
        self._target_arn = target_arn
        self._role_arn = role_arn

    def set_wake_up(self, schedule_id: str, at: datetime) -> None:
        try:
            self._client.create_schedule(
                # Its name is the schedule's id: a repeat cannot make two.
                Name=schedule_id,
                GroupName=self._group,
                ScheduleExpression=f"at({at.astimezone(UTC):%Y-%m-%dT%H:%M:%S})",
                ScheduleExpressionTimezone="UTC",
                FlexibleTimeWindow={"Mode": "OFF"},
                ActionAfterCompletion="DELETE",
                Target={
                    "Arn": self._target_arn,
                    "RoleArn": self._role_arn,
                    "Input": json.dumps({"schedule_id": schedule_id}),
                    "RetryPolicy": {
                        "MaximumRetryAttempts": RETRIES,
                        "MaximumEventAgeInSeconds": MAX_AGE_S,
                    },
                },
            )
        except ClientError as error:
            code = error_code(error)
            if code == "ConflictException":  # asked for before
                return
            if code in REFUSALS:
                raise WorkflowUnavailableError(
                    f"It could not be scheduled ({code}); nothing was kept. Try again later."
                ) from error
            raise

    def drop_wake_up(self, schedule_id: str) -> None:
        try:
            self._client.delete_schedule(Name=schedule_id, GroupName=self._group)
        except ClientError as error:
            if error_code(error) != "ResourceNotFoundException":
                raise
