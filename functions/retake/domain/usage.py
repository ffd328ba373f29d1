"""Stored bytes, counted in the commits that change them, so that no bucket has to be listed.

Every version carries what was counted for it the last time it was written, and every job what was
counted for its user. A commit adds the difference, in the same transaction: the counters cannot
drift from the records, and a recount of the bucket shows that the records do not drift from S3.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from zlib import crc32

ALERT_PERCENTS = (80, 100)
"""Shares of a budget at which an alert is sent."""


@dataclass(frozen=True)
class StoredBytes:
    """Bytes by class; also a difference of two such counts.

    Attributes:
        active: In active storage: takes, compositions and sound tracks.
        archived: In the archive, as small as it made them.
        archived_before: What the takes in the archive took while they were active.
        deleted_before: What the deleted takes took while they were active.
    """

    active: int = 0
    archived: int = 0
    archived_before: int = 0
    deleted_before: int = 0

    def __add__(self, other: "StoredBytes") -> "StoredBytes":
        """Return both together."""
        return StoredBytes(
            self.active + other.active,
            self.archived + other.archived,
            self.archived_before + other.archived_before,
            self.deleted_before + other.deleted_before,
        )

    def __sub__(self, other: "StoredBytes") -> "StoredBytes":
        """Return what is more here than there."""
        return StoredBytes(
            self.active - other.active,
            self.archived - other.archived,
            self.archived_before - other.archived_before,
            self.deleted_before - other.deleted_before,
        )

    @property
    def total(self) -> int:
        """Return the bytes that lie in the store, whatever their class."""
        return self.active + self.archived


NOTHING = StoredBytes()

USAGE_SHARDS = 8
"""Parts of a user's counters: so many jobs of one user can land takes at once without a conflict."""


def usage_shard_of(job_id: str) -> int:
    """Return the part of its user's counters that a job's bytes are added to."""
    return crc32(job_id.encode()) % USAGE_SHARDS


@dataclass(frozen=True)
class UserStorage:
    """What is known of a user's storage besides the counters themselves.

    Attributes:
        stored: The counters' sum when they were last looked at; what lists of users are ordered by.
        budget_bytes: The user's own budget; None for everybody's.
        monthly_spend_limit: What the user may spend a month, in US dollars; None for everybody's limit.
        alerted_percent: The highest of ``ALERT_PERCENTS`` that was crossed and not left since.
        unsent_percents: Alerts decided on and not known to be sent.
        spend_month: The month that the next two are about, such as ``2026-11``; empty before the first alert.
        spend_alerted_percent: The highest of ``ALERT_PERCENTS`` of the spend limit that was crossed in it.
        unsent_spend_percents: Alerts about it decided on and not known to be sent.
        counted: What the totals of all users hold for this one.
        revision: Grows with every write; the guard of every write.
    """

    user_id: str
    stored: StoredBytes = NOTHING
    budget_bytes: int | None = None
    alerted_percent: int = 0
    unsent_percents: tuple[int, ...] = ()
    counted: StoredBytes = NOTHING
    revision: int = 0
    monthly_spend_limit: Decimal | None = None
    spend_month: str = ""
    spend_alerted_percent: int = 0
    unsent_spend_percents: tuple[int, ...] = ()

    def budget(self, default_bytes: int) -> int:
        """Return the budget in bytes that holds for the user."""
        return default_bytes if self.budget_bytes is None else self.budget_bytes

    def spend_limit(self, default: Decimal | None) -> Decimal | None:
        """Return the monthly spend limit that holds for the user, in US dollars; None where there is none."""
        return default if self.monthly_spend_limit is None else self.monthly_spend_limit

    def written(self) -> "UserStorage":
        """Return the record as the next write leaves it: its revision raised, and counted as it is."""
        return replace(self, revision=self.revision + 1, counted=self.stored)


def percent_of_budget(used_bytes: int, budget_bytes: int) -> float:
    """Return how much of a budget is used, in percent; a budget of nothing is always used up."""
    return 100.0 if budget_bytes <= 0 else 100 * used_bytes / budget_bytes


def crossed_percent(used_bytes: int, budget_bytes: int) -> int:
    """Return the highest of ``ALERT_PERCENTS`` that is reached, exactly; 0 below the first."""
    reached = [percent for percent in ALERT_PERCENTS if used_bytes * 100 >= percent * budget_bytes]
    return max(reached, default=0)


_UNITS = (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3))


def readable_bytes(count: int) -> str:
    """Return a size as people write it, in the decimal units that budgets are given in.

    >>> readable_bytes(100 * 10**9)
    '100 GB'
    >>> readable_bytes(1_234_567)
    '1.2 MB'
    """
    for unit, size in _UNITS:
        if count >= size:
            return f"{count / size:.1f}".removesuffix(".0") + f" {unit}"
    return f"{count} byte{'' if count == 1 else 's'}"


@dataclass(frozen=True)
class ChangedUsage:
    """A user whose stored bytes changed since the last check.

    Attributes:
        mark: What says so: one part of the counters, at one moment.
    """

    user_id: str
    mark: tuple[str, str]


@dataclass(frozen=True)
class JobStorage:
    """What one job stores, as lists of the largest show it."""

    job_id: str
    user_id: str
    title: str
    stored: StoredBytes


def is_used_up(used_bytes: int, budget_bytes: int) -> bool:
    """Whether nothing new may be added: whatever comes would exceed a budget that is just full."""
    return used_bytes >= budget_bytes
