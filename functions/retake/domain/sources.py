"""What a take is made from, besides words: as a request asks for it, and as it was when its turn came."""

from dataclasses import dataclass, replace
from enum import StrEnum

from retake.domain.references import FRAMES, ReferenceKind, ReferenceRole


class Neighbour(StrEnum):
    """A clip by its place beside another one."""

    PREVIOUS = "previous"
    NEXT = "next"

    @property
    def step(self) -> int:
        """Return how far it is in the timeline."""
        return -1 if self is Neighbour.PREVIOUS else 1


class FramePlace(StrEnum):
    """Which frame of a take is meant."""

    FIRST = "first"
    LAST = "last"

    def number_in(self, frames: int) -> int:
        """Return its number in a take of so many frames."""
        return 0 if self is FramePlace.FIRST else frames - 1


def usual_frame(role: ReferenceRole) -> FramePlace:
    """Return the frame that a role is about where none is named: a clip begins where another one ends."""
    return FramePlace.LAST if role is ReferenceRole.FIRST_FRAME else FramePlace.FIRST


@dataclass(frozen=True)
class KeptFile:
    """An uploaded picture or video, copied so that it lasts as long as its job.

    Attributes:
        content_type: Judged by its content, such as ``image/png``.
    """

    key: str
    content_type: str
    size_bytes: int


@dataclass(frozen=True)
class WantedReference:
    """A reference as a request asks for it: a file, a clip beside the generated one, or a take.

    Attributes:
        role: What it says of the generated clip.
        file: An upload; None for a clip or a take.
        neighbour: The clip beside the generated one, whichever that is when the turn comes.
        job_id: The job of the clip or take.
        clip_id: The clip whose take is meant.
        version_number: The take; None for the one that the clip shows when the turn comes.
        frame: Which frame of it, where the role needs a picture.
    """

    role: ReferenceRole
    file: KeptFile | None = None
    neighbour: Neighbour | None = None
    job_id: str | None = None
    clip_id: str | None = None
    version_number: int | None = None
    frame: FramePlace | None = None


@dataclass(frozen=True)
class Source:
    """What a take was really made from.

    Attributes:
        role: What it said of the take.
        file: The upload that it was; None for a take.
        neighbour: Where the clip was, if it was meant by its place.
        job_id: The job of the take.
        clip_id: The clip of the take.
        version_id: The take.
        version_number: Its number in its clip.
        frame: Number of the frame that was cut, from 0; None for all of it.
        frame_place: Which frame that was of it.
        is_followed: Whether the clip's current take was meant: then another one makes what was made stale.
    """

    role: ReferenceRole
    file: KeptFile | None = None
    neighbour: Neighbour | None = None
    job_id: str | None = None
    clip_id: str | None = None
    version_id: str | None = None
    version_number: int | None = None
    frame: int | None = None
    frame_place: FramePlace | None = None
    is_followed: bool = False

    @property
    def wanted(self) -> WantedReference:
        """Return the request that asks for the same, as it will be then."""
        if self.neighbour is not None or self.file is not None:
            return WantedReference(self.role, self.file, self.neighbour, frame=self.frame_place)
        return WantedReference(
            self.role,
            job_id=self.job_id,
            clip_id=self.clip_id,
            version_number=None if self.is_followed else self.version_number,
            frame=self.frame_place,
        )

    @property
    def pinned(self) -> "Source":
        """Return the same take, which no change of a timeline makes another."""
        return replace(self, neighbour=None, is_followed=False)


def beside(neighbour: Neighbour) -> WantedReference:
    """Return the reference to the frame that a neighbour and the clip have in common."""
    role = ReferenceRole.FIRST_FRAME if neighbour is Neighbour.PREVIOUS else ReferenceRole.LAST_FRAME
    return WantedReference(role, neighbour=neighbour, frame=usual_frame(role))


def needs_frame(role: ReferenceRole) -> bool:
    """Whether a role needs a picture, so that a frame is cut out of a take."""
    return role in FRAMES or role.kind is ReferenceKind.IMAGE
