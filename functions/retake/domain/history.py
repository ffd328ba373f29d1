"""The history of a user's generations: a line for each that has ended, which outlives its job. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from retake.domain.pricing import MONEY
from retake.domain.records.batches import Regeneration
from retake.domain.records.jobs import Job
from retake.domain.records.kinds import Record
from retake.domain.statuses import JobKind, RegenerationStatus

NOTHING_PAID = Decimal(0).quantize(MONEY)


@dataclass(frozen=True)
class PastGeneration:
    """A generation that has ended, described without its job.

    Attributes:
        kind: Job or video.
        job_id: The job's or the video's id; it may be gone.
        title: The job's, when the generation ended.
        clip_index: The clip's place when it was asked for.
        take: Its number among the takes of the clip that one request asked for, of ``takes``.
        prompt: What the provider was asked for, in words; None where it never was.
        version_number: The take that it became, also if that came after its batch had ended.
        estimated_cost: US dollars, before; None where the model's price is not known.
        actual_cost: US dollars, undiscounted, as the version has it; None if the price is unknown, or
            whether it was charged at all.
        provider_cost: US dollars that the provider says it charged; None where it did not say.
        charged: US dollars, discounted as its batch was; None where the cost is not known.
        asked_at: When it was accepted; its month is charged.
        submitted_at: When the provider had it; None where it never had.
    """

    user_id: str
    regeneration_id: str
    kind: JobKind
    job_id: str
    title: str
    batch_id: str
    clip_id: str
    clip_index: int
    take: int
    takes: int
    instruction: str
    prompt: str | None
    model: str
    provider: str | None
    status: RegenerationStatus
    error: str | None
    version_number: int | None
    estimated_cost: Decimal | None
    actual_cost: Decimal | None
    provider_cost: Decimal | None
    charged: Decimal | None
    asked_at: datetime
    submitted_at: datetime | None
    finished_at: datetime | None
    clip_title: str = ""

    @property
    def seconds(self) -> float | None:
        """Return how long it took from its submission to its end."""
        if self.submitted_at is None or self.finished_at is None:
            return None
        return max(0.0, (self.finished_at - self.submitted_at).total_seconds())


@dataclass(frozen=True)
class HistoryFilter:
    """Which generations of a user to list; None does not filter.

    Attributes:
        month: Accepted in this one, such as ``2026-11`` (UTC).
    """

    status: RegenerationStatus | None = None
    model: str | None = None
    kind: JobKind | None = None
    month: str | None = None


def past_generations(job: Job, puts: Sequence[Record]) -> tuple[PastGeneration, ...]:
    """Return the lines of the generations that have ended with these records, or of which more is known."""
    return tuple(
        _line(job, record)
        for record in puts
        if isinstance(record, Regeneration) and record.status.is_terminal
    )


def _line(job: Job, record: Regeneration) -> PastGeneration:
    cost = _cost_of(record)
    return PastGeneration(
        user_id=job.user_id,
        regeneration_id=record.regeneration_id,
        kind=job.kind,
        job_id=job.job_id,
        title=job.title,
        batch_id=record.batch_id,
        clip_id=record.clip_id,
        clip_index=record.clip_index,
        take=record.take,
        takes=record.takes,
        instruction=record.instruction,
        prompt=record.prompt,
        model=record.model,
        provider=record.provider,
        status=record.status,
        error=record.error,
        version_number=record.version_number,
        estimated_cost=record.estimated_cost,
        actual_cost=cost,
        provider_cost=record.provider_cost,
        charged=record.hold.amount if cost and record.hold is not None else cost,
        asked_at=record.created_at,
        submitted_at=record.submitted_at,
        finished_at=record.finished_at,
        clip_title=record.clip_title,
    )


def _cost_of(record: Regeneration) -> Decimal | None:
    if record.version_number is not None:
        return record.estimated_cost
    # Whether it was charged is unknown.
    return None if record.status is RegenerationStatus.SUBMISSION_UNKNOWN else NOTHING_PAID
