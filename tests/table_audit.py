"""What the table says there is, to hold against what the bucket and the provider have."""

from __future__ import annotations

import time
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from tests.stack import Stack
from tests.waiting import PATIENCE_S

JOB_PREFIXES = ("clips/", "archive/", "compositions/")
LONG_AGO = "2000-01-01T00:00:00.000000Z#"

_deserializer = TypeDeserializer()


def records(stack: Stack, kind: str | None = None) -> list[dict[str, Any]]:
    """Return the table's items as plain dictionaries, all or of one type."""
    only: dict[str, Any] = {}
    if kind is not None:
        only = {
            "FilterExpression": "record_type = :kind",
            "ExpressionAttributeValues": {":kind": {"S": kind}},
        }
    pages = stack.client("dynamodb").get_paginator("scan").paginate(TableName=stack.table, **only)
    return [
        {name: _deserializer.deserialize(value) for name, value in item.items()}
        for page in pages
        for item in page["Items"]
    ]


def keys_referred_to(found: list[dict[str, Any]]) -> set[str]:
    """Return every object key that a job or a version of these items refers to."""
    keys: set[str] = set()
    for version in _of("Version", found):
        if version["state"] == "deleted":
            continue
        objects = version["archived"] or version["objects"]
        keys |= {objects["video_key"], objects["audio_key"], objects["thumbnail_key"]} - {None}
    for job in _of("Job", found):
        for made in filter(None, [job["composition"], *job["kept_compositions"]]):
            keys |= {made["video_key"], made["poster_key"], made.get("sounds_key")} - {None}
        keys |= {job["soundtrack"]["key"]} if job["soundtrack"] else set()
        reference = (job.get("video") or {}).get("reference")
        keys |= {reference["key"]} if reference else set()
        keys |= {item["file"]["key"] for item in job.get("references") or ()}
        keys |= {file["key"] for file in job.get("reference_files") or ()}
    return keys


def keys_in_ledger(found: list[dict[str, Any]]) -> set[str]:
    """Return every object key that is going to be deleted, by these items."""
    return {key for deletion in _of("Deletion", found) for key in deletion["keys"]}


def _of(kind: str, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [item for item in found if item.get("record_type") == kind]


def stored_keys(stack: Stack) -> set[str]:
    """Return the keys of everything that belongs to a job."""
    return {key for prefix in JOB_PREFIXES for key in stack.keys(prefix)}


def make_deletions_due(stack: Stack) -> None:
    """Let the grace of everything in the deletion ledger be over."""
    table = stack.client("dynamodb")
    for deletion in records(stack, "Deletion"):
        # An entry may be struck at this moment: an update without a condition would make an empty one.
        with suppress(table.exceptions.ConditionalCheckFailedException):
            table.update_item(
                TableName=stack.table,
                Key={name: {"S": deletion[name]} for name in ("PK", "SK")},
                UpdateExpression="SET DUESK = :past",
                ConditionExpression="attribute_exists(PK)",
                ExpressionAttributeValues={":past": {"S": LONG_AGO + deletion["DUESK"].split("#", 1)[1]}},
            )


def make_old(stack: Stack, job_id: str, number: int, *, days: int) -> None:
    """Let a take of the job's only clip have stopped being current so many days ago."""
    (take,) = (
        item
        for item in records(stack, "Version")
        if (item["job_id"], item["version_number"]) == (job_id, number)
    )
    at = datetime.now(UTC) - timedelta(days=days)
    stack.client("dynamodb").update_item(
        TableName=stack.table,
        Key={name: {"S": take[name]} for name in ("PK", "SK")},
        UpdateExpression="SET superseded_at = :at, DUESK = :position",
        ExpressionAttributeValues={
            ":at": {"S": at.isoformat()},
            ":position": {"S": f"{at:%Y-%m-%dT%H:%M:%S.%fZ}#{take['DUESK'].split('#', 1)[1]}"},
        },
    )


def assert_consistent(stack: Stack) -> None:
    """Check that bucket and table agree: nothing referred to is missing, nothing stored is unknown.

    What no one waits for any more, such as a result that came late, may land while we read: they have to
    agree in the end.
    """
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            _compare(stack)
        except AssertionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)
        else:
            return


def _compare(stack: Stack) -> None:
    before, stored, after = records(stack), stored_keys(stack), records(stack)
    wanted = keys_referred_to(before)
    missing = wanted - stored
    assert not missing, sorted(missing)
    # A commit takes keys from the ledger to a record or back: what one reading misses has the other.
    known = wanted | keys_in_ledger(before) | keys_referred_to(after) | keys_in_ledger(after)
    unknown = stored - known
    assert not unknown, sorted(unknown)
    clips, versions = _of("Clip", after), _of("Version", after)
    for clip in clips:
        takes = [item for item in versions if item["clip_id"] == clip["clip_id"]]
        numbers = sorted(int(take["version_number"]) for take in takes)
        assert numbers == list(range(1, int(clip["next_version_number"])))
        current = [take for take in takes if take["version_number"] == clip["current_version"]]
        assert [take["state"] for take in current] == ["active"] * len(takes[:1])
        assert sum(take["state"] == "active" for take in takes) <= 3  # the cap
        assert len({take["regeneration_id"] for take in takes}) == len(takes)


def landed_regenerations(stack: Stack) -> set[str]:
    """Return the regenerations that have made a version."""
    return {take["regeneration_id"] for take in records(stack, "Version")} - {None}


def assert_paid_once(stack: Stack, *, expired: Collection[str] = ()) -> None:
    """Check that the provider made at most one job a regeneration, and a version only from one.

    ``expired`` are regenerations of which the provider's own files have been deleted by their lifecycle rule.
    """
    keys = [job["request"]["idempotency_key"] for job in stack.provider_jobs()]
    assert len(keys) == len(set(keys))
    assert landed_regenerations(stack) - set(expired) <= set(keys)
