"""Resolve and price a batch request: the part that starting and estimating share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from retake.domain.batches import BatchClip
from retake.domain.catalogue import Model
from retake.domain.errors import ConflictError, Fault, InvalidRequestError
from retake.domain.estimates import estimate_batch_s
from retake.domain.limits import Limits
from retake.domain.pricing import PriceBreakdown, price_batch
from retake.domain.records import Clip, Job
from retake.domain.statuses import ClipStatus, JobKind, JobStatus
from retake.domain.versions import next_to_archive
from retake.ports.jobs import ClipVersions, JobRepository
from retake.ports.requests import GenerationTimes
from retake.ports.system import Clock


@dataclass(frozen=True)
class ClipInstruction:
    """One line of the request: which clip, and what to do (None: the instruction for all)."""

    clip_index: int
    instruction: str | None = None


@dataclass(frozen=True)
class ArchiveNotice:
    """Which take a regeneration will send to the archive, and until when it can be restored."""

    clip_index: int
    version_id: str
    version_number: int
    restorable_until: datetime


@dataclass(frozen=True)
class PricedBatch:
    """A request that can be carried out: its clips, price, time and what it archives."""

    clips: tuple[BatchClip, ...]
    price: PriceBreakdown
    estimated_time_s: int
    archives: tuple[ArchiveNotice, ...]


def price_request(
    job: Job,
    request: Sequence[ClipInstruction],
    instruction: str | None,
    *,
    jobs: JobRepository,
    model: Model,
    limits: Limits,
    clock: Clock,
    times: GenerationTimes,
) -> PricedBatch:
    """Check the whole request, find every fault, and price it.

    Args:
        job: The job it is about.
        request: The clips, in the order they shall be regenerated.
        instruction: For every clip that brings none of its own.
        jobs: Where the job's clips are read.
        model: What will make the takes.
        limits: What is allowed.
        clock: The time restore periods count from.
        times: What clips took lately.

    Raises:
        ConflictError: If the job is not ready.
        InvalidRequestError: Naming every fault; nothing was written.
    """
    require_ready(job)
    clips = {entry.clip.clip_id: entry for entry in jobs.list_clips(job.job_id)}
    faults = [
        *_faults_of_all(job, request, instruction, limits),
        *(
            fault
            for position, item in enumerate(request)
            for fault in _faults_of(position, item, job, instruction, clips, limits, request)
        ),
    ]
    if faults:
        raise InvalidRequestError("The batch was refused; nothing was started or charged.", faults=faults)
    resolved = tuple(_resolve(item, instruction, job, clips) for item in request)
    price = price_batch([(clip.clip_index, clip.duration_ms) for clip in resolved], model.estimate)
    until = clock.now() + timedelta(days=limits.delete_after_days)
    return PricedBatch(
        resolved,
        price,
        estimate_batch_s(len(resolved), times.recent_ms()),
        tuple(_notices(resolved, clips, limits, until)),
    )


def require_ready(job: Job) -> None:
    """Refuse a job that is not ready. Raises ``ConflictError``."""
    if job.status is JobStatus.READY:
        return
    is_video = job.kind is JobKind.VIDEO
    ways_out = {
        JobStatus.PREPARING: (
            "It is still being made; wait for the event video_completed."
            if is_video
            else "Its clips are still being prepared; wait for the event job_ready."
        ),
        JobStatus.FAILED: (
            f"It could not be made: {job.failure}. Retry it."
            if is_video
            else f"Its preparation failed: {job.failure}. Make a new job without that clip."
        ),
        JobStatus.DELETING: "It is being deleted.",
    }
    raise ConflictError(f"The job is not ready. {ways_out[job.status]}")


def _faults_of_all(
    job: Job, request: Sequence[ClipInstruction], instruction: str | None, limits: Limits
) -> list[Fault]:
    faults = []
    if not request:
        faults.append(Fault("clips", "Name at least one clip."))
    if len(request) > len(job.clip_ids):
        faults.append(Fault("clips", f"The job has {len(job.clip_ids)} clips; {len(request)} were named."))
    if instruction is not None:
        faults.extend(_faults_of_text("instruction", instruction, limits))
    return faults


def _faults_of_text(field: str, text: str, limits: Limits) -> list[Fault]:
    if not text.strip():
        return [Fault(field, 'Say what to change, such as "make it nighttime".')]
    if len(text) > limits.max_instruction_chars:
        return [
            Fault(
                field, f"At most {limits.max_instruction_chars} characters are allowed; this has {len(text)}."
            )
        ]
    return []


def _faults_of(  # noqa: PLR0917 - one line of a table: every column matters
    position: int,
    item: ClipInstruction,
    job: Job,
    instruction: str | None,
    clips: dict[str, ClipVersions],
    limits: Limits,
    request: Sequence[ClipInstruction],
) -> list[Fault]:
    where = f"clips[{position}]"
    faults = []
    if not 0 <= item.clip_index < len(job.clip_ids):
        last = len(job.clip_ids) - 1
        faults.append(
            Fault(f"{where}.clip_index", f"There is no clip {item.clip_index}; the job has 0 to {last}.")
        )
    elif clips[job.clip_ids[item.clip_index]].clip.status is not ClipStatus.READY:
        faults.append(Fault(f"{where}.clip_index", f"Clip {item.clip_index} is not ready."))
    if any(other.clip_index == item.clip_index for other in request[:position]):
        faults.append(
            Fault(f"{where}.clip_index", f"Clip {item.clip_index} is named twice; name each clip once.")
        )
    if item.instruction is not None:
        faults.extend(_faults_of_text(f"{where}.instruction", item.instruction, limits))
    elif instruction is None:
        faults.append(
            Fault(f"{where}.instruction", "Give an instruction here, or one for all clips in 'instruction'.")
        )
    return faults


def _resolve(
    item: ClipInstruction, instruction: str | None, job: Job, clips: dict[str, ClipVersions]
) -> BatchClip:
    clip: Clip = clips[job.clip_ids[item.clip_index]].clip
    wanted = item.instruction if item.instruction is not None else instruction or ""
    return BatchClip(item.clip_index, clip.clip_id, clip.duration_ms, wanted.strip())


def _notices(
    resolved: Sequence[BatchClip], clips: dict[str, ClipVersions], limits: Limits, until: datetime
) -> list[ArchiveNotice]:
    notices = []
    for item in resolved:
        version = next_to_archive(clips[item.clip_id].versions, cap=limits.max_active_versions)
        if version is not None:
            notices.append(ArchiveNotice(item.clip_index, version.version_id, version.version_number, until))
    return notices
