"""Estimate the price, size and frame rate of a job before it is created."""

from collections.abc import Mapping
from dataclasses import dataclass

from retake.domain.batch_clips import estimate_batch_s
from retake.domain.conversions import foresee
from retake.domain.media import MediaProfile
from retake.domain.notices import Notice
from retake.domain.pricing import PriceBreakdown
from retake.services.context import Context
from retake.services.jobs.build_job import price_plan
from retake.services.jobs.job_request import JobRequest
from retake.services.jobs.plan_job import JobPlan, plan_job
from retake.services.videos.plan_videos import warnings_of


@dataclass(frozen=True)
class JobEstimate:
    """A job that was not made.

    Attributes:
        price: Of its clips that are generated; what is made of files costs nothing.
        profile: What every clip is going to be converted to.
        losses: What clips of files lose by that, by their place.
        titles: Of all clips, by their place.
    """

    price: PriceBreakdown
    estimated_time_s: int
    profile: MediaProfile
    warnings: tuple[str, ...]
    losses: tuple[tuple[int, Notice], ...]
    titles: Mapping[int, str]


def estimate_job(request: JobRequest, ctx: Context) -> JobEstimate:
    """Check and price a job; nothing is written.

    Raises:
        InvalidRequestError: Naming every fault.
    """
    return estimate_plan(plan_job(request, ctx), ctx)


def estimate_plan(plan: JobPlan, ctx: Context, *, place: int = 0) -> JobEstimate:
    """Price what was planned.

    Args:
        plan: What would be made.
        ctx: The ports.
        place: Where in the timeline its first clip would stand.
    """
    models = [wanted.model for wanted in plan.generated.values()]
    return JobEstimate(
        price=price_plan(plan, place=place),
        estimated_time_s=estimate_batch_s(models, ctx.times.recent_ms) if models else 0,
        profile=plan.profile,
        warnings=(*plan.reasons, *warnings_of(tuple(plan.generated.values()))),
        losses=tuple(
            (place + index, loss)
            for index, clip in enumerate(plan.clips)
            if clip.generated is None
            for loss in foresee(clip.format, plan.profile)
        ),
        titles={place + index: clip.title for index, clip in enumerate(plan.clips)},
    )
