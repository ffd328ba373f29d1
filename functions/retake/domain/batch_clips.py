"""What a batch does with one clip."""

from dataclasses import dataclass

from retake.domain.catalogue import Model, Size
from retake.domain.media import MediaProfile
from retake.domain.pricing import ClipPrice
from retake.domain.records.jobs import Clip


@dataclass(frozen=True)
class BatchClip:
    """One clip of a request, resolved: what is asked for where, of which model.

    Attributes:
        numbers: Of the takes to make, among ``takes``: fewer where some are tried again.
        takes: How many were asked for at first.
        made: Regenerations that made the other ones before.
        title: What the clip is called.
        size: Its picture; None where it is not known, and then the dearest is meant.
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
