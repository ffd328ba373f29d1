"""What sweeps need of the table: a look through everything, and where they go on."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from retake.adapters.aws.items import Item, from_item, job_key, raw_key
from retake.domain.due import instant
from retake.domain.records.ledger import Deletion
from retake.ports.pages import Page
from retake.ports.sweeps import RecordTrace, SweepCursor

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

JOB_PARTITION = job_key("")


class DynamoDbRecordInventory:
    """Implements ``RecordInventory``."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table = table_name

    def list_records(self, *, limit: int, cursor: str | None) -> Page[RecordTrace]:
        """Return the records of jobs among the next ``limit`` items: one Scan."""
        begin: dict[str, Any] = {} if cursor is None else {"ExclusiveStartKey": raw_key(*json.loads(cursor))}
        answer = self._client.scan(
            TableName=self._table,
            Limit=limit,
            ProjectionExpression="PK, SK, record_type, written_at",
            ConsistentRead=True,
            **begin,
        )
        found = [_trace(item) for item in answer["Items"] if item["PK"]["S"].startswith(JOB_PARTITION)]
        last = answer.get("LastEvaluatedKey")
        return Page(found, None if last is None else json.dumps([last["PK"]["S"], last["SK"]["S"]]))

    def list_deletions(self, job_id: str) -> Sequence[Deletion]:
        """Return the job's entries in the deletion ledger."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="PK = :pk AND begins_with(SK, :sk)",
            ExpressionAttributeValues={":pk": {"S": job_key(job_id)}, ":sk": {"S": "DELETION#"}},
            ConsistentRead=True,
        )
        return [from_item(Deletion, item) for page in pages for item in page["Items"]]


def _trace(item: Item) -> RecordTrace:
    written: str | None = item.get("written_at", {}).get("S")
    return RecordTrace(
        item["PK"]["S"].removeprefix(JOB_PARTITION),
        item.get("record_type", {}).get("S", ""),
        None if written is None else datetime.fromisoformat(written),
    )


class DynamoDbSweepCursors:
    """Implements ``SweepCursors``, one small item each."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table = table_name

    def find(self, sweep: str) -> SweepCursor | None:
        """Return how far it came; None when it is done."""
        answer = self._client.get_item(TableName=self._table, Key=_key(sweep), ConsistentRead=True)
        if "Item" not in answer:
            return None
        item = answer["Item"]
        positions = {name: value["S"] for name, value in item["positions"]["M"].items()}
        return SweepCursor(sweep, datetime.fromisoformat(item["started_at"]["S"]), positions)

    def put(self, cursor: SweepCursor) -> None:
        """Remember how far it came."""
        positions = {name: {"S": position} for name, position in cursor.positions.items()}
        self._client.put_item(
            TableName=self._table,
            Item={
                **_key(cursor.sweep),
                "started_at": {"S": instant(cursor.started_at)},
                "positions": {"M": positions},
            },
        )

    def remove(self, sweep: str) -> None:
        """Remember that it is done."""
        self._client.delete_item(TableName=self._table, Key=_key(sweep))


def _key(sweep: str) -> Item:
    return raw_key(f"SWEEP#{sweep}", "SWEEP")
