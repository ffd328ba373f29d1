"""The honest bill: anchored to sums done by hand, and true for any take and policy."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.domain.retention_costs import bill_of_take, break_even_life_days, should_archive
from retake.domain.retention_policy import (
    TODAY,
    ArchiveWhen,
    Assumptions,
    ComputePrices,
    PolicyBill,
    RetentionPolicy,
)
from retake.domain.storage_costs import MICRO_CENT, US_EAST_1, StorageClass

TAKE = 15 * 2**19  # 7.5 MiB
TAKE_MS = 10_000
GLACIERS = (StorageClass.GLACIER_IR, StorageClass.GLACIER, StorageClass.DEEP_ARCHIVE)
BARE = Assumptions(
    prices=replace(
        US_EAST_1,
        glacier=replace(US_EAST_1.glacier, overhead_bytes=0, overhead_standard_bytes=0),
        deep_archive=replace(US_EAST_1.deep_archive, overhead_bytes=0, overhead_standard_bytes=0),
        put_per_1000=Decimal(0),
        get_per_1000=Decimal(0),
    ),
    archived_objects=1,
)
"""The bill of a lifecycle rule alone: nothing is copied, and what S3 adds to objects is forgotten."""

ONE_FILE = Assumptions(archived_objects=1)

FREE_WORK = Assumptions(compute=ComputePrices(per_gb_s=Decimal(0)))

SIZES = st.integers(1, 2**31)
LENGTHS = st.integers(100, 300_000)
POLICIES = st.builds(
    RetentionPolicy,
    archive_after_days=st.integers(0, 60),
    delete_after_days=st.integers(1, 800),
    lifecycle_transition_after_days=st.integers(0, 30),
    archive_class=st.sampled_from(StorageClass),
    compression_ratio=st.none() | st.decimals("0.05", "1", places=2),
    archive_when=st.sampled_from(ArchiveWhen),
)
ASSUMPTIONS = st.builds(
    Assumptions,
    archived_objects=st.integers(1, 2),
    restore_probability=st.decimals("0", "1", places=2),
    compute=st.builds(ComputePrices, per_gb_s=st.sampled_from([Decimal(0), Decimal("0.0000133334")])),
)


def in_place(storage_class: StorageClass) -> RetentionPolicy:
    """A lifecycle rule that moves a take as it is on day 7."""
    return RetentionPolicy(
        lifecycle_transition_after_days=0, archive_class=storage_class, compression_ratio=None
    )


def bill(policy: RetentionPolicy, assuming: Assumptions = TODAY, *, size_bytes: int = TAKE) -> PolicyBill:
    return bill_of_take(size_bytes, policy, duration_ms=TAKE_MS, assuming=assuming)


class TestByHand:
    """7.5 MiB of 10 s: 0.00732421875 GB."""

    def test_left_in_standard(self) -> None:
        found = bill(RetentionPolicy())
        assert found.standard_per_month == Decimal("0.00016846")  # 0.00732421875 x 0.023
        assert found.standard_until_deleted == Decimal("0.00016846")

    def test_every_line_of_the_default_policy(self) -> None:
        found = bill(RetentionPolicy())
        assert found.before_archiving == Decimal("0.00003931")  # 7 days of STANDARD
        assert found.waiting_for_transition == Decimal("0.00000337")  # 60 % of it, a day
        assert found.in_archive_class == Decimal("0.00001289")  # 60 % at 0.004, 22 days
        assert found.early_deletion == Decimal("0.00003984")  # and 68 days more
        assert found.requests == Decimal("0.00005160")  # twice: PUT, two GETs, a transition of GLACIER_IR
        assert found.compute == Decimal("0.00041461")  # 18 vCPU-s x 1,769 MB x 0.0000133334
        assert found.restore == 0
        assert found.total == Decimal("0.00056162")

    @pytest.mark.parametrize(
        ("storage_class", "percent", "day"),
        [
            (StorageClass.GLACIER_IR, "12.6", 27),
            (StorageClass.GLACIER, "11.9", 27),
            (StorageClass.DEEP_ARCHIVE, "21.2", 24),
        ],
    )
    def test_a_lifecycle_rule_alone_saves_12_to_21_percent_of_30_days(
        self, storage_class: StorageClass, percent: str, day: int
    ) -> None:
        policy = in_place(storage_class)
        assert bill(policy, BARE).saving_percent == Decimal(percent)
        assert break_even_life_days(TAKE, policy, duration_ms=TAKE_MS, assuming=BARE) == day

    @pytest.mark.parametrize(
        ("storage_class", "percent", "day"),
        [
            (StorageClass.GLACIER_IR, "5.8", 29),
            (StorageClass.GLACIER, "4.6", 29),
            (StorageClass.DEEP_ARCHIVE, "13.6", 26),
        ],
    )
    def test_copying_and_the_day_in_standard_take_half_of_that(
        self, storage_class: StorageClass, percent: str, day: int
    ) -> None:
        policy = replace(in_place(storage_class), lifecycle_transition_after_days=1)
        assert bill(policy, ONE_FILE).saving_percent == Decimal(percent)
        assert break_even_life_days(TAKE, policy, duration_ms=TAKE_MS, assuming=ONE_FILE) == day

    @pytest.mark.parametrize("storage_class", GLACIERS)
    def test_sound_beside_the_picture_takes_the_rest(self, storage_class: StorageClass) -> None:
        policy = replace(in_place(storage_class), lifecycle_transition_after_days=1)
        picture, both = bill(policy, ONE_FILE), bill(policy)
        assert both.requests == 2 * picture.requests
        assert picture.saving > 0 > both.saving

    @pytest.mark.parametrize("storage_class", GLACIERS)
    def test_compression_alone_saves_more_than_moving_alone_if_work_is_free(
        self, storage_class: StorageClass
    ) -> None:
        moved = bill(in_place(storage_class), BARE)
        compressed = bill(RetentionPolicy(archive_class=StorageClass.STANDARD), FREE_WORK)
        assert compressed.saving_percent == Decimal("23.8")
        assert compressed.saving > moved.saving

    def test_work_costs_more_than_all_that_storage(self) -> None:
        found = bill(RetentionPolicy(archive_class=StorageClass.STANDARD))
        assert found.compute > found.standard_until_deleted
        assert found.saving < 0

    def test_bringing_back_is_paid_by_its_chance(self) -> None:
        # 0.6 x 0.00732421875 GB x 0.03 + two GETs of GLACIER_IR + two PUTs.
        certain = bill(RetentionPolicy(), Assumptions(restore_probability=Decimal(1)))
        assert certain.restore == Decimal("0.00016184")
        tenth = bill(RetentionPolicy(), Assumptions(restore_probability=Decimal("0.1")))
        assert abs(tenth.restore - certain.restore / 10) <= MICRO_CENT


class TestWarnings:
    def test_the_default_policy_says_what_it_loses_why_and_what_would_help(self) -> None:
        loss, early, compression, advice = bill(RetentionPolicy()).warnings
        assert "costs $0.000562 until it is deleted on day 30" in loss
        assert "left in STANDARD it would cost $0.000168" in loss
        assert "Deleting at day 30 pays 90 days of GLACIER_IR" in early
        assert "until day 98" in early
        assert "Compressing a take costs $0.000415" in compression
        assert "kept until day 101 or longer" in advice
        assert "archive_when = if_cheaper" in advice

    def test_the_advice_is_true(self) -> None:
        assert bill(RetentionPolicy(delete_after_days=101)).saving >= 0
        assert bill(RetentionPolicy(delete_after_days=100)).saving < 0

    def test_takes_too_small_for_lifecycle(self) -> None:
        found = bill(RetentionPolicy(), size_bytes=200_000)
        assert found.in_archive_class == found.early_deletion == 0
        assert any("too small for lifecycle to move them to GLACIER_IR" in text for text in found.warnings)

    def test_takes_deleted_before_they_are_moved(self) -> None:
        found = bill(RetentionPolicy(delete_after_days=8))
        assert found.in_archive_class == found.early_deletion == 0
        assert any("before they reach GLACIER_IR at day 8" in text for text in found.warnings)

    def test_restores_are_named_where_they_make_the_difference(self) -> None:
        policy = replace(in_place(StorageClass.GLACIER_IR), delete_after_days=40)
        often = bill(policy, Assumptions(restore_probability=Decimal("0.5")))
        assert not bill(policy).warnings
        assert any("without that, archiving would not lose" in text for text in often.warnings)

    def test_takes_that_never_pay(self) -> None:
        policy = RetentionPolicy(archive_class=StorageClass.STANDARD, compression_ratio=None)
        assert "does not pay however long they are kept" in bill(policy).warnings[-1]


class TestAnyTakeUnderAnyPolicy:
    @given(SIZES, POLICIES, LENGTHS, ASSUMPTIONS)
    def test_the_bill_adds_up(
        self, size_bytes: int, policy: RetentionPolicy, duration_ms: int, assuming: Assumptions
    ) -> None:
        found = bill_of_take(size_bytes, policy, duration_ms=duration_ms, assuming=assuming)
        lines = (
            found.before_archiving,
            found.waiting_for_transition,
            found.in_archive_class,
            found.early_deletion,
            found.requests,
            found.compute,
            found.restore,
        )
        assert all(line >= 0 and line == line.quantize(MICRO_CENT) for line in lines)
        assert found.total == sum(lines)
        assert found.total + found.saving == found.standard_until_deleted

    @given(SIZES, POLICIES, LENGTHS, ASSUMPTIONS)
    def test_warned_of_a_loss_and_of_nothing_else(
        self, size_bytes: int, policy: RetentionPolicy, duration_ms: int, assuming: Assumptions
    ) -> None:
        found = bill_of_take(size_bytes, policy, duration_ms=duration_ms, assuming=assuming)
        assert bool(found.warnings) == (found.saving < 0)

    @given(SIZES, POLICIES, LENGTHS, ASSUMPTIONS)
    def test_archiving_only_what_is_cheaper_never_loses(
        self, size_bytes: int, policy: RetentionPolicy, duration_ms: int, assuming: Assumptions
    ) -> None:
        always = replace(policy, archive_when=ArchiveWhen.ALWAYS)
        careful = replace(policy, archive_when=ArchiveWhen.IF_CHEAPER)
        asked = bill_of_take(size_bytes, always, duration_ms=duration_ms, assuming=assuming)
        found = bill_of_take(size_bytes, careful, duration_ms=duration_ms, assuming=assuming)
        assert found.total == min(asked.total, asked.standard_until_deleted)
        assert found.archived == (asked.saving > 0)
        assert (
            should_archive(size_bytes, careful, duration_ms=duration_ms, assuming=assuming) == found.archived
        )

    @given(SIZES, POLICIES, LENGTHS)
    def test_always_is_always_unless_it_is_deleted_first(
        self, size_bytes: int, policy: RetentionPolicy, duration_ms: int
    ) -> None:
        always = replace(policy, archive_when=ArchiveWhen.ALWAYS)
        lives_to_see_it = policy.archive_after_days < policy.delete_after_days
        assert should_archive(size_bytes, always, duration_ms=duration_ms) == lives_to_see_it

    @given(SIZES, POLICIES, LENGTHS, st.integers(1, 400))
    def test_a_longer_life_never_costs_less(
        self, size_bytes: int, policy: RetentionPolicy, duration_ms: int, more_days: int
    ) -> None:
        always = replace(policy, archive_when=ArchiveWhen.ALWAYS)
        longer = replace(always, delete_after_days=policy.delete_after_days + more_days)
        before = bill_of_take(size_bytes, always, duration_ms=duration_ms)
        after = bill_of_take(size_bytes, longer, duration_ms=duration_ms)
        assert after.total >= before.total - 4 * MICRO_CENT

    @given(SIZES, POLICIES, LENGTHS, ASSUMPTIONS, st.integers(0, 500))
    def test_break_even_is_where_the_bills_meet(
        self,
        size_bytes: int,
        policy: RetentionPolicy,
        duration_ms: int,
        assuming: Assumptions,
        later: int,
    ) -> None:
        policy = replace(policy, archive_when=ArchiveWhen.ALWAYS)
        day = break_even_life_days(size_bytes, policy, duration_ms=duration_ms, assuming=assuming)

        def saving_at(life: int) -> Decimal:
            lived = replace(policy, delete_after_days=life)
            return bill_of_take(size_bytes, lived, duration_ms=duration_ms, assuming=assuming).saving

        rounding = 4 * MICRO_CENT
        if day is None:
            assert saving_at(10**5 + later) <= rounding
        else:
            assert saving_at(day + later) >= -rounding
            reached = saving_at(day - 1) <= rounding
            assert reached or day - 1 in {policy.archive_after_days, policy.transition_day}
