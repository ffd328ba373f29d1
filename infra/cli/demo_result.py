"""What a demo came to: as one JSON object for programs, as tables for people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from infra.cli.frames import RestoreProof
from retake_client.cli.narration import Step
from retake_client.http import Json
from retake_client.models import CostBreakdown, RegenerationView, VersionView


@dataclass(frozen=True)
class ClipOutcome:
    """How one clip's regeneration ended."""

    clip_index: int
    status: str
    version_number: int | None
    error: str | None

    @classmethod
    def of(cls, regeneration: RegenerationView) -> Self:
        """Read it from the API's answer."""
        return cls(
            regeneration["clip_index"],
            regeneration["status"],
            regeneration["version_number"],
            regeneration["error"],
        )


@dataclass(frozen=True)
class RestoreResult:
    """What restoring the first take of a clip led to.

    Attributes:
        clip_index: Which clip.
        version_number: The restored take.
        video: The video composed of it.
        similarity: How alike the two takes look, 0 to 1.
        proof: What its frames are.
    """

    clip_index: int
    version_number: int
    video: Path
    similarity: float | None
    proof: RestoreProof


@dataclass(frozen=True)
class DemoResult:
    """What a demo came to.

    Attributes:
        job_id: The job.
        batch_id: Its batch.
        status: How the batch ended.
        video: The video after the batch.
        duration_s: Its length, in seconds.
        price: The batch's price as the API broke it down.
        clips: The regenerated clips.
        versions_before: How many takes each clip had.
        versions_after: How many it has.
        history: The takes of each clip after the batch, newest first.
        steps: What took how long.
        restore: The restore, unless no clip was regenerated.
    """

    job_id: str
    batch_id: str
    status: str
    video: Path
    duration_s: float
    price: CostBreakdown
    clips: Sequence[ClipOutcome]
    versions_before: Mapping[int, int]
    versions_after: Mapping[int, int]
    history: Mapping[int, Sequence[VersionView]]
    steps: Sequence[Step]
    restore: RestoreResult | None

    @property
    def succeeded(self) -> bool:
        """Whether everything was as it should be."""
        return self.status == "succeeded" and self.restore is not None and self.restore.proof.holds

    def to_json(self) -> Json:
        """Return what ``--json`` prints."""
        return {
            "job_id": self.job_id,
            "batch_id": self.batch_id,
            "status": self.status,
            "video": str(self.video),
            "duration_s": self.duration_s,
            "estimated_total_cost": self.price["total"],
            "discount": self.price["discount"],
            "clips": [
                {
                    "clip_index": clip.clip_index,
                    "status": clip.status,
                    "version_number": clip.version_number,
                    **({"error": clip.error} if clip.error else {}),
                }
                for clip in self.clips
            ],
            "versions_before": {str(index): count for index, count in self.versions_before.items()},
            "versions_after": {str(index): count for index, count in self.versions_after.items()},
            "steps": [step.to_json() for step in self.steps],
            "restore": _restore(self.restore) if self.restore else None,
        }


def _restore(restore: RestoreResult) -> Json:
    proof = restore.proof
    return {
        "clip_index": restore.clip_index,
        "version_number": restore.version_number,
        "video": str(restore.video),
        "similarity": restore.similarity,
        "frames_in_span": proof.frames_in_span,
        "frames_elsewhere": proof.frames_elsewhere,
        "span_is_first_video": proof.span_is_first,
        "rest_is_second_video": proof.rest_is_second,
        "takes_differ": proof.takes_differ,
        "frames_identical": proof.holds,
    }
