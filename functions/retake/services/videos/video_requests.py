"""Requests for videos as the services take them: of a route now, or of a schedule at its time."""

from collections.abc import Sequence
from dataclasses import dataclass

from retake.contracts.jobs import ClipRequest
from retake.contracts.videos import (
    VariationsRequestModel,
    VideoBatchRequestModel,
    VideoModel,
    VideoRequestModel,
)
from retake.domain.videos import CreationMode
from retake.services.references.requested import RequestedReference, requested
from retake.services.videos.plan_videos import VideoRequest

MOST_NUMBERED = 100
"""No title is numbered further; the limit of the installation refuses long before."""

VideosBody = VariationsRequestModel | VideoBatchRequestModel | VideoRequestModel
"""The bodies of POST /videos/variations, /videos/batch and /videos."""


@dataclass(frozen=True)
class AskedVideos:
    """A request for videos as the services take it."""

    mode: CreationMode
    videos: Sequence[VideoRequest]
    project_id: str | None


def asked_videos(body: VideosBody) -> AskedVideos:
    """Return what a body asks for."""
    match body:
        case VideoBatchRequestModel():
            videos = [
                _video_request(video, field=f"videos[{index}].") for index, video in enumerate(body.videos)
            ]
            return AskedVideos(CreationMode.BATCH, videos, body.project_id)
        case VariationsRequestModel():
            numbers = range(1, min(max(body.variations, 0), MOST_NUMBERED) + 1)
            videos = [_video_request(body, variation=number) for number in numbers]
            return AskedVideos(CreationMode.VARIATIONS, videos, body.project_id)
        case VideoRequestModel():
            return AskedVideos(CreationMode.SINGLE, [_video_request(body)], body.project_id)


def references_of(body: VideoModel | ClipRequest, *, field: str) -> tuple[RequestedReference, ...]:
    """Return what a video or a new clip is made from besides words."""
    neighbours = body.neighbours if isinstance(body, ClipRequest) else ()
    plain = (
        ()
        if body.reference_upload_id is None
        else (RequestedReference.plain_upload(body.reference_upload_id, field=f"{field}reference_upload_id"),)
    )
    return (*plain, *requested(body.references, neighbours, field=field))


def _video_request(body: VideoModel, *, field: str = "", variation: int | None = None) -> VideoRequest:
    return VideoRequest(
        prompt=body.prompt,
        title=body.title,
        model=body.model,
        size=body.size,
        seconds=None if body.seconds is None else str(body.seconds),
        references=references_of(body, field=field),
        field=field,
        variation=variation,
    )
