"""What the demo of old takes came to, as one JSON object for programs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from infra.cli.stored_files import StoredFiles
from retake_client.cli.narration import Step
from retake_client.http import Json
from retake_client.models import VersionView

GONE = 410

LIKE_THE_ORIGINAL = 0.9
"""Structural similarity, at least, of a take that was compressed, and normalised again, to what it was."""


@dataclass(frozen=True)
class Stage:
    """How storage stood after a step.

    Attributes:
        name: One word, for programs.
        happened: What happened, for people.
        day: By the stack's clock.
        active_bytes: In active storage, composed videos included, as the API counts them.
        archived_bytes: In the archive, as the API counts them.
        stored: What the store's folder held, with what was only waiting for its deletion.
    """

    name: str
    happened: str
    day: int
    active_bytes: int
    archived_bytes: int
    stored: StoredFiles

    @property
    def is_exact(self) -> bool:
        """Whether the folder held what was counted, and nothing else."""
        counted = (self.active_bytes, self.archived_bytes)
        return counted == (sum(self.stored.active.values()), sum(self.stored.archived.values()))


@dataclass(frozen=True)
class ArchivedTake:
    """A take that went to the archive.

    Attributes:
        size_bytes_before: In active storage.
        size_bytes: In the archive.
        vmaf: Quality of its pictures beside what they were, 0 to 100; None where it was kept as it is.
    """

    version_number: int
    size_bytes_before: int
    size_bytes: int
    vmaf: float | None

    @classmethod
    def of(cls, event: Json) -> Self:
        """Return it from its event."""
        return cls(*(event[name] for name in ("version_number", "size_bytes_before", "size_bytes", "vmaf")))

    @property
    def saved(self) -> float:
        """Return the part of its bytes that it takes no longer."""
        return 1 - self.size_bytes / self.size_bytes_before


@dataclass(frozen=True)
class Comeback:
    """What restoring a take from the archive led to.

    Attributes:
        version_number: The take.
        video: The video composed of it.
        likeness: Structural similarity of its span to the video before everything, 0 to 1.
        likeness_before: The same of the take that it replaced: that one was another.
        rest_is_same: Whether all other frames are exactly those from before the restore.
    """

    version_number: int
    video: Path
    likeness: float
    likeness_before: float
    rest_is_same: bool

    @property
    def holds(self) -> bool:
        """Whether the take that came back is the one that went."""
        is_it = self.likeness >= LIKE_THE_ORIGINAL and self.likeness > self.likeness_before
        return is_it and self.rest_is_same


@dataclass(frozen=True)
class Refusal:
    """Answer of the API to the request to restore a deleted take."""

    version_number: int
    status: int
    detail: str


@dataclass(frozen=True)
class AgingResult:
    """What the demo of old takes came to.

    Attributes:
        job_id: The job.
        stages: Storage after each step.
        archived: The takes that went to the archive, in this order.
        comeback: The take that was brought back.
        history: The takes of the clip at the end, newest first.
        refusal: The answer to the request for a deleted take; None if none was deleted, or it came back.
        video_unchanged: Whether the video after the deletion is the one before it.
        steps: What took how long.
    """

    job_id: str
    stages: Sequence[Stage]
    archived: Sequence[ArchivedTake]
    comeback: Comeback
    history: Sequence[VersionView]
    refusal: Refusal | None
    video_unchanged: bool
    steps: Sequence[Step]

    @property
    def succeeded(self) -> bool:
        """Whether every take is where the policy has it, and what should be gone is."""
        states = {take["state"] for take in self.history if not take["is_current"]}
        last = self.stages[-1]
        return (
            states == {"deleted"}
            and len(self.archived) > 0
            and all(take.saved >= 0 for take in self.archived)
            and self.comeback.holds
            and self.refusal is not None
            and self.refusal.status == GONE
            and self.video_unchanged
            and last.archived_bytes == 0
            and last.is_exact
        )

    def to_json(self) -> Json:
        """Return what ``--json`` prints."""
        return {
            "job_id": self.job_id,
            "succeeded": self.succeeded,
            "stages": [_stage(stage) for stage in self.stages],
            "archived": [{**asdict(take), "saved": round(take.saved, 3)} for take in self.archived],
            "restored": {**asdict(self.comeback), "video": str(self.comeback.video)},
            "versions": {str(take["version_number"]): take["state"] for take in reversed(self.history)},
            "refused": asdict(self.refusal) if self.refusal else None,
            "video_unchanged": self.video_unchanged,
            "steps": [step.to_json() for step in self.steps],
        }


def _stage(stage: Stage) -> Json:
    return {
        "name": stage.name,
        "day": stage.day,
        "active_bytes": stage.active_bytes,
        "archived_bytes": stage.archived_bytes,
        "stored_bytes": stage.stored.size_bytes,
        "stored_objects": {"active": len(stage.stored.active), "archived": len(stage.stored.archived)},
        "exact": stage.is_exact,
    }
