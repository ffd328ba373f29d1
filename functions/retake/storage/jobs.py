"""Jobs: one partition a job, one transaction a commit."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

from retake.domain.changes import Change, finalize
from retake.domain.due import DueKind, DueWork
from retake.domain.errors import StorageUnavailableError
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Clip, Job
from retake.domain.records.ledger import Deletion, Event
from retake.domain.statuses import RegenerationStatus
from retake.domain.videos import VideoFilter
from retake.ports.system import Clock
from retake.ports.table import (
    BY_OWNER,
    TRANSACTION_ITEMS,
    Check,
    Comparison,
    Condition,
    ConditionFailedError,
    Delete,
    Page,
    Put,
    Query,
    Table,
    Update,
    Write,
    unchanged,
)
from retake.storage.clips import ClipRecords
from retake.storage.due_work import list_due
from retake.storage.items import concurrent_update, from_item, puts, to_item
from retake.storage.job_lists import list_open_work, list_videos
from retake.storage.layout import (
    EVENTS,
    JOB,
    JOBS,
    event_place,
    job_key,
    key_of,
    token_key,
    user_key,
)
from retake.storage.paging import read_all, read_page, read_records
from retake.storage.spending import spending_writes
from retake.storage.usage import usage_writes
from retake.storage.user_events import feed_writes

T = TypeVar("T")


class JobRepository(ClipRecords):
    """Jobs and everything inside them. Reads are consistent; ``get`` raises, ``find`` returns None."""

    def __init__(self, table: Table, *, clock: Clock) -> None:
        super().__init__(table)
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
        return list_due(self._table, kind, before=before, limit=limit, after=after)

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
        """Remove a ledger entry whose objects are deleted."""
        self._table.write(Delete(key_of(deletion)))

    def purge(self, job_id: str) -> None:
        """Remove every record of the job, the job itself last.

        Its ledger entries stay until they are carried out: a worker that was late may still be
        writing the objects they name.
        """
        partition = job_key(job_id)
        items = [*read_all(self._table, Query(partition, fields=("PK", "SK", "token_hashes")))]
        places = [item["SK"] for item in items]
        # Before the shares that name them: what fails half-way is found again by its share.
        self._table.write_many(
            [Delete(token_key(token)) for item in items for token in item.get("token_hashes", ())]
        )
        self._table.write_many(
            [
                Delete((partition, place))
                for place in places
                if place != JOB and not place.startswith("DELETION#")
            ]
        )
        self._table.write(Delete((partition, JOB)))

    # --- parts ----------------------------------------------------------------------------------

    def _find_many(self, kind: type[T], job_id: str, places: Sequence[str]) -> list[T]:
        found = self._read(job_id, places)
        return [from_item(kind, found[place]) for place in places if place in found]
