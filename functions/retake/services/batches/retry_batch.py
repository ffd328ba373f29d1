"""Try again what did not succeed: a new batch of the same words, models and takes."""

from dataclasses import replace

from retake.domain.errors import ConflictError
from retake.domain.limits import Limits
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Job
from retake.domain.statuses import RegenerationStatus
from retake.ports.jobs import JobRepository
from retake.ports.requests import GenerationTimes
from retake.ports.system import Clock, Ids
from retake.ports.usage import UsageRepository
from retake.ports.workflows import WorkflowEngine
from retake.services.batches.accept_batch import AcceptedBatch, BatchRequest, accept_batch
from retake.services.batches.wishes import Again, BatchWish, ClipInstruction
from retake.services.generation.siblings import list_siblings
from retake.services.videos.plan_videos import Offer


def retry_batch(
    request: BatchRequest,
    batch: Batch,
    *,
    jobs: JobRepository,
    workflow: WorkflowEngine,
    clock: Clock,
    ids: Ids,
    offer: Offer,
    limits: Limits,
    times: GenerationTimes,
    usage: UsageRepository,
) -> AcceptedBatch:
    """Start a new batch of the takes that did not succeed; its wish is made here, whatever it was.

    Where some takes of a clip succeeded, the others are made of the same take, in the same words, and are
    there to be chosen as they would have been. Where none did, the clip is regenerated as it is now.

    Raises:
        ConflictError: If the batch still runs, everything in it succeeded, or what did not was taken out.
    """
    if not batch.status.is_terminal:
        raise ConflictError(f"The batch is {batch.status}; only an ended batch can be retried.")
    failed: dict[str, list[Regeneration]] = {}
    for item in jobs.list_regenerations(batch.job_id, batch.regeneration_ids):
        if item.status is not RegenerationStatus.SUCCEEDED:
            failed.setdefault(item.clip_id, []).append(item)
    if not failed:
        raise ConflictError("Every clip of this batch succeeded; there is nothing to retry.")
    job = jobs.get_job(batch.job_id)
    clips = [_again(job, takes, jobs) for clip_id, takes in failed.items() if clip_id in job.clip_ids]
    if not clips:
        raise ConflictError("The clips that failed were taken out of the job; there is nothing to retry.")
    return accept_batch(
        replace(request, wish=BatchWish(clips), retry_of=batch.batch_id),
        jobs=jobs,
        workflow=workflow,
        clock=clock,
        ids=ids,
        offer=offer,
        limits=limits,
        times=times,
        usage=usage,
    )


def _again(job: Job, takes: list[Regeneration], jobs: JobRepository) -> ClipInstruction:
    first = takes[0]
    made = tuple(
        sibling.regeneration_id
        for sibling in list_siblings(first, jobs)
        if sibling.status is RegenerationStatus.SUCCEEDED
    )
    return ClipInstruction(
        job.clip_ids.index(first.clip_id),
        first.instruction,
        model=first.model or None,
        again=Again(tuple(item.take for item in takes), first.takes, made),
    )
