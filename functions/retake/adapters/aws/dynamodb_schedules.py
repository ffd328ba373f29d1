"""Schedules in DynamoDB."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from retake.adapters.aws.clients import is_conflict
from retake.adapters.aws.cursors import OWNER_KEYS, decode_cursor, encode_cursor
from retake.adapters.aws.dynamodb_kept import kept_write, read_kept
from retake.adapters.aws.dynamodb_user_events import feed_writes
from retake.adapters.aws.items import (
    due_before,
    from_item,
    raw_key,
    to_item,
    user_key,
)
from retake.adapters.aws.planned_items import SCHEDULE_DUE, SCHEDULES
from retake.domain.due import instant
from retake.domain.errors import ConcurrentUpdateError
from retake.domain.kept import KeptIds, KeptKind
from retake.domain.schedule_tracking import events_of_schedule
from retake.domain.schedules import Schedule, ScheduleStatus
from retake.ports.pages import Page

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class DynamoDbScheduleRepository:
    """Implements ``ScheduleRepository``."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table = table_name

    def create_schedule(self, schedule: Schedule, *, most: int, most_bytes: int) -> Schedule:
        """Write it, or return the one that already has this id.

        Raises:
            ConcurrentUpdateError: If another one was written meanwhile.
            TooManyKeptError: If as many wait as are allowed, or their files are as large.
        """
        found = self.find_schedule(schedule.schedule_id)
        if found is not None:
            return found
        now, read = schedule.created_at, self._read_kept(schedule.user_id)
        after = read.with_files(
            schedule.schedule_id, schedule.reference_bytes, most=most, most_bytes=most_bytes
        )
        kept = kept_write(self._table, after, read=read, now=now)
        self._write(schedule, None, {"ConditionExpression": "attribute_not_exists(PK)"}, now, kept)
        return schedule

    def _read_kept(self, user_id: str) -> KeptIds:
        kept = read_kept(
            self._client,
            self._table,
            user_id,
            KeptKind.SCHEDULES,
            list_ids=lambda: [item.schedule_id for item in self.list_waiting(user_id, since=LONG_AGO)],
        )
        if kept.sizes is not None:
            return kept
        waiting = self.list_waiting(user_id, since=LONG_AGO)
        sizes = {item.schedule_id: item.reference_bytes for item in waiting if item.reference_bytes}
        return replace(kept, sizes={item: size for item, size in sizes.items() if item in kept.ids})

    def find_schedule(self, schedule_id: str) -> Schedule | None:
        """Return it, or None."""
        key = raw_key(f"{SCHEDULES}{schedule_id}", "SCHEDULE")
        answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return from_item(Schedule, answer["Item"]) if "Item" in answer else None

    def change_schedule(self, schedule: Schedule, *, read: Schedule, now: datetime) -> Schedule:
        """Write a schedule over the one that was read. Raises ``ConcurrentUpdateError``."""
        changed = replace(schedule, revision=read.revision + 1)
        unchanged = {
            "ConditionExpression": "revision = :read",
            "ExpressionAttributeValues": {":read": {"N": str(read.revision)}},
        }
        kept = []
        if read.status is ScheduleStatus.SCHEDULED and changed.status is not ScheduleStatus.SCHEDULED:
            before = self._read_kept(read.user_id)
            after = before.without_id(read.schedule_id)
            kept = [kept_write(self._table, after, read=before, now=now)]
        self._write(changed, read, unchanged, now, *kept)
        return changed

    def _write(
        self,
        schedule: Schedule,
        before: Schedule | None,
        condition: dict[str, Any],
        now: datetime,
        *kept: dict[str, Any],
    ) -> None:
        put = {"TableName": self._table, "Item": to_item(schedule, now=now), **condition}
        drafts = events_of_schedule(before, schedule)
        told = feed_writes(self._client, self._table, schedule.user_id, drafts, now)
        writes: Any = [{"Put": put}, *told, *kept]
        try:
            self._client.transact_write_items(TransactItems=writes)
        except ClientError as error:
            if is_conflict(error):
                raise ConcurrentUpdateError(f"Schedule {schedule.schedule_id} changed meanwhile.") from error
            raise

    def list_schedules(self, user_id: str, *, limit: int, cursor: str | None) -> Page[Schedule]:
        """Return a user's schedules by their time, the last first. Raises ``InvalidRequestError``."""
        start: dict[str, Any] = {}
        if cursor is not None:
            start["ExclusiveStartKey"] = decode_cursor(cursor, OWNER_KEYS, user_key(user_id), SCHEDULES)
        answer = self._client.query(
            TableName=self._table,
            IndexName="by_owner",
            KeyConditionExpression="GSI1PK = :pk AND begins_with(GSI1SK, :sk)",
            ExpressionAttributeValues={":pk": {"S": user_key(user_id)}, ":sk": {"S": SCHEDULES}},
            ScanIndexForward=False,
            Limit=limit,
            **start,
        )
        last = answer.get("LastEvaluatedKey")
        found = [from_item(Schedule, item) for item in answer["Items"]]
        return Page(found, None if last is None else encode_cursor(last))

    def list_waiting(self, user_id: str, *, since: datetime) -> Sequence[Schedule]:
        """Return a user's schedules that wait for a time from ``since`` on."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="by_owner",
            KeyConditionExpression="GSI1PK = :pk AND GSI1SK BETWEEN :first AND :last",
            ExpressionAttributeValues={
                ":pk": {"S": user_key(user_id)},
                ":first": {"S": f"{SCHEDULES}{instant(since)}"},
                ":last": {"S": f"{SCHEDULES}~"},
            },
        )
        found = [from_item(Schedule, item) for page in pages for item in page["Items"]]
        return [schedule for schedule in found if schedule.status is ScheduleStatus.SCHEDULED]

    def list_overdue(self, *, before: datetime, limit: int) -> Sequence[str]:
        """Return the ids of schedules that somebody should have looked at, the oldest first."""
        answer = self._client.query(
            TableName=self._table,
            IndexName="due_work",
            KeyConditionExpression="DUEPK = :kind AND DUESK <= :last",
            ExpressionAttributeValues={":kind": {"S": SCHEDULE_DUE}, ":last": {"S": due_before(before)}},
            Limit=limit,
        )
        return [str(item["PK"]["S"]).removeprefix(SCHEDULES) for item in answer["Items"]]
