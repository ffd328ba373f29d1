"""Routes of videos: lists, status, retry, cancel, delete, download."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from retake import bootstrap
from retake.api import creations
from retake.api.http.app import build_app, entry_point
from retake.api.http.operations import CONFLICTS, STARTS_WORK, Router, answers
from retake.api.http.parameters import (
    DEFAULT_PAGE,
    Cursor,
    IdempotencyKey,
    Limit,
    ProjectFilter,
    Search,
    Since,
    Until,
    VideoId,
)
from retake.api.http.requests import Submission, answered, own_job, user_id
from retake.api.views.videos import (
    details_of,
    file_name_of,
    model_views,
    tracked_video,
)
from retake.contracts.videos import (
    DownloadView,
    ModelList,
    ProviderView,
    TrackedVideoView,
    VideoList,
    VideoRetryModel,
)
from retake.domain.errors import (
    ConcurrentUpdateError,
    ConflictError,
    NotFoundError,
    SpendLimitError,
    StorageBudgetExceededError,
)
from retake.domain.records.jobs import Job
from retake.domain.statuses import JobStatus
from retake.domain.videos import VideoFilter, VideoStatus, search_words
from retake.installed_providers import provider_states
from retake.routes import VideoRoute
from retake.services.jobs.delete_job import delete_job
from retake.services.videos.find_playable import playable
from retake.services.videos.pause_video import cancel_video, pause_video
from retake.services.videos.resume_video import resume_video
from retake.services.videos.retry_video import RetryRequest, retry_video

router = Router()


@router.on(VideoRoute.LIST, summary="List your videos, newest first", tags=["videos"])
def get_videos(  # noqa: PLR0917 - each is a query parameter of its own
    project_id: ProjectFilter = None,
    status: Annotated[VideoStatus | None, Query()] = None,
    since: Since = None,
    until: Until = None,
    q: Search = None,
    limit: Limit = DEFAULT_PAGE,
    cursor: Cursor = None,
) -> VideoList:
    """List videos by project, status, time and words; with words a page may be short, or empty, and go on."""
    wanted = VideoFilter(project_id, status, since, until, search_words(q or ""))
    page = bootstrap.context.jobs.list_videos(user_id(router), wanted, limit=limit, cursor=cursor)
    return VideoList(videos=[tracked_video(job, bootstrap.context) for job in page.items], cursor=page.cursor)


@router.on(VideoRoute.MODELS, summary="List the models that make videos", tags=["videos"])
def get_models() -> ModelList:
    """List the models: lengths, sizes, references, prices, ends; and the providers they come from."""
    return ModelList(
        models=model_views(bootstrap.context.model_choices),
        providers=[ProviderView.of(state) for state in provider_states()],
    )


@router.on(VideoRoute.READ, summary="Read how a video is", tags=["videos"])
def get_video(video_id: VideoId) -> TrackedVideoView:
    """Read one video: status, progress, cost, and its URL once it is completed."""
    return _view(_own_video(video_id))


@router.on(VideoRoute.DELETE, summary="Delete a video and everything of it", tags=["videos"])
@answers(202, raises=(ConcurrentUpdateError,), headers=("Location",))
def remove_video(video_id: VideoId) -> Response[TrackedVideoView]:
    """Delete a video; its generation is cancelled first, if it runs."""
    view = _view(_own_video(video_id))
    delete_job(video_id, bootstrap.context)
    return answered(202, view, location=VideoRoute.LIST.address())


@router.on(VideoRoute.RETRY, summary="Make a failed video again", tags=["videos"])
@answers(202, raises=(*CONFLICTS, *STARTS_WORK), headers=("Location",))
def post_video_retry(
    video_id: VideoId, body: VideoRetryModel | None = None, key: IdempotencyKey = None
) -> Response[TrackedVideoView]:
    """Start another generation with the same words and settings, with its model or the one that is named.

    A model that does not make such a video is refused before anything is started.
    """
    _own_video(video_id)
    submission = Submission(router, key, body)
    request = RetryRequest(
        retry_id=submission.new_id(),
        user_id=user_id(router),
        request_hash=submission.request_hash,
        video_id=video_id,
        model=None if body is None else body.model,
    )
    return submission.answer_once(lambda: _accepted(retry_video(request, bootstrap.context)))


@router.on(VideoRoute.CANCEL, summary="Cancel a video that is being made", tags=["videos"])
@answers(202, raises=CONFLICTS, headers=("Location",))
def post_video_cancel(video_id: VideoId, key: IdempotencyKey = None) -> Response[TrackedVideoView]:
    """Cancel a generation, paused or not; where it is finished already, the video stays."""
    _own_video(video_id)
    return Submission(router, key).answer_once(lambda: _accepted(cancel_video(video_id, bootstrap.context)))


@router.on(VideoRoute.PAUSE, summary="Pause a video that still waits", tags=["videos"])
@answers(200, raises=CONFLICTS)
def post_video_pause(video_id: VideoId, key: IdempotencyKey = None) -> Response[TrackedVideoView]:
    """Pause a video until it is resumed; one that was submitted cannot be paused."""
    _own_video(video_id)
    return Submission(router, key).answer_once(
        lambda: answered(200, _view(pause_video(video_id, bootstrap.context)))
    )


@router.on(VideoRoute.RESUME, summary="Go on with a paused video", tags=["videos"])
@answers(202, raises=(*CONFLICTS, SpendLimitError, StorageBudgetExceededError), headers=("Location",))
def post_video_resume(video_id: VideoId, key: IdempotencyKey = None) -> Response[TrackedVideoView]:
    """Start a paused video's generation anew, priced as of today."""
    _own_video(video_id)
    return Submission(router, key).answer_once(lambda: _accepted(resume_video(video_id, bootstrap.context)))


@router.on(VideoRoute.DOWNLOAD, summary="Get a URL that downloads a video", tags=["videos"])
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
    return answered(202, _view(job), location=VideoRoute.READ.address(video_id=job.job_id))


handler = entry_point(build_app(creations.router, router))
