"""The request to a provider: its prompt, and the take that it changes."""

from collections.abc import Callable
from dataclasses import replace

from retake.domain.batch_clips import picture_of
from retake.domain.errors import GenerationFailedError, SourceTakeGoneError
from retake.domain.records.batches import Regeneration
from retake.domain.records.takes import Version
from retake.domain.references import ReferenceKind, ReferenceRules
from retake.domain.sources import KeptFile
from retake.ports.providers import GenerationRequest, RequestReference
from retake.services.batches.accept_batch import first_claimed, list_siblings
from retake.services.context import Context
from retake.services.generation.claims import Claim
from retake.services.generation.sources import references_of

Rewrite = Callable[[str, str], str]
"""``PromptRewriter.rewrite``."""


def compose_prompt(regeneration: Regeneration, take: Version | None, rewrite: Rewrite) -> str:
    """Return the words to ask with: those that were decided before, else new ones.

    Args:
        regeneration: What is asked for.
        take: What it changes; without one the instruction is the prompt itself.
        rewrite: Makes one prompt of the take's and the instruction.
    """
    if regeneration.prompt is not None:
        return regeneration.prompt
    return regeneration.instruction if take is None else rewrite(take.prompt, regeneration.instruction)


def resolve_prompt(regeneration: Regeneration, rewrite: Rewrite, ctx: Context) -> Regeneration:
    """Return a regeneration that says which take is changed and in which words: decided once.

    The takes that one request makes of a clip share both (ADR-0020): a later one is no change of an
    earlier one, and only their seeds differ.
    """
    if regeneration.prompt is not None:  # also where there was no take to change: there may be one by now
        return regeneration
    sibling = first_claimed(list_siblings(regeneration, ctx))
    if sibling is not None:
        return replace(
            regeneration,
            base_version=sibling.base_version,
            prompt=sibling.prompt,
            replaces=sibling.replaces,
        )
    if regeneration.repeats is not None:
        return _repeated(regeneration, regeneration.repeats, ctx)
    job_id, clip_id, base = regeneration.job_id, regeneration.clip_id, regeneration.base_version
    if base is None:
        base = ctx.jobs.get_take(job_id, clip_id, None).clip.current_version
    take = ctx.jobs.get_take(job_id, clip_id, base).version
    return replace(regeneration, base_version=base, prompt=compose_prompt(regeneration, take, rewrite))


def _repeated(regeneration: Regeneration, number: int, ctx: Context) -> Regeneration:
    """Return a regeneration that makes a take again: of the same take, in the same words."""
    found = ctx.jobs.get_take(regeneration.job_id, regeneration.clip_id, number)
    if found.version is None:  # pragma: no cover - versions' records outlive their files
        raise SourceTakeGoneError(f"Version {number} is not there any more.")
    return replace(
        regeneration,
        base_version=found.version.base_version,
        prompt=found.version.prompt,
        replaces=found.clip.current_version,
    )


def build_request(claim: Claim, ctx: Context) -> GenerationRequest:
    """Return the request of a claimed regeneration: the same one however often it is sent.

    A take that went to the archive meanwhile is read there.

    Raises:
        SourceTakeGoneError: If the take to change, or one that it is made from, was deleted since.
        UnreadableMediaError, MediaToolError: If a frame that it is made from cannot be cut.
    """
    regeneration, profile = claim.regeneration, claim.job.profile
    if profile is None:  # pragma: no cover - set when the job is made
        raise GenerationFailedError("The job has no media profile.")
    found = ctx.jobs.get_take(regeneration.job_id, regeneration.clip_id, regeneration.base_version)
    clip, take = found.clip, found.version
    source = None if take is None else take.location
    if take is not None and source is None:
        raise SourceTakeGoneError(
            f"Version {take.version_number}, which this take is made of, was deleted meanwhile; "
            "nothing was charged. Regenerate the clip."
        )
    references = references_of(regeneration, ctx)
    is_earlier = take is None and regeneration.made_from is None
    earlier = claim.job.reference_of(clip.clip_id) if is_earlier else None
    size = picture_of(profile, clip, is_first=take is None)
    return GenerationRequest(
        idempotency_key=regeneration.submission_key,
        instruction=regeneration.instruction,
        prompt="" if take is None else take.prompt,
        full_prompt=None if take is None else regeneration.prompt,
        source_key=None if source is None else source.video_key,
        source_audio_key=None if source is None else source.audio_key,
        duration_ms=clip.duration_ms,
        width=size.width,
        height=size.height,
        fps=profile.fps,
        seed=regeneration.seed,
        model=regeneration.model,
        references=references if earlier is None else (_as_earlier(earlier),),
    )


def _as_earlier(file: KeptFile) -> RequestReference:
    """Return the reference of a record of an earlier release, which names no role."""
    role = ReferenceRules().role_of(ReferenceKind(file.content_type.partition("/")[0]))
    return RequestReference(role, file.key, file.content_type)
