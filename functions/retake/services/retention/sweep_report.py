"""What a run of the versions' sweep did, or would do."""

from dataclasses import dataclass, field
from typing import Self

from retake.domain.records.takes import Version
from retake.domain.retention import RetentionPlan

MAX_REPORTED = 100
"""Errors, and takes of a dry run, that a report names."""


@dataclass(frozen=True)
class Step:
    """What one commit does of a plan."""

    plan: RetentionPlan
    archive: tuple[Version, ...]
    delete: tuple[Version, ...]

    @classmethod
    def of(cls, plan: RetentionPlan, *, at_most: int | None) -> Self:
        """Return as much of the plan as a commit may do."""
        return cls(plan, plan.to_archive[:at_most], plan.to_delete[:at_most])

    @property
    def is_last(self) -> bool:
        """Whether nothing of the plan is left."""
        return (self.archive, self.delete) == (self.plan.to_archive, self.plan.to_delete)


@dataclass
class SweepReport:
    """What a run did, or would do.

    Attributes:
        archived: Takes sent to the archive.
        deleted: Takes deleted.
        skipped: Takes that are due and stay, by reason.
        errors: What could not be done; the next run tries it again.
        has_more: Whether something is left for another run.
        entries_read: Entries of the index.
        clips_read: Clips looked at, each one query.
        is_dry: Whether nothing was written.
        planned: In a dry run, what would be done, as sentences.
    """

    archived: int = 0
    deleted: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    has_more: bool = False
    entries_read: int = 0
    clips_read: int = 0
    is_dry: bool = False
    planned: list[str] = field(default_factory=list)

    def skip(self, reason: str) -> None:
        """Count a take that stays."""
        self.skipped[reason] = self.skipped.get(reason, 0) + 1

    def fail(self, what: str) -> None:
        """Tell what could not be done."""
        self.errors = [*self.errors, what][:MAX_REPORTED]

    def plan(self, step: Step) -> None:
        """Tell what would be done."""
        decided = {version.version_id for version in (*step.archive, *step.delete)}
        found = [str(item) for item in step.plan.decisions if item.version.version_id in decided]
        self.planned = [*self.planned, *found][:MAX_REPORTED]

    @property
    def changed(self) -> int:
        """Return how many takes were archived or deleted."""
        return self.archived + self.deleted
