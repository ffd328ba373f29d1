"""Jobs in DynamoDB: one table, one partition a job, one transaction a commit."""

import random
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

from retake.adapters.aws.clients import error_code, is_conflict
from retake.adapters.aws.cursors import OWNER_KEYS, decode_cursor, encode_cursor
from retake.adapters.aws.dynamodb_history import history_writes
from retake.adapters.aws.dynamodb_open_work import open_work_writes, query_open_work
from retake.adapters.aws.dynamodb_spending import spending_writes
from retake.adapters.aws.dynamodb_usage import usage_writes
from retake.adapters.aws.dynamodb_user_events import user_event_writes
from retake.adapters.aws.dynamodb_video_lists import query_videos
from retake.adapters.aws.items import (
    VERSION_MARK,
    Item,
    due_before,
    due_from_item,
    due_partition,
    from_item,
    job_key,
    key_of,
    raw_key,
    to_item,
)
from retake.domain.changes import Change, finalize
from retake.domain.clip_versions import ClipTake, ClipVersions
from retake.domain.due import SHARDS, DueKind
from retake.domain.errors import (
    ConcurrentUpdateError,
    NotFoundError,
    StorageUnavailableError,
)
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Clip, Job
from retake.domain.records.ledger import Deletion, Event
from retake.domain.records.takes import Version
from retake.domain.statuses import RegenerationStatus
from retake.domain.videos import VideoFilter
from retake.ports.jobs import DueWork
from retake.ports.pages import Page
from retake.ports.system import Clock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

TRANSACTION_ITEMS = 100
BATCH_WRITE_ITEMS = 25
BATCH_GET_ITEMS = 100
BATCH_ROUNDS = 8

FEW_CLIPS = 5
"""Older clips that are read one by one; more of them with all versions of the job, by one query."""

T = TypeVar("T")


class DynamoDbJobRepository:
    """Implements ``JobRepository``."""

    def __init__(self, client: "DynamoDBClient", table_name: str, *, clock: Clock) -> None:
        self._client = client
        self._table = table_name
        self._clock = clock

    # --- reading --------------------------------------------------------------------------------

    def get_job(self, job_id: str) -> Job:
        """Return the job. Raises ``NotFoundError``."""
        return self._get(Job, job_key(job_id), "JOB", f"There is no job {job_id!r}.")

    def get_batch(self, job_id: str, batch_id: str) -> Batch:
        """Return the batch. Raises ``NotFoundError``."""
        return self._get(Batch, job_key(job_id), f"BATCH#{batch_id}", f"This job has no batch {batch_id!r}.")

    def get_regeneration(self, job_id: str, regeneration_id: str) -> Regeneration:
        """Return the regeneration. Raises ``NotFoundError``."""
        missing = f"This job has no regeneration {regeneration_id!r}."
        return self._get(Regeneration, job_key(job_id), f"REGENERATION#{regeneration_id}", missing)

    def get_deletion(self, job_id: str, deletion_id: str) -> Deletion:
        """Return the ledger entry. Raises ``NotFoundError``."""
        missing = f"The ledger has no entry {deletion_id!r}."
        return self._get(Deletion, job_key(job_id), f"DELETION#{deletion_id}", missing)

    def get_clip(self, job_id: str, clip_id: str) -> ClipVersions:
        """Return one clip and its versions: one query. Raises ``NotFoundError``."""
        items = self._query(
            KeyConditionExpression="PK = :pk AND SK BETWEEN :clip AND :last",
            ExpressionAttributeValues={
                ":pk": {"S": job_key(job_id)},
                ":clip": {"S": f"CLIP#{clip_id}"},
                ":last": {"S": f"CLIP#{clip_id}{VERSION_MARK}~"},
            },
            ConsistentRead=True,
        )
        found = _grouped(items)
        if not found:
            raise NotFoundError(f"This job has no clip {clip_id!r}.")
        return found[0]

    def list_clips(self, job_id: str) -> Sequence[ClipVersions]:
        """Return all clips with their versions."""
        items = self._query(
            KeyConditionExpression="PK = :pk AND begins_with(SK, :sk)",
            ExpressionAttributeValues={":pk": {"S": job_key(job_id)}, ":sk": {"S": "CLIP#"}},
            ConsistentRead=True,
        )
        return _grouped(items)

    def list_takes(self, job_id: str, clip_ids: Sequence[str]) -> Sequence[ClipTake]:
        """Return these clips with their current versions, in this order; however many versions there are.

        Raises:
            NotFoundError: If one is gone.
        """
        clips = self._read_clips(job_id, clip_ids)
        current = {
            clip.clip_id: _version_key(clip.clip_id, clip.current_version)
            for clip in clips
            if clip.current_version is not None
        }
        found = self._read_versions(job_id, current.values())
        return [
            ClipTake(clip, found[current[clip.clip_id]] if clip.clip_id in current else None)
            for clip in clips
        ]

    def list_active(self, job_id: str, clip_ids: Sequence[str]) -> Sequence[ClipVersions]:
        """Return these clips with their versions in active storage; all versions where a clip names none.

        Raises:
            NotFoundError: If one is gone.
        """
        clips = self._read_clips(job_id, clip_ids)
        whole = self._read_whole(job_id, [clip.clip_id for clip in clips if clip.active_versions is None])
        active = {
            clip.clip_id: [_version_key(clip.clip_id, number) for number in clip.active_versions]
            for clip in clips
            if clip.active_versions is not None
        }
        found = self._read_versions(job_id, [sort_key for keys in active.values() for sort_key in keys])
        return [
            ClipVersions(clip, _newest_first(found[sort_key] for sort_key in active[clip.clip_id]))
            if clip.clip_id in active
            else whole[clip.clip_id]
            for clip in clips
        ]

    def _read_whole(self, job_id: str, clip_ids: Sequence[str]) -> dict[str, ClipVersions]:
        """Return clips with all their versions: many by one query, few without the job's others."""
        many = len(clip_ids) > FEW_CLIPS
        found = self.list_clips(job_id) if many else [self.get_clip(job_id, item) for item in clip_ids]
        return {entry.clip.clip_id: entry for entry in found}

    def get_take(self, job_id: str, clip_id: str, number: int | None) -> ClipTake:
        """Return a clip and its version with this number, if there is one. Raises ``NotFoundError``."""
        clip = self._get(Clip, job_key(job_id), f"CLIP#{clip_id}", f"This job has no clip {clip_id!r}.")
        if number is None:
            return ClipTake(clip, None)
        try:
            version = self._get(Version, job_key(job_id), _version_key(clip_id, number), "")
        except NotFoundError:
            return ClipTake(clip, None)
        return ClipTake(clip, version)

    def _read_versions(self, job_id: str, sort_keys: Iterable[str]) -> dict[str, Version]:
        """Return versions that a clip named a moment ago, by sort key."""
        wanted = [*sort_keys]
        found = self._read([raw_key(job_key(job_id), sort_key) for sort_key in wanted])
        if len(found) < len(wanted):
            raise NotFoundError("This job was deleted.")
        return {sort_key: from_item(Version, item) for sort_key, item in found.items()}

    def _read_clips(self, job_id: str, clip_ids: Sequence[str]) -> list[Clip]:
        sort_keys = [f"CLIP#{clip_id}" for clip_id in clip_ids]
        found = self._read([raw_key(job_key(job_id), sort_key) for sort_key in sort_keys])
        if gone := set(sort_keys) - set(found):
            raise NotFoundError(f"This job has no clip {min(gone).removeprefix('CLIP#')!r}.")
        return [from_item(Clip, found[sort_key]) for sort_key in sort_keys]

    def list_regenerations(self, job_id: str, regeneration_ids: Sequence[str]) -> Sequence[Regeneration]:
        """Return these regenerations, in this order; one that is gone is left out."""
        sort_keys = [f"REGENERATION#{item}" for item in regeneration_ids]
        found = self._read([raw_key(job_key(job_id), sort_key) for sort_key in sort_keys])
        return [from_item(Regeneration, found[sort_key]) for sort_key in sort_keys if sort_key in found]

    def find_batches(self, job_id: str, batch_ids: Sequence[str]) -> Sequence[Batch]:
        """Return these batches, in this order; one that is gone is left out."""
        sort_keys = [f"BATCH#{item}" for item in batch_ids]
        found = self._read([raw_key(job_key(job_id), sort_key) for sort_key in sort_keys])
        return [from_item(Batch, found[sort_key]) for sort_key in sort_keys if sort_key in found]

    def list_events(self, job_id: str, *, after: int, limit: int) -> Sequence[Event]:
        """Return events with a number above ``after``, in order."""
        items = self._query(
            limit=limit,
            KeyConditionExpression="PK = :pk AND SK BETWEEN :first AND :last",
            ExpressionAttributeValues={
                ":pk": {"S": job_key(job_id)},
                ":first": {"S": f"EVENT#{after + 1:012}"},
                ":last": {"S": "EVENT#~"},
            },
            ConsistentRead=True,
        )
        return [from_item(Event, item) for item in items]

    def list_jobs(self, user_id: str, *, limit: int, cursor: str | None) -> Page[Job]:
        """Return a user's jobs, newest first. Raises ``InvalidRequestError`` for a bad cursor."""
        return self._page(Job, f"USER#{user_id}", "JOB#", limit=limit, cursor=cursor)

    def list_videos(self, user_id: str, wanted: VideoFilter, *, limit: int, cursor: str | None) -> Page[Job]:
        """Return a user's videos, newest first. Raises ``InvalidRequestError`` for a bad cursor."""
        return query_videos(self._client, self._table, user_id, wanted, limit=limit, cursor=cursor)

    def list_open(self, user_id: str, *, limit: int, cursor: str | None) -> Page[Job]:
        """Return a user's jobs and videos with open work. Raises ``InvalidRequestError`` for a bad cursor."""
        page = query_open_work(self._client, self._table, user_id, limit=limit, cursor=cursor)
        keys = [raw_key(job_key(job_id), "JOB") for job_id in page.items]
        found = {item["PK"]["S"]: from_item(Job, item) for item in self._batch_get(keys)}
        return Page([found[job_key(item)] for item in page.items if job_key(item) in found], page.cursor)

    def list_batches(self, job_id: str, *, limit: int, cursor: str | None) -> Page[Batch]:
        """Return a job's batches, newest first."""
        return self._page(Batch, job_key(job_id), "BATCH#", limit=limit, cursor=cursor)

    def list_due(self, kind: DueKind, *, before: datetime, limit: int, after: str = "") -> Sequence[DueWork]:
        """Return what is due, oldest first; ``after`` is the position of the last one seen."""
        last = due_before(before)
        if after >= last:
            return []
        shards = SHARDS.get(kind)
        partitions = [due_partition(kind, shard) for shard in (range(shards) if shards else [None])]
        lists = [self._due_in(kind, partition, after, last, limit) for partition in partitions]
        return list(islice(merge(*lists, key=lambda due: due.position), limit))

    def _due_in(self, kind: DueKind, partition: str, after: str, last: str, limit: int) -> list[DueWork]:
        items = self._query(
            limit=limit,
            IndexName="due_work",
            KeyConditionExpression="DUEPK = :kind AND DUESK BETWEEN :after AND :last",
            ExpressionAttributeValues={
                ":kind": {"S": partition},
                # The smallest key behind the one that was seen: BETWEEN includes its ends.
                ":after": {"S": f"{after}\u0001" if after else " "},
                ":last": {"S": last},
            },
        )
        return [due_from_item(kind, item) for item in items]

    # --- writing --------------------------------------------------------------------------------

    def commit(self, change: Change, *, now: datetime) -> Job:
        """Write a change whole, or nothing. Raises ``ConcurrentUpdateError``."""
        final = finalize(change, now)
        job = final.job
        writes: list[dict[str, Any]] = [
            {"Put": self._guarded_put(change, to_item(job, now=now))},
            *({"Put": self._put(to_item(record, now=now))} for record in final.puts),
            *({"Put": self._put(to_item(event, now=now))} for event in final.events),
            *usage_writes(self._table, final, now),
            *user_event_writes(self._client, self._table, final, now),
            *spending_writes(self._table, final),
            *open_work_writes(self._table, final, now),
            *history_writes(self._table, final, now),
            *(
                {"Delete": {"TableName": self._table, "Key": raw_key(*key_of(record))}}
                for record in change.removes
            ),
        ]
        if len(writes) > TRANSACTION_ITEMS:
            raise StorageUnavailableError(f"A commit of {len(writes)} items is larger than a transaction.")
        try:
            self._client.transact_write_items(TransactItems=writes)  # type: ignore[arg-type]
        except ClientError as error:
            if is_conflict(error):
                raise ConcurrentUpdateError(f"Job {job.job_id} changed meanwhile.") from error
            raise
        return job

    def note_look(self, job_id: str, regeneration_id: str, *, poll_seq: int, progress: int) -> None:
        """Write how far a generation is, in one small update."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key=raw_key(job_key(job_id), f"REGENERATION#{regeneration_id}"),
                UpdateExpression="SET poll_seq = :seq, progress = :progress",
                ConditionExpression="#status = :generating AND poll_seq < :seq",
                ExpressionAttributeNames={"#status": "status"},
                ExpressionAttributeValues={
                    ":seq": {"N": str(poll_seq)},
                    ":progress": {"N": str(progress)},
                    ":generating": {"S": RegenerationStatus.GENERATING.value},
                },
            )
        except ClientError as error:
            if error_code(error) != "ConditionalCheckFailedException":
                raise

    def put_drafts(self, records: Sequence[Clip | Regeneration | Deletion]) -> None:
        """Write records that no commit refers to yet, or that need none."""
        now = self._clock.now()
        writes = [{"PutRequest": {"Item": to_item(record, now=now)}} for record in records]
        self._batch_write(writes)

    def remove_deletion(self, deletion: Deletion) -> None:
        """Strike a ledger entry whose objects are gone."""
        self._client.delete_item(TableName=self._table, Key=raw_key(*key_of(deletion)))

    def purge(self, job_id: str) -> None:
        """Remove every record of the job but its ledger entries, the job itself last."""
        items = self._query(
            KeyConditionExpression="PK = :pk",
            ExpressionAttributeValues={":pk": {"S": job_key(job_id)}},
            ProjectionExpression="PK, SK",
            ConsistentRead=True,
        )
        places = [item["SK"]["S"] for item in items]
        keys = [
            raw_key(job_key(job_id), place)
            for place in places
            if place != "JOB" and not place.startswith("DELETION#")
        ]
        self._batch_write([{"DeleteRequest": {"Key": key}} for key in keys])
        self._client.delete_item(TableName=self._table, Key=raw_key(job_key(job_id), "JOB"))

    # --- the client -----------------------------------------------------------------------------

    def _guarded_put(self, change: Change, item: Item) -> dict[str, Any]:
        if change.job.revision == 0:
            return {**self._put(item), "ConditionExpression": "attribute_not_exists(PK)"}
        return {
            **self._put(item),
            "ConditionExpression": "revision = :read",
            "ExpressionAttributeValues": {":read": {"N": str(change.job.revision)}},
        }

    def _put(self, item: Item) -> dict[str, Any]:
        return {"TableName": self._table, "Item": item}

    def _get(self, kind: type[T], pk: str, sk: str, missing: str) -> T:
        answer = self._client.get_item(TableName=self._table, Key=raw_key(pk, sk), ConsistentRead=True)
        if "Item" not in answer:
            raise NotFoundError(missing)
        return from_item(kind, answer["Item"])

    def _query(self, *, limit: int | None = None, **query: Any) -> list[Item]:  # noqa: ANN401
        return list(self._query_lazily(limit, query))

    def _query_lazily(self, limit: int | None, query: dict[str, Any]) -> Iterator[Item]:
        left = limit
        while True:
            page: dict[str, Any] = {"Limit": left} if left is not None else {}
            answer = self._client.query(TableName=self._table, **query, **page)
            yield from answer["Items"]
            if left is not None:
                left -= len(answer["Items"])
            if "LastEvaluatedKey" not in answer or left == 0:
                return
            query = {**query, "ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def _page(self, kind: type[T], pk: str, sk: str, *, limit: int, cursor: str | None) -> Page[T]:
        start: dict[str, Any] = (
            {} if cursor is None else {"ExclusiveStartKey": decode_cursor(cursor, OWNER_KEYS, pk, sk)}
        )
        answer = self._client.query(
            TableName=self._table,
            IndexName="by_owner",
            KeyConditionExpression="GSI1PK = :pk AND begins_with(GSI1SK, :sk)",
            ExpressionAttributeValues={":pk": {"S": pk}, ":sk": {"S": sk}},
            ScanIndexForward=False,
            Limit=limit,
            **start,
        )
        last = answer.get("LastEvaluatedKey")
        items = [from_item(kind, item) for item in answer["Items"]]
        return Page(items, None if last is None else encode_cursor(last))

    def _read(self, keys: Sequence[Item]) -> dict[str, Item]:
        """Return the items that are there, by sort key: the keys are of one partition."""
        return {
            item["SK"]["S"]: item
            for start in range(0, len(keys), BATCH_GET_ITEMS)
            for item in self._batch_get([*keys[start : start + BATCH_GET_ITEMS]])
        }

    def _batch_get(self, keys: list[Item]) -> Iterator[Item]:
        pending: dict[str, Any] = {self._table: {"Keys": keys, "ConsistentRead": True}} if keys else {}
        for attempt in range(BATCH_ROUNDS):
            if not pending:
                return
            _pause(attempt)
            answer = self._client.batch_get_item(RequestItems=pending)
            yield from answer["Responses"].get(self._table, [])
            pending = answer.get("UnprocessedKeys", {})
        if pending:
            raise StorageUnavailableError("The table did not answer for all records.")

    def _batch_write(self, writes: list[dict[str, Any]]) -> None:
        for start in range(0, len(writes), BATCH_WRITE_ITEMS):
            pending: dict[str, Any] = {self._table: writes[start : start + BATCH_WRITE_ITEMS]}
            for attempt in range(BATCH_ROUNDS):
                _pause(attempt)
                pending = self._client.batch_write_item(RequestItems=pending).get("UnprocessedItems", {})
                if not pending:
                    break
            if pending:
                raise StorageUnavailableError("The table did not take all records.")


def _pause(attempt: int) -> None:
    if attempt:
        time.sleep(random.uniform(0, min(2.0, 0.05 * 2**attempt)))  # noqa: S311 - jitter


def _version_key(clip_id: str, number: int) -> str:
    return f"CLIP#{clip_id}{VERSION_MARK}{number:06}"


def _newest_first(versions: Iterable[Version]) -> list[Version]:
    return sorted(versions, key=lambda item: -item.version_number)


def _grouped(items: Sequence[Item]) -> list[ClipVersions]:
    clips: dict[str, Clip] = {}
    versions: dict[str, list[Version]] = {}
    for item in items:
        if VERSION_MARK in item["SK"]["S"]:
            version = from_item(Version, item)
            versions.setdefault(version.clip_id, []).append(version)
        else:
            clip = from_item(Clip, item)
            clips[clip.clip_id] = clip
    return [ClipVersions(clip, _newest_first(versions.get(clip_id, []))) for clip_id, clip in clips.items()]
