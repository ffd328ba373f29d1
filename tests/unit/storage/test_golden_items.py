"""Every kind of record is stored as it always was, byte by byte."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from retake.domain.records.takes import RestoreRequest
from retake.domain.statuses import BatchStatus, JobStatus, VersionState
from retake.domain.usage import StoredBytes, UserStorage
from retake.storage.layout import RECORD_TYPES
from tests.builders import USER, a_batch, a_job, a_regeneration, a_version, a_video
from tests.fakes.clocks import START
from tests.filled import filled
from tests.stored_items import read_item, stored_item
from tests.unit.storage.golden import assert_golden

LATER = START + timedelta(days=3)

IN_INDEXES: dict[str, Any] = {
    "job": a_job(counted=StoredBytes(active=20)),
    "job being deleted": a_job(status=JobStatus.DELETING, lease_until=LATER),
    "video": a_video(),
    "running batch": a_batch(lease_until=LATER),
    "finished batch": a_batch(status=BatchStatus.SUCCEEDED),
    "superseded version": a_version(superseded_at=LATER),
    "archived version": a_version(state=VersionState.ARCHIVED, superseded_at=LATER),
    "returning version": a_version(state=VersionState.RESTORING, returning=RestoreRequest(START, 2, LATER)),
    "regeneration without an end": a_regeneration(),
    "user to send an alert to": UserStorage(USER, unsent_percents=(80,)),
}
"""Records whose state decides in which indexes they are."""


def test_items_with_every_field() -> None:
    assert_golden(
        "items.json", {name: stored_item(filled(kind), now=LATER) for kind, name in RECORD_TYPES.items()}
    )


@pytest.mark.parametrize("kind", RECORD_TYPES)
def test_every_field_is_read_back(kind: type[Any]) -> None:
    record = filled(kind)
    if hasattr(record, "expires_at"):  # TTL counts whole seconds
        record = replace(record, expires_at=START)
    assert read_item(kind, stored_item(record, now=LATER)) == record


def test_items_in_indexes() -> None:
    assert_golden(
        "indexed_items.json", {name: stored_item(record, now=LATER) for name, record in IN_INDEXES.items()}
    )
