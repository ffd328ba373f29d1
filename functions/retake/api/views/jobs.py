"""Jobs, clips and versions in answers."""

from collections.abc import Sequence
from dataclasses import asdict

from retake.api.views.batches import cost_breakdown
from retake.api.views.streams import stream_url
from retake.contracts.clips import RemovedClipView
from retake.contracts.jobs import (
    ClipNoticeView,
    ClipView,
    JobEstimateView,
    JobSummary,
    JobView,
    ProfileModel,
    VersionList,
    VersionView,
    VideoView,
)
from retake.contracts.references import SourceView
from retake.contracts.soundtracks import SoundtrackView
from retake.contracts.timeline import TrimView, UndoStepView
from retake.domain.batch_clips import model_of
from retake.domain.clip_versions import ClipTake, ClipVersions
from retake.domain.frame_rates import rate_number
from retake.domain.media import MediaProfile
from retake.domain.records.jobs import Clip, Job, Soundtrack
from retake.domain.records.takes import Version
from retake.domain.records.timeline import Trim
from retake.domain.staleness import stale_clips, update_order
from retake.services.context import Context
from retake.services.jobs.delete_job import undelete_until
from retake.services.jobs.estimate_job import JobEstimate


def job_summary(job: Job, ctx: Context) -> JobSummary:
    """Return a job for a list."""
    made = job.composition
    return JobSummary.of(
        job,
        clip_count=len(job.clip_ids),
        poster_url=ctx.objects.presign_get(made.poster_key) if made else None,
        duration_ms=made.duration_ms if made else None,
        undelete_until=undelete_until(job),
    )


def job_view(job: Job, clips: Sequence[ClipTake], ctx: Context) -> JobView:
    """Return a job with its clips, which are in order, and its video."""
    stale = stale_clips(job, clips)
    return JobView.of(
        job,
        **dict(job_summary(job, ctx)),
        profile=None if job.profile is None else profile_view(job.profile),
        has_soundtrack=job.soundtrack is not None,
        soundtrack=None if job.soundtrack is None else soundtrack_view(job.soundtrack),
        last_event_id=job.event_seq,
        clips=[
            clip_view(index, entry, ctx, job=job, stale_reason=stale.get(entry.clip.clip_id))
            for index, entry in enumerate(clips)
        ],
        update_order=update_order(job, clips),
        video=video_view(job, ctx),
        undo=_undo_step(job),
        stream_url=stream_url(job, clips, ctx),
    )


def _undo_step(job: Job) -> UndoStepView | None:
    if not job.undo_steps:
        return None
    step = job.undo_steps[0]
    return UndoStepView.of(step, clip_title=step.clip_title or None)


def soundtrack_view(track: Soundtrack) -> SoundtrackView:
    """Return a sound track and how it is heard."""
    return SoundtrackView.of(
        track,
        file_name=track.file_name or None,
        duration_ms=track.duration_ms or None,
        **asdict(track.mix),
    )


def profile_view(profile: MediaProfile) -> ProfileModel:
    """Return a job's size and frame rate."""
    return ProfileModel.of(profile, fps=rate_number(profile.fps))


def video_view(job: Job, ctx: Context) -> VideoView | None:
    """Return the composed video, or None before the first."""
    made = job.composition
    if made is None:
        return None
    return VideoView.of(
        made,
        url=ctx.objects.presign_get(made.video_key),
        poster_url=ctx.objects.presign_get(made.poster_key),
        size_bytes=made.video_bytes or made.size_bytes,
        up_to_date=job.is_composed,
    )


def clip_view(index: int, entry: ClipTake, ctx: Context, *, job: Job, stale_reason: str | None) -> ClipView:
    """Return a clip with its current take."""
    clip = entry.clip
    return ClipView.of(
        clip,
        clip_index=index,
        file_name=clip.file_name or None,
        model=model_of(job, clip) or None,
        version_count=clip.next_version_number - 1,
        current_version=None if entry.version is None else version_view(index, clip, entry.version, ctx),
        notices=() if entry.version is None else entry.version.notices,
        trim=trim_view(clip.trim, job.profile),
        stale=stale_reason is not None,
        stale_reason=stale_reason,
    )


def trim_view(trim: Trim | None, profile: MediaProfile | None) -> TrimView | None:
    """Return what is shown of a clip; None for all of it."""
    if trim is None or profile is None:
        return None
    return TrimView.of(trim, duration_ms=profile.duration_ms(trim.frames))


def removed_clip_view(entry: ClipVersions, ctx: Context) -> RemovedClipView:
    """Return a clip that was removed from the timeline."""
    clip, take = entry.clip, entry.current
    where = None if take is None else take.location
    return RemovedClipView.of(
        clip,
        version_count=clip.next_version_number - 1,
        thumbnail_url=None if where is None else ctx.objects.presign_get(where.thumbnail_key),
        video_url=None if where is None else ctx.objects.presign_get(where.video_key),
        size_bytes=sum(version.stored.total for version in entry.versions),
    )


def version_view(index: int, clip: Clip, version: Version, ctx: Context) -> VersionView:
    """Return one take; its URLs read it where it lies now, and a deleted one has none."""
    is_current = version.version_number == clip.current_version
    where = version.location
    url = None if where is None else ctx.objects.presign_get(where.video_key)
    return VersionView.of(
        version,
        id=version.version_id,
        clip_index=index,
        clip_title=clip.title or None,
        video_url=url,
        thumbnail_url=None if where is None else ctx.objects.presign_get(where.thumbnail_key),
        made_from=[SourceView.of(source, followed=source.is_followed) for source in version.made_from],
        is_current=is_current,
        state="current" if is_current else version.state,
        size_bytes=0 if where is None else where.size_bytes,
        archived_url=None if version.archived is None else url,
        expected_at=None if version.returning is None else version.returning.expected_at,
    )


def version_list(job: Job, index: int, entry: ClipVersions, ctx: Context, *, cap: int) -> VersionList:
    """Return a clip's versions, newest first."""
    return VersionList.of(
        entry.clip,
        job_id=job.job_id,
        clip_index=index,
        max_active_versions=cap,
        timeline_revision=job.timeline_revision,
        versions=[version_view(index, entry.clip, version, ctx) for version in entry.versions],
    )


def job_estimate_view(estimate: JobEstimate) -> JobEstimateView:
    """Return the price of a job that was not made."""
    return JobEstimateView(
        estimated_total_cost=estimate.price.total,
        estimated_total_time=estimate.estimated_time_s,
        cost_breakdown=cost_breakdown(estimate.price),
        profile=profile_view(estimate.profile),
        notices=[
            ClipNoticeView.of(loss, clip_index=index, clip_title=estimate.titles[index])
            for index, loss in estimate.losses
        ],
        warnings=list(estimate.warnings),
    )
