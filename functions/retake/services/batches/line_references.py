"""What the lines of a request are made from besides words: found, checked, and copied if they are uploads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from retake.domain.catalogue import Choice
from retake.domain.clip_names import clip_name
from retake.domain.clip_versions import ClipVersions
from retake.domain.errors import Fault
from retake.domain.records.jobs import Job
from retake.domain.records.ledger import Deletion
from retake.domain.sources import KeptFile, WantedReference, beside
from retake.services.batches.validation import ClipInstruction, RegenerateRequest
from retake.services.context import Context
from retake.services.references.find_references import FoundReference, Target, find_references
from retake.services.references.keep_uploads import keep_uploads
from retake.services.references.requested import RequestedReference

MAX_REFERENCE_FILES = 200
"""Files that a job keeps for its takes: its record, of 400 KB at most, names each."""


@dataclass(frozen=True)
class FoundLines:
    """What each line is made from, in the request's order; uploads are still to be copied."""

    wanted: Sequence[tuple[WantedReference, ...]]
    uploads: Sequence[FoundReference] = ()


def find_lines(
    request: RegenerateRequest,
    job: Job,
    clips: Mapping[str, ClipVersions],
    ctx: Context,
    *,
    choices: Sequence[Choice],
    faults: list[Fault],
) -> FoundLines:
    """Return what the lines are made from; what is missing, or not taken by a line's model, is a fault.

    Args:
        request: What is asked for; repeats are resolved.
        job: The job it is about.
        clips: The job's clips by their ids.
        ctx: The ports.
        choices: The model of each line.
        faults: Gets what is wrong.
    """
    targets = [
        Target(
            f"clips[{position}].",
            choice.model,
            _requested(position, item, request, job),
            item.clip_index,
            len(job.clip_ids),
        )
        for position, (item, choice) in enumerate(zip(request.clips, choices, strict=True))
    ]
    found = find_references(targets, faults, ctx, user_id=job.user_id, job=job)
    wanted = []
    for position, (item, target) in enumerate(zip(request.clips, targets, strict=True)):
        mine = tuple(reference.wanted for reference in found[target.field])
        if not target.references:
            mine = _usual(item, clips.get(job.clip_ids[item.clip_index])) if _is_there(item, job) else ()
            details = target.model.references.faults([one.role for one in mine], title=target.model.title)
            faults += [Fault(f"clips[{position}].model", detail) for detail in details]
        wanted.append(mine)
    uploads = [item for line in found.values() for item in line if item.upload is not None]
    return FoundLines(wanted, uploads)


def _is_there(item: ClipInstruction, job: Job) -> bool:
    return 0 <= item.clip_index < len(job.clip_ids)


def _usual(item: ClipInstruction, found: ClipVersions | None) -> tuple[WantedReference, ...]:
    """Return what a line is made from that names nothing: as a take before, or as its clip was asked for."""
    if item.wanted is not None:
        return item.wanted
    return () if found is None or found.clip.current_version is not None else found.clip.wanted


def _requested(
    position: int, item: ClipInstruction, request: RegenerateRequest, job: Job
) -> tuple[RequestedReference, ...]:
    if item.wanted is not None:
        return item.references
    field = f"clips[{position}]."
    own = {reference.role for reference in item.references}
    return (
        *(
            RequestedReference.beside(neighbour, field=field)
            for neighbour in request.neighbours
            # Said for all: of those that have such a neighbour, and name no such frame themselves.
            if 0 <= item.clip_index + neighbour.step < len(job.clip_ids) and beside(neighbour).role not in own
        ),
        *item.references,
    )


def warnings_of_lines(
    request: RegenerateRequest,
    job: Job,
    clips: Mapping[str, ClipVersions],
    choices: Sequence[Choice],
    wanted: Sequence[tuple[WantedReference, ...]],
) -> tuple[str, ...]:
    """Return what people should know: which clips are made anew though their model can change clips."""
    warnings = []
    for item, choice, references in zip(request.clips, choices, wanted, strict=True):
        roles = [reference.role for reference in references]
        found = clips[job.clip_ids[item.clip_index]]
        is_changed = found.clip.current_version is not None and choice.model.edits_video
        if is_changed and not choice.model.changes_clip(roles):
            kinds = " and ".join(dict.fromkeys(role.words for role in roles))
            warnings.append(
                f"{clip_name(item.clip_index, found.clip.title)}: {choice.model.title} cannot change a clip "
                f"and be given a {kinds}; the clip is made anew from its words."
            )
    return tuple(warnings)


def keep_line_uploads(
    job_id: str, request: RegenerateRequest, uploads: Sequence[FoundReference], ctx: Context
) -> tuple[RegenerateRequest, tuple[KeptFile, ...], tuple[Deletion, ...]]:
    """Copy the uploads that lines are made from.

    Returns:
        The request with the copies in the uploads' place, the copies, and the ledger's entries of them.
    """
    copies, nets = keep_uploads(job_id, uploads, ctx)
    if not copies:
        return request, (), ()
    lines = [
        replace(item, references=tuple(_with_copy(reference, copies) for reference in item.references))
        for item in request.clips
    ]
    return replace(request, clips=lines), tuple(copies.values()), nets


def _with_copy(reference: RequestedReference, copies: Mapping[str, KeptFile]) -> RequestedReference:
    copy = copies.get(reference.upload_id or "")
    return reference if copy is None else replace(reference, kept=copy)
