"""Retry what did not succeed in a batch: a new batch with the same instructions and takes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace

from retake.domain.clip_names import clip_name
from retake.domain.errors import ConflictError, Fault, InvalidRequestError
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Job
from retake.domain.statuses import RegenerationStatus
from retake.services.batches.accept_batch import AcceptedBatch, BatchRequest, accept_batch, list_siblings
from retake.services.batches.validation import ClipInstruction, RegenerateRequest, RetriedTakes
from retake.services.context import Context


def retry_batch(
    request: BatchRequest, batch: Batch, ctx: Context, *, model: str | None = None
) -> AcceptedBatch:
    """Start a new batch of the takes that did not succeed; its content is made here.

    Where some takes of a clip succeeded, the others are made of the same take, in the same words, and are
    there to be chosen as they would have been. Where none did, the clip is regenerated as it is now.

    A batch has at most one retry. Where that ended without all takes, retrying the first batch again is
    retrying its retry: what is still missing is made, and nothing twice.

    Args:
        request: Which job, and the new batch's id.
        batch: The batch.
        ctx: The ports.
        model: Name of the model that makes them; None for each take's own.

    Raises:
        ConflictError: If the batch or its retry still runs, everything in it succeeded, or what did not was
            taken out.
        InvalidRequestError: If a model cannot make its take.
    """
    first, batch = batch, _last_retry(batch, request.batch_id, ctx)
    if batch.retried_by != request.batch_id:  # a repeat of this very request finds its batch
        _require_retryable(first, batch, ctx)

    def content_of(job: Job) -> RegenerateRequest:
        found = ctx.jobs.list_regenerations(batch.job_id, batch.regeneration_ids)
        failed = [item for item in found if item.status is not RegenerationStatus.SUCCEEDED]
        if not failed:
            raise ConflictError(f"{_named(first, batch)} made every clip; there is nothing to retry.")
        clips = clips_again(job, failed, ctx, model=model)
        if not clips:
            raise ConflictError("The clips that failed were taken out of the job; there is nothing to retry.")
        return RegenerateRequest(clips)

    again = replace(request, retry_of=batch.batch_id)
    with nullcontext() if model is None else faults_at_model():
        return accept_batch(again, ctx, content_of=content_of)


@contextmanager
def faults_at_model() -> Iterator[None]:
    """Report the faults of lines that were made here at the one field that the request has: ``model``."""
    try:
        yield
    except InvalidRequestError as error:
        found = dict.fromkeys(fault.detail for fault in error.faults)
        faults = [Fault("model", detail) for detail in found]
        raise InvalidRequestError(error.detail, faults=faults) from error


def _last_retry(batch: Batch, request_id: str, ctx: Context) -> Batch:
    """Return the last of a batch's retries, or itself; the one that this request made is no such."""
    while batch.retried_by not in {None, request_id}:
        batch = ctx.jobs.get_batch(batch.job_id, str(batch.retried_by))
    return batch


def _require_retryable(first: Batch, last: Batch, ctx: Context) -> None:
    if last.status.is_terminal:
        return
    awaited = next(
        (
            f" In doubt: {clip_name(item.clip_index, item.clip_title)}. {item.doubt.awaited} It is known by "
            f"{item.doubt.until:%H:%M:%S} UTC at the latest."
            for item in ctx.jobs.list_regenerations(last.job_id, last.regeneration_ids)
            if item.doubt is not None
        ),
        "",
    )
    raise ConflictError(
        f"{_named(first, last)} is {last.status}; only an ended batch can be retried.{awaited} Nothing was "
        "started or charged."
    )


def _named(first: Batch, last: Batch) -> str:
    if first.batch_id == last.batch_id:
        return "The batch"
    return f"The batch was retried as batch {last.batch_id}, which"


def clips_again(
    job: Job, takes: Sequence[Regeneration], ctx: Context, *, model: str | None = None
) -> Sequence[ClipInstruction]:
    """Return the lines of a request that makes exactly these takes, of clips that the job still has.

    Args:
        job: Their job.
        takes: The takes.
        ctx: The ports.
        model: Name of the model that makes them; None for each take's own.
    """
    by_clip: dict[str, list[Regeneration]] = {}
    for item in takes:
        by_clip.setdefault(item.clip_id, []).append(item)
    return [
        _again(job, same, ctx, model=model) for clip_id, same in by_clip.items() if clip_id in job.clip_ids
    ]


def _again(job: Job, takes: list[Regeneration], ctx: Context, *, model: str | None) -> ClipInstruction:
    first = takes[0]
    made = tuple(
        sibling.regeneration_id
        for sibling in list_siblings(first, ctx)
        if sibling.status is RegenerationStatus.SUCCEEDED
    )
    return ClipInstruction(
        job.clip_ids.index(first.clip_id),
        first.instruction,
        model=model or first.model or None,
        again=RetriedTakes(tuple(item.take for item in takes), first.takes, made),
        wanted=first.wanted,
        repeats=first.repeats,
    )
