"""Where sweeps go on, and a look through all records, in memory."""

from collections.abc import Sequence

from retake.domain.records.ledger import Deletion
from retake.ports.pages import Page
from retake.ports.sweeps import RecordTrace, SweepCursor
from tests.fakes.in_memory_jobs import InMemoryJobRepository


class InMemoryRecordInventory:
    """A ``RecordInventory`` for tests, of one repository's records."""

    def __init__(self, jobs: InMemoryJobRepository) -> None:
        self._jobs = jobs

    def list_records(self, *, limit: int, cursor: str | None) -> Page[RecordTrace]:
        traces = self._jobs.all_traces()
        start = int(cursor or 0)
        more = len(traces) > start + limit
        return Page(traces[start : start + limit], str(start + limit) if more else None)

    def list_deletions(self, job_id: str) -> Sequence[Deletion]:
        return [item for item in self._jobs.all_deletions() if item.job_id == job_id]


class InMemorySweepCursors:
    """``SweepCursors`` in a dictionary."""

    def __init__(self) -> None:
        self.stored: dict[str, SweepCursor] = {}

    def find(self, sweep: str) -> SweepCursor | None:
        return self.stored.get(sweep)

    def put(self, cursor: SweepCursor) -> None:
        self.stored[cursor.sweep] = cursor

    def remove(self, sweep: str) -> None:
        self.stored.pop(sweep, None)
