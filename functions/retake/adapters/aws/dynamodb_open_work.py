"""A user's jobs with open work, in DynamoDB: small entries in the user's own partition."""

import base64
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from retake.adapters.aws.cursors import bad_cursor, is_key
from retake.adapters.aws.items import OPEN_WORK, from_item, to_item, user_key
from retake.domain.changes import FinalChange
from retake.domain.open_work import OpenWork
from retake.ports.pages import Page

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

READ_AT_ONCE = 200
"""Entries that one query looks at: some 150 bytes each, those that TTL has yet to remove included."""


def open_work_writes(table_name: str, final: FinalChange, now: datetime) -> list[dict[str, Any]]:
    """Return what a commit's transaction writes besides where a job comes to have open work, or to have none.

    An entry is overwritten and left to TTL rather than deleted: so nobody who commits needs leave to delete.
    """
    if final.open_work is None:
        return []
    return [{"Put": {"TableName": table_name, "Item": to_item(final.open_work, now=now)}}]


def query_open_work(
    client: "DynamoDBClient", table_name: str, user_id: str, *, limit: int, cursor: str | None
) -> Page[str]:
    """Return the ids of jobs with open work; see ``retake.ports.jobs.JobRepository.list_open``."""
    query: dict[str, Any] = {
        "TableName": table_name,
        "KeyConditionExpression": "PK = :pk AND begins_with(SK, :sk)",
        "FilterExpression": "attribute_not_exists(expires_at)",
        "ExpressionAttributeValues": {":pk": {"S": user_key(user_id)}, ":sk": {"S": OPEN_WORK}},
        "ConsistentRead": True,
        "Limit": READ_AT_ONCE,
    }
    if cursor is not None:
        query["ExclusiveStartKey"] = {"PK": {"S": user_key(user_id)}, "SK": {"S": _place_of(cursor)}}
    found: list[OpenWork] = []
    while True:
        answer = client.query(**query)
        found += [from_item(OpenWork, item) for item in answer["Items"]]
        if len(found) > limit or "LastEvaluatedKey" not in answer:
            break
        query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
    page = [entry.job_id for entry in found[:limit]]
    return Page(page, _cursor_after(page[-1]) if len(found) > limit else None)


def _cursor_after(job_id: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([OPEN_WORK, job_id]).encode()).decode().rstrip("=")


def _place_of(cursor: str) -> str:
    try:
        kind, job_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError, RecursionError) as error:
        raise bad_cursor() from error
    if kind != OPEN_WORK or not isinstance(job_id, str) or not is_key(job_id):
        raise bad_cursor()
    return f"{OPEN_WORK}{job_id}"
