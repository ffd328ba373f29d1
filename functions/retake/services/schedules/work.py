"""What a schedule can ask for: checked whole now, started at its time.

Both kinds go through the services that carry such requests out at once, so that nothing is judged twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from retake.domain.errors import NotFoundError
from retake.domain.records.jobs import Job
from retake.services.batches.accept_batch import BatchRequest, accept_batch
from retake.services.batches.price_batch import price_request
from retake.services.context import Context
from retake.services.references.find_references import FoundReference, ProbedUpload
from retake.services.usage.allowances import require_budget
from retake.services.videos.create_videos import CreationRequest, check_videos, create_videos
from retake.services.videos.plan_videos import cost_of, warnings_of


@dataclass(frozen=True)
class CheckedWork:
    """Work that could be started now.

    Attributes:
        estimated_cost: US dollars; None where a price is not known.
        warnings: What people should know first.
        references: The uploads that it uses, by their ids.
        clip_ids: The clips that it is about, in the request's order.
    """

    estimated_cost: Decimal | None
    warnings: tuple[str, ...] = ()
    references: Mapping[str, ProbedUpload] = field(default_factory=dict)
    clip_ids: Sequence[str] = ()


def uploads_of(found: Sequence[FoundReference]) -> Mapping[str, ProbedUpload]:
    """Return the uploads among references, by their ids."""
    uploads = (item.upload for item in found)
    return {upload.upload.upload_id: upload for upload in uploads if upload is not None}


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
    ctx: Context

    def check(self) -> CheckedWork:
        """Check and price the videos."""
        checked = check_videos(self.request, self.ctx)
        found = [item for references in checked.references.values() for item in references]
        return CheckedWork(cost_of(checked.plans), warnings_of(checked.plans), uploads_of(found))

    def is_started(self) -> bool:
        """Whether the creation is there."""
        return self.ctx.creations.find_creation(self.request.creation_id) is not None

    def start(self) -> None:
        """Make the videos exist and start making them."""
        create_videos(self.request, self.ctx)


@dataclass(frozen=True)
class RegenerationWork:
    """Clips of a job that are made anew."""

    request: BatchRequest
    ctx: Context

    def check(self) -> CheckedWork:
        """Check and price the batch."""
        job = own_job(self.request.job_id, self.request.user_id, self.ctx)
        priced = price_request(job, self.request.content, self.ctx)
        require_budget(self.request.user_id, self.ctx)
        clip_ids = [job.clip_ids[clip.clip_index] for clip in self.request.content.clips]
        return CheckedWork(priced.price.total, priced.warnings, uploads_of(priced.uploads), clip_ids)

    def is_started(self) -> bool:
        """Whether the batch is there."""
        try:
            self.ctx.jobs.get_batch(self.request.job_id, self.request.batch_id)
        except NotFoundError:
            return False
        return True

    def start(self) -> None:
        """Accept the batch."""
        accept_batch(self.request, self.ctx)


def own_job(job_id: str, user_id: str, ctx: Context) -> Job:
    """Return a user's job. Raises ``NotFoundError``, also for another user's."""
    job = ctx.jobs.get_job(job_id)
    if job.user_id != user_id:
        raise NotFoundError(f"There is no job {job_id!r}.")
    return job
