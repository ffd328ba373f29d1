"""What a run of a sweep did, or would do: of versions, and of orphaned objects and records."""

from dataclasses import asdict, dataclass, field
from typing import Self

from retake.domain.records.takes import Version
from retake.domain.recount import Recount
from retake.domain.retention import RetentionPlan
from retake.ports.objects import ObjectInfo
from retake.services.retention.examine_job import NeededObject

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
        """Add an error: something that could not be done."""
        self.errors = [*self.errors, what][:MAX_REPORTED]

    def plan(self, step: Step) -> None:
        """Add a line of what a dry run would do."""
        decided = {version.version_id for version in (*step.archive, *step.delete)}
        found = [str(item) for item in step.plan.decisions if item.version.version_id in decided]
        self.planned = [*self.planned, *found][:MAX_REPORTED]

    @property
    def changed(self) -> int:
        """Return how many takes were archived or deleted."""
        return self.archived + self.deleted


@dataclass
class OrphanReport:
    """What a run found.

    Attributes:
        records_read: Records looked at.
        jobs_examined: Jobs whose records, ledger and objects were held against each other.
        jobs_passed_over: Those of them that were being deleted, or kept changing.
        objects_given_up: Objects without a record, handed to the deletion ledger.
        bytes_given_up: Their bytes.
        records_removed: Records without a job.
        objects_missing: Objects that a record names and that are not there.
        current_missing: Those of them that belong to a current take: never touched, an operator has to look.
        tombstoned: Old takes whose video was gone, deleted.
        objects_verified: Objects that were read through, where that was asked for.
        objects_damaged: Those of them that are not what was written; nothing of a take is deleted for that.
        remade: Composed videos that were damaged and are made again of their takes.
        drifted: Jobs whose counters differ from what the store holds.
        repaired: Those of them whose counters were corrected.
        errors: What could not be looked at; the next sweep does.
        has_more: Whether something is left for another run.
        is_dry: Whether nothing was written.
        found: What was found, or would be done, as sentences; the first of them.
    """

    records_read: int = 0
    jobs_examined: int = 0
    jobs_passed_over: int = 0
    objects_given_up: int = 0
    bytes_given_up: int = 0
    records_removed: int = 0
    objects_missing: int = 0
    current_missing: int = 0
    tombstoned: int = 0
    objects_verified: int = 0
    objects_damaged: int = 0
    remade: int = 0
    drifted: int = 0
    repaired: int = 0
    errors: list[str] = field(default_factory=list)
    has_more: bool = False
    is_dry: bool = False
    found: list[str] = field(default_factory=list)

    def orphaned(self, info: ObjectInfo) -> None:
        """Count an object without a record."""
        self.objects_given_up += 1
        self.bytes_given_up += info.size_bytes
        self.note(f"{info.key} is named by no record")

    def missing(self, missing: NeededObject) -> None:
        """Count an object that is not there."""
        self.objects_missing += 1
        self.current_missing += missing.is_current
        self.note(str(missing))

    def damaged(self, found: NeededObject) -> None:
        """Count an object that is not what was written."""
        self.objects_damaged += 1
        self.note(found.describe("damaged"))

    def drift(self, count: Recount) -> None:
        """Count a job whose counters are wrong."""
        self.drifted += 1
        counted, found = asdict(count.counted), asdict(count.found)
        wrong = [
            f"{name} {counted[name]} but {found[name]}" for name in found if found[name] != counted[name]
        ]
        about = ", ".join(wrong) or "what was counted for its user, or for a version"
        self.note(f"job {count.job.job_id} counts {about}")

    def fail(self, what: str) -> None:
        """Add an error: something that could not be examined."""
        self.errors = [*self.errors, what][:MAX_REPORTED]

    def note(self, what: str) -> None:
        """Add a line of what was found."""
        self.found = [*self.found, what][:MAX_REPORTED]
