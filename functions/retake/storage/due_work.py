"""The list of what is due, of one kind, in the order of its time."""

from collections.abc import Sequence
from datetime import datetime
from heapq import merge
from itertools import islice

from retake.domain.due import SHARDS, DueKind, DueWork
from retake.ports.table import DUE_WORK, Item, Query, Table
from retake.storage.layout import JOBS, VERSION_MARK, due_before, due_partition
from retake.storage.paging import read_all


def list_due(
    table: Table, kind: DueKind, *, before: datetime, limit: int, after: str = ""
) -> Sequence[DueWork]:
    """Return what is due; see ``retake.storage.jobs.JobRepository.list_due``."""
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
            for item in read_all(table, Query(partition, DUE_WORK, between=bounds), limit=limit)
        ]
        for partition in partitions
    ]
    return list(islice(merge(*lists, key=lambda due: due.position), limit))


def _due_work(kind: DueKind, item: Item) -> DueWork:
    """Read an entry of the ``due_work`` index, which projects keys only."""
    job_id, place, position = item["PK"].removeprefix(JOBS), item["SK"], item["DUESK"]
    at = datetime.fromisoformat(position.split("#", 1)[0])
    if VERSION_MARK in place:
        clip_id, number = place.removeprefix("CLIP#").split(VERSION_MARK)
        return DueWork(kind, job_id, str(int(number)), clip_id, at, position)
    record_id = place.split("#", 1)[1] if "#" in place else job_id
    return DueWork(kind, job_id, record_id, None, at, position)
