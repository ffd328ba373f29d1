"""Records of jobs with versions, as the product writes them, for measuring how they are read."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from retake.adapters.aws.clients import client
from retake.domain.media import MediaProfile
from retake.domain.records.jobs import Clip, Job
from retake.domain.records.takes import TakeObjects, Version
from retake.domain.statuses import ClipStatus, JobStatus, VersionState
from tests.stored_items import stored_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

MADE = datetime(2026, 1, 1, tzinfo=UTC)
BATCH_WRITE_ITEMS = 25


@dataclass(frozen=True)
class Layout:
    """What is in the table.

    Attributes:
        asked: Versions of the clip that is asked for.
        same_job: Versions of other clips of its job, 3 each.
        other_jobs: Versions in other jobs, 3 a clip and 30 a job.
    """

    asked: int
    same_job: int = 0
    other_jobs: int = 0


def records(name: str, user_id: str, layout: Layout) -> Iterator[Job | Clip | Version]:
    """Return all records of a layout; the job that is asked for has this name."""
    yield from _job(name, user_id, [layout.asked, *[3] * (layout.same_job // 3)])
    for number in range(layout.other_jobs // 30):
        yield from _job(f"{name}-other-{number}", user_id, [3] * 10)


def _job(job_id: str, user_id: str, versions: list[int]) -> Iterator[Job | Clip | Version]:
    clip_ids = tuple(f"clip-{number}" for number in range(len(versions)))
    yield Job(
        job_id=job_id,
        user_id=user_id,
        title="Benchmark",
        status=JobStatus.READY,
        created_at=MADE,
        clip_ids=clip_ids,
        profile=MediaProfile(1280, 720),
        revision=1,
    )
    for clip_id, count in zip(clip_ids, versions, strict=True):
        yield Clip(
            job_id=job_id,
            clip_id=clip_id,
            title=clip_id,
            status=ClipStatus.READY,
            source_key=f"clips/{job_id}/{clip_id}/source",
            duration_ms=10_000,
            frames=300,
            current_version=count,
            next_version_number=count + 1,
        )
        yield from (_version(job_id, clip_id, number, current=count) for number in range(1, count + 1))


def _version(job_id: str, clip_id: str, number: int, *, current: int) -> Version:
    where = f"clips/{job_id}/{clip_id}/{number:06}"
    return Version(
        job_id=job_id,
        clip_id=clip_id,
        version_id=f"{clip_id}-version-{number}",
        version_number=number,
        state=VersionState.ACTIVE,
        objects=TakeObjects(f"{where}.mp4", f"{where}.wav", f"{where}.webp", 5_000_000),
        content_hash="0" * 64,
        prompt="A harbour at noon, boats, gulls, the camera glides along the quay.",
        user_instruction="make it nighttime",
        cost=Decimal("0.1200"),
        duration_ms=10_000,
        frames=300,
        created_at=MADE + timedelta(minutes=number),
        superseded_at=None if number == current else MADE + timedelta(minutes=number + 1),
    )


def write(table: str, name: str, user_id: str, layout: Layout) -> int:
    """Write a layout; return how many records it has."""
    dynamodb: DynamoDBClient = client("dynamodb")
    items = [stored_item(record, now=MADE) for record in records(name, user_id, layout)]
    for start in range(0, len(items), BATCH_WRITE_ITEMS):
        puts = [{"PutRequest": {"Item": item}} for item in items[start : start + BATCH_WRITE_ITEMS]]
        dynamodb.batch_write_item(RequestItems={table: puts})  # type: ignore[dict-item]
    return len(items)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("table")
    parser.add_argument("name")
    parser.add_argument("user_id")
    parser.add_argument("layout", type=json.loads)
    given = parser.parse_args()
    count = write(given.table, given.name, given.user_id, Layout(**given.layout))
    print(json.dumps({"records": count}))  # noqa: T201
