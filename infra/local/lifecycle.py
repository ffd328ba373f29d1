"""Run the buckets' lifecycle rules, which the emulated S3 only stores, by the clock that can be moved."""

# ruff: noqa: SLF001 - ministack offers no other way to its buckets

import json
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ministack.services import s3

from infra.local.clock import read_clock
from infra.local.directory import DataDirectory, write_private
from infra.local.environment import ACCOUNT

logger = logging.getLogger(__name__)

AHEAD = "retake_ahead_s"
"""By how many seconds the clock was ahead when an object was written; kept beside the object."""


class Lifecycle:
    """Deletes what has expired.

    An object's age is what passed on the moved clock since it was written. One of which it is not known
    how far the clock was ahead then, because an earlier version wrote it, counts as written under the
    clock that this version found: it is deleted late, never early.

    A rule that also moves objects to another storage class is left to the product, which deletes what it
    has archived by its own records.

    Args:
        directory: Where the clock is kept.
    """

    def __init__(self, directory: DataDirectory) -> None:
        self._clock = directory.clock
        self._since = directory.root / "lifecycle.json"

    def ahead_s(self) -> int:
        """Return how far the clock is ahead, in seconds."""
        return int(read_clock(self._clock).total_seconds())

    def run(self) -> int:
        """Delete every object whose rule says so; return how many there were."""
        now = datetime.now(UTC) + timedelta(seconds=self.ahead_s())
        expired = [
            (bucket, key)
            for (_, bucket), content in list(s3._buckets._data.items())
            for key, days in _ruled(bucket, content)
            if now - self._written(bucket, key, content["objects"][key]) >= timedelta(days=days)
        ]
        for bucket, key in expired:
            s3._purge_current_object(bucket, key, s3._buckets[bucket])
            logger.info("%s/%s has expired", bucket, key)
        self._forget_uploads(now)
        return len(expired)

    def _written(self, bucket: str, key: str, record: dict[str, Any]) -> datetime:
        """Return when an object was written, by the clock of that moment."""
        ahead = record.get(AHEAD)
        if ahead is None:
            ahead = record[AHEAD] = self._kept_ahead(bucket, key)
        at = datetime.fromisoformat(record["last_modified"])
        return at + timedelta(seconds=ahead)

    def _kept_ahead(self, bucket: str, key: str) -> int:
        try:
            kept = json.loads(Path(f"{s3._object_disk_path(bucket, key, ACCOUNT)}.meta.json").read_bytes())
        except (OSError, ValueError):
            kept = {}
        return int(kept.get(AHEAD, self._first_ahead()))

    def _first_ahead(self) -> int:
        """Return how far the clock was ahead when rules were first run in this directory."""
        if not self._since.exists():
            write_private(self._since, json.dumps({"ahead_s": self.ahead_s()}))
        return int(json.loads(self._since.read_bytes())["ahead_s"])

    def _forget_uploads(self, now: datetime) -> None:
        """Forget uploads in parts that were never completed; they live in memory and temporary files only."""
        for upload_id, upload in list(s3._multipart_uploads.items()):
            days = _abort_days(upload["bucket"])
            begun = datetime.fromisoformat(upload["created"]) if "created" in upload else now
            if days is not None and now - begun >= timedelta(days=days):
                s3._multipart_uploads.pop(upload_id, None)


def _rules(bucket: str) -> list[dict[str, Any]]:
    rules = s3._bucket_lifecycle.get(bucket)
    found = rules if isinstance(rules, list) else []
    return [rule for rule in found if rule.get("Status") == "Enabled"]


def _ruled(bucket: str, content: dict[str, Any]) -> list[tuple[str, int]]:
    """Return the objects that a rule deletes some day, and after how many days."""
    found = []
    for rule in _rules(bucket):
        days = rule.get("Expiration", {}).get("Days")
        filtered = rule.get("Filter", {})
        if days is None or rule.get("Transitions") or set(filtered) - {"Prefix"}:
            continue
        prefix = filtered.get("Prefix", "")
        found += [(key, int(days)) for key in list(content["objects"]) if key.startswith(prefix)]
    return found


def _abort_days(bucket: str) -> int | None:
    days = [
        rule.get("AbortIncompleteMultipartUpload", {}).get("DaysAfterInitiation") for rule in _rules(bucket)
    ]
    return min((int(one) for one in days if one is not None), default=None)
