"""The function that starts schedules, called without waiting for it."""

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_lambda.client import LambdaClient


class LambdaScheduleRunner:
    """Implements ``ScheduleRunner``."""

    def __init__(self, client: "LambdaClient", function_name: str) -> None:
        self._client = client
        self._function = function_name

    def run_schedule(self, schedule_id: str) -> None:
        payload = json.dumps({"schedule_id": schedule_id}).encode()
        self._client.invoke(FunctionName=self._function, InvocationType="Event", Payload=payload)
