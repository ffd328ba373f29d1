"""A user's videos in DynamoDB, by time, project and status."""

from typing import TYPE_CHECKING, Any

from retake.adapters.aws.cursors import OWNER_KEYS, decode_cursor, encode_cursor
from retake.adapters.aws.items import VIDEOS, Item, from_item, user_key
from retake.domain.due import instant
from retake.domain.records.jobs import Job
from retake.domain.statuses import JobStatus
from retake.domain.videos import VideoFilter
from retake.ports.pages import Page

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


READ_AT_ONCE = 200
"""Videos that one query looks at where most of them may be left out by a filter."""


def query_videos(
    client: "DynamoDBClient",
    table_name: str,
    user_id: str,
    wanted: VideoFilter,
    *,
    limit: int,
    cursor: str | None,
) -> Page[Job]:
    """Return a page of videos; see ``retake.ports.jobs.JobRepository.list_videos``.

    Time is part of the index's key; project and status are filtered while reading: a person has
    hundreds of videos, not millions, and an index for each would cost a write at every change.
    """
    if wanted.since is not None and wanted.until is not None and wanted.since >= wanted.until:
        return Page([], None)  # the table refuses bounds in the wrong order
    query = _query_of(table_name, user_id, wanted)
    query["Limit"] = limit + 1 if wanted.project_id is None and wanted.status is None else READ_AT_ONCE
    if cursor is not None:
        values = query["ExpressionAttributeValues"]
        bounds = (values[":since"]["S"], values[":until"]["S"])
        start = decode_cursor(cursor, OWNER_KEYS, user_key(user_id), VIDEOS, within=bounds)
        query["ExclusiveStartKey"] = start
    found: list[Item] = []
    while True:
        answer = client.query(**query)
        found += answer["Items"]
        if len(found) > limit or "LastEvaluatedKey" not in answer:
            break
        query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
    page = found[:limit]
    more = len(found) > limit
    return Page([from_item(Job, item) for item in page], _cursor_after(page[-1]) if more else None)


def _cursor_after(item: Item) -> str:
    return encode_cursor({name: item[name] for name in ("PK", "SK", *OWNER_KEYS)})


def _query_of(table_name: str, user_id: str, wanted: VideoFilter) -> dict[str, Any]:
    since = "" if wanted.since is None else instant(wanted.since)
    until = "~" if wanted.until is None else instant(wanted.until)
    names = {"#state": "status"}
    values = {
        ":pk": {"S": user_key(user_id)},
        ":since": {"S": f"{VIDEOS}{since}"},
        ":until": {"S": f"{VIDEOS}{until}"},
        ":going": {"S": JobStatus.DELETING.value},
    }
    conditions = ["#state <> :going"]
    if wanted.project_id is not None:
        conditions.append("#video.project_id = :project")
        values[":project"] = {"S": wanted.project_id}
    if wanted.status is not None:
        conditions.append("#video.#state = :status")
        values[":status"] = {"S": wanted.status.value}
    if len(conditions) > 1:
        names["#video"] = "video"
    return {
        "TableName": table_name,
        "IndexName": "by_owner",
        "KeyConditionExpression": "GSI1PK = :pk AND GSI1SK BETWEEN :since AND :until",
        "FilterExpression": " AND ".join(conditions),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
        "ScanIndexForward": False,
    }
