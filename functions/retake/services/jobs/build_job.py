"""Build the records of a new job: its clips, and the batch that generates clips from prompts."""

from collections.abc import Mapping, Sequence
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
from retake.domain.records.jobs import Clip, Job, Soundtrack
from retake.domain.sources import KeptFile
from retake.domain.spending import holds_of, month_of
from retake.domain.staleness import order_by_sources
from retake.domain.statuses import BatchStatus, ClipStatus, JobStatus
from retake.services.batches.accept_batch import draft_takes
from retake.services.context import Context
from retake.services.jobs.job_request import JobRequest
from retake.services.jobs.plan_job import ClipPlan, JobPlan, made_from_of
from retake.services.references.keep_uploads import wanted_of
from retake.services.videos.plan_videos import MAX_GENERATED_SIDE_PX

PREPARATION_LEASE = timedelta(minutes=15)


@dataclass(frozen=True)
class KeptFiles:
    """What was copied for the job, so that it lasts.

    Attributes:
        sources: Where clips' files lie now, by the key they had.
        references: Uploads that generated clips are made from, by the uploads' ids.
    """

    sources: dict[str, str]
    references: Mapping[str, KeptFile]
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
    clips = build_clips(request.job_id, plan, kept, [ctx.ids.new() for _ in plan.clips])
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
        stream_key=ctx.ids.new(),
        reference_files=tuple(kept.references.values()),
    )
    if not plan.generated:
        return NewJob(tuple(clips), Change(job))
    first = build_batch(request, plan, clips, ctx, batch_id=ctx.ids.new(), now=now)
    batch = replace(first.batch, estimated_time_s=estimated_time_s)
    change = accept_batch(job, batch, clip_indexes=tuple(plan.generated), now=now, is_held=True)
    return NewJob((*clips, *first.drafts), change)


@dataclass(frozen=True)
class FirstBatch:
    """A batch that generates the first takes of clips.

    Attributes:
        drafts: Its regenerations, written before it.
    """

    batch: Batch
    drafts: tuple[Regeneration, ...]


def build_batch(
    request: JobRequest,
    plan: JobPlan,
    clips: Sequence[Clip],
    ctx: Context,
    *,
    batch_id: str,
    now: datetime,
    place: int = 0,
) -> FirstBatch:
    """Return the batch that generates the clips of a plan which have no file; not accepted yet.

    Args:
        request: What is asked for.
        plan: The plan.
        clips: The records of its clips, in order.
        ctx: The ports.
        batch_id: Its id.
        now: The moment.
        place: Where in the timeline the first of the clips stands.
    """
    wanted = [_batch_clip(place + index, clips[index], one.model) for index, one in plan.generated.items()]
    price = price_plan(plan, place=place)
    new = draft_takes(request.job_id, batch_id, wanted, ctx, now=now)
    holds = holds_of(price, month_of(now))
    held = {draft.clip_index: replace(draft, hold=hold) for draft, hold in zip(new, holds, strict=True)}
    drafts = tuple(held[place + index] for index in generation_order(plan))
    batch = Batch(
        job_id=request.job_id,
        batch_id=batch_id,
        user_id=request.user_id,
        status=BatchStatus.WAITING,
        queue_number=0,
        regeneration_ids=tuple(item.regeneration_id for item in drafts),
        price=price,
        estimated_time_s=0,
        created_at=now,
        request_hash=request.request_hash,
    )
    return FirstBatch(batch, drafts)


def build_clips(job_id: str, plan: JobPlan, kept: KeptFiles, ids: Sequence[str]) -> list[Clip]:
    """Return the records of a plan's clips, which have no take yet."""
    return [
        _clip(job_id, clip_id, clip, plan.profile, kept)
        for clip_id, clip in zip(ids, plan.clips, strict=True)
    ]


def generation_order(plan: JobPlan) -> tuple[int, ...]:
    """Return the places of generated clips so that each comes after those that it is made from."""
    places = [str(place) for place in plan.generated]
    return tuple(int(place) for place in order_by_sources(places, made_from_of(plan.generated)))


def price_plan(plan: JobPlan, *, place: int = 0) -> PriceBreakdown:
    """Price what a job generates, as a batch: each clip with its own model, by its whole frames.

    Args:
        plan: What is to be made.
        place: Where in the timeline its first clip stands.
    """
    takes = []
    for position, wanted in plan.generated.items():
        index = place + position
        exact_ms = plan.profile.duration_ms(plan.profile.frame_count(wanted.duration_ms))
        size = _picture(plan.profile) if wanted.request.size is None else wanted.picture
        cost = wanted.model.estimate(exact_ms, size)
        takes.append(ClipPrice(index, exact_ms, cost, wanted.model.name, clip_title=wanted.title))
    return price_batch(takes)


def _clip(job_id: str, clip_id: str, clip: ClipPlan, profile: MediaProfile, kept: KeptFiles) -> Clip:
    frames = profile.frame_count(clip.format.duration_ms)
    made = Clip(
        job_id=job_id,
        clip_id=clip_id,
        title=clip.title,
        status=ClipStatus.PREPARING,
        source_key=kept.sources.get(clip.source_key, clip.source_key),
        source_etag=clip.source_etag,
        duration_ms=profile.duration_ms(frames),
        frames=frames,
        prompt=clip.prompt,
        model=clip.model,
        file_name=clip.file_name,
        wanted=wanted_of(clip.references, kept.references),
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
    return BatchClip(
        *(index, clip.clip_id, clip.duration_ms, clip.prompt, model), title=clip.title, wanted=clip.wanted
    )
