"""Requests and answers about share links, and about the comments that they take."""

from typing import Annotated, Literal

from pydantic import Field, Strict

from retake.contracts.common import Contract, Moment
from retake.contracts.values import Id, Name, Title, Whole
from retake.domain.records.shares import ShareKind
from retake.domain.shares import AUTHOR_CHARS, DEFAULT_DAYS, MAX_DAYS

Flag = Annotated[bool, Strict()]
MAX_TEXT_CHARS = 5000
"""Far beyond what a comment may have: the services say how long it may be here."""


class ComparedModel(Contract):
    """Two versions of one clip."""

    clip_index: Whole = Field(ge=0, description="The clip's place in the timeline, from 0")
    left: Id = Field(description="A version's id, or its number as text")
    right: Id


class ShareRequestModel(Contract):
    """A link that shows one thing to people without an account."""

    comparison: ComparedModel | None = Field(
        default=None, description="What it shows; without it the job's newest composed video"
    )
    title: Title | None = Field(
        default=None,
        description="What viewers read above it; without one they read no title, not even the job's",
    )
    days: Whole = Field(
        default=DEFAULT_DAYS, ge=1, le=MAX_DAYS, description="After which it ends by itself, from now"
    )
    takes_comments: Flag = Field(default=True, description="Whether viewers may leave comments")
    shows_prompts: Flag = Field(
        default=False, description="Whether viewers read the prompts and instructions of what they see"
    )


class ComparedView(Contract):
    """Two versions of one clip."""

    clip_index: int | None = Field(description="Its place now; null if it was removed from the timeline")
    left: int = Field(description="The version's number")
    right: int


class ShareView(Contract):
    """A share link as its owner sees it. Its token is in no answer but that of its creation."""

    share_id: str
    job_id: str
    kind: ShareKind
    comparison: ComparedView | None
    title: str | None
    takes_comments: bool
    shows_prompts: bool
    status: Literal["open", "expired", "revoked"]
    comment_count: int
    created_at: Moment
    expires_at: Moment
    revoked_at: Moment | None


class CreatedShareView(ShareView):
    """A new share link, and the token that opens it: Retake keeps only the token's hash."""

    token: str = Field(description="For GET /shared/{token}; it cannot be read again")
    path: str = Field(description="The page that shows it, below the studio's own address")


class ShareList(Contract):
    """All share links of a job, newest first."""

    shares: list[ShareView]


class CommentRequestModel(Contract):
    """A comment about a moment of what a link shows."""

    time_s: float = Field(
        strict=True, ge=0, le=1e6, allow_inf_nan=False, description="Seconds from its start"
    )
    author: Annotated[Name, Field(max_length=AUTHOR_CHARS)] = Field(
        description="Any name; nothing checks whose it is"
    )
    text: str = Field(
        max_length=MAX_TEXT_CHARS,
        description="As long as an instruction may be: 500 characters where no setting says otherwise",
    )


class CommentView(Contract):
    """A comment as viewers see it."""

    comment_id: str
    author: str
    text: str
    time_s: float | None = Field(
        description="Where its moment begins in what is shown now; null if it is no longer in it"
    )
    created_at: Moment


class CommentList(Contract):
    """All comments of a link, by their time."""

    comments: list[CommentView]


class OwnedCommentView(CommentView):
    """A comment as the owner of the job sees it: its time is that of the job's video."""

    share_id: str
    clip_index: int | None = Field(description="The clip that it is about; null if it was removed")
    clip_time_s: float = Field(description="Where its moment begins in that clip")
    frame: int = Field(description="Of what its link showed when it was written, from 0")


class OwnedCommentList(Contract):
    """A page of the comments of all links of a job."""

    comments: list[OwnedCommentView]
    cursor: str | None


class SharedVideoView(Contract):
    """The video that a link shows."""

    url: str = Field(description="Reads it for a quarter of an hour at least; ask again for another")
    poster_url: str
    duration_ms: int
    up_to_date: bool = Field(description="Whether it shows the newest versions; if not, it is being composed")


class SharedClipView(Contract):
    """A clip in the video that a link shows."""

    start_s: float
    duration_ms: int
    prompt: str | None = Field(description="Where the link shows prompts")
    instruction: str | None = Field(description="Where the link shows prompts")


class SharedTakeView(Contract):
    """A version in the comparison that a link shows."""

    version_number: int
    url: str = Field(description="Reads it for a quarter of an hour at least; ask again for another")
    poster_url: str
    duration_ms: int
    prompt: str | None = Field(description="Where the link shows prompts")
    instruction: str | None = Field(description="Where the link shows prompts")


class SharedComparisonView(Contract):
    """Two versions of one clip; both have the size of their job."""

    width: int = Field(description="Pixels")
    height: int = Field(description="Pixels")
    left: SharedTakeView
    right: SharedTakeView


class SharedView(Contract):
    """What a share link shows. It says nothing of whose it is."""

    kind: ShareKind
    title: str | None
    expires_at: Moment
    takes_comments: bool
    max_comment_chars: int
    fps: float = Field(description="Frames a second, to three decimals")
    video: SharedVideoView | None
    clips: list[SharedClipView] = Field(description="Those of the video, in order")
    comparison: SharedComparisonView | None
