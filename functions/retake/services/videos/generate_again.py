"""Another generation of a video that has no take: for a retry, and to resume a paused video."""

from dataclasses import replace

from retake.domain.batch_clips import estimate_videos_s, picture_of
from retake.domain.catalogue import Model
from retake.domain.changes import Change
from retake.domain.errors import Fault, InvalidRequestError
from retake.domain.records.jobs import Clip, Job
from retake.domain.videos import Creation, CreationMode, VideoDetails
from retake.services.batches.retry_batch import faults_at_model
from retake.services.context import Context
from retake.services.usage.allowances import reserve_spending
from retake.services.videos.build_video import Asked, EarlierGeneration, build_retry
from retake.services.videos.plan_videos import VideoRequest, plan_videos, refusal


def plan_generation(
    job: Job, creation_id: str, ctx: Context, *, request_hash: str, model: str | None = None
) -> Change:
    """Return the commit that accepts the generation, at today's price, in the video's words and settings.

    Args:
        job: The video.
        creation_id: The generation's creation and batch.
        ctx: The ports.
        request_hash: Of the request that asked for it.
        model: Name of the model that makes it; None for the video's own.

    Raises:
        InvalidRequestError: If its model is no more, or the named one cannot make it.
        SpendLimitError: If the user's monthly limit does not allow it.
    """
    if job.video is None:  # pragma: no cover - the callers have looked
        raise ValueError(job.job_id)
    clip = ctx.jobs.get_take(job.job_id, job.clip_ids[0], None).clip
    maker = _own_model(job, job.video, ctx) if not model else _other_model(job.video, clip, model, ctx)
    asked = Asked(
        creation_id=creation_id,
        user_id=job.user_id,
        request_hash=request_hash,
        project_id=job.video.project_id,
        now=ctx.clock.now(),
        estimated_time_s=estimate_videos_s([maker], ctx.times.recent_ms),
    )
    size = None if job.profile is None else picture_of(job.profile, clip, is_first=True)
    cost = maker.estimate(clip.duration_ms, size)
    earlier = EarlierGeneration(
        ctx.jobs.get_batch(job.job_id, job.video.batch_id),
        ctx.jobs.get_regeneration(job.job_id, job.video.regeneration_id),
    )
    change = build_retry(job, clip, asked, ctx, earlier=earlier, model=maker, cost=cost)
    reserves = reserve_spending(job.user_id, [asked.hold(cost)], asked.month, ctx)
    return replace(change, reserves=reserves)


def _own_model(job: Job, video: VideoDetails, ctx: Context) -> Model:
    offer = ctx.model_choices
    try:
        return offer.catalogue.choose(video.model, today=offer.today).model
    except InvalidRequestError as error:
        raise InvalidRequestError(
            f"“{job.title}” was to be made with {video.model!r}. {error.detail} "
            "Name another model in a retry, or make a new video with its prompt."
        ) from error


def _other_model(video: VideoDetails, clip: Clip, name: str, ctx: Context) -> Model:
    """Return the named model, if it makes the video as it was asked for."""
    request = VideoRequest(video.prompt, model=name, size=video.size, seconds=str(video.duration_ms / 1000))
    with faults_at_model():
        (plan,) = plan_videos([request], ctx.model_choices)
        roles = [wanted.role for wanted in clip.wanted]
        details = plan.model.references.faults(roles, title=plan.model.title)
        if details:
            raise refusal([Fault("model", detail) for detail in details])
    return plan.model


def record_generation(
    job: Job, creation_id: str, ctx: Context, *, mode: CreationMode, request_hash: str
) -> Creation:
    """Write the creation that the execution is started for, or find it written."""
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
