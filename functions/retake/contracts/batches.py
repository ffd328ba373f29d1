"""Requests and answers about batches of regenerations."""

from pydantic import Field

from retake.contracts.common import Contract, DoubtView, Moment, Money
from retake.contracts.references import Continuity, ReferenceModel
from retake.contracts.values import FROM_ONE, Id, Whole
from retake.domain.statuses import BatchStatus, RegenerationStatus


class ClipInstructionModel(Continuity):
    """A clip and what to do with it; what is said for all clips is used where nothing is said here."""

    clip_index: Whole = Field(json_schema_extra={"minimum": 0})
    instruction: str | None = None
    takes: Whole | None = Field(
        default=None, description="How many to make, to choose from: 1 to 3", json_schema_extra=FROM_ONE
    )
    model: str | None = Field(default=None, description="Name in `GET /models`")
    references: list[ReferenceModel] | None = Field(
        default=None, description="What it is made from besides words, where its model takes that"
    )
    repeat: bool = Field(
        default=False,
        description="In place of an instruction: make the current take again, in its words and from its "
        "sources as these are now; what a stale clip needs",
    )


class BatchRequestModel(Continuity):
    """Clips to regenerate one after another, in this order."""

    clips: list[ClipInstructionModel] = Field(json_schema_extra={"minItems": 1})
    instruction: str | None = Field(default=None, description="For every clip without its own")
    takes: Whole | None = Field(
        default=None,
        description="Takes of every clip that does not say how many: 1 to 3, by default 1",
        json_schema_extra=FROM_ONE,
    )
    model: str | None = Field(
        default=None,
        description="For every clip without its own; by default each is made with the model that made its "
        "first take, and an upload with the installation's",
    )


class ModelChange(Contract):
    """Another model for what was not started of a batch."""

    model: str = Field(description="Name in `GET /models`")


class RetryModel(Contract):
    """How what did not succeed of a batch is made again."""

    model: str | None = Field(
        default=None, description="Name in `GET /models`; by default each take's own model"
    )


class HeldView(Contract):
    """Why a batch is held: generations in a row failed alike at one provider."""

    reason: str = Field(description="What failed, as a sentence")
    provider: str
    since: Moment
    left: int = Field(description="Takes that were not started")


class RegenerationView(Contract):
    """One take of a clip in a batch."""

    clip_id: str
    clip_index: int = Field(description="The clip's place when the batch was accepted")
    clip_title: str | None = Field(description="What the clip was called when it was asked for")
    regeneration_id: str
    take: int = Field(description="Its number among the takes asked for, from 1")
    takes: int = Field(description="How many were asked for")
    model: str = Field(description="Name in the catalogue of what makes it")
    status: RegenerationStatus
    instruction: str
    progress: int = Field(description="Percent")
    attempts: int = Field(description="How often the provider was asked; failed attempts cost nothing")
    estimated_cost: Money | None
    version_number: int | None
    error: str | None
    doubt: DoubtView | None = Field(description="While it is `in_doubt`; it cannot be retried until then")


class ClipCost(Contract):
    """The undiscounted price of one take of a clip; None where the model's price is not known."""

    clip_index: int
    clip_title: str | None
    take: int = Field(description="Its number among the takes asked for, from 1")
    takes: int
    model: str
    duration_s: float
    cost: Money | None


class CostBreakdown(Contract):
    """The price: ``total`` is ``subtotal`` less ``discount``, which is an amount.

    There is a line for each take. The discount is for batches of three or more clips: takes of one clip
    are one clip. All three are None where the model's price is not known.
    """

    clips: list[ClipCost]
    subtotal: Money | None
    discount: Money | None
    discount_rate: Money
    total: Money | None


class ArchiveNoticeView(Contract):
    """A take that this batch will send to the archive, and until when it can be restored."""

    clip_index: int
    clip_title: str | None
    version_id: str | None = Field(description="Null for one of the takes that are still to be made")
    version_number: int
    restorable_until: Moment
    min_vmaf: float | None = Field(
        description="How close its picture is to the take from then on, at least (VMAF, 0 to 100): it is "
        "encoded once for the archive and never again, and its sound stays exact. Null where it came back "
        "from the archive before: then it loses nothing more"
    )


class EstimateView(Contract):
    """The price of a batch that was not started."""

    estimated_total_cost: Money | None
    platform_cost: Money | None = Field(
        description="What AWS costs the installation besides, in US dollars; users are not charged "
        "for it. An estimate; null on one machine"
    )
    estimated_total_time: int = Field(description="Seconds")
    cost_breakdown: CostBreakdown
    archives: list[ArchiveNoticeView]
    warnings: list[str] = Field(description="Warnings about the models")


class AcceptedBatchView(Contract):
    """An accepted batch."""

    batch_id: str
    status: BatchStatus
    regenerations: list[RegenerationView]
    estimated_total_cost: Money | None
    estimated_total_time: int = Field(description="Seconds")
    cost_breakdown: CostBreakdown
    waiting_behind: int = Field(description="Batches of this job that come first")
    archives: list[ArchiveNoticeView]
    warnings: list[str] = Field(description="Warnings about the models")


class BatchView(Contract):
    """A batch and how its clips are."""

    batch_id: str
    job_id: str
    status: BatchStatus
    queue_number: int
    paused: bool = Field(description="Whether it waits to be resumed; the batches behind it pass")
    waiting_behind: int = Field(description="Batches of this job that come first")
    regenerations: list[RegenerationView]
    estimated_total_cost: Money | None
    estimated_total_time: int
    cost_breakdown: CostBreakdown
    charged: Money | None
    recompose_error: str | None
    cause: str | None
    held: HeldView | None = Field(default=None, description="While it is `held`")
    retry_of: str | None = Field(description="The batch whose missing takes it makes")
    retried_by: str | None = Field(description="The batch that makes what did not succeed; one at most")
    created_at: Moment
    started_at: Moment | None
    finished_at: Moment | None
    cancel_requested: bool
    cancel_effect: str | None = Field(description="What a cancel that is under way still changes")


class BatchSummary(Contract):
    """A batch in a list."""

    batch_id: str
    status: BatchStatus
    queue_number: int
    paused: bool
    waiting_behind: int = Field(description="Batches of this job that come first")
    clip_count: int
    take_count: int
    estimated_total_cost: Money | None
    charged: Money | None
    created_at: Moment
    finished_at: Moment | None


class BatchOrder(Contract):
    """The batches that wait on a job, in the order in which they shall run."""

    order: list[Id] = Field(description="The id of each waiting batch, paused ones included, once")


class QueuedBatchView(BatchSummary):
    """A batch that has not ended, and what it is going to archive at its place."""

    archives: list[ArchiveNoticeView] = Field(description="If all its takes succeed")


class BatchQueueView(Contract):
    """The batches of a job that have not ended: the one that runs, then those that wait, in order."""

    job_id: str
    batches: list[QueuedBatchView]


class BatchList(Contract):
    """A page of batches, newest first."""

    batches: list[BatchSummary]
    cursor: str | None
