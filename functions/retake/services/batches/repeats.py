"""Lines of a request that make a clip's take again: in its words, from its sources as they are now."""

from collections.abc import Mapping
from dataclasses import replace

from retake.domain.clip_names import clip_name
from retake.domain.clip_versions import ClipVersions
from retake.domain.errors import Fault, NotFoundError
from retake.domain.records.jobs import Job
from retake.domain.records.takes import Version
from retake.services.batches.validation import ClipInstruction, RegenerateRequest
from retake.services.context import Context


def resolve_repeats(
    request: RegenerateRequest,
    job: Job,
    clips: Mapping[str, ClipVersions],
    ctx: Context,
    *,
    faults: list[Fault],
) -> RegenerateRequest:
    """Return the request with what each repeated take was made by; what cannot be repeated is a fault.

    Args:
        request: What is asked for.
        job: The job it is about.
        clips: The job's clips by their ids.
        ctx: The ports.
        faults: Gets what is wrong.
    """
    lines = [
        _resolve(f"clips[{position}]", item, _found(item, job, clips), ctx, faults=faults)
        if item.repeat
        else item
        for position, item in enumerate(request.clips)
    ]
    return replace(request, clips=lines)


def _resolve(
    field: str,
    item: ClipInstruction,
    found: ClipVersions | None,
    ctx: Context,
    *,
    faults: list[Fault],
) -> ClipInstruction:
    if item.instruction is not None or item.references:
        faults.append(
            Fault(f"{field}.repeat", "A take is made again as it was; leave out what is said of it here.")
        )
    if found is None:  # said elsewhere
        return item
    take = found.current
    reason = _why_not(take)
    if take is None or reason is not None:
        name = clip_name(item.clip_index, found.clip.title)
        faults.append(Fault(f"{field}.repeat", f"{name}: {reason}"))
        return item
    return replace(
        item,
        instruction=take.user_instruction or take.prompt,
        model=item.model or _model_of(take, ctx),
        wanted=tuple(source.wanted for source in take.made_from),
        repeats=take.version_number,
    )


def _found(item: ClipInstruction, job: Job, clips: Mapping[str, ClipVersions]) -> ClipVersions | None:
    is_there = 0 <= item.clip_index < len(job.clip_ids)
    return clips[job.clip_ids[item.clip_index]] if is_there else None


def _why_not(take: Version | None) -> str | None:
    """Return why a take cannot be made again; None where it can."""
    if take is None:
        return "it has no take yet; give an instruction."
    if take.regeneration_id is None:
        return "its current take is an upload; give an instruction."
    if take.user_instruction is not None and take.base_version is None:
        return "it is not noted of which take its current one was made; give an instruction."
    return None


def _model_of(take: Version, ctx: Context) -> str | None:
    """Return the model that made a take; None where that is not known any more."""
    try:
        return ctx.jobs.get_regeneration(take.job_id, str(take.regeneration_id)).model or None
    except NotFoundError:
        return None
