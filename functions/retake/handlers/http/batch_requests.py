"""What requests for batches mean, whoever carries them out: their routes now, or a schedule at its time."""

from retake import bootstrap
from retake.contracts.batches import BatchRequestModel
from retake.domain.records import Job
from retake.services.batches.accept_batch import AcceptedBatch, BatchRequest, accept_batch
from retake.services.batches.price_batch import ClipInstruction, PricedBatch, price_request


def asked_clips(body: BatchRequestModel) -> list[ClipInstruction]:
    """Return which clips a body names, and what to do with each."""
    return [ClipInstruction(clip.clip_index, clip.instruction) for clip in body.clips]


def price_clips(job: Job, body: BatchRequestModel) -> PricedBatch:
    """Check and price a batch; nothing is written. Raises ``InvalidRequestError`` naming every fault."""
    return price_request(
        job,
        asked_clips(body),
        body.instruction,
        jobs=bootstrap.jobs(),
        model=bootstrap.offer().choose_default(),
        limits=bootstrap.limits(),
        times=bootstrap.times(),
        clock=bootstrap.clock(),
    )


def accept(request: BatchRequest) -> AcceptedBatch:
    """Write a batch and start it, or let it wait its turn; see ``accept_batch``."""
    return accept_batch(
        request,
        jobs=bootstrap.jobs(),
        workflow=bootstrap.workflow(),
        clock=bootstrap.clock(),
        ids=bootstrap.ids(),
        model=bootstrap.offer().choose_default(),
        limits=bootstrap.limits(),
        times=bootstrap.times(),
        usage=bootstrap.usage(),
    )
