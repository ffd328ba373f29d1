"""Jobs, clips, versions and batches in answers."""

from collections.abc import Mapping, Sequence

from retake.contracts.batches import (
    AcceptedBatchView,
    ArchiveNoticeView,
    BatchQueueView,
    BatchSummary,
    BatchView,
    ClipCost,
    CostBreakdown,
    EstimateView,
    QueuedBatchView,
    RegenerationView,
)
from retake.contracts.common import DoubtView
from retake.contracts.jobs import (
    ClipNoticeView,
    ClipView,
    JobEstimateView,
    JobSummary,
    JobView,
    NoticeView,
    ProfileModel,
    VersionList,
    VersionView,
    VideoView,
)
from retake.domain.archive_notices import ArchiveNotice
from retake.domain.batch_queue import batches_before
from retake.domain.batches import describe_cancel
from retake.domain.clip_versions import ClipTake, ClipVersions
from retake.domain.doubt_record import Doubt
from retake.domain.frame_rates import rate_number
from retake.domain.media import MediaProfile
from retake.domain.notices import Notice
from retake.domain.pricing import PriceBreakdown
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Clip, Job
from retake.domain.records.takes import Version
from retake.services.batches.accept_batch import AcceptedBatch
from retake.services.batches.price_batch import PricedBatch
from retake.services.context import Context
from retake.services.jobs.estimate_job import JobEstimate


def job_summary(job: Job, ctx: Context) -> JobSummary:
    """Return a job for a list."""
    made = job.composition
    return JobSummary(
        job_id=job.job_id,
        title=job.title,
        status=job.status,
        created_at=job.created_at,
        clip_count=len(job.clip_ids),
        failure=job.failure,
        poster_url=ctx.objects.presign_get(made.poster_key) if made else None,
        duration_ms=made.duration_ms if made else None,
    )


def job_view(job: Job, clips: Sequence[ClipTake], ctx: Context) -> JobView:
    """Return a job with its clips, which are in order, and its video."""
    profile = None
    if job.profile is not None:
        profile = profile_view(job.profile)
    return JobView(
        **job_summary(job, ctx).model_dump(),
        profile=profile,
        has_soundtrack=job.soundtrack is not None,
        timeline_revision=job.timeline_revision,
        active_batch_id=job.active_batch_id,
        waiting_batch_ids=list(job.waiting_batch_ids),
        last_event_id=job.event_seq,
        clips=[clip_view(index, entry, ctx) for index, entry in enumerate(clips)],
        video=video_view(job, ctx),
    )


def profile_view(profile: MediaProfile) -> ProfileModel:
    """Return a job's size and frame rate."""
    return ProfileModel(width=profile.width, height=profile.height, fps=rate_number(profile.fps))


def video_view(job: Job, ctx: Context) -> VideoView | None:
    """Return the composed video, or None before the first."""
    made = job.composition
    if made is None:
        return None
    return VideoView(
        url=ctx.objects.presign_get(made.video_key),
        poster_url=ctx.objects.presign_get(made.poster_key),
        duration_ms=made.duration_ms,
        frames=made.frames,
        size_bytes=made.video_bytes or made.size_bytes,
        fingerprint=made.fingerprint,
        up_to_date=job.is_composed,
    )


def clip_view(index: int, entry: ClipTake, ctx: Context) -> ClipView:
    """Return a clip with its current take."""
    clip = entry.clip
    return ClipView(
        clip_index=index,
        clip_id=clip.clip_id,
        title=clip.title,
        file_name=clip.file_name or None,
        status=clip.status,
        duration_ms=clip.duration_ms,
        frames=clip.frames,
        prompt=clip.prompt,
        version_count=clip.next_version_number - 1,
        current_version=None if entry.version is None else version_view(index, clip, entry.version, ctx),
        notices=[] if entry.version is None else notice_views(entry.version.notices),
        failure=clip.failure,
    )


def version_view(index: int, clip: Clip, version: Version, ctx: Context) -> VersionView:
    """Return one take; its URLs read it where it lies now, and a deleted one has none."""
    is_current = version.version_number == clip.current_version
    where = version.location
    url = None if where is None else ctx.objects.presign_get(where.video_key)
    return VersionView(
        id=version.version_id,
        version_id=version.version_id,
        job_id=version.job_id,
        clip_index=index,
        clip_title=clip.title or None,
        version_number=version.version_number,
        video_url=url,
        prompt=version.prompt,
        thumbnail_url=None if where is None else ctx.objects.presign_get(where.thumbnail_key),
        user_instruction=version.user_instruction,
        cost=version.cost,
        provider_cost=version.provider_cost,
        created_at=version.created_at,
        is_current=is_current,
        state="current" if is_current else version.state,
        duration_ms=version.duration_ms,
        size_bytes=0 if where is None else where.size_bytes,
        provider=version.provider,
        regeneration_id=version.regeneration_id,
        batch_id=version.batch_id,
        take=version.take,
        takes=version.takes,
        superseded_at=version.superseded_at,
        archived_at=version.archived_at,
        archived_url=None if version.archived is None else url,
        expected_at=None if version.returning is None else version.returning.expected_at,
        damaged_at=version.damaged_at,
        deleted_at=version.deleted_at,
        notices=notice_views(version.notices),
    )


def notice_views(notices: Sequence[Notice]) -> list[NoticeView]:
    """Return what a take lost."""
    return [NoticeView(code=item.code, text=item.text, figures=dict(item.figures)) for item in notices]


def version_list(job: Job, index: int, entry: ClipVersions, ctx: Context, *, cap: int) -> VersionList:
    """Return a clip's versions, newest first."""
    return VersionList(
        job_id=job.job_id,
        clip_index=index,
        clip_id=entry.clip.clip_id,
        current_version=entry.clip.current_version,
        max_active_versions=cap,
        timeline_revision=job.timeline_revision,
        versions=[version_view(index, entry.clip, version, ctx) for version in entry.versions],
    )


def cost_breakdown(price: PriceBreakdown) -> CostBreakdown:
    """Return a price."""
    return CostBreakdown(
        clips=[
            ClipCost(
                clip_index=take.clip_index,
                clip_title=take.clip_title or None,
                take=take.take,
                takes=take.takes,
                model=take.model,
                duration_s=take.duration_ms / 1000,
                cost=take.cost,
            )
            for take in price.clips
        ],
        subtotal=price.subtotal,
        discount=price.discount,
        discount_rate=price.discount_rate,
        total=price.total,
    )


def estimate_view(priced: PricedBatch) -> EstimateView:
    """Return the price of a batch that was not started."""
    return EstimateView(
        estimated_total_cost=priced.price.total,
        estimated_total_time=priced.waits_s + priced.estimated_time_s,
        cost_breakdown=cost_breakdown(priced.price),
        archives=[_notice(notice) for notice in priced.archives],
        warnings=list(priced.warnings),
    )


def job_estimate_view(estimate: JobEstimate) -> JobEstimateView:
    """Return the price of a job that was not made."""
    return JobEstimateView(
        estimated_total_cost=estimate.price.total,
        estimated_total_time=estimate.estimated_time_s,
        cost_breakdown=cost_breakdown(estimate.price),
        profile=profile_view(estimate.profile),
        notices=[
            ClipNoticeView(
                clip_index=index, clip_title=estimate.titles[index], **notice_views([loss])[0].model_dump()
            )
            for index, loss in estimate.losses
        ],
        warnings=list(estimate.warnings),
    )


def accepted_view(accepted: AcceptedBatch) -> AcceptedBatchView:
    """Return an accepted batch."""
    batch = accepted.batch
    return AcceptedBatchView(
        batch_id=batch.batch_id,
        status=batch.status,
        regenerations=[regeneration_view(item) for item in accepted.regenerations],
        estimated_total_cost=batch.price.total,
        estimated_total_time=batch.estimated_time_s + (accepted.priced.waits_s if accepted.priced else 0),
        cost_breakdown=cost_breakdown(batch.price),
        waiting_behind=accepted.waiting_behind,
        archives=[_notice(notice) for notice in accepted.priced.archives] if accepted.priced else [],
        warnings=list(accepted.priced.warnings) if accepted.priced else [],
    )


def _notice(notice: ArchiveNotice) -> ArchiveNoticeView:
    return ArchiveNoticeView(
        clip_index=notice.clip_index,
        clip_title=notice.clip_title or None,
        version_id=notice.version_id,
        version_number=notice.version_number,
        restorable_until=notice.restorable_until,
        min_vmaf=notice.min_vmaf,
    )


def regeneration_view(item: Regeneration) -> RegenerationView:
    """Return one take of a batch."""
    return RegenerationView(
        clip_id=item.clip_id,
        clip_index=item.clip_index,
        clip_title=item.clip_title or None,
        regeneration_id=item.regeneration_id,
        take=item.take,
        takes=item.takes,
        model=item.model,
        status=item.status,
        instruction=item.instruction,
        progress=item.progress,
        attempts=item.attempts,
        estimated_cost=item.estimated_cost,
        version_number=item.version_number,
        error=item.error,
        doubt=doubt_view(item.doubt),
    )


def doubt_view(doubt: Doubt | None) -> DoubtView | None:
    """Return what is being found out, if anything."""
    if doubt is None:
        return None
    return DoubtView(awaited=doubt.awaited, since=doubt.since, until=doubt.until)


def batch_view(job: Job, batch: Batch, regenerations: Sequence[Regeneration]) -> BatchView:
    """Return a batch and how its clips are."""
    return BatchView(
        batch_id=batch.batch_id,
        job_id=batch.job_id,
        status=batch.status,
        queue_number=batch.queue_number,
        paused=batch.batch_id in job.paused_batch_ids,
        waiting_behind=batches_before(job, batch.batch_id),
        regenerations=[regeneration_view(item) for item in regenerations],
        estimated_total_cost=batch.price.total,
        estimated_total_time=batch.estimated_time_s,
        cost_breakdown=cost_breakdown(batch.price),
        charged=batch.charged,
        recompose_error=batch.recompose_error,
        cause=batch.cause,
        retry_of=batch.retry_of,
        retried_by=batch.retried_by,
        created_at=batch.created_at,
        started_at=batch.started_at,
        finished_at=batch.finished_at,
        cancel_requested=batch.cancel_requested_at is not None,
        cancel_effect=describe_cancel(batch, regenerations),
    )


def batch_queue_view(
    job: Job, batches: Sequence[Batch], archives: Mapping[str, Sequence[ArchiveNotice]]
) -> BatchQueueView:
    """Return the batches of a job that have not ended, and what each is going to archive."""
    return BatchQueueView(
        job_id=job.job_id,
        batches=[
            QueuedBatchView(
                **batch_summary(job, batch).model_dump(),
                archives=[_notice(notice) for notice in archives.get(batch.batch_id, ())],
            )
            for batch in batches
        ],
    )


def batch_summary(job: Job, batch: Batch) -> BatchSummary:
    """Return a batch for a list."""
    return BatchSummary(
        batch_id=batch.batch_id,
        status=batch.status,
        queue_number=batch.queue_number,
        paused=batch.batch_id in job.paused_batch_ids,
        waiting_behind=batches_before(job, batch.batch_id),
        clip_count=len({take.clip_index for take in batch.price.clips}),
        take_count=len(batch.regeneration_ids),
        estimated_total_cost=batch.price.total,
        charged=batch.charged,
        created_at=batch.created_at,
        finished_at=batch.finished_at,
    )
