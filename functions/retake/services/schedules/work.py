"""What a schedule can ask for: checked whole now, started at its time.

Both kinds go through the services that carry such requests out at once, so that nothing is judged twice.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from retake.domain.errors import NotFoundError
from retake.domain.limits import Limits
from retake.domain.records.jobs import Job
from retake.ports.jobs import JobRepository
from retake.ports.usage import UsageRepository
from retake.ports.videos import CreationRepository
from retake.services.batches.accept_batch import AcceptedBatch, BatchRequest
from retake.services.batches.price_batch import PricedBatch
from retake.services.usage.require_budget import require_budget
from retake.services.videos.create_videos import CreateVideos, CreationRequest
from retake.services.videos.find_references import FoundReference
from retake.services.videos.plan_videos import cost_of, warnings_of


@dataclass(frozen=True)
class CheckedWork:
    """Work that could be started now.

    Attributes:
        estimated_cost: US dollars; None where a price is not known.
        warnings: What people should know first.
        references: The uploads that it goes by, by their ids.
        clip_ids: The clips that it is about, in the request's order.
    """

    estimated_cost: Decimal | None
    warnings: tuple[str, ...] = ()
    references: Mapping[str, FoundReference] = field(default_factory=dict)
    clip_ids: Sequence[str] = ()


class Work(Protocol):
    """A request that is carried out at some time."""

    def check(self) -> CheckedWork:
        """Check and price it whole; nothing is written. Raises ``RequestError``."""
        ...

    def is_started(self) -> bool:
        """Whether an attempt before has started it already."""
        ...

    def start(self) -> None:
        """Start it; starting what was started is no error. Raises ``RequestError``."""
        ...


@dataclass(frozen=True)
class VideosWork:
    """Videos that are made from words."""

    request: CreationRequest
    create: CreateVideos
    creations: CreationRepository

    def check(self) -> CheckedWork:
        """Check and price the videos."""
        checked = self.create.check(self.request)
        return CheckedWork(cost_of(checked.plans), warnings_of(checked.plans), checked.references)

    def is_started(self) -> bool:
        """Whether the creation is there."""
        return self.creations.find_creation(self.request.creation_id) is not None

    def start(self) -> None:
        """Make the videos exist and start making them."""
        self.create(self.request)


@dataclass(frozen=True)
class RegenerationWork:
    """Clips of a job that are made anew.

    Attributes:
        price: Checks and prices the request for its job.
        accept: Writes the batch and starts it, or lets it wait its turn.
    """

    request: BatchRequest
    price: Callable[[Job], PricedBatch]
    accept: Callable[[BatchRequest], AcceptedBatch]
    jobs: JobRepository
    usage: UsageRepository
    limits: Limits

    def check(self) -> CheckedWork:
        """Check and price the batch."""
        job = own_job(self.request.job_id, self.request.user_id, self.jobs)
        priced = self.price(job)
        require_budget(self.request.user_id, usage=self.usage, limits=self.limits)
        clip_ids = [job.clip_ids[clip.clip_index] for clip in self.request.content.clips]
        return CheckedWork(priced.price.total, priced.warnings, clip_ids=clip_ids)

    def is_started(self) -> bool:
        """Whether the batch is there."""
        try:
            self.jobs.get_batch(self.request.job_id, self.request.batch_id)
        except NotFoundError:
            return False
        return True

    def start(self) -> None:
        """Accept the batch."""
        self.accept(self.request)


def own_job(job_id: str, user_id: str, jobs: JobRepository) -> Job:
    """Return a user's job. Raises ``NotFoundError``, also for somebody else's."""
    job = jobs.get_job(job_id)
    if job.user_id != user_id:
        raise NotFoundError(f"There is no job {job_id!r}.")
    return job
