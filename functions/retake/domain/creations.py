"""How far the videos of one request are, all together. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from retake.domain.videos import VideoDetails, VideoStatus


class CreationStatus(StrEnum):
    """How the videos that were asked for together are."""

    PROCESSING = "processing"
    COMPLETED = "completed"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class CreationProgress:
    """All videos of a creation together.

    Attributes:
        percent: Mean of the videos' progress; one that ended without a take counts as done.
        counts: How many videos have which status; those that were deleted since are in none.
        actual_cost: US dollars for what is finished; None where a price is not known.
    """

    status: CreationStatus
    percent: int
    counts: dict[VideoStatus, int]
    actual_cost: Decimal | None


def progress_of(videos: Sequence[VideoDetails]) -> CreationProgress:
    """Return how far videos are that were asked for together, those deleted since left out."""
    counts = {status: sum(video.status is status for video in videos) for status in VideoStatus}
    shares = [video.progress if video.status.is_open else 100 for video in videos]
    paid = [video.actual_cost for video in videos if video.status is VideoStatus.COMPLETED]
    return CreationProgress(
        status=_status(counts, len(videos)),
        percent=sum(shares) // len(shares) if shares else 100,
        counts=counts,
        actual_cost=sum((cost for cost in paid if cost is not None), Decimal(0))
        if None not in paid
        else None,
    )


def _status(counts: dict[VideoStatus, int], total: int) -> CreationStatus:
    if counts[VideoStatus.PROCESSING] or counts[VideoStatus.IN_DOUBT]:
        return CreationStatus.PROCESSING
    if counts[VideoStatus.COMPLETED]:
        all_done = counts[VideoStatus.COMPLETED] == total
        return CreationStatus.COMPLETED if all_done else CreationStatus.PARTIAL
    return CreationStatus.FAILED if counts[VideoStatus.FAILED] else CreationStatus.CANCELLED
