"""Routes of batch regenerations."""

from collections.abc import Callable
from functools import partial

from aws_lambda_powertools.event_handler import Response

from retake import bootstrap
from retake.api import queue
from retake.api.http.app import build_app, entry_point
from retake.api.http.operations import CONFLICTS, STARTS_WORK, Router, answers
from retake.api.http.parameters import (
    DEFAULT_PAGE,
    BatchId,
    Cursor,
    IdempotencyKey,
    IfMatch,
    JobId,
    Limit,
)
from retake.api.http.requests import Submission, answered, own_job, revision_of
from retake.api.views.batches import (
    accepted_view,
    batch_queue_view,
    batch_summary,
    batch_view,
    estimate_view,
)
from retake.api.views.jobs import video_view
from retake.config import PlatformSettings, settings
from retake.contracts.batches import (
    AcceptedBatchView,
    BatchList,
    BatchOrder,
    BatchQueueView,
    BatchRequestModel,
    BatchView,
    EstimateView,
    ModelChange,
    RetryModel,
)
from retake.contracts.jobs import VideoView
from retake.domain.batch_queue import queue_tag
from retake.domain.errors import (
    ConflictError,
    SpendLimitError,
    StorageBudgetExceededError,
    TooManyWaitingError,
)
from retake.domain.preparations import require_ready
from retake.domain.records.batches import Batch
from retake.domain.records.jobs import Job
from retake.observability import correlate
from retake.routes import BatchRoute, JobRoute
from retake.services.batches.accept_batch import AcceptedBatch, BatchRequest, accept_batch
from retake.services.batches.change_model import change_model, estimate_change
from retake.services.batches.change_queue import pause_batch, reorder_batches, resume_batch
from retake.services.batches.finish_batch import cancel_batch
from retake.services.batches.foresee_archives import foresee_archives
from retake.services.batches.price_batch import price_request
from retake.services.batches.retry_batch import retry_batch
from retake.services.batches.validation import RegenerateRequest
from retake.services.versions.restore_version import WAIT_S

router = Router()


@router.on(BatchRoute.REGENERATE, summary="Regenerate clips one after another", tags=["batches"])
@answers(202, raises=(*CONFLICTS, *STARTS_WORK, TooManyWaitingError), headers=("Location",))
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


@router.on(BatchRoute.ESTIMATE, summary="Price a batch without starting it", tags=["batches"])
@answers(200, raises=(ConflictError,))
def post_estimate(job_id: JobId, body: BatchRequestModel) -> EstimateView:
    """Check and price a batch; nothing is written."""
    priced = price_request(own_job(router, job_id), RegenerateRequest.of(body), bootstrap.context)
    return estimate_view(priced, on_aws=settings(PlatformSettings).is_paid)


@router.on(BatchRoute.LIST, summary="List a job's batches, newest first", tags=["batches"])
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


@router.on(BatchRoute.REORDER, summary="Reorder the batches that wait", tags=["batches"])
@answers(200, raises=CONFLICTS, headers=("ETag",))
def patch_batches(job_id: JobId, body: BatchOrder, if_match: IfMatch = None) -> Response[BatchQueueView]:
    """Reorder the waiting batches; a running batch is not affected."""
    own_job(router, job_id)
    jobs = bootstrap.context.jobs
    job = reorder_batches(job_id, body.order, bootstrap.context, if_tag=revision_of(if_match))
    open_ids = [job.active_batch_id] if job.active_batch_id else []
    batches = jobs.find_batches(job_id, [*open_ids, *job.waiting_batch_ids])
    archives = foresee_archives(job, batches, bootstrap.context)
    return answered(200, batch_queue_view(job, batches, archives), tag=_queue_etag(job))


@router.on(BatchRoute.READ, summary="Read a batch", tags=["batches"])
def get_batch(job_id: JobId, batch_id: BatchId) -> BatchView:
    """Read one batch and how its clips are."""
    own_job(router, job_id)
    return _view(bootstrap.context.jobs.get_batch(job_id, batch_id))


@router.on(BatchRoute.CANCEL, summary="Cancel a batch", tags=["batches"])
@answers(202, raises=CONFLICTS, headers=("Location",))
def post_cancel(job_id: JobId, batch_id: BatchId, key: IdempotencyKey = None) -> Response[BatchView]:
    """Cancel a waiting or running batch; finished clips stay."""
    own_job(router, job_id)
    return _changed_once(Submission(router, key), partial(cancel_batch, job_id, batch_id, bootstrap.context))


@router.on(BatchRoute.PAUSE, summary="Pause a waiting batch", tags=["batches"])
@answers(200, raises=CONFLICTS)
def post_pause(job_id: JobId, batch_id: BatchId, key: IdempotencyKey = None) -> Response[BatchView]:
    """Pause a waiting batch until it is resumed; the batches behind it run first."""
    own_job(router, job_id)
    return Submission(router, key).answer_once(
        lambda: answered(200, _view(pause_batch(job_id, batch_id, bootstrap.context)))
    )


@router.on(BatchRoute.RESUME, summary="Resume a paused or held batch", tags=["batches"])
@answers(202, raises=CONFLICTS, headers=("Location",))
def post_resume(job_id: JobId, batch_id: BatchId, key: IdempotencyKey = None) -> Response[BatchView]:
    """Resume a paused or held batch; it starts at once where the job is free."""
    own_job(router, job_id)
    return _changed_once(Submission(router, key), partial(resume_batch, job_id, batch_id, bootstrap.context))


@router.on(
    BatchRoute.CHANGE_MODEL, summary="Make what is left of a batch with another model", tags=["batches"]
)
@answers(202, raises=(*CONFLICTS, SpendLimitError, StorageBudgetExceededError), headers=("Location",))
def post_change_model(
    job_id: JobId, batch_id: BatchId, body: ModelChange, key: IdempotencyKey = None
) -> Response[BatchView]:
    """Resume a held batch with another model for the takes that were not started.

    They are priced anew. What may have been submitted is left to the model that it was submitted to.
    """
    own_job(router, job_id)
    change = partial(change_model, job_id, batch_id, body.model, bootstrap.context)
    return _changed_once(Submission(router, key, body), change)


@router.on(
    BatchRoute.ESTIMATE_CHANGE,
    summary="Price what is left of a batch with another model",
    tags=["batches"],
)
@answers(200, raises=(ConflictError,))
def post_change_model_estimate(job_id: JobId, batch_id: BatchId, body: ModelChange) -> EstimateView:
    """Check and price the takes that were not started with another model; nothing is written."""
    priced = estimate_change(own_job(router, job_id), batch_id, body.model, bootstrap.context)
    return estimate_view(priced, on_aws=settings(PlatformSettings).is_paid)


@router.on(BatchRoute.RETRY, summary="Retry failed clips", tags=["batches"])
@answers(202, raises=(*CONFLICTS, *STARTS_WORK, TooManyWaitingError), headers=("Location",))
def post_retry(
    job_id: JobId, batch_id: BatchId, body: RetryModel | None = None, key: IdempotencyKey = None
) -> Response[AcceptedBatchView]:
    """Start a new batch of the takes that did not succeed, in the same words.

    Each is made with its own model, or all with the one that the request names.
    """
    job = own_job(router, job_id)
    submission = Submission(router, key, body)
    model = None if body is None else body.model
    request = BatchRequest(
        job_id=job_id,
        user_id=job.user_id,
        batch_id=submission.new_id(),
        request_hash=submission.request_hash,
        content=RegenerateRequest(()),
    )
    return submission.answer_once(
        lambda: _accepted(
            retry_batch(
                request, bootstrap.context.jobs.get_batch(job_id, batch_id), bootstrap.context, model=model
            )
        )
    )


@router.on(BatchRoute.RECOMPOSE, summary="Compose the video again", tags=["batches"])
@answers(200, 202, raises=(ConflictError,), headers=("Location",))
def post_recompose(job_id: JobId) -> Response[VideoView]:
    """Compose the video of the current timeline, after a recompose that failed."""
    require_ready(own_job(router, job_id))
    done = bootstrap.context.workers.recompose(job_id, wait_s=WAIT_S)
    video = video_view(bootstrap.context.jobs.get_job(job_id), bootstrap.context)
    if video is None:
        raise ConflictError("There is no video yet; it is still being composed.")
    return answered(200 if done else 202, video, location=JobRoute.READ.address(job_id=job_id))


def _changed_once(submission: Submission, change: Callable[[], Batch]) -> Response[BatchView]:
    """Answer with a batch after a change, made once for all requests with its key."""

    def carry_out() -> Response[BatchView]:
        batch = change()
        address = BatchRoute.READ.address(job_id=batch.job_id, batch_id=batch.batch_id)
        return answered(202, _view(batch), location=address)

    return submission.answer_once(carry_out)


def _accepted(accepted: AcceptedBatch) -> Response[AcceptedBatchView]:
    batch = accepted.batch
    correlate({"batch_id": batch.batch_id})
    address = BatchRoute.READ.address(job_id=batch.job_id, batch_id=batch.batch_id)
    return answered(202, accepted_view(accepted), location=address)


def _view(batch: Batch) -> BatchView:
    jobs = bootstrap.context.jobs
    regenerations = jobs.list_regenerations(batch.job_id, batch.regeneration_ids)
    return batch_view(jobs.get_job(batch.job_id), batch, regenerations)


def _queue_etag(job: Job) -> str:
    return f'"{queue_tag(job)}"'


handler = entry_point(build_app(router, queue.router))
