"""Build the records of a new video: its job, clip, batch and generation."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from retake.domain.batch_queue import accept_batch
from retake.domain.catalogue import Model
from retake.domain.changes import Change
from retake.domain.doubts import adopt_submission
from retake.domain.holds import Hold
from retake.domain.pricing import ClipPrice, price_batch
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Clip, Job
from retake.domain.sources import WantedReference
from retake.domain.spending import holds_for, month_of
from retake.domain.statuses import BatchStatus, ClipStatus, JobStatus, RegenerationStatus
from retake.domain.videos import VideoDetails
from retake.services.context import Context
from retake.services.videos.plan_videos import VideoPlan


@dataclass(frozen=True)
class Asked:
    """Who asked for a generation, by which request.

    Attributes:
        creation_id: The creation's id; also the batch's and the execution's.
    """

    creation_id: str
    user_id: str
    request_hash: str
    project_id: str | None
    now: datetime
    estimated_time_s: int

    @property
    def month(self) -> str:
        """Return the month that it is charged to."""
        return month_of(self.now)

    def hold(self, cost: Decimal | None) -> Hold | None:
        """Return what is set aside for one video; None where its price is not known."""
        return holds_for([cost], rate=Decimal(0), month=self.month)[0]


def build_video(
    video_id: str,
    plan: VideoPlan,
    asked: Asked,
    ctx: Context,
    *,
    wanted: tuple[WantedReference, ...],
) -> Change:
    """Return the commit that makes a video exist, before anything is submitted for it."""
    clip = Clip(
        job_id=video_id,
        clip_id=ctx.ids.new(),
        title=plan.title,
        status=ClipStatus.PREPARING,
        source_key="",
        duration_ms=plan.duration_ms,
        frames=plan.profile.frame_count(plan.duration_ms),
        prompt=plan.prompt,
        model=plan.model.name,
        wanted=wanted,
    )
    regeneration = _generation(
        clip, asked, ctx, model=plan.model.name, deadline_s=plan.model.deadline_s, cost=plan.estimated_cost
    )
    details = VideoDetails(
        prompt=plan.prompt,
        model=plan.model.name,
        size=plan.size,
        duration_ms=plan.duration_ms,
        creation_id=asked.creation_id,
        regeneration_id=regeneration.regeneration_id,
        batch_id=asked.creation_id,
        seed=regeneration.seed,
        project_id=asked.project_id,
        reference_count=len(wanted),
        variation=plan.request.variation,
        estimated_cost=plan.estimated_cost,
    )
    job = Job(
        job_id=video_id,
        user_id=asked.user_id,
        title=plan.title,
        status=JobStatus.PREPARING,
        created_at=asked.now,
        clip_ids=(clip.clip_id,),
        request_hash=asked.request_hash,
        profile=plan.profile,
        video=details,
        reference_files=tuple(dict.fromkeys(item.file for item in wanted if item.file is not None)),
    )
    accepted = accept_batch(job, _batch(regeneration, clip, asked), clip_indexes=[0], now=asked.now)
    return replace(accepted, puts=(clip, regeneration, *accepted.puts))


@dataclass(frozen=True)
class EarlierGeneration:
    """The generation that another one repeats, and its batch."""

    batch: Batch
    regeneration: Regeneration


def build_retry(
    job: Job,
    clip: Clip,
    asked: Asked,
    ctx: Context,
    *,
    earlier: EarlierGeneration,
    model: Model,
    cost: Decimal | None,
) -> Change:
    """Return the commit that starts another generation of a video that has no take yet.

    The model is the video's from then on, as if it had been asked for with it.
    """
    if job.video is None:  # pragma: no cover - the caller has looked
        raise ValueError(job.job_id)
    clip = replace(clip, model=model.name)
    new = _generation(clip, asked, ctx, model=model.name, deadline_s=model.deadline_s, cost=cost)
    regeneration = adopt_submission(new, earlier.regeneration)
    details = replace(
        job.video,
        model=model.name,
        regeneration_id=regeneration.regeneration_id,
        batch_id=asked.creation_id,
        seed=regeneration.seed,
        estimated_cost=cost,
    )
    batch = replace(_batch(regeneration, clip, asked), retry_of=job.video.batch_id)
    accepted = accept_batch(replace(job, video=details), batch, clip_indexes=[0], now=asked.now)
    retried = replace(earlier.batch, retried_by=asked.creation_id)
    return replace(accepted, puts=(clip, regeneration, retried, *accepted.puts))


def _generation(
    clip: Clip, asked: Asked, ctx: Context, *, model: str, deadline_s: int | None, cost: Decimal | None
) -> Regeneration:
    regeneration_id = ctx.ids.new()
    return Regeneration(
        job_id=clip.job_id,
        regeneration_id=regeneration_id,
        batch_id=asked.creation_id,
        clip_id=clip.clip_id,
        clip_index=0,
        instruction=clip.prompt,
        status=RegenerationStatus.QUEUED,
        # Each has its own, so variations of one prompt differ.
        seed=int(regeneration_id.replace("-", "")[:8], 16),
        estimated_cost=cost,
        created_at=asked.now,
        hold=asked.hold(cost),
        model=model,
        deadline_s=deadline_s,
        wanted=clip.wanted,
    )


def _batch(regeneration: Regeneration, clip: Clip, asked: Asked) -> Batch:
    return Batch(
        job_id=regeneration.job_id,
        batch_id=asked.creation_id,
        user_id=asked.user_id,
        status=BatchStatus.WAITING,
        queue_number=0,
        regeneration_ids=(regeneration.regeneration_id,),
        price=price_batch([ClipPrice(0, clip.duration_ms, regeneration.estimated_cost, regeneration.model)]),
        estimated_time_s=asked.estimated_time_s,
        created_at=asked.now,
        request_hash=asked.request_hash,
        is_creation=True,
    )
