"""What a job's timeline has besides the order of its clips: trims, additions that run, and undo steps."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True)
class Trim:
    """The frames of a clip's takes that the video shows; the takes stay whole.

    Attributes:
        in_frame: The first one that is shown, from 0.
        out_frame: The first one behind it that is not shown.
    """

    in_frame: int
    out_frame: int

    @property
    def frames(self) -> int:
        """Return how many frames are shown."""
        return self.out_frame - self.in_frame


@dataclass(frozen=True)
class Addition:
    """Clips of files that were added to a job and have no take yet.

    Attributes:
        addition_id: Derived from the request; also the name of the execution that makes the takes.
        lease_until: When the reconciliation has to check it.
    """

    addition_id: str
    clip_ids: tuple[str, ...]
    lease_until: datetime


class StepKind(StrEnum):
    """What a change of a timeline was."""

    REORDERED = "reordered"
    REMOVED = "removed"
    RETURNED = "returned"  # a removed clip was put back
    ADDED = "added"
    TRIMMED = "trimmed"
    RESTORED = "restored"  # an earlier version was made current


@dataclass(frozen=True)
class TimelineStep:
    """A change of a timeline, with what takes it back.

    Attributes:
        clip_ids: The clips that it was about; empty for a new order.
        clip_title: Of the first of them, when it was changed.
        order: For a new order: the places by which the one before comes back.
        place: For a removed clip: where it was.
        version: For a restored version: the number that was shown before.
        version_after: The number that is shown since.
        trim: For a trim: the one before; None for none.
        trim_after: The one since.
    """

    kind: StepKind
    at: datetime
    clip_ids: tuple[str, ...] = ()
    clip_title: str = ""
    order: tuple[int, ...] = ()
    place: int = 0
    version: int | None = None
    version_after: int | None = None
    trim: Trim | None = None
    trim_after: Trim | None = None
