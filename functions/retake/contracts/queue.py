"""Answers about what has not ended."""

from pydantic import Field

from retake.contracts.common import Contract, Moment, Money
from retake.domain.queue import QueueAction, QueueKind, QueueState, WaitsFor


class QueueEntryView(Contract):
    """A video that is being made, or a batch of regenerations that runs or waits."""

    kind: QueueKind
    id: str = Field(description="The video's id, or the batch's")
    job_id: str = Field(description="The batch's job; of a video its own id")
    batch_id: str
    title: str = Field(description="Of the video, or of the batch's job")
    state: QueueState
    position: int = Field(description="How many batches of its job run before it, as things are")
    place: int | None = Field(
        description="Its place among those of its job that wait, paused ones included; None if it does not"
    )
    waits_for: WaitsFor | None = Field(description="None for what runs")
    progress: int = Field(description="Percent, of all its clips together")
    clip_count: int
    estimated_cost: Money | None = Field(description="None where a price is not known")
    estimated_time: int = Field(description="Seconds that it takes by itself")
    expected_in: int | None = Field(
        description="Seconds until it is done, what comes before it included; None while it is paused or ends"
    )
    accepted_at: Moment
    reason: str | None = Field(default=None, description="Why it is held; None where it is not")
    actions: list[QueueAction] = Field(description="What can be done about it now")


class QueueView(Contract):
    """A page of what has not ended, in the order in which it runs."""

    entries: list[QueueEntryView]
    cursor: str | None
