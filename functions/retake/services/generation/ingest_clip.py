"""Turn a file into a version of a clip: normalise, store, land. For originals and regenerations."""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from retake.domain.batches import correct_batch, take_fields
from retake.domain.changes import Change
from retake.domain.clip_versions import ClipVersions
from retake.domain.errors import (
    ClipError,
    ConflictError,
    MediaToolError,
    NotFoundError,
    ObjectChangedError,
    UnreadableMediaError,
    WorkDroppedError,
)
from retake.domain.events.takes import ClipComplete, ClipPrepared, VersionLandedLate
from retake.domain.landing import Landing, decide_landing
from retake.domain.notices import Notice
from retake.domain.preparations import revive
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Clip, Job
from retake.domain.records.kinds import Record
from retake.domain.records.ledger import Deletion
from retake.domain.records.takes import TakeObjects, Version
from retake.domain.statuses import (
    ClipStatus,
    JobStatus,
    RegenerationStatus,
    VersionState,
)
from retake.domain.versions import VersionPlan, land_version
from retake.services.batches.accept_batch import list_siblings
from retake.services.commits import change_job
from retake.services.context import Context
from retake.services.generation.claims import is_handed_on
from retake.services.generation.record_clip_failure import ClipOutcome, clip_outcome, record_clip_failure
from retake.services.staging import stage_take, store_take
from retake.services.versions.archive_version import send_to_archive

UNCOMMITTED_GRACE = timedelta(hours=2)
"""How long an ingest may take before its objects count as left behind."""

REPLACED = "Another file was uploaded in its place after it was looked at; upload it again and use that."


@dataclass(frozen=True)
class StoredTake:
    """A take's objects, and the ledger entry that removes them should they never be committed."""

    objects: TakeObjects
    content_hash: str
    frames: int
    safety_net: Deletion
    notices: tuple[Notice, ...]


def ingest_regeneration(job_id: str, regeneration_id: str, ctx: Context) -> ClipOutcome:
    """Land a provider's result; a repeat answers with the version that landed before.

    Raises:
        UnreadableMediaError: The provider's file is not a video.
        TransientError: Worth trying again.
    """
    regeneration = ctx.jobs.get_regeneration(job_id, regeneration_id)
    if regeneration.version_number is not None:
        return clip_outcome(regeneration)
    if regeneration.result_key is None:
        raise MediaToolError("The provider's result is not there yet.")
    clip = ctx.jobs.get_take(job_id, regeneration.clip_id, None).clip
    try:
        take = _store_result(ctx.jobs.get_job(job_id), clip, regeneration.result_key, ctx)
    except ClipError as error:
        _note_refusal(regeneration, error, ctx)
        raise
    plan: VersionPlan | None = None

    def decide(job: Job) -> tuple[Change | None, Regeneration]:
        nonlocal plan
        plan, change, landed = _decide_landing(job, regeneration_id, take, ctx)
        return change, landed

    _, landed = change_job(job_id, decide, ctx)
    if plan is not None:
        send_to_archive(plan, ctx)
        _note_time(landed, ctx)
    return clip_outcome(landed)


def _note_refusal(regeneration: Regeneration, error: ClipError, ctx: Context) -> None:
    """Write down that a result is of no use where no step waits that would."""
    record_clip_failure(
        regeneration.job_id,
        regeneration.regeneration_id,
        ctx,
        error=type(error).__name__,
        cause=str(error),
        only_settling=True,
    )


def _note_time(landed: Regeneration, ctx: Context) -> None:
    if landed.submitted_at is not None and landed.finished_at is not None:
        took = landed.finished_at - landed.submitted_at
        ctx.times.note(landed.model, max(0, int(took.total_seconds() * 1000)))


def ingest_original(job_id: str, clip_id: str, ctx: Context) -> ClipOutcome:
    """Make a new job's clip: its upload becomes version 1."""
    job = ctx.jobs.get_job(job_id)
    clip = ctx.jobs.get_take(job_id, clip_id, None).clip
    index = job.clip_ids.index(clip_id)
    if clip.status is ClipStatus.READY:
        return ClipOutcome("succeeded", index, 1)
    take = _store_take(job, clip, clip.source_key, ctx)

    def decide(job: Job) -> tuple[Change | None, bool]:
        found = ctx.jobs.get_clip(job_id, clip_id)
        if found.clip.status is not ClipStatus.PREPARING or job.status is JobStatus.DELETING:
            return None, False
        landing = Landing(make_current=True, is_late=False)
        plan = _plan(found, _original(clip, take, ctx), landing, ctx, base=None)
        ready = replace(plan.clip, status=ClipStatus.READY)
        event = ClipPrepared(clip_index=index, clip_title=clip.title)
        moved = replace(job, timeline_revision=job.timeline_revision + 1)
        return Change(moved, (ready, *plan.versions), (take.safety_net,), (event,)), True

    change_job(job_id, decide, ctx)
    return ClipOutcome("succeeded", index, 1)


def _store_result(job: Job, clip: Clip, result_key: str, ctx: Context) -> StoredTake:
    """Store what a provider made; what is wrong with it is no fault of an upload."""
    try:
        return _store_take(job, clip, result_key, ctx)
    except UnreadableMediaError as error:
        raise UnreadableMediaError(
            f"The provider's result cannot be used: {error.fault[:1].lower()}{error.fault[1:]}",
            advice="Retry, or choose another model.",
        ) from error


def _store_take(job: Job, clip: Clip, source_key: str, ctx: Context) -> StoredTake:
    """Normalise a source into new objects, known to the ledger before they exist."""
    if job.profile is None:  # pragma: no cover - set when the job is made
        raise ConflictError("The job has no media profile.")
    if job.status is JobStatus.DELETING:
        raise WorkDroppedError("The job is being deleted.")
    net = stage_take(job.job_id, clip.clip_id, "ingest never committed", ctx, lifetime=UNCOMMITTED_GRACE)
    with TemporaryDirectory() as name:
        directory = Path(name)
        source = directory / "source"
        _download(source_key, source, ctx, etag=clip.source_etag if source_key == clip.source_key else "")
        made_in = directory / "made"
        made_in.mkdir()
        made = ctx.normalizer.normalize(
            source,
            profile=job.profile,
            frames=clip.frames,
            directory=made_in,
            frames_before=_frames_before(job, clip, ctx),
            is_wanted=lambda: _is_wanted(job.job_id, ctx),
        )
        paths = (made.files.video, made.files.audio, made.thumbnail)
        objects = store_take(net, paths, ctx, stream=made.stream)
    return StoredTake(objects, made.content_hash, made.files.frames, net, made.notices)


def _download(key: str, path: Path, ctx: Context, *, etag: str) -> None:
    """Fetch a source: the very object that was looked at before it was accepted."""
    try:
        ctx.objects.download(key, path, etag=etag)
    except ObjectChangedError as error:
        raise UnreadableMediaError(REPLACED) from error


def _frames_before(job: Job, clip: Clip, ctx: Context) -> int:
    """Return how many frames of the job's video are before a clip; 0 for one that was taken out."""
    place = job.place_of(clip.clip_id) or 0
    return sum(earlier.shown_frames for earlier in ctx.jobs.read_clips(job.job_id, job.clip_ids[:place]))


def _is_wanted(job_id: str, ctx: Context) -> bool:
    try:
        return ctx.jobs.get_job(job_id).status is not JobStatus.DELETING
    except NotFoundError:
        return False


def _decide_landing(
    job: Job, regeneration_id: str, take: StoredTake, ctx: Context
) -> tuple[VersionPlan | None, Change | None, Regeneration]:
    regeneration = ctx.jobs.get_regeneration(job.job_id, regeneration_id)
    batch = ctx.jobs.get_batch(job.job_id, regeneration.batch_id)
    has_landed = regeneration.version_number is not None or is_handed_on(regeneration, batch, ctx)
    if has_landed or job.status is JobStatus.DELETING:
        return None, None, regeneration
    (found,) = ctx.jobs.list_active(job.job_id, (regeneration.clip_id,))
    if found.clip.deleted_at is not None:  # for good, while it was being made
        return None, None, regeneration
    siblings = list_siblings(regeneration, ctx)
    landing = decide_landing(job, found.clip, regeneration, siblings)
    version = replace(
        _take_of(regeneration, found.clip, take, ctx), version_number=found.clip.next_version_number
    )
    plan = _plan(found, version, landing, ctx, base=regeneration.shown_version)
    is_first = found.clip.current_version is None
    clip = _made(plan.clip, regeneration) if is_first else plan.clip
    number = found.clip.next_version_number
    landed = replace(
        regeneration,
        status=RegenerationStatus.SUCCEEDED,
        version_number=number,
        error=None,
        finished_at=ctx.clock.now(),
    )
    named = take_fields(regeneration)
    # Where it stands now: clips may have moved before what is late lands.
    named["clip_index"] = job.place_of(regeneration.clip_id)
    kinds = (ClipComplete, VersionLandedLate) if landing.is_late else (ClipComplete,)
    events = tuple(kind(**named, version_number=number, is_current=plan.moved) for kind in kinds)
    has_sources = job.has_sources or any(source.is_followed for source in version.made_from)
    marked = job if job.has_sources == has_sources else replace(job, has_sources=has_sources)
    moved = replace(marked, timeline_revision=job.timeline_revision + 1) if plan.moved else marked
    settled, revived = revive(moved) if is_first else (moved, ())
    puts: tuple[Record, ...] = (clip, *plan.versions, landed, *_corrected(batch, landed, ctx))
    return plan, Change(settled, puts, (take.safety_net,), (*events, *revived)), landed


def _corrected(batch: Batch, landed: Regeneration, ctx: Context) -> tuple[Batch, ...]:
    """Return a batch that had ended without the take, as it is with it."""
    if not batch.status.is_terminal:
        return ()
    found = ctx.jobs.list_regenerations(batch.job_id, batch.regeneration_ids)
    same = landed.regeneration_id
    return (correct_batch(batch, [landed if item.regeneration_id == same else item for item in found]),)


def _plan(
    found: ClipVersions, new: Version, landing: Landing, ctx: Context, *, base: int | None
) -> VersionPlan:
    return land_version(
        found.clip,
        found.versions,
        new,
        make_current=landing.make_current,
        now=ctx.clock.now(),
        cap=ctx.limits.max_active_versions,
        base=base,
    )


def _original(clip: Clip, take: StoredTake, ctx: Context) -> Version:
    return Version(
        job_id=clip.job_id,
        clip_id=clip.clip_id,
        version_id=ctx.ids.new(),
        version_number=1,
        state=VersionState.ACTIVE,
        objects=take.objects,
        content_hash=take.content_hash,
        prompt=clip.prompt,
        user_instruction=None,
        cost=Decimal(0),
        duration_ms=clip.duration_ms,
        frames=take.frames,
        notices=take.notices,
        clip_title=clip.title,
        created_at=ctx.clock.now(),
    )


def _take_of(regeneration: Regeneration, clip: Clip, take: StoredTake, ctx: Context) -> Version:
    base = ctx.jobs.get_take(clip.job_id, clip.clip_id, regeneration.base_version).version
    return replace(
        _original(clip, take, ctx),
        prompt=regeneration.prompt or (clip.prompt if base is None else base.prompt),
        user_instruction=None if base is None else regeneration.instruction,
        cost=regeneration.estimated_cost,
        regeneration_id=regeneration.regeneration_id,
        provider=regeneration.provider,
        provider_cost=regeneration.provider_cost,
        base_version=regeneration.base_version,
        made_from=regeneration.made_from or (),
        batch_id=None if base is None and regeneration.repeats is None else regeneration.batch_id,
        take=regeneration.take,
        takes=regeneration.takes,
    )


def _made(clip: Clip, regeneration: Regeneration) -> Clip:
    """Return a clip that has its first take now; it shows what that was asked for."""
    prompt = regeneration.prompt or clip.prompt
    return replace(clip, status=ClipStatus.READY, failure=None, prompt=prompt)
