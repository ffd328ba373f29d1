"""Choose the model of each clip that is regenerated: as asked for, else the one it was made with."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from retake.domain.catalogue import Choice
from retake.domain.clip_names import clip_name
from retake.domain.clip_versions import ClipVersions
from retake.domain.errors import Fault, InvalidRequestError
from retake.domain.model_choices import ModelChoices
from retake.domain.records.jobs import Clip, Job
from retake.services.batches.validation import ClipInstruction, RegenerateRequest


def choose_models(
    request: RegenerateRequest, job: Job, clips: Mapping[str, ClipVersions], offer: ModelChoices
) -> tuple[Sequence[Choice], Sequence[Fault]]:
    """Return a model for each clip of a wish, and what is wrong with those that were not found.

    A clip's own model goes first, then the one for all, then the one that its first take was made with,
    and for an upload the installation's. What was made with one model is never made anew with another
    unless the request says so: a model that is no more is refused, with the alternatives.

    Args:
        request: What is asked for.
        job: The job it is about.
        clips: The job's clips by their ids.
        offer: The models there are.
    """
    faults: dict[Fault, None] = {}  # in order; what is said for all clips is wrong once

    def choose(name: str | None, field: str, made: str = "") -> Choice | None:
        try:
            wanted = offer.default_model if name is None else name
            return offer.catalogue.choose(wanted, today=offer.today, at=field)
        except InvalidRequestError as error:
            told = [replace(fault, detail=f"{made}{fault.detail}") for fault in error.faults]
            faults.update(dict.fromkeys(told))
            return None

    if request.model is not None:  # also where every clip has its own
        choose(request.model, "model")
    found = [
        choose(*_wanted(position, item, request, job, clips)) for position, item in enumerate(request.clips)
    ]
    return tuple(choice for choice in found if choice is not None), tuple(faults)


def model_of(job: Job, clip: Clip) -> str:
    """Return the name of the model that a clip's first take was made with; empty for an upload."""
    if clip.model or job.video is None:
        return clip.model
    return job.video.model


def _wanted(
    position: int,
    item: ClipInstruction,
    request: RegenerateRequest,
    job: Job,
    clips: Mapping[str, ClipVersions],
) -> tuple[str | None, str, str]:
    """Return a clip's model, or None for the installation's, the field that would change it, and why."""
    if item.model is not None:
        return item.model, f"clips[{position}].model", ""
    if request.model is not None:
        return request.model, "model", ""
    if not 0 <= item.clip_index < len(job.clip_ids):  # said to be wrong elsewhere
        return None, "model", ""
    clip = clips[job.clip_ids[item.clip_index]].clip
    made_with = model_of(job, clip)
    if not made_with:
        return None, "model", ""
    name = clip_name(item.clip_index, clip.title)
    made = f"{name} was made with {made_with!r}, and the request names no other model. "
    return made_with, f"clips[{position}].model", made
