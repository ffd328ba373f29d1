"""Requests and answers about clips of a job: adding, changing, putting back."""

from typing import Annotated

from pydantic import Field

from retake.contracts.common import Contract, Moment
from retake.contracts.jobs import ClipRequest
from retake.contracts.timeline import TrimModel
from retake.contracts.values import Title, Whole

Place = Annotated[Whole, Field(ge=0)]


class JobChange(Contract):
    """What changes of a job."""

    title: Title = Field(min_length=1)


class ClipChangeModel(Contract):
    """What changes of a clip; what is left out stays."""

    title: Title | None = Field(default=None, min_length=1)
    trim: TrimModel | None = Field(default=None, description="null shows all of the clip again")


class AddClipsModel(Contract):
    """Clips to add, in playback order: of uploads, videos and prompts in any mix."""

    clips: list[ClipRequest] = Field(json_schema_extra={"minItems": 1})
    clip_index: Place | None = Field(
        default=None,
        description="Where the first of them goes, from 0. By default the end, which is possible while a "
        "batch runs, too",
    )


class ReturnModel(Contract):
    """Where a removed clip is put back."""

    clip_index: Place | None = Field(default=None, description="By default where it was")


class RemovedClipView(Contract):
    """A clip that was removed from the timeline, and can be put back."""

    clip_id: str
    title: str
    duration_ms: int
    version_count: int
    thumbnail_url: str | None
    video_url: str | None = Field(description="Of the take that it showed; null if it has none")
    size_bytes: int = Field(description="What its takes keep in the store")
    removed_at: Moment | None = Field(description="null for clips removed by an earlier release")
    removed_from: int | None = Field(description="The place that it had")


class RemovedClipList(Contract):
    """The removed clips of a job, the last one first."""

    job_id: str
    timeline_revision: int
    clips: list[RemovedClipView]
