"""What a person wants regenerated, and every fault of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from retake.domain.clip_names import clip_name
from retake.domain.clip_versions import ClipVersions
from retake.domain.errors import Fault
from retake.domain.limits import Limits
from retake.domain.records.jobs import Clip, Job
from retake.domain.statuses import ClipStatus
from retake.domain.visible_text import is_blank


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
    """

    clip_index: int
    instruction: str | None = None
    model: str | None = None
    takes: int | None = None
    again: RetriedTakes | None = None


@dataclass(frozen=True)
class RegenerateRequest:
    """The whole request: clips in the order they shall be regenerated, and what is said for all.

    Attributes:
        model: None for the model that a clip was made with.
        takes: None for one.
    """

    clips: Sequence[ClipInstruction]
    instruction: str | None = None
    model: str | None = None
    takes: int | None = None


def faults_of(
    request: RegenerateRequest, job: Job, clips: Mapping[str, ClipVersions], limits: Limits
) -> tuple[Fault, ...]:
    """Return everything that is wrong with a wish, but for its models.

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
    if item.instruction is not None:
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
    # More than stay active would send paid takes to the archive before anybody saw them.
    most = min(limits.max_takes, limits.max_active_versions)
    if not 1 <= takes <= most:
        yield Fault(field, f"From 1 to {most} takes of a clip can be made at once; this asks for {takes}.")
