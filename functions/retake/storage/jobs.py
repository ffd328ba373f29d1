"""Jobs: one partition a job, one transaction a commit."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import TypeVar

from retake.domain.changes import Change, finalize
from retake.domain.clip_versions import ClipTake, ClipVersions
from retake.domain.due import SHARDS, DueKind, DueWork
from retake.domain.errors import NotFoundError, StorageUnavailableError
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Clip, Job
from retake.domain.records.ledger import Deletion, Event
from retake.domain.records.takes import Version
from retake.domain.statuses import RegenerationStatus
from retake.domain.videos import VideoFilter
from retake.ports.system import Clock
from retake.ports.table import (
    BY_OWNER,
    DUE_WORK,
    TRANSACTION_ITEMS,
    Check,
    Comparison,
    Condition,
    ConditionFailedError,
    Delete,
    Item,
    Page,
    Put,
    Query,
    Table,
    Update,
    Write,
    unchanged,
)
from retake.storage.items import concurrent_update, find, from_item, puts, to_item
from retake.storage.job_lists import list_open_work, list_videos
from retake.storage.layout import (
    EVENTS,
    JOB,
    JOBS,
    VERSION_MARK,
    due_before,
    due_partition,
    event_place,
    job_key,
    key_of,
    user_key,
    version_place,
)
from retake.storage.paging import read_all, read_page, read_records
from retake.storage.spending import spending_writes
from retake.storage.usage import usage_writes
from retake.storage.user_events import feed_writes

FEW_CLIPS = 5
"""Older clips that are read one by one; more of them with all versions of the job, by one query."""

T = TypeVar("T")


class JobRepository:
    """Jobs and everything inside them. Reads are consistent; ``get`` raises, ``find`` returns None."""

    def __init__(self, table: Table, *, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    # --- reading --------------------------------------------------------------------------------

    def get_job(self, job_id: str) -> Job:
        """Return the job. Raises ``NotFoundError``."""
        return self._get(Job, job_id, JOB, f"There is no job {job_id!r}.")

    def get_batch(self, job_id: str, batch_id: str) -> Batch:
        """Return the batch. Raises ``NotFoundError``."""
        return self._get(Batch, job_id, f"BATCH#{batch_id}", f"This job has no batch {batch_id!r}.")

    def get_regeneration(self, job_id: str, regeneration_id: str) -> Regeneration:
        """Return the regeneration. Raises ``NotFoundError``."""
        missing = f"This job has no regeneration {regeneration_id!r}."
        return self._get(Regeneration, job_id, f"REGENERATION#{regeneration_id}", missing)

    def get_deletion(self, job_id: str, deletion_id: str) -> Deletion:
        """Return the ledger entry. Raises ``NotFoundError``."""
        missing = f"The ledger has no entry {deletion_id!r}."
        return self._get(Deletion, job_id, f"DELETION#{deletion_id}", missing)

    def get_clip(self, job_id: str, clip_id: str) -> ClipVersions:
        """Return one clip and all its versions: one query. Raises ``NotFoundError``."""
        bounds = f"CLIP#{clip_id}", f"CLIP#{clip_id}{VERSION_MARK}~"
        found = _grouped(read_all(self._table, Query(job_key(job_id), between=bounds)))
        if not found:
            raise NotFoundError(f"This job has no clip {clip_id!r}.")
        return found[0]

    def list_clips(self, job_id: str) -> Sequence[ClipVersions]:
        """Return all clips with their versions, in no particular order."""
        return _grouped(read_all(self._table, Query(job_key(job_id), prefix="CLIP#")))

    def read_clips(self, job_id: str, clip_ids: Sequence[str]) -> Sequence[Clip]:
        """Return these clips without their versions, in this order.

        Raises:
            NotFoundError: If one is gone: its job was deleted.
        """
        places = [f"CLIP#{clip_id}" for clip_id in clip_ids]
        found = self._read(job_id, places)
        if gone := set(places) - set(found):
            raise NotFoundError(f"This job has no clip {min(gone).removeprefix('CLIP#')!r}.")
        return [from_item(Clip, found[place]) for place in places]

    def list_takes(self, job_id: str, clip_ids: Sequence[str]) -> Sequence[ClipTake]:
        """Return these clips with their current versions, in this order.

        Raises:
            NotFoundError: If one is gone: its job was deleted.
        """
        clips = self.read_clips(job_id, clip_ids)
        current = {
            clip.clip_id: version_place(clip.clip_id, clip.current_version)
            for clip in clips
            if clip.current_version is not None
        }
        found = self._read_versions(job_id, current.values())
        return [
            ClipTake(clip, found[current[clip.clip_id]] if clip.clip_id in current else None)
            for clip in clips
        ]

    def list_active(self, job_id: str, clip_ids: Sequence[str]) -> Sequence[ClipVersions]:
        """Return these clips with their versions in active storage, in this order.

        However many versions there are besides; some that have just been archived may be among them.

        Raises:
            NotFoundError: If one is gone: its job was deleted.
        """
        clips = self.read_clips(job_id, clip_ids)
        whole = self._read_whole(job_id, [clip.clip_id for clip in clips if clip.active_versions is None])
        active = {
            clip.clip_id: [version_place(clip.clip_id, number) for number in clip.active_versions]
            for clip in clips
            if clip.active_versions is not None
        }
        found = self._read_versions(job_id, [place for places in active.values() for place in places])
        return [
            ClipVersions(clip, _newest_first(found[place] for place in active[clip.clip_id]))
            if clip.clip_id in active
            else whole[clip.clip_id]
            for clip in clips
        ]

    def get_take(self, job_id: str, clip_id: str, number: int | None) -> ClipTake:
        """Return a clip and its version with this number, if there is one.

        Raises:
            NotFoundError: If the clip is gone: its job was deleted.
        """
        clip = self._get(Clip, job_id, f"CLIP#{clip_id}", f"This job has no clip {clip_id!r}.")
        if number is None:
            return ClipTake(clip, None)
        return ClipTake(clip, find(self._table, Version, (job_key(job_id), version_place(clip_id, number))))

    def list_regenerations(self, job_id: str, regeneration_ids: Sequence[str]) -> Sequence[Regeneration]:
        """Return these regenerations, in this order; one that is gone is left out."""
        return self._find_many(Regeneration, job_id, [f"REGENERATION#{item}" for item in regeneration_ids])

    def find_batches(self, job_id: str, batch_ids: Sequence[str]) -> Sequence[Batch]:
        """Return these batches, in this order; one that is gone is left out."""
        return self._find_many(Batch, job_id, [f"BATCH#{item}" for item in batch_ids])

    def list_events(self, job_id: str, *, after: int, limit: int) -> Sequence[Event]:
        """Return events with a number above ``after``, in order."""
        query = Query(job_key(job_id), between=(event_place(after + 1), f"{EVENTS}~"))
        return read_records(self._table, Event, query, limit=limit)

    def list_jobs(self, user_id: str, *, limit: int, cursor: str | None) -> Page[Job]:
        """Return a user's jobs, newest first, videos left out.

        Raises:
            InvalidRequestError: For a cursor that this list did not give.
        """
        query = Query(user_key(user_id), BY_OWNER, JOBS, newest_first=True)
        return read_page(self._table, Job, query, limit=limit, cursor=cursor)

    def list_videos(self, user_id: str, wanted: VideoFilter, *, limit: int, cursor: str | None) -> Page[Job]:
        """Return a user's videos, newest first, those left out that are being deleted.

        Raises:
            InvalidRequestError: For a cursor that this list did not give.
        """
        return list_videos(self._table, user_id, wanted, limit=limit, cursor=cursor)

    def list_open(self, user_id: str, *, limit: int, cursor: str | None) -> Page[Job]:
        """Return a user's jobs and videos with work that has not ended, in no particular order.

        One that ended between two reads may be among them.

        Raises:
            InvalidRequestError: For a cursor that this list did not give.
        """
        page = list_open_work(self._table, user_id, limit=limit, cursor=cursor)
        keys = [job_key(entry.job_id) for entry in page.items]
        items = self._table.get_many([(key, JOB) for key in keys])
        found = {item["PK"]: from_item(Job, item) for item in items}
        return Page([found[key] for key in keys if key in found], page.cursor)

    def list_batches(self, job_id: str, *, limit: int, cursor: str | None) -> Page[Batch]:
        """Return a job's batches, newest first."""
        query = Query(job_key(job_id), BY_OWNER, "BATCH#", newest_first=True)
        return read_page(self._table, Batch, query, limit=limit, cursor=cursor)

    def list_due(self, kind: DueKind, *, before: datetime, limit: int, after: str = "") -> Sequence[DueWork]:
        """Return what is due, oldest first; ``after`` is the position of the last one seen."""
        last = due_before(before)
        if after >= last:
            return []
        # The smallest key behind the one that was seen: the bounds are included.
        bounds = f"{after}\u0001" if after else " ", last
        shards = SHARDS.get(kind)
        partitions = [due_partition(kind, shard) for shard in (range(shards) if shards else [None])]
        lists = [
            [
                _due_work(kind, item)
                for item in read_all(self._table, Query(partition, DUE_WORK, between=bounds), limit=limit)
            ]
            for partition in partitions
        ]
        return list(islice(merge(*lists, key=lambda due: due.position), limit))

    # --- writing --------------------------------------------------------------------------------

    def commit(self, change: Change, *, now: datetime) -> Job:
        """Write a change whole, or nothing.

        Returns:
            The job as it now is.

        Raises:
            ConcurrentUpdateError: If the job changed since it was read (or already exists, when its
                ``revision`` is 0).
        """
        final = finalize(change, now)
        job = final.job
        writes: list[Write] = [
            Put(to_item(job, now=now), unchanged(change.job.revision)),
            *puts((*final.puts, *final.events), now),
            *usage_writes(final, now),
            *feed_writes(self._table, job.user_id, final.user_events, now),
            *spending_writes(final),
            *puts([] if final.open_work is None else [final.open_work], now),
            *puts(final.history, now),
            *(Delete(key_of(record)) for record in change.removes),
        ]
        if len(writes) > TRANSACTION_ITEMS:
            raise StorageUnavailableError(f"A commit of {len(writes)} items is larger than a transaction.")
        with concurrent_update(f"Job {job.job_id} changed meanwhile."):
            self._table.transact(writes)
        return job

    def note_look(self, job_id: str, regeneration_id: str, *, poll_seq: int, progress: int) -> None:
        """Write how far a generation at its provider is, beside all commits: what it says decides nothing.

        Nothing is written of one that is not ``generating`` (any more), or that has seen this look.
        """
        unseen = Condition(
            (
                Check("status", Comparison.EQUAL, RegenerationStatus.GENERATING.value),
                Check("poll_seq", Comparison.BELOW, poll_seq),
            )
        )
        key = job_key(job_id), f"REGENERATION#{regeneration_id}"
        with suppress(ConditionFailedError):
            self._table.write(
                Update(key, assign={"poll_seq": poll_seq, "progress": progress}, condition=unseen)
            )

    def put_drafts(self, records: Sequence[Clip | Regeneration | Deletion]) -> None:
        """Write records that no commit refers to yet, or that need none."""
        self._table.write_many(puts(records, self._clock.now()))

    def remove_deletion(self, deletion: Deletion) -> None:
        """Strike a ledger entry whose objects are gone."""
        self._table.write(Delete(key_of(deletion)))

    def purge(self, job_id: str) -> None:
        """Remove every record of the job, the job itself last.

        Its ledger entries stay until they are carried out: a worker that was late may still be
        writing the objects they name.
        """
        partition = job_key(job_id)
        places = [item["SK"] for item in read_all(self._table, Query(partition, fields=("PK", "SK")))]
        self._table.write_many(
            [
                Delete((partition, place))
                for place in places
                if place != JOB and not place.startswith("DELETION#")
            ]
        )
        self._table.write(Delete((partition, JOB)))

    # --- parts ----------------------------------------------------------------------------------

    def _get(self, kind: type[T], job_id: str, place: str, missing: str) -> T:
        found = find(self._table, kind, (job_key(job_id), place))
        if found is None:
            raise NotFoundError(missing)
        return found

    def _read(self, job_id: str, places: Iterable[str]) -> dict[str, Item]:
        """Return the items that are there, by sort key."""
        items = self._table.get_many([(job_key(job_id), place) for place in places])
        return {item["SK"]: item for item in items}

    def _find_many(self, kind: type[T], job_id: str, places: Sequence[str]) -> list[T]:
        found = self._read(job_id, places)
        return [from_item(kind, found[place]) for place in places if place in found]

    def _read_whole(self, job_id: str, clip_ids: Sequence[str]) -> dict[str, ClipVersions]:
        """Return clips with all their versions: many by one query, few without the job's others."""
        many = len(clip_ids) > FEW_CLIPS
        found = self.list_clips(job_id) if many else [self.get_clip(job_id, item) for item in clip_ids]
        return {entry.clip.clip_id: entry for entry in found}

    def _read_versions(self, job_id: str, places: Iterable[str]) -> dict[str, Version]:
        """Return versions that a clip named a moment ago, by sort key."""
        wanted = [*places]
        found = self._read(job_id, wanted)
        if len(found) < len(wanted):
            raise NotFoundError("This job was deleted.")
        return {place: from_item(Version, item) for place, item in found.items()}


def _due_work(kind: DueKind, item: Item) -> DueWork:
    """Read an entry of the ``due_work`` index, which projects keys only."""
    job_id, place, position = item["PK"].removeprefix(JOBS), item["SK"], item["DUESK"]
    at = datetime.fromisoformat(position.split("#", 1)[0])
    if VERSION_MARK in place:
        clip_id, number = place.removeprefix("CLIP#").split(VERSION_MARK)
        return DueWork(kind, job_id, str(int(number)), clip_id, at, position)
    record_id = place.split("#", 1)[1] if "#" in place else job_id
    return DueWork(kind, job_id, record_id, None, at, position)


def _newest_first(versions: Iterable[Version]) -> list[Version]:
    return sorted(versions, key=lambda item: -item.version_number)


def _grouped(items: Iterable[Item]) -> list[ClipVersions]:
    clips: dict[str, Clip] = {}
    versions: dict[str, list[Version]] = {}
    for item in items:
        if VERSION_MARK in item["SK"]:
            version = from_item(Version, item)
            versions.setdefault(version.clip_id, []).append(version)
        else:
            clip = from_item(Clip, item)
            clips[clip.clip_id] = clip
    return [ClipVersions(clip, _newest_first(versions.get(clip_id, []))) for clip_id, clip in clips.items()]
