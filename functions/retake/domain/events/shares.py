"""Events of share links and their comments. Pure."""

from dataclasses import dataclass
from datetime import datetime

from retake.domain.events.base import JobEvent
from retake.domain.records.shares import ShareKind
from retake.domain.statuses import EventName


@dataclass(frozen=True, kw_only=True)
class ShareCreated(JobEvent):
    """A share link was created.

    Attributes:
        ends_at: When it ends by itself.
    """

    name = EventName.SHARE_CREATED
    share_id: str
    shows: ShareKind
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class ShareRevoked(JobEvent):
    """A share link was ended by its owner."""

    name = EventName.SHARE_REVOKED
    share_id: str


@dataclass(frozen=True, kw_only=True)
class CommentEvent(JobEvent):
    """Base of the events about one comment; its words are read from the list of comments.

    Events stay for days after a comment is deleted, so they hold nothing that a viewer wrote.

    Attributes:
        clip_index: Place of the clip that it is about; None if it was removed from the timeline.
    """

    share_id: str
    comment_id: str
    clip_index: int | None


class CommentAdded(CommentEvent):
    """A viewer left a comment."""

    name = EventName.COMMENT_ADDED


class CommentDeleted(CommentEvent):
    """The owner deleted a comment."""

    name = EventName.COMMENT_DELETED
