"""Routes of jobs and their timeline."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from retake import bootstrap
from retake.contracts.jobs import (
    ClipOrder,
    JobEstimateView,
    JobList,
    JobRequestModel,
    JobView,
    ProfileRequest,
)
from retake.domain.frame_rates import require_rate
from retake.domain.profiles import ProfileChoice
from retake.domain.records.jobs import Job
from retake.handlers.http.operations import STARTS_WORK, answers
from retake.handlers.http.parameters import (
    DEFAULT_PAGE,
    ClipIndex,
    Cursor,
    IdempotencyKey,
    IfMatch,
    JobId,
    Limit,
)
from retake.handlers.http.requests import Submission, answered, etag, own_job, revision_of, user_id
from retake.handlers.http.views import job_estimate_view, job_summary, job_view
from retake.services.jobs.change_timeline import delete_job, remove_clip, reorder_clips
from retake.services.jobs.create_job import create_job
from retake.services.jobs.estimate_job import estimate_job
from retake.services.jobs.job_request import JobRequest, NewClip

router = APIGatewayHttpRouter()


@router.post("/jobs", summary="Make a job of uploads, videos and prompts", tags=["jobs"])
@answers(202, raises=STARTS_WORK, headers=("Location", "ETag"))
def post_job(body: JobRequestModel, key: IdempotencyKey = None) -> Response[JobView]:
    """Look at what it is made of and make the job; its clips are prepared in the background."""
    submission = Submission(router, key, body)
    request = _request(body, submission)
    return submission.answer_once(lambda: _answer(202, create_job(request, bootstrap.context)))


@router.post("/jobs/estimate", summary="Price a job without making it", tags=["jobs"])
def post_job_estimate(body: JobRequestModel) -> JobEstimateView:
    """Look at all that the job would be made of: its price, its size and frame rate. Nothing is written."""
    estimate = estimate_job(_request(body, Submission(router, None, body)), bootstrap.context)
    return job_estimate_view(estimate)


@router.get("/jobs", summary="List your jobs, newest first", tags=["jobs"])
def get_jobs(limit: Limit = DEFAULT_PAGE, cursor: Cursor = None) -> JobList:
    """List the asker's jobs."""
    page = bootstrap.context.jobs.list_jobs(user_id(router), limit=limit, cursor=cursor)
    return JobList(jobs=[job_summary(job, bootstrap.context) for job in page.items], cursor=page.cursor)


@router.get("/jobs/<job_id>", summary="Read a job, its clips and its video", tags=["jobs"])
@answers(200, headers=("ETag",))
def get_job(job_id: JobId) -> Response[JobView]:
    """Read one job."""
    return _answer(200, own_job(router, job_id))


@router.delete("/jobs/<job_id>", summary="Delete a job and everything in it", tags=["jobs"])
@answers(202, headers=("Location", "ETag"))
def remove_job(job_id: JobId) -> Response[JobView]:
    """Mark the job as going; a batch that runs on it is cancelled first."""
    own_job(router, job_id)
    delete_job(job_id, bootstrap.context)
    return _answer(202, bootstrap.context.jobs.get_job(job_id))


@router.patch("/jobs/<job_id>/clips", summary="Reorder the clips", tags=["jobs"])
@answers(200, headers=("ETag",))
def patch_clips(job_id: JobId, body: ClipOrder, if_match: IfMatch = None) -> Response[JobView]:
    """Put the clips in a new order and recompose."""
    own_job(router, job_id)
    job = reorder_clips(job_id, body.order, bootstrap.context, if_revision=revision_of(if_match))
    return _answer(200, job)


@router.delete("/jobs/<job_id>/clips/<clip_index>", summary="Take a clip out", tags=["jobs"])
@answers(200, headers=("ETag",))
def delete_clip(job_id: JobId, clip_index: ClipIndex, if_match: IfMatch = None) -> Response[JobView]:
    """Remove one clip from the timeline and recompose."""
    own_job(router, job_id)
    job = remove_clip(job_id, clip_index, bootstrap.context, if_revision=revision_of(if_match))
    return _answer(200, job)


def _request(body: JobRequestModel, submission: Submission) -> JobRequest:
    return JobRequest(
        job_id=submission.new_id(),
        user_id=user_id(router),
        request_hash=submission.request_hash,
        title=body.title,
        clips=[
            NewClip(
                **clip.model_dump(exclude={"seconds"}),
                seconds=None if clip.seconds is None else str(clip.seconds),
            )
            for clip in body.clips
        ],
        soundtrack_upload_id=body.soundtrack_upload_id,
        profile=_profile(body.profile or ProfileRequest()),
    )


def _profile(body: ProfileRequest) -> ProfileChoice:
    fps = None if body.fps is None else require_rate(str(body.fps))
    return ProfileChoice(body.width, body.height, fps)


def _answer(status: int, job: Job) -> Response[JobView]:
    view = job_view(job, bootstrap.context.jobs.list_takes(job.job_id, job.clip_ids), bootstrap.context)
    location = f"/api/v1/jobs/{job.job_id}" if status == 202 else None  # noqa: PLR2004 - Accepted
    return answered(status, view, location=location, tag=etag(job))
