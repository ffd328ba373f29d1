"""Another generation of a video that has no take: for a retry, and to resume a paused video."""

from dataclasses import replace

from retake.domain.batch_clips import estimate_videos_s, picture_of
from retake.domain.changes import Change
from retake.domain.errors import InvalidRequestError
from retake.domain.records.jobs import Job
from retake.domain.videos import Creation, CreationMode
from retake.services.context import Context
from retake.services.usage.allowances import reserve_spending
from retake.services.videos.build_video import Asked, EarlierGeneration, build_retry


def plan_generation(job: Job, creation_id: str, ctx: Context, *, request_hash: str) -> Change:
    """Return the commit that accepts it, priced as of today: with the video's own words and settings.

    Raises:
        InvalidRequestError: If its model is no more.
        SpendLimitError: If the user's monthly limit does not allow it.
    """
    if job.video is None:  # pragma: no cover - the callers have looked
        raise ValueError(job.job_id)
    offer = ctx.model_choices
    try:
        model = offer.catalogue.choose(job.video.model, today=offer.today).model
    except InvalidRequestError as error:
        raise InvalidRequestError(
            f"“{job.title}” was to be made with {job.video.model!r}, and a retry keeps the model. "
            f"{error.detail} Make a new video with its prompt."
        ) from error
    clip = ctx.jobs.get_take(job.job_id, job.clip_ids[0], None).clip
    asked = Asked(
        creation_id=creation_id,
        user_id=job.user_id,
        request_hash=request_hash,
        project_id=job.video.project_id,
        now=ctx.clock.now(),
        estimated_time_s=estimate_videos_s([model], ctx.times.recent_ms),
    )
    size = None if job.profile is None else picture_of(job.profile, clip, is_first=True)
    cost = model.estimate(clip.duration_ms, size)
    earlier = EarlierGeneration(
        ctx.jobs.get_batch(job.job_id, job.video.batch_id),
        ctx.jobs.get_regeneration(job.job_id, job.video.regeneration_id),
    )
    change = build_retry(job, clip, asked, ctx, earlier=earlier, deadline_s=model.deadline_s, cost=cost)
    reserves = reserve_spending(job.user_id, [asked.hold(cost)], asked.month, ctx)
    return replace(change, reserves=reserves)


def record_generation(
    job: Job, creation_id: str, ctx: Context, *, mode: CreationMode, request_hash: str
) -> Creation:
    """Write what the execution is started for, or find it written."""
    return ctx.creations.create_creation(
        Creation(
            creation_id=creation_id,
            user_id=job.user_id,
            mode=mode,
            video_ids=(job.job_id,),
            request_hash=request_hash,
            created_at=ctx.clock.now(),
            project_id=None if job.video is None else job.video.project_id,
            estimated_cost=None if job.video is None else job.video.estimated_cost,
        )
    )
