"""Decisions about old takes: which go to the archive, which are deleted, and why. Pure.

Age counts from when a take stopped being current, not from when it was made: one that was current for
long would otherwise be archived the day it is replaced.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from retake.domain.limits import Limits
from retake.domain.records.jobs import Clip
from retake.domain.records.takes import Version
from retake.domain.retention_costs import should_archive
from retake.domain.retention_policy import ArchiveWhen, RetentionPolicy
from retake.domain.statuses import VersionState
from retake.domain.storage_costs import StorageClass
from retake.domain.versions import ARCHIVE_LEASE


class RetentionAction(StrEnum):
    """What becomes of a take."""

    KEEP = "keep"
    ARCHIVE = "archive"
    DELETE = "delete"


class RetentionReason(StrEnum):
    """Why. The values are what reports and events say."""

    IS_CURRENT = "it is the current take"
    IS_THE_LAST_ONE = "it is the last take that its clip has"
    IS_GONE = "it was deleted before"
    IS_COMING_BACK = "it is being brought back from the archive"
    IS_BEING_ARCHIVED = "it is on its way to the archive"
    HAS_NO_AGE = "it is not known when it stopped being current"
    IS_TOO_YOUNG = "it is not old enough"
    IS_DAMAGED = "it is damaged in the store and cannot be archived"
    DOES_NOT_PAY = "archiving it would cost more than it saves"
    OLD_ENOUGH_FOR_THE_ARCHIVE = "it is old enough for the archive"
    OLD_ENOUGH_TO_GO = "it is old enough to be deleted"


@dataclass(frozen=True)
class RetentionDecision:
    """What becomes of one take, and why."""

    version: Version
    action: RetentionAction
    reason: RetentionReason

    def __str__(self) -> str:
        """Return the decision as a sentence."""
        take = self.version
        where = f"job {take.job_id} clip {take.clip_id} version {take.version_number}"
        return f"{self.action} {where}: {self.reason}"


@dataclass(frozen=True)
class RetentionPlan:
    """One decision for every take of a clip, the oldest first."""

    decisions: tuple[RetentionDecision, ...]

    @property
    def kept(self) -> tuple[RetentionDecision, ...]:
        """Return the decisions about takes that stay where they are."""
        return tuple(item for item in self.decisions if item.action is RetentionAction.KEEP)

    @property
    def to_archive(self) -> tuple[Version, ...]:
        """Return the takes that go to the archive."""
        return self._versions(RetentionAction.ARCHIVE)

    @property
    def to_delete(self) -> tuple[Version, ...]:
        """Return the takes that are deleted."""
        return self._versions(RetentionAction.DELETE)

    def _versions(self, action: RetentionAction) -> tuple[Version, ...]:
        return tuple(item.version for item in self.decisions if item.action is action)


def always_pays(_: Version) -> bool:
    """Archive whatever is old enough."""
    return True


def pays_under(limits: Limits, archive_class: StorageClass) -> Callable[[Version], bool]:
    """Return what says whether archiving a take is worth it, by this installation's policy.

    Args:
        limits: The policy's days, and whether archiving has to pay.
        archive_class: Where archived takes go.
    """
    if limits.archive_when is ArchiveWhen.ALWAYS:
        return always_pays
    policy = RetentionPolicy(
        archive_after_days=limits.archive_after_days,
        delete_after_days=limits.delete_after_days,
        archive_class=archive_class,
        archive_when=limits.archive_when,
    )
    return lambda take: should_archive(take.objects.size_bytes, policy, duration_ms=take.duration_ms)


def plan_retention(
    clip: Clip,
    versions: Sequence[Version],
    now: datetime,
    limits: Limits,
    *,
    pays: Callable[[Version], bool] = always_pays,
) -> RetentionPlan:
    """Decide about every take of a clip.

    Never touched: the current take, the last one there is, and one that is being restored.

    Args:
        clip: The clip, with its pointer.
        versions: All its takes.
        now: The moment.
        limits: After how many days a take is archived and deleted.
        pays: Whether archiving a take is worth it; asked only of one that is old enough.
    """
    alive = [version for version in versions if version.state is not VersionState.DELETED]
    last = max((version.version_number for version in alive), default=None)
    pointed = clip.current_version in {version.version_number for version in alive}
    protected = clip.current_version if pointed else last

    def decide(version: Version) -> RetentionDecision:
        if version.version_number == protected:
            why = RetentionReason.IS_CURRENT if pointed else RetentionReason.IS_THE_LAST_ONE
            return RetentionDecision(version, RetentionAction.KEEP, why)
        return RetentionDecision(version, *_decide(version, now, limits, pays))

    return RetentionPlan(tuple(decide(item) for item in sorted(versions, key=lambda v: v.version_number)))


_RESTING = {
    VersionState.DELETED: RetentionReason.IS_GONE,
    VersionState.RESTORING: RetentionReason.IS_COMING_BACK,
}


def _decide(
    version: Version, now: datetime, limits: Limits, pays: Callable[[Version], bool]
) -> tuple[RetentionAction, RetentionReason]:
    if version.state in _RESTING:
        return RetentionAction.KEEP, _RESTING[version.state]
    if version.superseded_at is None:
        return RetentionAction.KEEP, RetentionReason.HAS_NO_AGE
    age = now - version.superseded_at
    if age >= timedelta(days=limits.delete_after_days):
        # On its way to the archive as well: what takes weeks to get there is not waited for.
        return RetentionAction.DELETE, RetentionReason.OLD_ENOUGH_TO_GO
    if version.state is VersionState.ARCHIVING:
        return RetentionAction.KEEP, RetentionReason.IS_BEING_ARCHIVED
    if version.state is VersionState.ACTIVE and age >= timedelta(days=limits.archive_after_days):
        return _archive(version, pays)
    return RetentionAction.KEEP, RetentionReason.IS_TOO_YOUNG


def _archive(version: Version, pays: Callable[[Version], bool]) -> tuple[RetentionAction, RetentionReason]:
    if version.damaged_at is not None:
        return RetentionAction.KEEP, RetentionReason.IS_DAMAGED
    if pays(version):
        return RetentionAction.ARCHIVE, RetentionReason.OLD_ENOUGH_FOR_THE_ARCHIVE
    return RetentionAction.KEEP, RetentionReason.DOES_NOT_PAY


def send_off(version: Version, now: datetime) -> Version:
    """Return the take as it is while it goes to the archive; a lost message is sent again after a lease."""
    return replace(version, state=VersionState.ARCHIVING, archive_due_at=now + ARCHIVE_LEASE)
