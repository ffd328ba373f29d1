"""Build the records of a new job: its clips, and the batch that generates clips from prompts."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

from retake.domain.batch_clips import BatchClip
from retake.domain.batch_queue import accept_batch
from retake.domain.catalogue import Model, Size
from retake.domain.changes import Change
from retake.domain.media import MediaProfile
from retake.domain.pricing import ClipPrice, PriceBreakdown, price_batch
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Clip, ClipReference, Job, Soundtrack
from retake.domain.spending import holds_of, month_of
from retake.domain.statuses import BatchStatus, ClipStatus, JobStatus
from retake.domain.videos import VideoReference
from retake.services.batches.accept_batch import draft_takes
from retake.services.context import Context
from retake.services.jobs.job_request import JobRequest
from retake.services.jobs.plan_job import ClipPlan, JobPlan
from retake.services.videos.plan_videos import MAX_GENERATED_SIDE_PX

PREPARATION_LEASE = timedelta(minutes=15)


@dataclass(frozen=True)
class KeptFiles:
    """What was copied for the job, so that it lasts.

    Attributes:
        sources: Where clips' files lie now, by the key they had.
        references: What generated clips go by, by position.
    """

    sources: dict[str, str]
    references: dict[int, VideoReference]
    soundtrack: Soundtrack | None = None


@dataclass(frozen=True)
class NewJob:
    """A job that does not exist yet.

    Attributes:
        drafts: Written before ``change``, which makes them count.
    """

    drafts: tuple[Clip | Regeneration, ...]
    change: Change


def build_job(
    request: JobRequest, plan: JobPlan, kept: KeptFiles, ctx: Context, *, now: datetime, estimated_time_s: int
) -> NewJob:
    """Return the records that make a job exist, before anything is generated for it."""
    clips = [_clip(request.job_id, clip, plan.profile, kept, ctx) for clip in plan.clips]
    job = Job(
        job_id=request.job_id,
        user_id=request.user_id,
        title=request.title,
        status=JobStatus.PREPARING,
        created_at=now,
        clip_ids=tuple(clip.clip_id for clip in clips),
        request_hash=request.request_hash,
        profile=plan.profile,
        soundtrack=kept.soundtrack,
        lease_until=now + PREPARATION_LEASE,
        references=tuple(
            ClipReference(clips[position].clip_id, file) for position, file in kept.references.items()
        ),
    )
    plans = plan.generated
    if not plans:
        return NewJob(tuple(clips), Change(job))
    batch_id = ctx.ids.new()
    generated = [_batch_clip(index, clips[index], wanted.model) for index, wanted in plans.items()]
    price = price_plan(plan)
    new = draft_takes(request.job_id, batch_id, generated, ctx, now=now)
    holds = holds_of(price, month_of(now))
    drafts = tuple(replace(draft, hold=hold) for draft, hold in zip(new, holds, strict=True))
    batch = Batch(
        job_id=request.job_id,
        batch_id=batch_id,
        user_id=request.user_id,
        status=BatchStatus.WAITING,
        queue_number=0,
        regeneration_ids=tuple(item.regeneration_id for item in drafts),
        price=price,
        estimated_time_s=estimated_time_s,
        created_at=now,
        request_hash=request.request_hash,
    )
    change = accept_batch(job, batch, clip_indexes=tuple(plans), now=now, is_held=True)
    return NewJob((*clips, *drafts), change)


def price_plan(plan: JobPlan) -> PriceBreakdown:
    """Price what a job generates, as a batch: each clip with its own model, by its whole frames."""
    takes = []
    for index, wanted in plan.generated.items():
        exact_ms = plan.profile.duration_ms(plan.profile.frame_count(wanted.duration_ms))
        size = _picture(plan.profile) if wanted.request.size is None else wanted.picture
        cost = wanted.model.estimate(exact_ms, size)
        takes.append(ClipPrice(index, exact_ms, cost, wanted.model.name, clip_title=wanted.title))
    return price_batch(takes)


def _clip(job_id: str, clip: ClipPlan, profile: MediaProfile, kept: KeptFiles, ctx: Context) -> Clip:
    frames = profile.frame_count(clip.format.duration_ms)
    made = Clip(
        job_id=job_id,
        clip_id=ctx.ids.new(),
        title=clip.title,
        status=ClipStatus.PREPARING,
        source_key=kept.sources.get(clip.source_key, clip.source_key),
        source_etag=clip.source_etag,
        duration_ms=profile.duration_ms(frames),
        frames=frames,
        prompt=clip.prompt,
        model=clip.model,
        file_name=clip.file_name,
    )
    if clip.generated is None:
        return made
    if clip.generated.request.size is not None:
        return replace(made, size=clip.generated.picture)
    own = _picture(profile)
    return made if own == Size(profile.width, profile.height) else replace(made, size=own)


def _picture(profile: MediaProfile) -> Size:
    """Return the size of a clip whose request names none: the job's, as far as one can be asked for.

    The model's own would only be scaled.
    """
    shrink = min(Fraction(1), Fraction(MAX_GENERATED_SIDE_PX, max(profile.width, profile.height)))
    if shrink == 1:
        return Size(profile.width, profile.height)
    width, height = (int(side * shrink) // 2 * 2 for side in (profile.width, profile.height))
    return Size(width, height)


def _batch_clip(index: int, clip: Clip, model: Model) -> BatchClip:
    return BatchClip(index, clip.clip_id, clip.duration_ms, clip.prompt, model, title=clip.title)
