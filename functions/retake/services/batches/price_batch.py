"""Resolve and price a batch request, for its start and for its estimate."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from retake.domain.active_cap import FutureTakes
from retake.domain.archive_notices import ArchiveNotice, archive_notices
from retake.domain.batch_clips import BatchClip, estimate_batch_s, left_s, picture_of
from retake.domain.catalogue import Choice
from retake.domain.clip_names import clip_name
from retake.domain.clip_versions import ClipVersions
from retake.domain.errors import Fault, InvalidRequestError
from retake.domain.limits import Limits
from retake.domain.media import MediaProfile
from retake.domain.preparations import is_generated_in_vain, require_ready
from retake.domain.pricing import PriceBreakdown, price_batch
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Clip, Job
from retake.domain.sources import WantedReference
from retake.services.batches.line_references import FoundLines, find_lines, warnings_of_lines
from retake.services.batches.repeats import resolve_repeats
from retake.services.batches.validation import ClipInstruction, RegenerateRequest, choose_models, faults_of
from retake.services.context import Context
from retake.services.references.find_references import FoundReference


@dataclass(frozen=True)
class PricedBatch:
    """A request that can be carried out: its clips, price, time and what it archives.

    Attributes:
        warnings: What people should know of the models first.
        waits_s: Seconds until the job's earlier batches are done.
        uploads: Uploads that its clips are made from.
    """

    clips: tuple[BatchClip, ...]
    price: PriceBreakdown
    estimated_time_s: int
    archives: tuple[ArchiveNotice, ...]
    warnings: tuple[str, ...]
    waits_s: int = 0
    uploads: tuple[FoundReference, ...] = ()


def price_request(job: Job, request: RegenerateRequest, ctx: Context) -> PricedBatch:
    """Check the whole request, find every fault, and price it.

    Args:
        job: The job it is about.
        request: What is asked for.
        ctx: The ports.

    Raises:
        ConflictError: If the job is not ready.
        InvalidRequestError: Naming every fault; nothing was written.
    """
    clips = {entry.clip.clip_id: entry for entry in ctx.jobs.list_active(job.job_id, job.clip_ids)}
    if not is_generated_in_vain(job, [clips[clip_id].clip for clip_id in job.clip_ids]):
        require_ready(job)
    repeat_faults: list[Fault] = []
    if any(item.repeat for item in request.clips):
        request = resolve_repeats(request, job, clips, ctx, faults=repeat_faults)
    choices, model_faults = choose_models(request, job, clips, ctx.model_choices)
    faults = [*faults_of(request, job, clips, ctx.limits), *repeat_faults, *model_faults]
    found = FoundLines([() for _ in request.clips])
    has_sources = (
        bool(request.neighbours)
        or any(item.references or item.wanted is not None for item in request.clips)
        or any(entry.clip.wanted and entry.clip.current_version is None for entry in clips.values())
    )
    if has_sources and not model_faults:  # each line has a model, whose rules its references are held against
        found = find_lines(request, job, clips, ctx, choices=choices, faults=faults)
    if faults:
        raise _refusal(faults, model_faults)
    resolved = tuple(
        _resolve(
            item, request, clips[job.clip_ids[item.clip_index]], choice, profile=job.profile, wanted=wanted
        )
        for item, choice, wanted in zip(request.clips, choices, found.wanted, strict=True)
    )
    takes = [price for clip in resolved for price in clip.prices]
    until = ctx.clock.now() + timedelta(days=ctx.limits.delete_after_days)
    notices = [
        notice
        for item in resolved
        for notice in _notices(
            item,
            clips[item.clip_id],
            ctx.jobs.list_regenerations(job.job_id, item.made[:1]),
            limits=ctx.limits,
            until=until,
        )
    ]
    return PricedBatch(
        resolved,
        price_batch(takes),
        estimate_batch_s([clip.model for clip in resolved for _ in clip.numbers], ctx.times.recent_ms),
        tuple(notices),
        (
            *dict.fromkeys(choice.warning for choice in choices if choice.warning),
            *(
                _trimmed(item, clips[item.clip_id].clip)
                for item in resolved
                if clips[item.clip_id].clip.trim is not None
            ),
            *(warnings_of_lines(request, job, clips, choices, found.wanted) if has_sources else ()),
        ),
        sum(left_s(batch, ctx.clock.now()) for batch in _earlier_batches(job, ctx)),
        tuple(found.uploads),
    )


def _trimmed(item: BatchClip, clip: Clip) -> str:
    """Return that a trimmed clip is made whole, and so paid whole."""
    shown_s = clip.duration_ms * clip.shown_frames / clip.frames / 1000
    return (
        f"{clip_name(item.clip_index, clip.title)} is trimmed to {round(shown_s, 1):g} s of its "
        f"{clip.duration_ms / 1000:g} s; it is made whole, so that the trim can still be changed."
    )


def _earlier_batches(job: Job, ctx: Context) -> Iterator[Batch]:
    """Give the batches that run or have their turn before a new one; those that are paused let it pass."""
    active = () if job.active_batch_id is None else (job.active_batch_id,)
    for batch_id in (*active, *job.waiting_batch_ids):
        if batch_id not in job.paused_batch_ids:
            yield ctx.jobs.get_batch(job.job_id, batch_id)


def _refusal(faults: Sequence[Fault], model_faults: Sequence[Fault]) -> InvalidRequestError:
    """Return a refusal that names every fault.

    Where only a model is at fault, it is said at once what to use instead: a form without a field for
    models has no other place for it.
    """
    why = model_faults[0].detail if len(faults) == len(model_faults) else "The batch was refused."
    return InvalidRequestError(f"{why} Nothing was started or charged.", faults=faults)


def _resolve(
    item: ClipInstruction,
    request: RegenerateRequest,
    entry: ClipVersions,
    choice: Choice,
    *,
    profile: MediaProfile | None,
    wanted: tuple[WantedReference, ...],
) -> BatchClip:
    clip = entry.clip
    repeated = None if item.repeats is None else entry.numbered(item.repeats)
    is_first = not entry.versions if repeated is None else repeated.base_version is None
    words = item.instruction if item.instruction is not None else request.instruction or ""
    takes = item.takes or request.takes or 1
    again = item.again
    return BatchClip(
        item.clip_index,
        clip.clip_id,
        clip.duration_ms,
        words.strip(),
        choice.model,
        numbers=tuple(range(1, takes + 1)) if again is None else again.numbers,
        takes=takes if again is None else again.takes,
        made=() if again is None else again.made,
        title=clip.title,
        size=None if profile is None else picture_of(profile, clip, is_first=is_first),
        wanted=wanted,
        repeats=item.repeats,
    )


def _notices(
    item: BatchClip, entry: ClipVersions, made: Sequence[Regeneration], *, limits: Limits, until: datetime
) -> Iterator[ArchiveNotice]:
    _, going = FutureTakes.of(entry.clip, entry.versions).landed(
        len(item.numbers),
        cap=limits.max_active_versions,
        joined=bool(made),
        base=made[0].base_version if made else None,
    )
    return archive_notices(item.clip_index, item.title, entry.versions, going, until=until)
