"""What archiving saved: bytes and dollars, which need not agree."""

from dataclasses import replace
from decimal import Decimal

import pytest

from retake.domain.archive_savings import TARGET_PERCENT, TYPICAL_TAKE_BYTES, TYPICAL_TAKE_MS, savings_of
from retake.domain.retention_costs import bill_of_take
from retake.domain.retention_policy import ArchiveWhen, RetentionPolicy
from retake.domain.storage_costs import monthly_cost
from retake.domain.usage import StoredBytes

POLICY = RetentionPolicy()
MIB = 2**20
STORED = StoredBytes(
    active=300 * MIB, archived=420 * MIB, archived_before=700 * MIB, deleted_before=1000 * MIB
)


def test_bytes_saved_are_those_that_left_active_storage() -> None:
    savings = savings_of(STORED, POLICY)
    assert savings.saved_bytes == 700 * MIB
    assert savings.saved_percent == pytest.approx(70)
    assert savings.saved_percent >= TARGET_PERCENT
    assert savings.saved_percent_with_deletions == pytest.approx(85)
    assert savings.compressed_percent == pytest.approx(40)


def test_dollars_are_distinguished_from_bytes_and_may_be_a_loss() -> None:
    savings = savings_of(STORED, POLICY)
    assert savings.monthly_cost_in_archive < savings.monthly_cost_in_standard
    assert savings.monthly_cost_in_standard == monthly_cost(700 * MIB, 0, archive_class=POLICY.archive_class)
    # Cheaper by the month, and dearer by the take: minimum durations and compressing are paid as well.
    assert savings.bill.saving < 0
    assert savings.saved_until_deletion < 0
    assert savings.bill.warnings


def test_all_archived_bytes_are_billed_as_typical_takes() -> None:
    takes = 80
    stored = StoredBytes(
        archived=takes * TYPICAL_TAKE_BYTES * 6 // 10, archived_before=takes * TYPICAL_TAKE_BYTES
    )
    savings = savings_of(stored, POLICY)
    assert savings.bill == bill_of_take(TYPICAL_TAKE_BYTES, POLICY, duration_ms=TYPICAL_TAKE_MS)
    assert savings.saved_until_deletion == savings.bill.saving * takes


def test_the_bill_compresses_as_the_archive_really_did() -> None:
    hardly = replace(STORED, archived=690 * MIB)
    assert savings_of(hardly, POLICY).policy.compression_ratio == Decimal(690) / 700
    assert savings_of(StoredBytes(active=5), POLICY).policy == POLICY
    as_they_were = replace(POLICY, compression_ratio=None)
    assert savings_of(hardly, as_they_were).policy == as_they_were


def test_a_policy_that_archives_only_what_pays_warns_of_nothing() -> None:
    savings = savings_of(STORED, replace(POLICY, archive_when=ArchiveWhen.IF_CHEAPER))
    assert not savings.bill.archived
    assert savings.saved_until_deletion == 0
    assert not savings.bill.warnings


def test_an_empty_store_saves_nothing() -> None:
    savings = savings_of(StoredBytes(), POLICY)
    assert (savings.saved_percent, savings.saved_percent_with_deletions, savings.compressed_percent) == (
        0,
        0,
        0,
    )
    assert savings.monthly_cost_in_archive == savings.saved_until_deletion == 0
