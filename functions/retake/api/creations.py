"""Routes that create videos: one, variations of one prompt, or a batch of different ones."""

from aws_lambda_powertools.event_handler import Response

from retake import bootstrap
from retake.api.http.operations import STARTS_WORK, Router, answers
from retake.api.http.parameters import (
    CreationId,
    IdempotencyKey,
)
from retake.api.http.requests import Submission, answered, user_id
from retake.api.views.videos import creation_view, estimates_view, tracked_video
from retake.contracts.videos import (
    CreationView,
    TrackedVideoView,
    VariationsRequestModel,
    VideoBatchRequestModel,
    VideoEstimatesView,
    VideoRequestModel,
)
from retake.domain.errors import ConcurrentUpdateError
from retake.observability import correlate
from retake.routes import CreationRoute, VideoRoute
from retake.services.videos.create_videos import CreationRequest, create_videos
from retake.services.videos.plan_videos import plan_request
from retake.services.videos.read_creation import CreatedVideos, read_creation
from retake.services.videos.video_requests import AskedVideos, asked_videos

router = Router()


@router.on(CreationRoute.CREATE, summary="Make a video from words", tags=["videos"])
@answers(202, raises=(*STARTS_WORK, ConcurrentUpdateError), headers=("Location",))
def post_video(body: VideoRequestModel, key: IdempotencyKey = None) -> Response[TrackedVideoView]:
    """Accept one video; it is ``processing`` from now on."""
    submission = Submission(router, key, body)

    def carry_out() -> Response[TrackedVideoView]:
        made = _create(submission, asked_videos(body))
        (job,) = made.videos
        view = tracked_video(job, bootstrap.context)
        return answered(202, view, location=VideoRoute.READ.address(video_id=job.job_id))

    return submission.answer_once(carry_out)


@router.on(CreationRoute.VARIATIONS, summary="Make some takes of one prompt", tags=["videos"])
@answers(202, raises=(*STARTS_WORK, ConcurrentUpdateError), headers=("Location",))
def post_variations(body: VariationsRequestModel, key: IdempotencyKey = None) -> Response[CreationView]:
    """Accept variations: the same settings and reference, a title and a seed each."""
    submission = Submission(router, key, body)
    return submission.answer_once(lambda: _accepted(_create(submission, asked_videos(body))))


@router.on(CreationRoute.BATCH, summary="Make different videos side by side", tags=["videos"])
@answers(202, raises=(*STARTS_WORK, ConcurrentUpdateError), headers=("Location",))
def post_video_batch(body: VideoBatchRequestModel, key: IdempotencyKey = None) -> Response[CreationView]:
    """Accept a batch: each video has its own settings."""
    submission = Submission(router, key, body)
    return submission.answer_once(lambda: _accepted(_create(submission, asked_videos(body))))


@router.on(CreationRoute.ESTIMATE, summary="Price videos without making them", tags=["videos"])
def post_video_estimate(body: VideoBatchRequestModel) -> VideoEstimatesView:
    """Check and price videos; nothing is written, and references are not looked at."""
    return _estimated(asked_videos(body))


@router.on(
    CreationRoute.ESTIMATE_VARIATIONS,
    summary="Price takes of one prompt without making them",
    tags=["videos"],
)
def post_variations_estimate(body: VariationsRequestModel) -> VideoEstimatesView:
    """Check and price variations; nothing is written, and the reference is not looked at."""
    return _estimated(asked_videos(body))


@router.on(CreationRoute.READ_BATCH, summary="Read how far a batch of videos is", tags=["videos"])
def get_creation(batch_id: CreationId) -> CreationView:
    """Read what was asked for together: its progress, and each video."""
    made = read_creation(batch_id, bootstrap.context, user_id=user_id(router))
    return creation_view(made, bootstrap.context)


def _estimated(asked: AskedVideos) -> VideoEstimatesView:
    plans = plan_request(asked.mode, asked.videos, bootstrap.context.model_choices)
    return estimates_view(plans, bootstrap.context.times.recent_ms)


def _create(submission: Submission, asked: AskedVideos) -> CreatedVideos:
    request = CreationRequest(
        creation_id=submission.new_id(),
        user_id=user_id(router),
        request_hash=submission.request_hash,
        mode=asked.mode,
        videos=asked.videos,
        project_id=asked.project_id,
    )
    correlate({"creation_id": request.creation_id})
    return create_videos(request, bootstrap.context)


def _accepted(made: CreatedVideos) -> Response[CreationView]:
    correlate({"creation_id": made.creation.creation_id})
    view = creation_view(made, bootstrap.context)
    location = CreationRoute.READ_BATCH.address(batch_id=made.creation.creation_id)
    return answered(202, view, location=location)
