"""Routes of jobs."""

from aws_lambda_powertools.event_handler import Response

from retake import bootstrap
from retake.api import clips, soundtracks, streams
from retake.api.http.app import build_app, entry_point
from retake.api.http.operations import CONFLICTS, STARTS_WORK, Router, answers
from retake.api.http.parameters import (
    DEFAULT_PAGE,
    Cursor,
    IdempotencyKey,
    IfMatch,
    JobId,
    Limit,
)
from retake.api.http.requests import Submission, own_job, revision_of, user_id
from retake.api.job_answers import job_answer, new_clips
from retake.api.views.jobs import job_estimate_view, job_summary
from retake.contracts.clips import JobChange
from retake.contracts.jobs import (
    JobEstimateView,
    JobList,
    JobRequestModel,
    JobView,
    ProfileRequest,
)
from retake.domain.errors import ConcurrentUpdateError, GoneError
from retake.domain.frame_rates import require_rate
from retake.domain.profiles import ProfileChoice
from retake.routes import JobRoute
from retake.services.jobs.change_titles import change_job_title
from retake.services.jobs.create_job import create_job
from retake.services.jobs.delete_job import delete_job, undelete_job
from retake.services.jobs.estimate_job import estimate_job
from retake.services.jobs.job_request import JobRequest

router = Router()


@router.on(JobRoute.CREATE, summary="Make a job of uploads, videos and prompts", tags=["jobs"])
@answers(202, raises=(*STARTS_WORK, ConcurrentUpdateError), headers=("Location", "ETag"))
def post_job(body: JobRequestModel, key: IdempotencyKey = None) -> Response[JobView]:
    """Check the request and create the job; its clips are prepared in the background."""
    submission = Submission(router, key, body)
    request = _request(body, submission)
    return submission.answer_once(lambda: job_answer(202, create_job(request, bootstrap.context)))


@router.on(JobRoute.ESTIMATE, summary="Price a job without making it", tags=["jobs"])
def post_job_estimate(body: JobRequestModel) -> JobEstimateView:
    """Check and price a job: its price, its size and frame rate. Nothing is written."""
    estimate = estimate_job(_request(body, Submission(router, None, body)), bootstrap.context)
    return job_estimate_view(estimate)


@router.on(JobRoute.LIST, summary="List your jobs, newest first", tags=["jobs"])
def get_jobs(limit: Limit = DEFAULT_PAGE, cursor: Cursor = None) -> JobList:
    """List the asker's jobs."""
    page = bootstrap.context.jobs.list_jobs(user_id(router), limit=limit, cursor=cursor)
    return JobList(jobs=[job_summary(job, bootstrap.context) for job in page.items], cursor=page.cursor)


@router.on(JobRoute.READ, summary="Read a job, its clips and its video", tags=["jobs"])
@answers(200, headers=("ETag",))
def get_job(job_id: JobId) -> Response[JobView]:
    """Read one job."""
    return job_answer(200, own_job(router, job_id))


@router.on(JobRoute.DELETE, summary="Delete a job and everything in it", tags=["jobs"])
@answers(202, raises=(ConcurrentUpdateError,), headers=("Location", "ETag"))
def remove_job(job_id: JobId) -> Response[JobView]:
    """Delete the job; a batch that runs on it is cancelled first."""
    own_job(router, job_id)
    delete_job(job_id, bootstrap.context)
    return job_answer(202, bootstrap.context.jobs.get_job(job_id))


@router.on(JobRoute.UNDELETE, summary="Bring a deleted job back", tags=["jobs"])
@answers(200, raises=(*CONFLICTS, GoneError), headers=("ETag",))
def post_undelete(job_id: JobId) -> Response[JobView]:
    """Undo the deletion of a job within a few minutes; what ran then stays cancelled."""
    own_job(router, job_id)
    return job_answer(200, undelete_job(job_id, bootstrap.context))


@router.on(JobRoute.CHANGE, summary="Change the title of a job", tags=["jobs"])
@answers(200, raises=CONFLICTS, headers=("ETag",))
def patch_job(job_id: JobId, body: JobChange, if_match: IfMatch = None) -> Response[JobView]:
    """Give a job, or a video, another title."""
    own_job(router, job_id)
    job = change_job_title(job_id, body.title, bootstrap.context, if_revision=revision_of(if_match))
    return job_answer(200, job)


def _request(body: JobRequestModel, submission: Submission) -> JobRequest:
    return JobRequest(
        job_id=submission.new_id(),
        user_id=user_id(router),
        request_hash=submission.request_hash,
        title=body.title,
        clips=new_clips(body.clips),
        soundtrack_upload_id=body.soundtrack_upload_id,
        profile=_profile(body.profile or ProfileRequest()),
    )


def _profile(body: ProfileRequest) -> ProfileChoice:
    fps = None if body.fps is None else require_rate(str(body.fps))
    return ProfileChoice(body.width, body.height, fps)


handler = entry_point(build_app(router, clips.router, soundtracks.router, streams.router))
