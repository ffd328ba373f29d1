"""Estimate the price, size and frame rate of a job before it is created."""

from dataclasses import dataclass

from retake.domain.batch_clips import estimate_batch_s
from retake.domain.conversions import foresee
from retake.domain.media import MediaProfile
from retake.domain.notices import Notice
from retake.domain.pricing import PriceBreakdown
from retake.services.context import Context
from retake.services.jobs.build_job import price_plan
from retake.services.jobs.job_request import JobRequest
from retake.services.jobs.plan_job import plan_job
from retake.services.videos.plan_videos import warnings_of


@dataclass(frozen=True)
class JobEstimate:
    """A job that was not made.

    Attributes:
        price: Of its clips that are generated; what is made of files costs nothing.
        profile: What every clip is going to be converted to.
        losses: What clips of files lose by that, by their place.
        titles: Of all clips.
    """

    price: PriceBreakdown
    estimated_time_s: int
    profile: MediaProfile
    warnings: tuple[str, ...]
    losses: tuple[tuple[int, Notice], ...]
    titles: tuple[str, ...]


def estimate_job(request: JobRequest, ctx: Context) -> JobEstimate:
    """Look at all that a job is made of, and price it; nothing is written.

    Raises:
        InvalidRequestError: Naming every fault.
    """
    plan = plan_job(request, ctx)
    models = [wanted.model for wanted in plan.generated.values()]
    return JobEstimate(
        price=price_plan(plan),
        estimated_time_s=estimate_batch_s(models, ctx.times.recent_ms) if models else 0,
        profile=plan.profile,
        warnings=(*plan.reasons, *warnings_of(tuple(plan.generated.values()))),
        losses=tuple(
            (index, loss)
            for index, clip in enumerate(plan.clips)
            if clip.generated is None
            for loss in foresee(clip.format, plan.profile)
        ),
        titles=tuple(clip.title for clip in plan.clips),
    )
