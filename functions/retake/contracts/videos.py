"""Requests and answers about videos that are made from words, and about projects and models."""

from datetime import date

from pydantic import Field

from retake.contracts.common import Contract, DoubtView, Moment, Money
from retake.contracts.references import ReferenceModel, ReferenceRulesView
from retake.contracts.values import FROM_ONE, Id, Name, Seconds, Title, Whole
from retake.domain.catalogue import PriceUnit
from retake.domain.creations import CreationStatus
from retake.domain.references import ReferenceKind
from retake.domain.videos import CreationMode, VideoStatus


class VideoModel(Contract):
    """A video to make; what is left out is the catalogue's default."""

    prompt: str = Field(
        description="What it should show",
        examples=["a red fox in snow"],
        json_schema_extra={"minLength": 1},
    )
    title: Title | None = Field(default=None, description="By default from the prompt")
    model: str | None = Field(default=None, description="A name of GET /models")
    size: str | None = Field(default=None, examples=["1280x720"])
    seconds: Seconds | None = None
    reference_upload_id: Id | None = Field(
        default=None, description="An uploaded picture or video, in the role that the model has for it"
    )
    references: list[ReferenceModel] | None = Field(
        default=None, description="What it is made from besides words, where its model takes that"
    )


class VideoRequestModel(VideoModel):
    """One new video."""

    project_id: Id | None = None


class VariationsRequestModel(VideoRequestModel):
    """Some takes of one prompt, each with its own seed."""

    variations: Whole = Field(description="How many", json_schema_extra=FROM_ONE)


class VideoBatchRequestModel(Contract):
    """Different videos, made side by side."""

    videos: list[VideoModel] = Field(json_schema_extra={"minItems": 1})
    project_id: Id | None = None


class VideoRetryModel(Contract):
    """How a video that failed is made again."""

    model: str | None = Field(default=None, description="Name in `GET /models`; by default the video's own")


class TrackedVideoView(Contract):
    """A video: what was asked for, how it is, and what it costs."""

    id: str
    video_id: str
    user_id: str
    project_id: str | None
    title: str
    prompt: str
    model: str
    size: str
    seconds: float
    duration_seconds: float = Field(description="The same as seconds")
    status: VideoStatus
    progress: int = Field(description="Percent; 100 only with the finished video")
    attempts: int = Field(description="How often the provider was asked; failed attempts cost nothing")
    paused: bool = Field(description="Whether it waits to be resumed; nothing is paid until then")
    error: str | None = Field(description="Why it failed")
    doubt: DoubtView | None = Field(description="While it is `in_doubt`; it cannot be retried until then")
    video_url: str | None = Field(description="Once it is completed")
    thumbnail_url: str | None
    estimated_cost: Money | None = Field(description="None where the model's price is not known")
    actual_cost: Money | None = Field(description="What was charged; nothing for what fails")
    provider: str | None
    provider_job_id: str | None
    seed: int
    variation: int | None
    has_reference: bool
    batch_id: str = Field(description="What it was asked for with: GET /videos/batches/{id}")
    regeneration_id: str
    created_at: Moment
    finished_at: Moment | None


class VideoList(Contract):
    """A page of videos, newest first."""

    videos: list[TrackedVideoView]
    cursor: str | None


class StatusCounts(Contract):
    """How many videos have which status."""

    processing: int
    in_doubt: int
    completed: int
    failed: int
    cancelled: int


class CreationView(Contract):
    """Videos that were asked for together."""

    batch_id: str
    mode: CreationMode
    status: CreationStatus
    progress: int = Field(description="Percent, of all videos together")
    counts: StatusCounts
    project_id: str | None
    estimated_total_cost: Money | None = Field(description="None where a price is not known")
    actual_total_cost: Money | None
    warnings: list[str]
    created_at: Moment
    videos: list[TrackedVideoView]


class VideoEstimate(Contract):
    """What one video would be and cost."""

    model: str
    size: str
    seconds: float
    cost: Money | None = Field(description="None where the model's price is not known")


class VideoEstimatesView(Contract):
    """The price of videos that were not asked for."""

    videos: list[VideoEstimate]
    estimated_total_cost: Money | None = Field(description="None where a price is not known")
    estimated_total_time: int = Field(description="Seconds")
    warnings: list[str]


class DownloadView(Contract):
    """A URL that downloads the video as a file of this name."""

    url: str
    file_name: str
    size_bytes: int


class ProjectModel(Contract):
    """A new project."""

    name: Name


class ProjectView(Contract):
    """A project."""

    project_id: str
    name: str
    created_at: Moment


class ProjectList(Contract):
    """A page of projects, newest first."""

    projects: list[ProjectView]
    cursor: str | None


class ModelView(Contract):
    """A model that can be chosen."""

    name: str
    title: str
    provider: str
    is_default: bool
    shortest_seconds: float
    longest_seconds: float
    seconds: list[float] | None = Field(description="Lengths it makes; None for any between the two")
    sizes: list[str] | None = Field(description="None for any")
    references: list[ReferenceKind] = Field(
        description="Kinds of files; their roles are in `reference_rules`"
    )
    reference_rules: ReferenceRulesView
    price: Money | None = Field(
        description="US dollars a unit, the most that is asked; None if no price is published"
    )
    prices: dict[str, Money] | None = Field(
        description="US dollars a unit by resolution, such as 720p; null where one price is for all"
    )
    price_unit: PriceUnit | None
    price_as_of: date | None
    end_of_life: date | None
    ends_in_days: int | None = Field(description="By the installation's clock; null where no end is known")
    warning: str | None


class ProviderView(Contract):
    """A provider of this installation, or one that it could have."""

    name: str
    kind: str
    title: str
    is_default: bool = Field(description="Whether requests that name no model go to it")
    missing: str | None = Field(description="What it lacks before its models can be chosen; null if nothing")


class ModelList(Contract):
    """The models of this installation, and the providers that they, and more, come from."""

    models: list[ModelView]
    providers: list[ProviderView]
