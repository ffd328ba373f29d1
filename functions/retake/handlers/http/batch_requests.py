"""What requests for batches mean, whoever carries them out: their routes now, or a schedule at its time."""

from retake import bootstrap
from retake.contracts.batches import BatchRequestModel
from retake.domain.records.jobs import Job
from retake.services.batches.accept_batch import AcceptedBatch, BatchRequest, accept_batch
from retake.services.batches.price_batch import PricedBatch, price_request
from retake.services.batches.validation import ClipInstruction, RegenerateRequest


def regenerate_request(body: BatchRequestModel) -> RegenerateRequest:
    """Return what a body asks for."""
    clips = [
        ClipInstruction(clip.clip_index, clip.instruction, clip.model, clip.takes) for clip in body.clips
    ]
    return RegenerateRequest(clips, body.instruction, body.model, body.takes)


def price_clips(job: Job, body: BatchRequestModel) -> PricedBatch:
    """Check and price a batch; nothing is written. Raises ``InvalidRequestError`` naming every fault."""
    return price_request(job, regenerate_request(body), bootstrap.context)


def accept(request: BatchRequest) -> AcceptedBatch:
    """Write a batch and start it, or let it wait its turn; see ``accept_batch``."""
    return accept_batch(request, bootstrap.context)
