"""What every ``RecordInventory`` and every ``SweepCursors`` promises."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from retake.domain.changes import Change
from retake.domain.events.jobs import JobReady
from retake.domain.sweeps import RecordTrace, SweepCursor
from retake.ports.table import Table
from retake.storage.jobs import JobRepository
from retake.storage.sweeps import RecordInventory, SweepCursors
from tests.builders import JOB, a_clip, a_deletion, a_job, a_version
from tests.fakes.clocks import START, FixedClock

LATER = START + timedelta(days=1)


@dataclass
class Stores:
    jobs: JobRepository
    inventory: RecordInventory
    cursors: SweepCursors


@pytest.fixture
def stores(table: Table) -> Stores:
    jobs = JobRepository(table, clock=FixedClock())
    return Stores(jobs, RecordInventory(table), SweepCursors(table))


def all_traces(inventory: RecordInventory, *, limit: int) -> list[RecordTrace]:
    found: list[RecordTrace] = []
    cursor = None
    while True:
        page = inventory.list_records(limit=limit, cursor=cursor)
        assert len(page.items) <= limit
        found += page.items
        cursor = page.cursor
        if cursor is None:
            return found


@pytest.mark.parametrize("limit", [2, 100])
def test_every_record_of_a_job_is_listed_once(stores: Stores, limit: int) -> None:
    stores.jobs.put_drafts((a_clip(), a_clip("clip-1", job_id="job-2")))
    ready = JobReady(clips=3)
    stores.jobs.commit(Change(a_job(), (a_version(),), events=(ready,)), now=LATER)
    stores.cursors.put(SweepCursor("other", START, {}))
    found = all_traces(stores.inventory, limit=limit)
    records = [(trace.job_id, trace.kind, trace.written_at) for trace in found]
    assert sorted(records, key=str) == [
        (JOB, "Clip", START),
        (JOB, "Event", LATER),
        (JOB, "Job", LATER),
        (JOB, "Version", LATER),
        ("job-2", "Clip", START),
    ]


def test_an_empty_table_has_no_records(stores: Stores) -> None:
    assert all_traces(stores.inventory, limit=10) == []


def test_the_ledger_of_one_job(stores: Stores) -> None:
    mine = [a_deletion(f"deletion-{number}") for number in range(3)]
    stores.jobs.put_drafts((*mine, a_deletion("other", job_id="job-2"), a_clip()))
    found = stores.inventory.list_deletions(JOB)
    assert sorted(found, key=lambda item: item.deletion_id) == mine
    assert not stores.inventory.list_deletions("job-3")


def test_a_cursor_is_kept_until_its_sweep_is_done(stores: Stores) -> None:
    cursors = stores.cursors
    assert cursors.find("versions") is None
    first = SweepCursor("versions", START, {"superseded": "", "archived": "2026#x"})
    cursors.put(first)
    assert cursors.find("versions") == first
    second = SweepCursor("versions", LATER, {"archived": "2026#y"})
    cursors.put(second)
    assert cursors.find("versions") == second
    assert cursors.find("orphans") is None
    cursors.remove("versions")
    cursors.remove("versions")
    assert cursors.find("versions") is None
