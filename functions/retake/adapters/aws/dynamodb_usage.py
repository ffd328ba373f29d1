"""What users store, in DynamoDB: counters in parts, added to by the transactions that change them."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

from retake.adapters.aws.clients import error_code, is_conflict
from retake.adapters.aws.cursors import decode_cursor, encode_cursor
from retake.adapters.aws.dynamodb_spending import read_month, read_months
from retake.adapters.aws.items import (
    JOBS_BY_SIZE,
    STORAGE,
    USAGE_CHANGED,
    USERS_BY_SIZE,
    Item,
    due_before,
    from_item,
    raw_key,
    to_item,
    user_key,
)
from retake.domain.changes import FinalChange
from retake.domain.due import position_in_index
from retake.domain.errors import ConcurrentUpdateError
from retake.domain.spending import MonthSpent
from retake.domain.storage_trend import StoredDay
from retake.domain.usage import NOTHING, StoredBytes, UserStorage, usage_shard_of
from retake.ports.pages import Page
from retake.ports.system import Clock
from retake.ports.usage import ChangedUsage, JobStorage

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

T = TypeVar("T")

COUNTER = "USAGE#"
SIZE_KEYS = ("SIZEPK", "SIZESK")
ALL_USERS = "USAGE"
TOTAL = raw_key(ALL_USERS, "TOTAL")
DAY = "DAY#"


def usage_writes(table_name: str, final: FinalChange, now: datetime) -> list[dict[str, Any]]:
    """Return what a commit's transaction writes besides: the user's counters, if they change.

    The counters are marked, so that somebody looks at the budget.
    """
    if final.user_stored == NOTHING:
        return []
    user_id, part = final.job.user_id, f"{COUNTER}{usage_shard_of(final.job.job_id)}"
    update = _addition(table_name, raw_key(user_key(user_id), part), final.user_stored)
    update["UpdateExpression"] += " SET DUEPK = :changed, DUESK = :mark"
    update["ExpressionAttributeValues"] |= {
        ":changed": {"S": USAGE_CHANGED},
        ":mark": {"S": position_in_index(now, part, user_id)},
    }
    return [{"Update": update}]


def _addition(table_name: str, key: Item, added: StoredBytes) -> dict[str, Any]:
    counts = asdict(added)
    return {
        "TableName": table_name,
        "Key": key,
        "UpdateExpression": f"ADD {', '.join(f'{name} :{name}' for name in counts)}",
        "ExpressionAttributeValues": {f":{name}": {"N": str(count)} for name, count in counts.items()},
    }


class DynamoDbUsageRepository:
    """Implements ``UsageRepository``."""

    def __init__(self, client: "DynamoDBClient", table_name: str, *, clock: Clock) -> None:
        self._client = client
        self._table = table_name
        self._clock = clock

    def get_stored(self, user_id: str) -> StoredBytes:
        """Return what the user stores now, exactly."""
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="PK = :pk AND begins_with(SK, :counter)",
            ExpressionAttributeValues={":pk": {"S": user_key(user_id)}, ":counter": {"S": COUNTER}},
            ConsistentRead=True,
        )
        return sum((from_item(StoredBytes, item) for item in answer["Items"]), NOTHING)

    def get_storage(self, user_id: str) -> UserStorage:
        """Return what is known besides; a new record for somebody unknown."""
        answer = self._client.get_item(
            TableName=self._table, Key=raw_key(user_key(user_id), STORAGE), ConsistentRead=True
        )
        return from_item(UserStorage, answer["Item"]) if "Item" in answer else UserStorage(user_id)

    def put_storage(self, storage: UserStorage) -> UserStorage:
        """Write the record with its revision raised. Raises ``ConcurrentUpdateError``."""
        written = storage.written()
        guard: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(PK)"}
        if storage.revision:
            guard = {
                "ConditionExpression": "revision = :read",
                "ExpressionAttributeValues": {":read": {"N": str(storage.revision)}},
            }
        item = to_item(written, now=self._clock.now())
        writes: list[dict[str, Any]] = [{"Put": {"TableName": self._table, "Item": item, **guard}}]
        added = written.counted - storage.counted
        if added != NOTHING:
            writes.append({"Update": _addition(self._table, TOTAL, added)})
        try:
            self._client.transact_write_items(TransactItems=writes)  # type: ignore[arg-type]
        except ClientError as error:
            if not is_conflict(error):
                raise
            raise ConcurrentUpdateError("The user's storage record changed meanwhile.") from error
        return written

    def get_month(self, user_id: str, month: str) -> MonthSpent:
        """Return what the user spends in a month, exactly."""
        return read_month(self._client, self._table, user_id, month)

    def list_months(self, user_id: str, *, since: str) -> Sequence[MonthSpent]:
        """Return the user's months from ``since`` on, newest first."""
        return read_months(self._client, self._table, user_id, since=since)

    def get_total(self) -> StoredBytes:
        """Return what all users store together, each as it was when last written."""
        answer = self._client.get_item(TableName=self._table, Key=TOTAL, ConsistentRead=True)
        return from_item(StoredBytes, answer["Item"]) if "Item" in answer else NOTHING

    def put_day(self, day: StoredDay) -> None:
        """Write what all users stored together on a day."""
        counts = {name: {"N": str(count)} for name, count in asdict(day.stored).items()}
        expires_at = {"N": str(int(day.expires_at.timestamp()))}
        self._client.put_item(
            TableName=self._table,
            Item={**raw_key(ALL_USERS, f"{DAY}{day.day}"), **counts, "expires_at": expires_at},
        )

    def list_days(self, *, since: date) -> Sequence[StoredDay]:
        """Return the days of which something was written, in their order."""
        answer = self._client.query(  # 400 of them are 60 kB: one page
            TableName=self._table,
            KeyConditionExpression="PK = :all AND SK BETWEEN :first AND :last",
            ExpressionAttributeValues={
                ":all": {"S": ALL_USERS},
                ":first": {"S": f"{DAY}{since}"},
                ":last": {"S": f"{DAY}~"},
            },
            ConsistentRead=True,
        )
        return [
            StoredDay(date.fromisoformat(item["SK"]["S"].removeprefix(DAY)), from_item(StoredBytes, item))
            for item in answer["Items"]
        ]

    def list_changed(self, *, before: datetime, limit: int) -> Sequence[ChangedUsage]:
        """Return whose counters changed, or who is to be told of, oldest first."""
        answer = self._client.query(
            TableName=self._table,
            IndexName="due_work",
            KeyConditionExpression="DUEPK = :changed AND DUESK <= :before",
            ExpressionAttributeValues={
                ":changed": {"S": USAGE_CHANGED},
                ":before": {"S": due_before(before)},
            },
            Limit=limit,
        )
        return [
            ChangedUsage(item["PK"]["S"].removeprefix(user_key("")), (item["SK"]["S"], item["DUESK"]["S"]))
            for item in answer["Items"]
        ]

    def settle(self, changed: ChangedUsage) -> None:
        """Strike the mark, unless the counters changed again."""
        part, mark = changed.mark
        try:
            self._client.update_item(
                TableName=self._table,
                Key=raw_key(user_key(changed.user_id), part),
                UpdateExpression="REMOVE DUEPK, DUESK",
                ConditionExpression="DUESK = :seen",
                ExpressionAttributeValues={":seen": {"S": mark}},
            )
        except ClientError as error:
            if error_code(error) != "ConditionalCheckFailedException":
                raise

    def list_users(self, *, limit: int, cursor: str | None) -> Page[UserStorage]:
        """Return users by what they stored when last looked at, the largest first."""
        return self._by_size(USERS_BY_SIZE, limit, cursor, lambda item: from_item(UserStorage, item))

    def list_largest_jobs(self, *, limit: int, cursor: str | None) -> Page[JobStorage]:
        """Return everybody's jobs by what they store, the largest first."""
        return self._by_size(JOBS_BY_SIZE, limit, cursor, _job_storage)

    def _by_size(self, partition: str, limit: int, cursor: str | None, read: Callable[[Item], T]) -> Page[T]:
        start: dict[str, Any] = (
            {} if cursor is None else {"ExclusiveStartKey": decode_cursor(cursor, SIZE_KEYS, partition, "")}
        )
        answer = self._client.query(
            TableName=self._table,
            IndexName="by_size",
            KeyConditionExpression="SIZEPK = :partition",
            ExpressionAttributeValues={":partition": {"S": partition}},
            ScanIndexForward=False,
            Limit=limit,
            **start,
        )
        last = answer.get("LastEvaluatedKey")
        return Page([read(item) for item in answer["Items"]], None if last is None else encode_cursor(last))


def _job_storage(item: Item) -> JobStorage:
    read = from_item(dict[str, Any], item)
    return JobStorage(read["job_id"], read["user_id"], read["title"], StoredBytes(**read["counted"]))
