"""Routes of videos: lists, status, retry, cancel, delete, download."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from retake import bootstrap
from retake.contracts.videos import DownloadView, ModelList, TrackedVideoView, VideoList
from retake.domain.errors import ConflictError, NotFoundError
from retake.domain.records.jobs import Job
from retake.domain.statuses import JobStatus
from retake.domain.videos import VideoFilter, VideoStatus
from retake.handlers.http.operations import STARTS_WORK, answers
from retake.handlers.http.parameters import (
    DEFAULT_PAGE,
    Cursor,
    IdempotencyKey,
    Limit,
    ProjectFilter,
    Since,
    Until,
    VideoId,
)
from retake.handlers.http.requests import Submission, answered, own_job, user_id
from retake.handlers.http.video_views import (
    details_of,
    file_name_of,
    model_views,
    provider_view,
    tracked_video,
)
from retake.services.jobs.change_timeline import delete_job
from retake.services.videos.find_playable import playable
from retake.services.videos.pause_video import cancel_video, pause_video
from retake.services.videos.resume_video import resume_video
from retake.services.videos.retry_video import RetryRequest, retry_video

router = APIGatewayHttpRouter()

VIDEO = "/videos/<video_id>"


@router.get("/videos", summary="List your videos, newest first", tags=["videos"])
def get_videos(  # noqa: PLR0917 - each is a query parameter of its own
    project_id: ProjectFilter = None,
    status: Annotated[VideoStatus | None, Query()] = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = DEFAULT_PAGE,
    cursor: Cursor = None,
) -> VideoList:
    """List videos by project, status and time."""
    wanted = VideoFilter(project_id, status, since, until)
    page = bootstrap.context.jobs.list_videos(user_id(router), wanted, limit=limit, cursor=cursor)
    return VideoList(videos=[tracked_video(job, bootstrap.context) for job in page.items], cursor=page.cursor)


@router.get("/models", summary="List the models that make videos", tags=["videos"])
def get_models() -> ModelList:
    """List the models: lengths, sizes, references, prices, ends; and the providers they come from."""
    return ModelList(
        models=model_views(bootstrap.context.model_choices),
        providers=[provider_view(state) for state in bootstrap.provider_states()],
    )


@router.get(VIDEO, summary="Read how a video is", tags=["videos"])
def get_video(video_id: VideoId) -> TrackedVideoView:
    """Read one video: status, progress, cost, and its URL once it is completed."""
    return _view(_own_video(video_id))


@router.delete(VIDEO, summary="Delete a video and everything of it", tags=["videos"])
@answers(202, headers=("Location",))
def remove_video(video_id: VideoId) -> Response[TrackedVideoView]:
    """Delete a video; its generation is cancelled first, if it runs."""
    view = _view(_own_video(video_id))
    delete_job(video_id, bootstrap.context)
    return answered(202, view, location="/api/v1/videos")


@router.post(f"{VIDEO}/retry", summary="Make a failed video again", tags=["videos"])
@answers(202, raises=STARTS_WORK, headers=("Location",))
def post_video_retry(video_id: VideoId, key: IdempotencyKey = None) -> Response[TrackedVideoView]:
    """Start another generation with the same words and settings."""
    _own_video(video_id)
    submission = Submission(router, key)
    request = RetryRequest(
        retry_id=submission.new_id(),
        user_id=user_id(router),
        request_hash=submission.request_hash,
        video_id=video_id,
    )
    return submission.answer_once(lambda: _accepted(retry_video(request, bootstrap.context)))


@router.post(f"{VIDEO}/cancel", summary="Cancel a video that is being made", tags=["videos"])
@answers(202, headers=("Location",))
def post_video_cancel(video_id: VideoId, key: IdempotencyKey = None) -> Response[TrackedVideoView]:
    """Cancel a generation, paused or not; where it is finished already, the video stays."""
    _own_video(video_id)
    return Submission(router, key).answer_once(lambda: _accepted(cancel_video(video_id, bootstrap.context)))


@router.post(f"{VIDEO}/pause", summary="Pause a video that still waits", tags=["videos"])
def post_video_pause(video_id: VideoId, key: IdempotencyKey = None) -> Response[TrackedVideoView]:
    """Keep a video from being submitted until it is resumed; what was submitted cannot be paused."""
    _own_video(video_id)
    return Submission(router, key).answer_once(
        lambda: answered(200, _view(pause_video(video_id, bootstrap.context)))
    )


@router.post(f"{VIDEO}/resume", summary="Go on with a paused video", tags=["videos"])
@answers(202, raises=STARTS_WORK, headers=("Location",))
def post_video_resume(video_id: VideoId, key: IdempotencyKey = None) -> Response[TrackedVideoView]:
    """Start a paused video's generation anew, priced as of today."""
    _own_video(video_id)
    return Submission(router, key).answer_once(lambda: _accepted(resume_video(video_id, bootstrap.context)))


@router.get(f"{VIDEO}/download", summary="Get a URL that downloads a video", tags=["videos"])
@answers(200, raises=(ConflictError,))
def get_video_download(video_id: VideoId) -> DownloadView:
    """Sign a URL whose file has the video's title as its name."""
    job = _own_video(video_id)
    shown = playable(job, bootstrap.context)
    if shown is None:
        raise ConflictError(f"The video is {details_of(job).status}; there is nothing to download.")
    objects = bootstrap.context.objects
    stored = objects.find(shown[0])
    if stored is None:
        raise ConflictError("The video's file is missing in the store; restore a version of it.")
    name = file_name_of(job)
    url = objects.presign_get(stored.key, file_name=name)
    return DownloadView(url=url, file_name=name, size_bytes=stored.size_bytes)


def _own_video(video_id: str) -> Job:
    """Return the asker's video. Raises ``NotFoundError``, also for one that is being deleted."""
    job = own_job(router, video_id)
    if job.video is None or job.status is JobStatus.DELETING:
        raise NotFoundError(f"There is no video {video_id!r}.")
    return job


def _view(job: Job) -> TrackedVideoView:
    return tracked_video(job, bootstrap.context)


def _accepted(job: Job) -> Response[TrackedVideoView]:
    return answered(202, _view(job), location=f"/api/v1/videos/{job.job_id}")
