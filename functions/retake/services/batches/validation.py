"""A request to regenerate clips: its faults, and the model of each clip."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from retake.contracts.batches import BatchRequestModel
from retake.domain.batch_clips import model_of
from retake.domain.catalogue import Choice
from retake.domain.clip_names import clip_name
from retake.domain.clip_versions import ClipVersions
from retake.domain.errors import Fault, InvalidRequestError
from retake.domain.limits import Limits
from retake.domain.model_choices import ModelChoices
from retake.domain.reasons import is_blank
from retake.domain.records.jobs import Clip, Job
from retake.domain.sources import Neighbour, WantedReference
from retake.domain.statuses import ClipStatus
from retake.services.references.requested import RequestedReference, requested


@dataclass(frozen=True)
class RetriedTakes:
    """Takes that are tried again.

    Attributes:
        numbers: Theirs, among ``takes``.
        takes: How many were asked for at first.
        made: Regenerations that made the other ones.
    """

    numbers: tuple[int, ...]
    takes: int
    made: tuple[str, ...]


@dataclass(frozen=True)
class ClipInstruction:
    """One line of the request: which clip, and what is said of it alone; None: as said for all.

    Attributes:
        model: Name in the catalogue.
        takes: How many to make, to choose from.
        again: Which of them, where some were made before.
        references: What it is made from besides words.
        repeat: Whether the clip's current take is made again.
        wanted: What it is made from, where that is known from a take before; None for ``references``.
        repeats: The version that is made again, once it is known.
    """

    clip_index: int
    instruction: str | None = None
    model: str | None = None
    takes: int | None = None
    again: RetriedTakes | None = None
    references: tuple[RequestedReference, ...] = ()
    repeat: bool = False
    wanted: tuple[WantedReference, ...] | None = None
    repeats: int | None = None


@dataclass(frozen=True)
class RegenerateRequest:
    """The whole request: clips in the order they shall be regenerated, and what is said for all.

    Attributes:
        model: None for the model that a clip was made with.
        takes: None for one.
        neighbours: The clips beside each that it continues, where it names no such frame itself.
    """

    clips: Sequence[ClipInstruction]
    instruction: str | None = None
    model: str | None = None
    takes: int | None = None
    neighbours: tuple[Neighbour, ...] = ()

    @classmethod
    def of(cls, body: BatchRequestModel) -> Self:
        """Return what the body of a request asks for."""
        clips = [
            ClipInstruction(
                *(clip.clip_index, clip.instruction, clip.model, clip.takes),
                references=()
                if not clip.references and clip.from_neighbour is None and clip.to_neighbour is None
                else requested(clip.references, clip.neighbours, field=f"clips[{position}]."),
                repeat=clip.repeat,
            )
            for position, clip in enumerate(body.clips)
        ]
        return cls(clips, body.instruction, body.model, body.takes, body.neighbours)


def faults_of(
    request: RegenerateRequest, job: Job, clips: Mapping[str, ClipVersions], limits: Limits
) -> tuple[Fault, ...]:
    """Return everything that is wrong with a request, but for its models.

    Args:
        request: What is asked for.
        job: The job it is about.
        clips: The job's clips by their ids.
        limits: What is allowed.
    """
    return (
        *_faults_of_all(request, job, limits),
        *(
            fault
            for position, item in enumerate(request.clips)
            for fault in (
                *_faults_of_place(position, item, job, clips, request.clips),
                *_faults_of_clip(position, item, request, _longest(item, job, clips, limits), limits),
            )
        ),
    )


def _faults_of_all(request: RegenerateRequest, job: Job, limits: Limits) -> Iterator[Fault]:
    if not request.clips:
        yield Fault("clips", "Name at least one clip.")
    if len(request.clips) > len(job.clip_ids):
        yield Fault("clips", f"The job has {len(job.clip_ids)} clips; {len(request.clips)} were named.")
    if request.instruction is not None:
        yield from _faults_of_text("instruction", request.instruction, limits.max_instruction_chars)
    if request.takes is not None:
        yield from _faults_of_takes("takes", request.takes, limits)


def _faults_of_place(
    position: int,
    item: ClipInstruction,
    job: Job,
    clips: Mapping[str, ClipVersions],
    all_items: Sequence[ClipInstruction],
) -> Iterator[Fault]:
    field = f"clips[{position}].clip_index"
    if not 0 <= item.clip_index < len(job.clip_ids):
        last = len(job.clip_ids) - 1
        yield Fault(field, f"There is no clip {item.clip_index}; the job has 0 to {last}.")
    elif not _can_be_made(clips[job.clip_ids[item.clip_index]].clip):
        title = clips[job.clip_ids[item.clip_index]].clip.title
        yield Fault(field, f"{clip_name(item.clip_index, title)} is not ready.")
    if any(other.clip_index == item.clip_index for other in all_items[:position]):
        yield Fault(
            field,
            f"Clip {item.clip_index} is named twice; name each clip once, with 'takes' for several takes.",
        )


def _can_be_made(clip: Clip) -> bool:
    """Whether there is a take to change, or the first one can be generated."""
    return clip.status is ClipStatus.READY or clip.is_generated


def _longest(item: ClipInstruction, job: Job, clips: Mapping[str, ClipVersions], limits: Limits) -> int:
    """Return how many characters may be said of a clip: for its first take they are its prompt."""
    if not 0 <= item.clip_index < len(job.clip_ids):
        return limits.max_instruction_chars
    has_take = clips[job.clip_ids[item.clip_index]].clip.current_version is not None
    return limits.max_instruction_chars if has_take else limits.max_prompt_chars


def _faults_of_clip(
    position: int, item: ClipInstruction, request: RegenerateRequest, longest: int, limits: Limits
) -> Iterator[Fault]:
    field = f"clips[{position}].instruction"
    if item.repeat:
        pass  # in the words of the take
    elif item.instruction is not None:
        yield from _faults_of_text(field, item.instruction, longest)
    elif request.instruction is None:
        yield Fault(field, "Give an instruction here, or one for all clips in 'instruction'.")
    if item.takes is not None:
        yield from _faults_of_takes(f"clips[{position}].takes", item.takes, limits)


def _faults_of_text(field: str, text: str, longest: int) -> Iterator[Fault]:
    if is_blank(text):
        yield Fault(field, 'Say what to change, such as "make it nighttime".')
    elif len(text) > longest:
        yield Fault(field, f"At most {longest} characters are allowed; this has {len(text)}.")


def _faults_of_takes(field: str, takes: int, limits: Limits) -> Iterator[Fault]:
    # More than stay active would send paid takes to the archive before they were seen.
    most = min(limits.max_takes, limits.max_active_versions)
    if not 1 <= takes <= most:
        yield Fault(field, f"From 1 to {most} takes of a clip can be made at once; this asks for {takes}.")


def choose_models(
    request: RegenerateRequest, job: Job, clips: Mapping[str, ClipVersions], offer: ModelChoices
) -> tuple[Sequence[Choice], Sequence[Fault]]:
    """Return a model for each clip of a request, and what is wrong with those that were not found.

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
            placed = [replace(fault, detail=f"{made}{fault.detail}") for fault in error.faults]
            faults.update(dict.fromkeys(placed))
            return None

    if request.model is not None:  # also where every clip has its own
        choose(request.model, "model")
    found = [
        choose(*_wanted(position, item, request, job, clips)) for position, item in enumerate(request.clips)
    ]
    return tuple(choice for choice in found if choice is not None), tuple(faults)


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
