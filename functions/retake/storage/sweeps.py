"""What sweeps need of the table: a scan of everything, and where they go on."""

import json
from collections.abc import Sequence
from datetime import datetime

from retake.domain.due import instant
from retake.domain.records.ledger import Deletion
from retake.ports.pages import Page
from retake.ports.sweeps import RecordTrace, SweepCursor
from retake.ports.table import Delete, Item, Key, Put, Query, Table
from retake.storage.layout import JOBS, job_key
from retake.storage.paging import read_records


class TableRecordInventory:
    """Implements ``RecordInventory``."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def list_records(self, *, limit: int, cursor: str | None) -> Page[RecordTrace]:
        after = None if cursor is None else dict(zip(("PK", "SK"), json.loads(cursor), strict=True))
        part = self._table.scan(limit=limit, fields=("PK", "SK", "record_type", "written_at"), after=after)
        found = [_trace(item) for item in part.items if item["PK"].startswith(JOBS)]
        return Page(found, None if part.last is None else json.dumps([part.last["PK"], part.last["SK"]]))

    def list_deletions(self, job_id: str) -> Sequence[Deletion]:
        return read_records(self._table, Deletion, Query(job_key(job_id), prefix="DELETION#"))


def _trace(item: Item) -> RecordTrace:
    written = item.get("written_at")
    return RecordTrace(
        item["PK"].removeprefix(JOBS),
        item.get("record_type", ""),
        None if written is None else datetime.fromisoformat(written),
    )


class TableSweepCursors:
    """Implements ``SweepCursors``, one small item each."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, sweep: str) -> SweepCursor | None:
        item = self._table.get(_key(sweep))
        if item is None:
            return None
        return SweepCursor(sweep, datetime.fromisoformat(item["started_at"]), item["positions"])

    def put(self, cursor: SweepCursor) -> None:
        pk, sk = _key(cursor.sweep)
        started_at = instant(cursor.started_at)
        self._table.write(
            Put({"PK": pk, "SK": sk, "started_at": started_at, "positions": dict(cursor.positions)})
        )

    def remove(self, sweep: str) -> None:
        self._table.write(Delete(_key(sweep)))


def _key(sweep: str) -> Key:
    return f"SWEEP#{sweep}", "SWEEP"
