"""Requests and answers about schedules: what is to be started at a time."""

from typing import Any

from pydantic import Field

from retake.contracts.batches import BatchRequestModel
from retake.contracts.common import Contract, Moment, Money
from retake.contracts.values import Id, RequestedMoment
from retake.contracts.videos import VariationsRequestModel, VideoBatchRequestModel, VideoRequestModel
from retake.domain.schedules import ScheduledKind, ScheduleStatus


class ScheduledRegenerationModel(BatchRequestModel):
    """Clips of a job to regenerate: the body of batch-regenerate, and which job."""

    job_id: Id


class ScheduleModel(Contract):
    """A time, and exactly one request that is carried out then; it is checked and priced now."""

    at: RequestedMoment = Field(
        description="With its zone, at most a year ahead", examples=["2026-12-01T08:00:00+01:00"]
    )
    video: VideoRequestModel | None = Field(default=None, description="The body of POST /videos")
    variations: VariationsRequestModel | None = Field(
        default=None, description="The body of POST /videos/variations"
    )
    batch: VideoBatchRequestModel | None = Field(default=None, description="The body of POST /videos/batch")
    regeneration: ScheduledRegenerationModel | None = Field(
        default=None, description="The body of POST /jobs/{job_id}/clips/batch-regenerate, and the job"
    )


class ScheduleView(Contract):
    """A schedule."""

    schedule_id: str
    at: Moment
    kind: ScheduledKind
    status: ScheduleStatus
    request: dict[str, Any] = Field(description="What is carried out, as it was sent")
    job_id: str | None = Field(description="The job of a regeneration")
    estimated_cost: Money | None = Field(
        description="US dollars, as agreed to: at a higher price nothing is started; None where unknown"
    )
    warnings: list[str]
    batch_id: str | None = Field(
        description="What was started: GET /videos/batches/{id}, or the job's batch of this id"
    )
    reason: str | None = Field(description="Why nothing was started")
    created_at: Moment
    ended_at: Moment | None


class ScheduleList(Contract):
    """A page of schedules by their time, the last first."""

    schedules: list[ScheduleView]
    cursor: str | None
