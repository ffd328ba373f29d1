"""Answers about what was ever generated."""

from pydantic import Field

from retake.contracts.common import Contract, Moment, Money
from retake.domain.statuses import JobKind, RegenerationStatus


class GenerationView(Contract):
    """A generation that has ended. It stays when its video or job is deleted."""

    regeneration_id: str
    kind: JobKind = Field(description="Whether it was for a video, or for a clip of a job")
    job_id: str = Field(description="The job, or the video; it may be deleted")
    title: str
    batch_id: str = Field(description="The batch, or the request for videos, that asked for it")
    clip_index: int
    clip_title: str | None = Field(description="What the clip was called when it was asked for")
    take: int = Field(description="Its number among the takes that the request asked for")
    takes: int
    version_number: int | None = Field(description="The take that it became, if it did")
    instruction: str = Field(description="What was asked for, as it was said")
    prompt: str | None = Field(description="What the provider was asked for; null if it never was")
    model: str
    provider: str | None
    status: RegenerationStatus
    error: str | None = Field(description="Why it did not succeed")
    estimated_cost: Money | None = Field(description="US dollars; null where no price is published")
    actual_cost: Money | None = Field(
        description="US dollars, undiscounted; null if unknown, as for submission_unknown"
    )
    provider_cost: Money | None = Field(
        description="US dollars by the provider's own word; null if it says none"
    )
    charged: Money | None = Field(description="US dollars, discounted as its batch was")
    asked_at: Moment
    submitted_at: Moment | None
    finished_at: Moment | None
    seconds: float | None = Field(description="From its submission to its end")


class GenerationList(Contract):
    """A page of generations, those asked for last first."""

    generations: list[GenerationView]
    cursor: str | None
