"""The local cloud's DynamoDB in this process, without HTTP: ten times as fast as moto's."""

import json
from functools import cache
from typing import Any

import boto3
from botocore import xform_name
from ministack.services import dynamodb

from infra.local.patches import tables

_ERRORS = 400


def emulated_dynamodb() -> Any:
    """Return the client of an empty DynamoDB: what was there before is gone."""
    dynamodb.reset()
    client = _client()
    client._make_api_call = lambda *arguments: _call(client, *arguments)
    return client


@cache
def _client() -> Any:
    tables.narrow_queries()
    return boto3.client("dynamodb", region_name="us-east-1")


def _call(client: Any, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
    # Copied, as sending would: the emulator keeps what it is given.
    request = json.loads(json.dumps(arguments))
    status, _, body = getattr(dynamodb, f"_{xform_name(operation)}")(request)
    answer: dict[str, Any] = json.loads(body)
    if status < _ERRORS:
        return answer
    code = answer.pop("__type").rpartition("#")[2]
    message = answer.get("message") or answer.get("Message", "")
    raise client.exceptions.from_code(code)(
        {**answer, "Error": {"Code": code, "Message": message}}, operation
    )
