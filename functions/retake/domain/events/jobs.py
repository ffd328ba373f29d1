"""Events of a job, its timeline and its video. Pure."""

from dataclasses import dataclass

from retake.domain.events.base import JobEvent
from retake.domain.statuses import EventName, JobStatus


@dataclass(frozen=True, kw_only=True)
class JobReady(JobEvent):
    """All clips of a job have a version.

    Attributes:
        clips: Number of clips.
    """

    name = EventName.JOB_READY
    clips: int


@dataclass(frozen=True, kw_only=True)
class JobFailed(JobEvent):
    """A job ended without a version for each of its clips."""

    name = EventName.JOB_FAILED
    reason: str


@dataclass(frozen=True, kw_only=True)
class JobUndeleted(JobEvent):
    """A deleted job was brought back.

    Attributes:
        status: What the job is again.
    """

    name = EventName.JOB_UNDELETED
    status: JobStatus


@dataclass(frozen=True, kw_only=True)
class JobReset:
    """State of a job for a reader whose events are no longer kept; sent as ``reset``, never stored."""

    job_id: str
    status: JobStatus
    active_batch_id: str | None
    timeline_revision: int


@dataclass(frozen=True, kw_only=True)
class TitleChanged(JobEvent):
    """A job, or a clip of it, has another title.

    Attributes:
        clip_index: Place of the clip; None for the job's own title.
    """

    name = EventName.TITLE_CHANGED
    clip_index: int | None
    title: str


@dataclass(frozen=True, kw_only=True)
class VideoRecomposed(JobEvent):
    """The video shows the current versions.

    Attributes:
        fingerprint: Names the versions and their order.
    """

    name = EventName.VIDEO_RECOMPOSED
    fingerprint: str
    duration_ms: int


@dataclass(frozen=True, kw_only=True)
class ClipsReordered(JobEvent):
    """The clips of a timeline have a new order.

    Attributes:
        order: For each new place the place before.
    """

    name = EventName.TIMELINE_CHANGED
    order: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ClipRemoved(JobEvent):
    """A clip was removed from the timeline.

    Attributes:
        removed: The place that it had.
        clip_id: The clip; None in events of earlier releases.
    """

    name = EventName.TIMELINE_CHANGED
    removed: int
    clip_title: str | None
    clip_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class ClipReturned(JobEvent):
    """A removed clip was put back.

    Attributes:
        returned: The place that it has.
    """

    name = EventName.TIMELINE_CHANGED
    returned: int
    clip_title: str | None
    clip_id: str


@dataclass(frozen=True, kw_only=True)
class ClipsAdded(JobEvent):
    """Clips were added to the timeline.

    Attributes:
        added: The places that they have.
        clip_titles: In the same order, as are ``clip_ids``.
    """

    name = EventName.TIMELINE_CHANGED
    added: tuple[int, ...]
    clip_titles: tuple[str, ...]
    clip_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ClipTrimmed(JobEvent):
    """The video shows another part of a clip.

    Attributes:
        trimmed: The clip's place.
        in_frame: The first frame that is shown.
        out_frame: The first one behind it that is not.
    """

    name = EventName.TIMELINE_CHANGED
    trimmed: int
    clip_title: str | None
    in_frame: int
    out_frame: int


@dataclass(frozen=True, kw_only=True)
class ClipStale(JobEvent):
    """What a clip's current take was made from is not what is shown there now; the clip stays as it is.

    Attributes:
        reason: What changed, as a sentence.
    """

    name = EventName.CLIP_STALE
    clip_index: int
    clip_title: str | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class ClipUpToDate(JobEvent):
    """A clip is stale no more: it has a new take, or its sources are as they were."""

    name = EventName.CLIP_UP_TO_DATE
    clip_index: int
    clip_title: str | None
