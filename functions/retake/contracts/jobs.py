"""Requests and answers about jobs."""

from typing import Annotated, Literal

from pydantic import Field, StrictFloat, field_validator

from retake.contracts.batches import CostBreakdown
from retake.contracts.common import Contract, Moment, Money
from retake.contracts.references import Continuity, ReferenceModel, SourceView
from retake.contracts.soundtracks import SoundtrackView
from retake.contracts.timeline import TrimView, UndoStepView
from retake.contracts.values import Id, Seconds, Title, Whole
from retake.domain.frame_rates import MAX_FPS, MIN_FPS, require_rate
from retake.domain.media import MAX_SIDE_PX, MIN_SIDE_PX
from retake.domain.notices import NoticeCode
from retake.domain.statuses import ClipStatus, JobKind, JobStatus, VersionState

Side = Annotated[Whole, Field(ge=MIN_SIDE_PX, le=MAX_SIDE_PX, multiple_of=2)]
FpsText = Annotated[str, Field(max_length=20)]


class ProfileRequest(Contract):
    """What a job's size and frame rate should be; what is left out is the first clip's."""

    width: Side | None = Field(
        default=None, description="Pixels; alone, the height follows the first clip's shape"
    )
    height: Side | None = Field(default=None, description="Pixels; alone, the width follows")
    fps: Whole | StrictFloat | FpsText | None = Field(
        default=None,
        description=f"From {MIN_FPS} to {MAX_FPS}; 23.976, 29.97 and 59.94 stand for 24000/1001 and so on",
        examples=[24, 23.976, "30000/1001"],
    )

    @field_validator("fps")
    @classmethod
    def _known_rate(cls, value: float | str | None) -> float | str | None:
        if value is not None:
            require_rate(str(value))
        return value


class ProfileModel(Contract):
    """Size and frame rate of every clip of a job."""

    width: int
    height: int
    fps: int | float = Field(description="Frames a second, to three decimals: 29.97 is 30000/1001 exactly")


class ClipRequest(Continuity):
    """A clip of a new job: made of an upload, of one of your videos, or generated from its prompt."""

    upload_id: Id | None = Field(default=None, description="An uploaded video")
    video_id: Id | None = Field(default=None, description="One of your completed videos")
    version_id: Id | None = Field(
        default=None, description="Which take of the video; its current one by default"
    )
    title: Title | None = Field(
        default=None, description="By default the file's name, the video's title, or the prompt"
    )
    prompt: str = Field(
        default="",
        max_length=5000,
        description="What the clip shows; without an upload or a video it is generated from this",
    )
    model: str | None = Field(default=None, description="For a generated clip: a name of GET /models")
    size: str | None = Field(default=None, description="For a generated clip", examples=["1280x720"])
    seconds: Seconds | None = Field(default=None, description="For a generated clip")
    reference_upload_id: Id | None = Field(
        default=None,
        description="For a generated clip: an upload, in the role that its model has for such a file",
    )
    references: list[ReferenceModel] | None = Field(
        default=None, description="For a generated clip: what it is made from besides words"
    )


class JobRequestModel(Contract):
    """A new job: its clips in playback order, of uploads, videos and prompts in any mix."""

    title: Title = Field(default="Untitled", min_length=1)
    clips: list[ClipRequest] = Field(json_schema_extra={"minItems": 1})
    soundtrack_upload_id: Id | None = Field(
        default=None, description="One audio track laid over the whole video"
    )
    profile: ProfileRequest | None = Field(
        default=None, description="By default the first clip's own size and frame rate, within bounds"
    )


class NoticeView(Contract):
    """Something that a take lost of its file, or that was done to it on its way in."""

    code: NoticeCode
    text: str = Field(description="A sentence for people, with the figures")
    figures: dict[str, int | float | str] = Field(
        description="By name; those ending in _s are seconds, the others counts or pixels",
        examples=[{"source_width": 3840, "source_height": 2160, "width": 1920, "height": 1080}],
    )


class ClipNoticeView(NoticeView):
    """Something that a clip is going to lose by the job's size or frame rate, as far as can be foreseen."""

    clip_index: int
    clip_title: str


class JobEstimateView(Contract):
    """The price of a job that was not made: that of its generated clips, each with its ``clip_index``."""

    estimated_total_cost: Money | None = Field(description="None where a model's price is not known")
    estimated_total_time: int = Field(description="Seconds, for what is generated")
    profile: ProfileModel = Field(description="What every clip is converted to")
    cost_breakdown: CostBreakdown
    notices: list[ClipNoticeView] = Field(description="What clips lose by that, foreseen from their headers")
    warnings: list[str] = Field(
        description="Such as that a model is about to end, or that the first clip's size is reduced"
    )


class ClipOrder(Contract):
    """The clips' indexes of now, in their new order."""

    order: list[Whole] = Field(examples=[[2, 0, 1]])


class VersionView(Contract):
    """A take: what it was made from, where its files are, and what becomes of it."""

    id: str
    version_id: str
    job_id: str
    clip_index: int
    clip_title: str | None = Field(description="What the clip is called; null in records of earlier releases")
    version_number: int
    video_url: str | None = Field(description="None once the take is deleted")
    prompt: str
    thumbnail_url: str | None
    user_instruction: str | None
    base_version: int | None = Field(
        description="Number of the take that was changed; null for a first take, and where it is not known"
    )
    made_from: list[SourceView] = Field(description="What else it was made from, besides words")
    cost: Money | None = Field(description="None where the model's price is not known")
    provider_cost: Money | None = Field(
        description="US dollars by the provider's own word; null if it says none"
    )
    created_at: Moment
    is_current: bool
    state: VersionState | Literal["current"]
    duration_ms: int
    size_bytes: int
    provider: str | None
    regeneration_id: str | None
    batch_id: str | None = Field(description="The batch that made it; its takes of one clip share it")
    take: int = Field(description="Its number among the takes asked for at once, from 1")
    takes: int = Field(description="How many were asked for at once")
    superseded_at: Moment | None
    archived_at: Moment | None
    archived_url: str | None
    expected_at: Moment | None = Field(description="When the archive has it ready, while it is brought back")
    damaged_at: Moment | None = Field(
        description="When what is stored of it was found not to be what was written: it cannot be joined"
    )
    deleted_at: Moment | None
    notices: list[NoticeView] = Field(description="What the take lost of the file it was made of")


class ClipView(Contract):
    """A clip in the timeline, with its current take."""

    clip_index: int
    clip_id: str
    title: str
    file_name: str | None = Field(description="Of the upload that it was made of")
    status: ClipStatus
    duration_ms: int
    frames: int
    prompt: str
    model: str | None = Field(
        description="Name in the catalogue of what makes it where a request names none; null for the "
        "installation's default"
    )
    version_count: int
    current_version: VersionView | None
    notices: list[NoticeView] = Field(description="Those of the current take")
    failure: str | None
    trim: TrimView | None = Field(
        description="What the video shows of it; null for all. `frames` and `duration_ms` are those of the "
        "whole clip"
    )
    stale: bool = Field(
        description="Whether what the current take was made from is not what is shown there now; it stays as "
        "it is until it is made again"
    )
    stale_reason: str | None = Field(description="What changed, as a sentence")


class VideoView(Contract):
    """The composed video. ``up_to_date`` is false while a newer one is being made."""

    url: str
    poster_url: str
    duration_ms: int
    frames: int
    size_bytes: int
    fingerprint: str
    up_to_date: bool


class JobSummary(Contract):
    """A job in a list."""

    job_id: str
    title: str
    status: JobStatus
    created_at: Moment
    clip_count: int
    failure: str | None
    poster_url: str | None = Field(description="A picture of the composed video, once there is one")
    duration_ms: int | None = Field(description="Length of the composed video")
    kind: JobKind = Field(description="A video is a job of one clip; its timeline takes no others")
    undelete_until: Moment | None = Field(
        description="Until when POST /jobs/{job_id}/undelete brings it back; null unless it is being deleted"
    )


class JobView(JobSummary):
    """A job with its clips and its video."""

    profile: ProfileModel | None
    has_soundtrack: bool
    soundtrack: SoundtrackView | None = Field(description="None where the clips' own sound is heard alone")
    timeline_revision: int
    active_batch_id: str | None
    waiting_batch_ids: list[str]
    last_event_id: int
    clips: list[ClipView]
    update_order: list[int] = Field(
        description="What updating all stale clips makes again, in this order: these, and those that would "
        "be stale after them. Send each with `repeat` to the estimate, then to the batch"
    )
    video: VideoView | None
    undo: UndoStepView | None = Field(description="The change that can be undone; null if there is none")
    stream_url: str | None = Field(
        description="The current takes one after another as an HLS playlist, before they are composed: a "
        "path of this API that needs no token and works for hours. None before the first take, where a "
        "clip is trimmed, and where a take was made by an older release"
    )


class JobList(Contract):
    """A page of jobs, newest first."""

    jobs: list[JobSummary]
    cursor: str | None


class VersionList(Contract):
    """All versions of a clip, newest first."""

    job_id: str
    clip_index: int
    clip_id: str
    current_version: int | None
    max_active_versions: int
    timeline_revision: int
    versions: list[VersionView]


class RestoreView(Contract):
    """A restore: ``video_url`` shows the take once ``video_ready``.

    ``state`` is ``current``, or ``restoring`` while the archive makes the take readable: until
    ``expected_at`` at the latest, where that takes hours.
    """

    job_id: str
    clip_index: int
    clip_title: str | None = Field(description="What the clip was called when the take was made")
    version_id: str
    version_number: int
    state: VersionState | Literal["current"]
    expected_at: Moment | None
    timeline_revision: int
    video_ready: bool
    video_url: str | None


class Difference(Contract):
    """One thing in which two takes differ."""

    field: str
    left: str | int | float | None
    right: str | int | float | None


class ComparisonView(Contract):
    """Two takes side by side."""

    job_id: str
    clip_index: int
    left: VersionView
    right: VersionView
    similarity: float | None = Field(description="Mean structural similarity, 0 to 1")
    differences: list[Difference]
