"""One sweep of a table with many versions, 100 of them due; every request to the table is counted."""

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import islice
from typing import Any

from retake.adapters.aws.clients import client
from retake.adapters.aws.table import DynamoDbTable
from retake.adapters.system import RandomIds
from retake.domain.limits import Limits
from retake.domain.records.jobs import Clip, Job
from retake.domain.records.takes import ArchivedTake, Version
from retake.domain.statuses import VersionState
from retake.domain.storage_costs import StorageClass
from retake.services.retention.sweep_versions import sweep_versions
from retake.storage.jobs import JobRepository
from retake.storage.sweeps import SweepCursors
from tests.benchmarks.version_records import BATCH_WRITE_ITEMS, MADE, Layout, records
from tests.fakes.clocks import FixedClock
from tests.fakes.context import a_context
from tests.fakes.in_memory_queue import InMemoryQueue
from tests.moto_aws import TABLE, make_table
from tests.stored_items import stored_item

NOW = MADE + timedelta(days=1)
"""A day after everything was made: nothing is due but what is made older below."""

DUE = 100
VERSIONS_PER_JOB = 30
READS = ("Query", "GetItem")


@dataclass
class Counted:
    """What the table was asked, by the client's own account.

    Attributes:
        requests: Requests by operation.
        items_read: Items that the table went through for them, those it threw away included.
        read_units: What DynamoDB bills for the reads, as far as it says.
    """

    requests: Counter[str] = field(default_factory=Counter)
    items_read: int = 0
    read_units: float = 0.0

    def watch(self, dynamodb: Any) -> None:
        """Count every request of a client from now on."""
        events = dynamodb.meta.events
        for operation in READS:
            events.register(f"provide-client-params.dynamodb.{operation}", self._ask)
        events.register("after-call.dynamodb.*", self._count)

    def _ask(self, params: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**params, "ReturnConsumedCapacity": "TOTAL"}

    def _count(self, model: Any, parsed: dict[str, Any], **_: Any) -> None:
        self.requests[model.name] += 1
        self.items_read += parsed.get("ScannedCount", int("Item" in parsed))
        if model.name in READS:
            self.read_units += parsed.get("ConsumedCapacity", {}).get("CapacityUnits", 0.0)


def old_records(versions: int) -> Iterator[Job | Clip | Version]:
    """Return jobs with so many versions, of which 100 are due: one of a clip, in jobs of their own as
    far as there are as many.

    Half go to the archive, a quarter each are deleted from active storage and from the archive.
    """
    jobs = max(1, versions // VERSIONS_PER_JOB)
    a_job = -(-DUE // jobs)  # this many due in each job, until all are made
    made = 0
    for number in range(jobs):
        left = min(a_job, DUE - made)
        made += left
        for record in records(f"sweep-{number}", f"user-{number % 50}", Layout(asked=3, same_job=27)):
            if isinstance(record, Version) and record.version_number == 1 and left:
                left -= 1
                yield _due(record, made - left)
            else:
                yield record


def _due(version: Version, number: int) -> Version:
    if number % 2:
        return replace(version, superseded_at=NOW - timedelta(days=8, seconds=number))
    old = replace(version, superseded_at=NOW - timedelta(days=31, seconds=number))
    if number % 4:
        return old
    where = f"archive/{version.job_id}/{version.clip_id}/1"
    take = ArchivedTake(f"{where}/take.mp4", None, f"{where}/thumbnail.webp", 3_000_000)
    return replace(old, state=VersionState.ARCHIVED, archived=take)


def fill(dynamodb: Any, versions: int) -> int:
    """Write the records; return how many items there are."""
    items = (stored_item(record, now=MADE) for record in old_records(versions))
    count = 0
    while batch := list(islice(items, BATCH_WRITE_ITEMS)):
        dynamodb.batch_write_item(RequestItems={TABLE: [{"PutRequest": {"Item": item}} for item in batch]})
        count += len(batch)
    return count


def sweep(versions: int) -> dict[str, Any]:
    """Fill a table, sweep it once, and return what that took."""
    dynamodb: Any = client("dynamodb")
    make_table(dynamodb)
    table = DynamoDbTable(dynamodb, TABLE)
    items = fill(dynamodb, versions)
    clock, queue, counted = FixedClock(NOW), InMemoryQueue(FixedClock(NOW)), Counted()
    counted.watch(dynamodb)
    began = time.perf_counter()
    report = sweep_versions(
        a_context(
            jobs=JobRepository(table, clock=clock),
            cursors=SweepCursors(table),
            queue=queue,
            clock=clock,
            ids=RandomIds(),
            archive_class=StorageClass.GLACIER_IR,
            limits=Limits(),
        ),
        until=NOW + timedelta(minutes=4),
    )
    seconds = time.perf_counter() - began
    dynamodb.delete_table(TableName=TABLE)
    return {
        "items": items,
        "archived": report.archived,
        "deleted": report.deleted,
        "errors": report.errors,
        "messages": len(queue.messages),
        "entries": report.entries_read,
        "requests": dict(counted.requests),
        "items_read": counted.items_read,
        "read_units": counted.read_units,
        "seconds": seconds,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--versions", type=int, required=True)
    print(json.dumps(sweep(parser.parse_args().versions)))  # noqa: T201
