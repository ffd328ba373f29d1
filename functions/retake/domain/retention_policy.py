"""A retention policy, and the bill of it: what is decided about old takes and what that costs, as data.

``retake.domain.retention_costs`` does the sums.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from retake.domain.storage_costs import US_EAST_1, StorageClass, StoragePrices


class ArchiveWhen(StrEnum):
    """Which takes that are old enough are archived."""

    ALWAYS = "always"
    IF_CHEAPER = "if_cheaper"


@dataclass(frozen=True)
class RetentionPolicy:
    """What becomes of a take that is no longer current.

    Attributes:
        archive_after_days: Days after which it is archived. 0 is what happens to a take that
            the cap on active versions pushes out as it is replaced.
        delete_after_days: Days after which it is deleted, counted from the same moment.
        lifecycle_transition_after_days: Days that an archived object waits in STANDARD.
        archive_class: Where it goes then; STANDARD for nowhere.
        compression_ratio: Archived bytes over the take's. The aim is 30 to 50 % smaller; the
            default is its middle. None archives the take's own files, without trying to compress.
        archive_when: Whether archiving has to pay.
    """

    archive_after_days: int = 7
    delete_after_days: int = 30
    lifecycle_transition_after_days: int = 1
    archive_class: StorageClass = StorageClass.GLACIER_IR
    compression_ratio: Decimal | None = Decimal("0.6")
    archive_when: ArchiveWhen = ArchiveWhen.ALWAYS

    @property
    def transition_day(self) -> int:
        """The day on which an archived object reaches its class."""
        return self.archive_after_days + self.lifecycle_transition_after_days


@dataclass(frozen=True)
class ComputePrices:
    """What compressing and bringing back cost on Lambda.

    Attributes:
        per_gb_s: US dollars for a GB of memory a second (arm64).
        gb_per_vcpu: Memory that buys one processor: 1,769 MB.
        compress_vcpu_s: Processor seconds to compress a second of take.

    References:
        https://aws.amazon.com/lambda/pricing/ (us-east-1, arm64, November 2026) and
        https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html.
        Processor seconds are measurements on 720p30: x264 slow took 18 for 10 s, one attempt without
        judging it. That was on x86-64 and is assumed of arm64; what comes back is copied.
        1080p has 2.25 times the pixels: pass other numbers.
    """

    per_gb_s: Decimal = Decimal("0.0000133334")
    gb_per_vcpu: Decimal = Decimal(1769) / Decimal(1024)
    compress_vcpu_s: Decimal = Decimal("1.8")

    def cost(self, vcpu_s_per_s: Decimal, duration_ms: int) -> Decimal:
        """Return the dollars, not rounded, of work on a take of some length."""
        return self.per_gb_s * self.gb_per_vcpu * vcpu_s_per_s * duration_ms / 1000


LAMBDA_ARM64 = ComputePrices()
"""The default price of work."""


@dataclass(frozen=True)
class Assumptions:
    """What a bill takes for granted besides the policy.

    Attributes:
        prices: What storage costs.
        compute: What work costs.
        archived_objects: Objects of a take that go to the archive's class: its picture and its sound.
        restore_probability: The chance, 0 to 1, that it is restored from the archive.
    """

    prices: StoragePrices = US_EAST_1
    compute: ComputePrices = LAMBDA_ARM64
    archived_objects: int = 2
    restore_probability: Decimal = Decimal(0)


TODAY = Assumptions()
"""Prices of November 2026, without restores."""


@dataclass(frozen=True)
class PolicyBill:
    """What one old take costs until it is deleted, line by line, in US dollars rounded to micro-cents.

    Attributes:
        archived: Whether the policy archives it at all.
        before_archiving: STANDARD until it is archived, or deleted.
        waiting_for_transition: STANDARD under the archive's prefix.
        in_archive_class: The class, for the days it is there.
        early_deletion: The rest of the class's minimum duration, charged at deletion.
        requests: Reading, writing, checking and moving it.
        compute: Compressing it.
        restore: Bringing it back, times the chance of that.
        standard_until_deleted: The other bill: the take left in STANDARD, deleted the same day.
        standard_per_month: The take left in STANDARD for ever, a month.
        compressed_in_standard: The take compressed the same day but never moved; None where it is not
            compressed.
        warnings: Why the policy loses money and what would help, as sentences; empty where it does not.
    """

    archived: bool
    before_archiving: Decimal
    standard_until_deleted: Decimal
    standard_per_month: Decimal
    waiting_for_transition: Decimal = Decimal(0)
    in_archive_class: Decimal = Decimal(0)
    early_deletion: Decimal = Decimal(0)
    requests: Decimal = Decimal(0)
    compute: Decimal = Decimal(0)
    restore: Decimal = Decimal(0)
    compressed_in_standard: Decimal | None = None
    warnings: tuple[str, ...] = ()

    @property
    def total(self) -> Decimal:
        """The sum of the lines."""
        storage = self.before_archiving + self.waiting_for_transition + self.in_archive_class
        return storage + self.early_deletion + self.requests + self.compute + self.restore

    @property
    def saving(self) -> Decimal:
        """What the policy saves against STANDARD until deletion; negative where it loses."""
        return self.standard_until_deleted - self.total

    @property
    def saving_percent(self) -> Decimal:
        """The saving in percent of STANDARD until deletion, one place; 0 where that costs nothing."""
        if not self.standard_until_deleted:
            return Decimal("0.0")
        return (100 * self.saving / self.standard_until_deleted).quantize(Decimal("0.1"))
