"""Share links of a job, and the comments that viewers leave (ADR-0062)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ShareKind(StrEnum):
    """What a link shows."""

    VIDEO = "video"
    COMPARISON = "comparison"


@dataclass(frozen=True)
class ComparedTakes:
    """Two versions of one clip, by their numbers."""

    clip_id: str
    left: int
    right: int


@dataclass(frozen=True)
class Share:
    """A link that shows a job's video, or two versions of one clip, to people without an account.

    Attributes:
        ends_at: When the link ends by itself.
        compares: What it shows; None for the job's newest composed video.
        title: What viewers read above it; the job's own title, which may repeat a prompt, is not shown.
        shows_prompts: Whether viewers read the prompts and instructions of what they see.
        token_hashes: SHA-256 of its tokens, in hex; the tokens themselves are stored nowhere.
        comment_count: Comments that are there, as the bound counts them.
        revoked_at: When its owner ended it; None while it is not.
        request_hash: Hash of the request that made it, for repeats.
        expires_at: When the record goes; the link has ended long before.
    """

    job_id: str
    share_id: str
    created_at: datetime
    ends_at: datetime
    compares: ComparedTakes | None = None
    title: str = ""
    takes_comments: bool = True
    shows_prompts: bool = False
    token_hashes: tuple[str, ...] = ()
    comment_count: int = 0
    revoked_at: datetime | None = None
    request_hash: str = ""
    expires_at: datetime | None = None

    @property
    def kind(self) -> ShareKind:
        """Return what it shows."""
        return ShareKind.VIDEO if self.compares is None else ShareKind.COMPARISON

    def is_open(self, now: datetime) -> bool:
        """Whether it shows anything at a moment."""
        return self.revoked_at is None and now < self.ends_at


@dataclass(frozen=True)
class ShareToken:
    """Leads from a token's hash to the link it opens: the one record of a share outside its job.

    Attributes:
        expires_at: When the record goes: until then an ended link is answered as one that has ended.
    """

    token_hash: str
    job_id: str
    share_id: str
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Comment:
    """What a viewer wrote about a moment.

    Attributes:
        author: The name that the viewer gave: nothing checks it.
        time_ms: Position in what was shown: the video as it was then, or the clip of a comparison.
        frame: The same in frames.
        clip_id: The clip at that position.
        clip_frame: The position in that clip; it stays true when clips are moved.
    """

    job_id: str
    share_id: str
    comment_id: str
    author: str
    text: str
    time_ms: int
    frame: int
    clip_id: str
    clip_frame: int
    created_at: datetime
    request_hash: str = ""
    expires_at: datetime | None = None
