"""References in requests, and what a take was made from in answers."""

from typing import Literal

from pydantic import ConfigDict, Field

from retake.contracts.common import Contract
from retake.contracts.values import Id, Whole
from retake.domain.references import ReferenceKind, ReferenceRole
from retake.domain.sources import FramePlace, Neighbour

PREVIOUS = Field(
    default=None,
    alias="from",
    description="`previous`: the clip begins with the exact last frame of the take that the clip before it "
    "shows when its turn comes. In a batch the second clip uses the first one's new take",
)
NEXT = Field(
    default=None,
    alias="to",
    description="`next`: the clip ends with the exact first frame of the take that the clip after it shows "
    "when its turn comes",
)


class ReferenceModel(Contract):
    """A picture or a video to make a clip from: an upload, one of your videos, or a clip."""

    role: ReferenceRole = Field(description="What it says of the clip; see `GET /models` for each model's")
    upload_id: Id | None = Field(default=None, description="An uploaded picture or video")
    video_id: Id | None = Field(default=None, description="One of your completed videos")
    clip_index: Whole | None = Field(
        default=None, description="A clip of the job that the request is about, or of `job_id`"
    )
    job_id: Id | None = Field(default=None, description="With `clip_index`: another job of yours")
    version_id: Id | None = Field(
        default=None,
        description="Which take of the video or clip. By default the current one; for a clip of the same job "
        "the one that it shows when the turn comes, and then the clip is stale once that shows another",
    )
    frame: FramePlace | None = Field(
        default=None,
        description="Which frame of the video or clip, where the role needs a picture: by default `last` for "
        "`first_frame`, else `first`",
    )


class Continuity(Contract):
    """Base of what can continue the clips beside it."""

    model_config = ConfigDict(populate_by_name=True)

    from_neighbour: Literal["previous"] | None = PREVIOUS
    to_neighbour: Literal["next"] | None = NEXT

    @property
    def neighbours(self) -> tuple[Neighbour, ...]:
        """Return the clips beside it that it continues."""
        named = (self.from_neighbour, self.to_neighbour)
        return tuple(Neighbour(name) for name in named if name is not None)


class SourceView(Contract):
    """Something that a take was made from, besides words."""

    role: ReferenceRole
    neighbour: Neighbour | None = Field(description="Where the clip was, if it was meant by its place")
    job_id: str | None = Field(description="The job of the take; null for an upload")
    clip_id: str | None
    version_id: str | None
    version_number: int | None
    frame: int | None = Field(description="Number of the frame that was cut, from 0; null for all of it")
    followed: bool = Field(
        description="Whether the clip's current take was meant: it is stale once that clip shows another"
    )


class RoleView(Contract):
    """A role of references, and how many of it a model takes."""

    role: ReferenceRole
    kind: ReferenceKind
    most: int


class ReferenceRulesView(Contract):
    """What a model takes besides words."""

    roles: list[RoleView] = Field(description="Roles that are not listed are not taken")
    most_guides: int | None = Field(description="Of references other than frames, all together; null for any")
    frames_alone: bool = Field(description="Whether frames and other references exclude each other")
    last_needs_first: bool = Field(description="Whether a last frame needs a first frame")
    beside_clip: list[ReferenceRole] = Field(
        description="Roles that it takes besides a clip to change; with any other the clip is made anew from "
        "its words and the references"
    )
    longest_video_s: float | None = Field(description="Of a video reference; null for no limit of its own")
