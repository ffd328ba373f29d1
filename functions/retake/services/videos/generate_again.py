"""Another generation of a video that has no take: for a retry, and for a video that was paused."""

from dataclasses import replace
from datetime import datetime

from retake.domain.changes import Change
from retake.domain.estimates import estimate_batch_s
from retake.domain.records.jobs import Job
from retake.ports.jobs import JobRepository
from retake.ports.requests import GenerationTimes
from retake.ports.system import Ids
from retake.ports.usage import UsageRepository
from retake.services.usage.reserve_spending import reserve_spending
from retake.services.videos.build_video import Asked, build_retry
from retake.services.videos.plan_videos import Offer


def generate_again(
    job: Job,
    creation_id: str,
    *,
    request_hash: str,
    offer: Offer,
    jobs: JobRepository,
    usage: UsageRepository,
    times: GenerationTimes,
    ids: Ids,
    now: datetime,
) -> Change:
    """Return the commit that starts it, priced as of today: with the video's own words and settings.

    Raises:
        InvalidRequestError: If its model is no more.
        SpendLimitError: If the user's monthly limit does not allow it.
    """
    if job.video is None:  # pragma: no cover - the callers have looked
        raise ValueError(job.job_id)
    model = offer.catalogue.choose(job.video.model, today=offer.today).model
    clip = jobs.get_clip(job.job_id, job.clip_ids[0]).clip
    asked = Asked(
        creation_id=creation_id,
        user_id=job.user_id,
        request_hash=request_hash,
        project_id=job.video.project_id,
        now=now,
        estimated_time_s=estimate_batch_s(1, times.recent_ms()),
    )
    cost = model.estimate(clip.duration_ms)
    change = build_retry(job, clip, asked, deadline_s=model.deadline_s, cost=cost, ids=ids)
    reserves = reserve_spending(
        job.user_id, [asked.hold(cost)], asked.month, usage=usage, limits=offer.limits
    )
    return replace(change, reserves=reserves)
