"""Price a job before it is made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retake.domain.estimates import estimate_batch_s
from retake.domain.limits import Limits
from retake.domain.media import MediaProfile
from retake.domain.pricing import PriceBreakdown
from retake.ports.requests import GenerationTimes
from retake.services.jobs.build_job import price_generated
from retake.services.jobs.job_request import NewClip, check_shape
from retake.services.jobs.plan_job import collect, plan_prompts, refuse
from retake.services.videos.plan_videos import Offer, warnings_of


@dataclass(frozen=True)
class JobEstimate:
    """What a job is going to cost: its clips that are generated; what is made of files costs nothing."""

    price: PriceBreakdown
    estimated_time_s: int
    warnings: tuple[str, ...]


def estimate_job(
    clips: Sequence[NewClip],
    profile: MediaProfile | None,
    *,
    offer: Callable[[], Offer],
    limits: Limits,
    times: GenerationTimes,
) -> JobEstimate:
    """Check what the clips ask for and price it; uploads, videos and references are not looked at.

    Raises:
        InvalidRequestError: Naming every fault.
    """
    faults = check_shape(clips, limits)
    plans = collect(faults, lambda: plan_prompts(clips, offer)) or {}
    refuse(faults)
    # Without a profile of its own a job has 30 frames a second, whatever its first clip is.
    rate = profile or MediaProfile(1280, 720)
    return JobEstimate(
        price=price_generated(plans, rate),
        estimated_time_s=estimate_batch_s(len(plans), times.recent_ms()) if plans else 0,
        warnings=warnings_of(tuple(plans.values())),
    )
