"""Routes of batch regenerations."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from retake import bootstrap
from retake.contracts.batches import (
    AcceptedBatchView,
    BatchList,
    BatchOrder,
    BatchQueueView,
    BatchRequestModel,
    BatchView,
    EstimateView,
)
from retake.contracts.jobs import VideoView
from retake.domain.batch_queue import queue_tag
from retake.domain.errors import ConflictError, TooManyWaitingError, WorkflowUnavailableError
from retake.domain.preparations import require_ready
from retake.domain.records.batches import Batch
from retake.domain.records.jobs import Job
from retake.handlers.http.operations import STARTS_WORK, answers
from retake.handlers.http.parameters import (
    DEFAULT_PAGE,
    BatchId,
    Cursor,
    IdempotencyKey,
    IfMatch,
    JobId,
    Limit,
)
from retake.handlers.http.requests import Submission, answered, own_job, revision_of
from retake.handlers.http.views import (
    accepted_view,
    batch_queue_view,
    batch_summary,
    batch_view,
    estimate_view,
    video_view,
)
from retake.observability import correlate
from retake.services.batches.accept_batch import AcceptedBatch, BatchRequest, accept_batch
from retake.services.batches.change_queue import pause_batch, reorder_batches, resume_batch
from retake.services.batches.finish_batch import cancel_batch
from retake.services.batches.foresee_archives import foresee_archives
from retake.services.batches.price_batch import price_request
from retake.services.batches.retry_batch import retry_batch
from retake.services.batches.validation import RegenerateRequest
from retake.services.versions.restore_version import WAIT_S

router = APIGatewayHttpRouter()

REGENERATE = "/jobs/<job_id>/clips/batch-regenerate"


@router.post(REGENERATE, summary="Regenerate clips one after another", tags=["batches"])
@answers(202, raises=(*STARTS_WORK, TooManyWaitingError), headers=("Location",))
def post_batch(
    job_id: JobId, body: BatchRequestModel, key: IdempotencyKey = None
) -> Response[AcceptedBatchView]:
    """Accept a batch: it starts at once, or waits for the batches before it.

    Several takes of a clip are made one after another of the take that it shows; the first that succeeds
    becomes current, and any other can be made so with the restore route, at no cost.
    """
    job = own_job(router, job_id)
    submission = Submission(router, key, body)
    request = BatchRequest(
        job_id=job_id,
        user_id=job.user_id,
        batch_id=submission.new_id(),
        request_hash=submission.request_hash,
        content=RegenerateRequest.of(body),
    )
    return submission.answer_once(lambda: _accepted(accept_batch(request, bootstrap.context)))


@router.post(f"{REGENERATE}/estimate", summary="Price a batch without starting it", tags=["batches"])
def post_estimate(job_id: JobId, body: BatchRequestModel) -> EstimateView:
    """Check and price a batch; nothing is written."""
    return estimate_view(
        price_request(own_job(router, job_id), RegenerateRequest.of(body), bootstrap.context)
    )


@router.get("/jobs/<job_id>/batches", summary="List a job's batches, newest first", tags=["batches"])
@answers(200, headers=("ETag",))
def get_batches(
    job_id: JobId,
    limit: Limit = DEFAULT_PAGE,
    cursor: Cursor = None,
) -> Response[BatchList]:
    """List batches; the ETag names the order of those that wait."""
    job = own_job(router, job_id)
    page = bootstrap.context.jobs.list_batches(job_id, limit=limit, cursor=cursor)
    listed = BatchList(batches=[batch_summary(job, batch) for batch in page.items], cursor=page.cursor)
    return answered(200, listed, tag=_queue_etag(job))


@router.patch("/jobs/<job_id>/batches", summary="Reorder the batches that wait", tags=["batches"])
@answers(200, headers=("ETag",))
def patch_batches(job_id: JobId, body: BatchOrder, if_match: IfMatch = None) -> Response[BatchQueueView]:
    """Put the waiting batches into a new order; what runs goes on."""
    own_job(router, job_id)
    jobs = bootstrap.context.jobs
    job = reorder_batches(job_id, body.order, bootstrap.context, if_tag=revision_of(if_match))
    open_ids = [job.active_batch_id] if job.active_batch_id else []
    batches = jobs.find_batches(job_id, [*open_ids, *job.waiting_batch_ids])
    archives = foresee_archives(job, batches, bootstrap.context)
    return answered(200, batch_queue_view(job, batches, archives), tag=_queue_etag(job))


@router.get("/jobs/<job_id>/batches/<batch_id>", summary="Read a batch", tags=["batches"])
def get_batch(job_id: JobId, batch_id: BatchId) -> BatchView:
    """Read one batch and how its clips are."""
    own_job(router, job_id)
    return _view(bootstrap.context.jobs.get_batch(job_id, batch_id))


@router.post("/jobs/<job_id>/batches/<batch_id>/cancel", summary="Cancel a batch", tags=["batches"])
@answers(202, headers=("Location",))
def post_cancel(job_id: JobId, batch_id: BatchId, key: IdempotencyKey = None) -> Response[BatchView]:
    """Cancel a waiting or running batch; finished clips stay."""
    own_job(router, job_id)
    submission = Submission(router, key)

    def carry_out() -> Response[BatchView]:
        batch = cancel_batch(job_id, batch_id, bootstrap.context)
        return answered(202, _view(batch), location=_location(batch))

    return submission.answer_once(carry_out)


@router.post("/jobs/<job_id>/batches/<batch_id>/pause", summary="Pause a waiting batch", tags=["batches"])
def post_pause(job_id: JobId, batch_id: BatchId, key: IdempotencyKey = None) -> Response[BatchView]:
    """Keep a waiting batch from its turn until it is resumed; the batches behind it pass."""
    own_job(router, job_id)
    return Submission(router, key).answer_once(
        lambda: answered(200, _view(pause_batch(job_id, batch_id, bootstrap.context)))
    )


@router.post("/jobs/<job_id>/batches/<batch_id>/resume", summary="Resume a paused batch", tags=["batches"])
@answers(202, raises=(WorkflowUnavailableError,), headers=("Location",))
def post_resume(job_id: JobId, batch_id: BatchId, key: IdempotencyKey = None) -> Response[BatchView]:
    """Give a paused batch its place back; it starts at once where the job is free."""
    own_job(router, job_id)

    def carry_out() -> Response[BatchView]:
        batch = resume_batch(job_id, batch_id, bootstrap.context)
        return answered(202, _view(batch), location=_location(batch))

    return Submission(router, key).answer_once(carry_out)


@router.post("/jobs/<job_id>/batches/<batch_id>/retry", summary="Retry failed clips", tags=["batches"])
@answers(202, raises=(*STARTS_WORK, TooManyWaitingError), headers=("Location",))
def post_retry(job_id: JobId, batch_id: BatchId, key: IdempotencyKey = None) -> Response[AcceptedBatchView]:
    """Start a new batch of the takes that did not succeed, in the same words and with the same model."""
    job = own_job(router, job_id)
    submission = Submission(router, key)
    request = BatchRequest(
        job_id=job_id,
        user_id=job.user_id,
        batch_id=submission.new_id(),
        request_hash=submission.request_hash,
        content=RegenerateRequest(()),
    )
    return submission.answer_once(
        lambda: _accepted(
            retry_batch(request, bootstrap.context.jobs.get_batch(job_id, batch_id), bootstrap.context)
        )
    )


@router.post("/jobs/<job_id>/recompose", summary="Compose the video again", tags=["batches"])
@answers(200, 202, headers=("Location",))
def post_recompose(job_id: JobId) -> Response[VideoView]:
    """Bring the video up to the timeline, after a recompose that failed."""
    require_ready(own_job(router, job_id))
    done = bootstrap.context.workers.recompose(job_id, wait_s=WAIT_S)
    video = video_view(bootstrap.context.jobs.get_job(job_id), bootstrap.context)
    if video is None:
        raise ConflictError("There is no video yet; it is still being composed.")
    return answered(200 if done else 202, video, location=f"/api/v1/jobs/{job_id}")


def _accepted(accepted: AcceptedBatch) -> Response[AcceptedBatchView]:
    correlate({"batch_id": accepted.batch.batch_id})
    return answered(202, accepted_view(accepted), location=_location(accepted.batch))


def _view(batch: Batch) -> BatchView:
    jobs = bootstrap.context.jobs
    regenerations = jobs.list_regenerations(batch.job_id, batch.regeneration_ids)
    return batch_view(jobs.get_job(batch.job_id), batch, regenerations)


def _queue_etag(job: Job) -> str:
    return f'"{queue_tag(job)}"'


def _location(batch: Batch) -> str:
    return f"/api/v1/jobs/{batch.job_id}/batches/{batch.batch_id}"
