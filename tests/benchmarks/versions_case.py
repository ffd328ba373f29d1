"""Call the versions handler in this process, and count what it asks the table.

The table's answers are canned: what is measured is the handler, boto3's own work included, and
neither a network nor a user's imitation of DynamoDB.

The environment (table, bucket, region, credentials) is given by the caller.
Prints one JSON object: ``{"first_ms", "ms": [..], "calls": {OPERATION: n}, "versions", "bytes"}``.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from types import SimpleNamespace
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders

from retake.adapters.aws.clients import client
from retake.api.versions import handler
from retake.domain.records.jobs import Job
from tests.benchmarks.version_records import MADE, Layout, records
from tests.stored_items import stored_item

USER = "another-user"
JOB = "asked"


class Table:
    """Answers as DynamoDB does to the two calls that a version list needs, and counts them."""

    def __init__(self, versions: int) -> None:
        found = list(records(JOB, USER, Layout(asked=versions)))
        job = next(stored_item(record, now=MADE) for record in found if isinstance(record, Job))
        items = [stored_item(record, now=MADE) for record in found if not isinstance(record, Job)]
        self.calls: Counter[str] = Counter()
        self._answers = {
            "GetItem": json.dumps({"Item": job}).encode(),
            "Query": json.dumps({"Items": items, "Count": len(items)}).encode(),
        }

    def answer(self, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        """Answer a request instead of sending it: a ``before-send`` hook."""
        target = request.headers["X-Amz-Target"]
        operation = (target if isinstance(target, str) else target.decode()).rpartition(".")[2]
        self.calls[operation] += 1
        return AWSResponse(request.url, 200, HTTPHeaders(), _Raw(self._answers[operation]))


class _Raw(BytesIO):
    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.read()


def event() -> dict[str, Any]:
    """Return what the gateway sends for a version list."""
    path = f"/api/v1/jobs/{JOB}/clips/0/versions"
    return {
        "version": "2.0",
        "routeKey": "GET /api/v1/jobs/{job_id}/clips/{clip_index}/versions",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"accept": "application/json"},
        "requestContext": {
            "http": {"method": "GET", "path": path},
            "requestId": "benchmark",
            "stage": "$default",
            "authorizer": {"jwt": {"claims": {"sub": USER}, "scopes": None}},
        },
        "isBase64Encoded": False,
    }


def measure(table: Table, repeat: int) -> dict[str, object]:
    """Ask for the versions again and again."""
    context: Any = SimpleNamespace(
        function_name="benchmark",
        memory_limit_in_mb=512,
        invoked_function_arn="arn:aws:lambda:us-east-1:000000000000:function:benchmark",
        aws_request_id="benchmark",
    )
    client("dynamodb").meta.events.register("before-send", table.answer)  # type: ignore[arg-type] # it may answer
    times_ms = []
    for _ in range(repeat + 1):
        began = time.perf_counter()
        answer = handler(event(), context)
        times_ms.append((time.perf_counter() - began) * 1000)
        if answer["statusCode"] != 200:
            raise SystemExit(answer["body"])
    return {
        "first_ms": times_ms[0],
        "ms": times_ms[1:],
        "calls": {name: number / (repeat + 1) for name, number in table.calls.items()},
        "versions": len(json.loads(answer["body"])["versions"]),
        "bytes": len(answer["body"]),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--versions", type=int, required=True)
    parser.add_argument("--repeat", type=int, required=True)
    given = parser.parse_args()
    print(json.dumps(measure(Table(given.versions), given.repeat)))  # noqa: T201
