"""What a batch does with each clip, and how long its takes are expected to take."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from retake.domain.catalogue import Model, Size
from retake.domain.media import MediaProfile
from retake.domain.pricing import ClipPrice
from retake.domain.records.batches import Batch
from retake.domain.records.jobs import Clip, Job
from retake.domain.sources import WantedReference


@dataclass(frozen=True)
class BatchClip:
    """One clip of a request, resolved: what is asked for where, of which model.

    Attributes:
        numbers: Of the takes to make, among ``takes``: fewer where some are tried again.
        takes: How many were asked for at first.
        made: Regenerations that made the other ones before.
        title: What the clip is called.
        size: Its picture; None where it is not known, and then the dearest is meant.
        wanted: What it is made from besides words.
        repeats: The version that is made again; None for a new instruction.
    """

    clip_index: int
    clip_id: str
    duration_ms: int
    instruction: str
    model: Model
    numbers: tuple[int, ...] = (1,)
    takes: int = 1
    made: tuple[str, ...] = ()
    title: str = ""
    size: Size | None = None
    wanted: tuple[WantedReference, ...] = ()
    repeats: int | None = None

    @property
    def prices(self) -> tuple[ClipPrice, ...]:
        """Return what each take costs."""
        cost = self.model.estimate(self.duration_ms, self.size)
        return tuple(
            ClipPrice(
                *(self.clip_index, self.duration_ms, cost, self.model.name, number, self.takes),
                clip_title=self.title,
            )
            for number in self.numbers
        )


def picture_of(profile: MediaProfile, clip: Clip, *, is_first: bool) -> Size:
    """Return the size in which a take is asked for: the job's, or for a first take what was asked for."""
    if is_first and clip.size is not None:
        return clip.size
    return Size(profile.width, profile.height)


def model_of(job: Job, clip: Clip) -> str:
    """Return the name of the model that a clip's first take was made with; empty for an upload."""
    if clip.model or job.video is None:
        return clip.model
    return job.video.model


def left_s(batch: Batch, now: datetime) -> int:
    """Return how many seconds a batch still takes by itself, as far as its estimate was right."""
    if batch.started_at is None:
        return batch.estimated_time_s
    return max(0, batch.estimated_time_s - int((now - batch.started_at).total_seconds()))


COMPOSE_S = 3
"""Seconds to compose a video once: pictures are copied, only sound is encoded (docs/benchmarks.md)."""

KEPT_TIMES = 20

RecentTimes = Callable[[str], Sequence[int]]
"""Returns how long a model's last generations took, in milliseconds, by its name."""


def estimate_batch_s(models: Iterable[Model], recent_ms: RecentTimes) -> int:
    """Return whole seconds for takes made one after another and composed once.

    Args:
        models: Of each take.
        recent_ms: What their generations took.
    """
    return -(-sum(_take_ms(model, recent_ms) for model in models) // 1000) + COMPOSE_S


def estimate_videos_s(models: Iterable[Model], recent_ms: RecentTimes) -> int:
    """Return whole seconds for videos made side by side: those of the slowest."""
    return max((estimate_batch_s((model,), recent_ms) for model in models), default=0)


def _take_ms(model: Model, recent_ms: RecentTimes) -> int:
    """Return what one take takes: cautious rather than hopeful, the four fifths mark and not the mean."""
    ordered = sorted(recent_ms(model.name))
    if not ordered:
        return model.typical_s * 1000
    return ordered[(len(ordered) * 4) // 5 if len(ordered) > 1 else 0]
