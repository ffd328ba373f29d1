"""Routes of a job's clips: adding, order, titles, trims, removal, and undoing all that."""

from collections.abc import Callable
from functools import partial

from aws_lambda_powertools.event_handler import Response

from retake import bootstrap
from retake.api.http.operations import CONFLICTS, STARTS_WORK, Router, answers
from retake.api.http.parameters import ClipId, ClipIndex, IdempotencyKey, IfMatch, JobId
from retake.api.http.requests import Submission, own_job, revision_of, user_id
from retake.api.job_answers import job_answer, new_clips
from retake.api.views.jobs import job_estimate_view, removed_clip_view
from retake.contracts.clips import AddClipsModel, ClipChangeModel, RemovedClipList, ReturnModel
from retake.contracts.jobs import ClipOrder, JobEstimateView, JobView
from retake.domain.errors import ConflictError, GoneError, StorageBudgetExceededError, TooManyWaitingError
from retake.domain.records.jobs import Job
from retake.domain.records.timeline import Trim
from retake.routes import ClipRoute
from retake.services.jobs.add_clips import AddRequest, add_clips, estimate_addition
from retake.services.jobs.change_timeline import list_removed, remove_clip, reorder_clips, return_clip
from retake.services.jobs.change_titles import ClipChange, change_clip
from retake.services.jobs.duplicate_clip import DuplicateRequest, duplicate_clip
from retake.services.jobs.undo_change import undo_change
from retake.services.retention.delete_removed import delete_removed_clip

router = Router()


@router.on(ClipRoute.ADD, summary="Add clips to a job", tags=["jobs"])
@answers(202, raises=(*CONFLICTS, *STARTS_WORK, TooManyWaitingError), headers=("Location", "ETag"))
def post_clips(
    job_id: JobId, body: AddClipsModel, key: IdempotencyKey = None, if_match: IfMatch = None
) -> Response[JobView]:
    """Check all clips, then insert them into the timeline; their takes are made in the background."""
    own_job(router, job_id)
    submission = Submission(router, key, body)
    request = _addition(job_id, body, submission)
    revision = revision_of(if_match)
    return submission.answer_once(
        lambda: job_answer(202, add_clips(request, bootstrap.context, if_revision=revision))
    )


@router.on(ClipRoute.ESTIMATE, summary="Price clips without adding them", tags=["jobs"])
@answers(200, raises=(ConflictError,))
def post_clips_estimate(job_id: JobId, body: AddClipsModel) -> JobEstimateView:
    """Check and price clips that would be added, and what they would lose. Nothing is written."""
    own_job(router, job_id)
    request = _addition(job_id, body, Submission(router, None, body))
    return job_estimate_view(estimate_addition(request, bootstrap.context))


@router.on(ClipRoute.REORDER, summary="Reorder the clips", tags=["jobs"])
@answers(200, raises=CONFLICTS, headers=("ETag",))
def patch_clips(
    job_id: JobId, body: ClipOrder, key: IdempotencyKey = None, if_match: IfMatch = None
) -> Response[JobView]:
    """Reorder the clips and recompose."""
    own_job(router, job_id)
    return _changed_once(Submission(router, key, body), if_match, partial(reorder_clips, job_id, body.order))


@router.on(ClipRoute.CHANGE, summary="Change a clip's title or trim", tags=["jobs"])
@answers(200, raises=CONFLICTS, headers=("ETag",))
def patch_clip(
    job_id: JobId, clip_index: ClipIndex, body: ClipChangeModel, if_match: IfMatch = None
) -> Response[JobView]:
    """Give a clip another title, or show a part of it; its takes stay whole."""
    own_job(router, job_id)
    trim = None if body.trim is None else Trim(body.trim.in_frame, body.trim.out_frame)
    change = ClipChange(body.title, "trim" in body.model_fields_set, trim)
    job = change_clip(job_id, clip_index, change, bootstrap.context, if_revision=revision_of(if_match))
    return job_answer(200, job)


@router.on(ClipRoute.DUPLICATE, summary="Duplicate a clip", tags=["jobs"])
@answers(200, raises=(*CONFLICTS, StorageBudgetExceededError), headers=("ETag",))
def post_duplicate(
    job_id: JobId, clip_index: ClipIndex, key: IdempotencyKey = None, if_match: IfMatch = None
) -> Response[JobView]:
    """Insert a copy of a clip after it, with the same take as a file of its own; nothing is charged."""
    own_job(router, job_id)
    submission = Submission(router, key)
    request = DuplicateRequest(
        job_id, user_id(router), submission.new_id(), submission.request_hash, clip_index
    )
    revision = revision_of(if_match)
    return submission.answer_once(
        lambda: job_answer(200, duplicate_clip(request, bootstrap.context, if_revision=revision))
    )


@router.on(ClipRoute.REMOVE, summary="Take a clip out", tags=["jobs"])
@answers(200, raises=CONFLICTS, headers=("ETag",))
def delete_clip(
    job_id: JobId, clip_index: ClipIndex, key: IdempotencyKey = None, if_match: IfMatch = None
) -> Response[JobView]:
    """Remove one clip from the timeline and recompose; it can be put back."""
    own_job(router, job_id)
    return _changed_once(Submission(router, key), if_match, partial(remove_clip, job_id, clip_index))


@router.on(ClipRoute.LIST_REMOVED, summary="List the removed clips of a job", tags=["jobs"])
def get_removed_clips(job_id: JobId) -> RemovedClipList:
    """List what was taken out of the timeline, the last one first."""
    return _removed_clips(own_job(router, job_id))


@router.on(ClipRoute.RETURN, summary="Put a removed clip back", tags=["jobs"])
@answers(200, raises=CONFLICTS, headers=("ETag",))
def post_return(
    job_id: JobId, clip_id: ClipId, body: ReturnModel, if_match: IfMatch = None
) -> Response[JobView]:
    """Put a removed clip back into the timeline, with all its takes, and recompose."""
    own_job(router, job_id)
    job = return_clip(job_id, clip_id, body.clip_index, bootstrap.context, if_revision=revision_of(if_match))
    return job_answer(200, job)


@router.on(ClipRoute.DELETE_REMOVED, summary="Delete a removed clip", tags=["jobs"])
@answers(200, raises=CONFLICTS)
def delete_removed(job_id: JobId, clip_id: ClipId) -> RemovedClipList:
    """Delete a removed clip with all its takes, for good; what they keep in the store is freed."""
    own_job(router, job_id)
    return _removed_clips(delete_removed_clip(job_id, clip_id, bootstrap.context))


@router.on(ClipRoute.UNDO, summary="Undo the last change of the timeline", tags=["jobs"])
@answers(200, raises=(*CONFLICTS, GoneError), headers=("ETag",))
def post_undo(job_id: JobId, key: IdempotencyKey = None, if_match: IfMatch = None) -> Response[JobView]:
    """Take back a new order, an addition, a removal, a return, a trim or a restore: the last of them."""
    own_job(router, job_id)
    return _changed_once(Submission(router, key), if_match, partial(undo_change, job_id))


def _changed_once(
    submission: Submission, if_match: str | None, change: Callable[..., Job]
) -> Response[JobView]:
    """Answer with the job after a change of its timeline, made once for all requests with its key."""
    request_id, revision = submission.new_id(), revision_of(if_match)
    return submission.answer_once(
        lambda: job_answer(200, change(bootstrap.context, request_id=request_id, if_revision=revision))
    )


def _removed_clips(job: Job) -> RemovedClipList:
    return RemovedClipList(
        job_id=job.job_id,
        timeline_revision=job.timeline_revision,
        clips=[removed_clip_view(entry, bootstrap.context) for entry in list_removed(job, bootstrap.context)],
    )


def _addition(job_id: str, body: AddClipsModel, submission: Submission) -> AddRequest:
    return AddRequest(
        job_id=job_id,
        user_id=user_id(router),
        addition_id=submission.new_id(),
        request_hash=submission.request_hash,
        clips=new_clips(body.clips),
        place=body.clip_index,
    )
