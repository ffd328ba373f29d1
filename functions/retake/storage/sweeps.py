"""What sweeps need of the table: a scan of everything, and where they go on."""

import json
from collections.abc import Sequence
from datetime import datetime

from retake.domain.due import instant
from retake.domain.records.ledger import Deletion
from retake.domain.sweeps import RecordTrace, SweepCursor
from retake.ports.table import Delete, Item, Key, Page, Put, Query, Table
from retake.storage.layout import JOBS, job_key
from retake.storage.paging import read_records


class RecordInventory:
    """Everything in the table, of all users: for sweeps, which may take their time."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def list_records(self, *, limit: int, cursor: str | None) -> Page[RecordTrace]:
        """Return the records of jobs among the next ``limit`` items, a job's own side by side.

        A page may be empty with others behind it: the table holds more than jobs.
        """
        after = None if cursor is None else dict(zip(("PK", "SK"), json.loads(cursor), strict=True))
        part = self._table.scan(limit=limit, fields=("PK", "SK", "record_type", "written_at"), after=after)
        found = [_trace(item) for item in part.items if item["PK"].startswith(JOBS)]
        return Page(found, None if part.last is None else json.dumps([part.last["PK"], part.last["SK"]]))

    def list_deletions(self, job_id: str) -> Sequence[Deletion]:
        """Return the job's entries in the deletion ledger."""
        return read_records(self._table, Deletion, Query(job_key(job_id), prefix="DELETION#"))


def _trace(item: Item) -> RecordTrace:
    written = item.get("written_at")
    return RecordTrace(
        item["PK"].removeprefix(JOBS),
        item.get("record_type", ""),
        None if written is None else datetime.fromisoformat(written),
    )


class SweepCursors:
    """Where sweeps go on that were too long for one run."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, sweep: str) -> SweepCursor | None:
        """Return how far it came; None when it is done."""
        item = self._table.get(_key(sweep))
        if item is None:
            return None
        return SweepCursor(sweep, datetime.fromisoformat(item["started_at"]), item["positions"])

    def put(self, cursor: SweepCursor) -> None:
        """Store how far it came."""
        pk, sk = _key(cursor.sweep)
        started_at = instant(cursor.started_at)
        self._table.write(
            Put({"PK": pk, "SK": sk, "started_at": started_at, "positions": dict(cursor.positions)})
        )

    def keep(self, cursor: SweepCursor) -> None:
        """Store how far it came, or delete the position once it is done."""
        if cursor.positions:
            self.put(cursor)
        else:
            self.remove(cursor.sweep)

    def remove(self, sweep: str) -> None:
        """Delete the position of a sweep that is done; deleting none is no error."""
        self._table.write(Delete(_key(sweep)))


def _key(sweep: str) -> Key:
    return f"SWEEP#{sweep}", "SWEEP"
