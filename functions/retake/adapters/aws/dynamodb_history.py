"""The history of generations in DynamoDB: written by the transactions in which they end."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from retake.adapters.aws.cursors import decode_cursor, encode_cursor
from retake.adapters.aws.items import PAST, Item, from_item, to_item, user_key
from retake.domain.changes import FinalChange
from retake.domain.history import HistoryFilter, PastGeneration
from retake.ports.pages import Page

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

READ_AT_ONCE = 200
"""Lines that one query looks at where most of them may be left out by a filter."""

TABLE_KEYS = ("PK", "SK")


def history_writes(table_name: str, final: FinalChange, now: datetime) -> list[dict[str, Any]]:
    """Return what a commit's transaction writes besides: the lines of generations that have ended."""
    return [{"Put": {"TableName": table_name, "Item": to_item(line, now=now)}} for line in final.history]


class DynamoDbGenerationHistory:
    """Implements ``GenerationHistory``."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table = table_name

    def list_generations(
        self, user_id: str, wanted: HistoryFilter, *, limit: int, cursor: str | None
    ) -> Page[PastGeneration]:
        """Return generations, those asked for last first. Raises ``InvalidRequestError`` for a bad cursor.

        The month is part of the key; the rest is filtered while reading, as for videos.
        """
        prefix = f"{PAST}{wanted.month or ''}"
        query = self._query_of(user_id, wanted, prefix)
        query["Limit"] = READ_AT_ONCE if "FilterExpression" in query else limit + 1
        if cursor is not None:
            start = decode_cursor(cursor, TABLE_KEYS, user_key(user_id), prefix)
            query["ExclusiveStartKey"] = start
        found: list[Item] = []
        while True:
            answer = self._client.query(**query)
            found += answer["Items"]
            if len(found) > limit or "LastEvaluatedKey" not in answer:
                break
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        page = found[:limit]
        lines = [from_item(PastGeneration, item) for item in page]
        if len(found) <= limit:
            return Page(lines, None)
        return Page(lines, encode_cursor({name: page[-1][name] for name in TABLE_KEYS}))

    def _query_of(self, user_id: str, wanted: HistoryFilter, prefix: str) -> dict[str, Any]:
        filters = {"status": wanted.status, "model": wanted.model, "kind": wanted.kind}
        given = {name: str(value) for name, value in filters.items() if value is not None}
        query: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "PK = :pk AND begins_with(SK, :prefix)",
            "ExpressionAttributeValues": {
                ":pk": {"S": user_key(user_id)},
                ":prefix": {"S": prefix},
                **{f":{name}": {"S": value} for name, value in given.items()},
            },
            "ScanIndexForward": False,
            "ConsistentRead": True,
        }
        if given:
            query["FilterExpression"] = " AND ".join(f"#{name} = :{name}" for name in given)
            query["ExpressionAttributeNames"] = {f"#{name}": name for name in given}
        return query
