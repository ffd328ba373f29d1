"""Bedrock's asynchronous invocations over the wire (``rest-json``), for boto3's own client.

An invocation is completed at the second look, and its video laid into the store that stands for the
bucket. Words in the prompt decide otherwise: ``refuse`` is refused at once, ``fail`` fails, ``stuck``
never ends.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

from retake.ports.objects import ObjectStore
from tests.fakes.providers.server import Reply, Request
from tests.fakes.providers.videos import finished_video

BUCKET = "provider-results"
ARN = "arn:aws:bedrock:us-west-2:123456789012:async-invoke/"
MODEL_ARN = "arn:aws:bedrock:us-west-2::foundation-model/luma.ray-v2:0"


@dataclass
class BedrockApp:
    """The application.

    Attributes:
        bucket: Stands for the bucket ``provider-results``.
    """

    bucket: ObjectStore
    invocations: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: dict[str, dict[str, Any]] = field(default_factory=dict)
    looks: dict[str, int] = field(default_factory=dict)
    page_size: int = 100
    _ticks: int = 0

    def __call__(self, request: Request) -> Reply:
        if not request.headers.get("authorization", "").startswith("AWS4-HMAC-SHA256"):
            return _error(403, "AccessDeniedException", "The request is not signed.")
        if request.method == "POST" and request.path == "/async-invoke":
            return self._start(request.json())
        if request.path == "/async-invoke":
            return self._list(int(request.query.get("nextToken", "0")))
        arn = unquote(request.path.removeprefix("/async-invoke/"))
        if not re.fullmatch(re.escape(ARN) + "[a-z0-9]{12}", arn) or arn not in self.invocations:
            return _error(400, "ValidationException", "The invocation ARN is not valid.")
        return self._look(self.invocations[arn])

    def _start(self, body: dict[str, Any]) -> Reply:
        refused = _refused(body)
        if refused is not None:
            return refused
        token = body["clientRequestToken"]
        for arn, invocation in self.invocations.items():
            if invocation["clientRequestToken"] == token:
                if self.asked[arn] != body:
                    return _error(400, "ConflictException", "The token was used with other parameters.")
                return Reply.of_json({"invocationArn": arn})
        name = f"{len(self.invocations) + 1:012}"
        folder = body["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"].rstrip("/")
        self.asked[ARN + name] = body
        self.invocations[ARN + name] = {
            "invocationArn": ARN + name,
            "modelArn": MODEL_ARN,
            "clientRequestToken": token,
            "status": "InProgress",
            "submitTime": self._now(),
            "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": f"{folder}/{name}"}},
        }
        return Reply.of_json({"invocationArn": ARN + name})

    def _look(self, invocation: dict[str, Any]) -> Reply:
        arn = invocation["invocationArn"]
        self.looks[arn] = self.looks.get(arn, 0) + 1
        wanted = self.asked[arn]["modelInput"]
        if invocation["status"] == "InProgress" and self.looks[arn] > 1 and "stuck" not in wanted["prompt"]:
            invocation["endTime"] = self._now()
            if "fail" in wanted["prompt"]:
                invocation |= {"status": "Failed", "failureMessage": "The generated video was blocked."}
            else:
                invocation["status"] = "Completed"
                self._lay_down(invocation, int(wanted["duration"].rstrip("s")))
        return Reply.of_json(invocation)

    def _lay_down(self, invocation: dict[str, Any], seconds: int) -> None:
        uri = invocation["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"]
        prefix = uri.removeprefix(f"s3://{BUCKET}/")
        self.bucket.write(f"{prefix}/manifest.json", b"{}", content_type="application/json")
        self.bucket.write(f"{prefix}/result-1.mp4", finished_video(seconds), content_type="video/mp4")

    def _list(self, start: int) -> Reply:
        newest = list(reversed(self.invocations.values()))
        answer: dict[str, Any] = {"asyncInvokeSummaries": newest[start : start + self.page_size]}
        if start + self.page_size < len(newest):
            answer["nextToken"] = str(start + self.page_size)
        return Reply.of_json(answer)

    def _now(self) -> str:
        self._ticks += 1
        return (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self._ticks)).isoformat()


def _refused(body: dict[str, Any]) -> Reply | None:
    uri = body["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"]
    wanted = body["modelInput"]
    if body["modelId"] != "luma.ray-v2:0":
        return _error(404, "ResourceNotFoundException", "There is no such model.")
    if not uri.startswith(f"s3://{BUCKET}/"):
        return _error(400, "ValidationException", "Invalid output bucket.")
    if wanted["duration"] not in {"5s", "9s"} or wanted["resolution"] not in {"540p", "720p"}:
        return _error(400, "ValidationException", "Malformed input request, please reformat your input.")
    if "refuse" in wanted["prompt"]:
        return _error(400, "ValidationException", "The prompt was blocked by our content filters.")
    return None


def _error(status: int, name: str, message: str) -> Reply:
    headers = {"Content-Type": "application/json", "x-amzn-ErrorType": name}
    return Reply(status, json.dumps({"message": message}).encode(), headers)


def throttled() -> Reply:
    """Return what Bedrock says when a quota is reached."""
    return _error(429, "ThrottlingException", "Too many requests, please wait before trying again.")
