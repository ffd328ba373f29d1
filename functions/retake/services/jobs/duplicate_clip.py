"""Duplicate a clip: another one beside it that shows the same take."""

from dataclasses import dataclass, replace
from decimal import Decimal

from retake.domain.changes import Change
from retake.domain.clip_versions import ClipVersions
from retake.domain.errors import ConflictError
from retake.domain.records.jobs import Clip, Job
from retake.domain.records.ledger import Deletion
from retake.domain.records.takes import Version
from retake.domain.statuses import VersionState
from retake.domain.timeline import insert, require_quiet, require_timeline
from retake.domain.usage import NOTHING
from retake.services.commits import change_job
from retake.services.context import Context
from retake.services.jobs.add_clips import clip_id_of, find_added
from retake.services.jobs.change_timeline import recomposed, require_shown
from retake.services.staging import stage_take
from retake.services.usage.allowances import require_budget
from retake.services.versions.restore_version import require_revision


@dataclass(frozen=True)
class DuplicateRequest:
    """What a person asks for; ``duplicate_id`` is derived from the idempotency key."""

    job_id: str
    user_id: str
    duplicate_id: str
    request_hash: str
    clip_index: int


def duplicate_clip(request: DuplicateRequest, ctx: Context, *, if_revision: int | None) -> Job:
    """Copy what a clip shows into a new clip right behind it; nothing is generated, nothing is charged.

    The copy has its own files and its own history, which begins with that take.

    Raises:
        NotFoundError: If there is no such clip.
        ConflictError: If the clip has no take, a batch runs or waits, or the job has as many clips as it may.
        StorageBudgetExceededError: If the user may add nothing now; nothing was written.
    """
    job_id, clip_id = request.job_id, clip_id_of(request.duplicate_id, 0)
    if find_added(job_id, request.duplicate_id, request.request_hash, ctx) is not None:
        return recomposed(ctx.jobs.get_job(job_id), ctx)
    source = _source(ctx.jobs.get_job(job_id), request, ctx, if_revision=if_revision)
    require_budget(request.user_id, ctx)
    net = stage_take(job_id, clip_id, "copy of a take never committed", ctx)
    take = _take_of(source)
    for key, copy in zip(take.objects.keys, net.keys, strict=True):
        ctx.objects.copy(key, copy)

    def decide(job: Job) -> tuple[Change | None, None]:
        if clip_id in job.clip_ids:
            return None, None
        found = _source(job, request, ctx, if_revision=if_revision)
        if found.clip.clip_id != source.clip.clip_id:
            raise ConflictError("The clips have changed places meanwhile. Read the job again.")
        copy = _copy_of(source.clip, request, clip_id)
        version = _version_of(take, copy, net, ctx)
        change = insert(job, [copy], request.clip_index + 1, now=ctx.clock.now())
        return replace(change, puts=(copy, version), removes=(net,)), None

    return recomposed(change_job(job_id, decide, ctx)[0], ctx)


def _source(job: Job, request: DuplicateRequest, ctx: Context, *, if_revision: int | None) -> ClipVersions:
    require_timeline(job)
    require_quiet(job)
    require_revision(job, if_revision)
    if len(job.clip_ids) >= ctx.limits.max_clips:
        raise ConflictError(f"A job has at most {ctx.limits.max_clips} clips; remove another one first.")
    return require_shown(job, request.clip_index, ctx)


def _take_of(found: ClipVersions) -> Version:
    if found.current is None:  # pragma: no cover - it was required to have one
        raise ConflictError("The clip has no take yet.")
    return found.current


def _copy_of(clip: Clip, request: DuplicateRequest, clip_id: str) -> Clip:
    return replace(
        clip,
        clip_id=clip_id,
        # Not generated anew by a retry: it has a take.
        source_key=clip.source_key or f"duplicate of {clip.clip_id}",
        source_etag="",
        current_version=1,
        next_version_number=2,
        active_versions=(1,),
        request_hash=request.request_hash,
    )


def _version_of(take: Version, copy: Clip, net: Deletion, ctx: Context) -> Version:
    """Return the first version of the copy: it cost nothing, and is no result of a batch of its own."""
    video_key, audio_key, thumbnail_key = net.keys
    return replace(
        take,
        clip_id=copy.clip_id,
        version_id=ctx.ids.new(),
        version_number=1,
        state=VersionState.ACTIVE,
        objects=replace(take.objects, video_key=video_key, audio_key=audio_key, thumbnail_key=thumbnail_key),
        user_instruction=None,
        cost=Decimal(0),
        provider_cost=None,
        # Made from the same, but not from what is beside the copy, so that it never becomes stale by that.
        base_version=None,
        made_from=tuple(source.pinned for source in take.made_from),
        regeneration_id=None,
        batch_id=None,
        take=1,
        takes=1,
        created_at=ctx.clock.now(),
        superseded_at=None,
        archive_due_at=None,
        counted=NOTHING,
        clip_title=copy.title,
    )
