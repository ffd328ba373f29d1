"""What a person does about videos, in a few words."""

from collections.abc import Sequence

from retake.domain.records.jobs import Job
from retake.domain.videos import CreationMode, VideoDetails, VideoFilter, VideoStatus
from retake.services.jobs.delete_job import delete_job
from retake.services.videos.create_videos import CreationRequest, create_videos
from retake.services.videos.pause_video import cancel_video, pause_video
from retake.services.videos.plan_videos import VideoRequest
from retake.services.videos.read_creation import CreatedVideos, read_creation
from retake.services.videos.resume_video import resume_video
from retake.services.videos.retry_video import RetryRequest, retry_video
from tests.builders import USER
from tests.fakes.world import World

CREATION = "creation-1"


class VideoMaker:
    """Asks for videos and looks at them."""

    def __init__(self, world: World) -> None:
        self.world = world

    def create(
        self, *asked_for: VideoRequest | str, key: str = CREATION, project_id: str | None = None
    ) -> CreatedVideos:
        asked = [
            VideoRequest(asked_for) if isinstance(asked_for, str) else asked_for for asked_for in asked_for
        ]
        mode = CreationMode.SINGLE if len(asked) == 1 else CreationMode.BATCH
        request = CreationRequest(key, USER, f"hash of {asked}", mode, asked, project_id)
        return create_videos(request, self.world.ctx)

    def retry(self, video_id: str, *, key: str = "retry-1", model: str | None = None) -> Job:
        return retry_video(RetryRequest(key, USER, "hash", video_id, model), self.world.ctx)

    def pause(self, video_id: str) -> Job:
        world = self.world
        return pause_video(video_id, world.ctx)

    def resume(self, video_id: str) -> Job:
        return resume_video(video_id, self.world.ctx)

    def cancel(self, video_id: str) -> Job:
        world = self.world
        return cancel_video(video_id, world.ctx)

    def delete(self, video_id: str) -> None:
        delete_job(video_id, self.world.ctx)

    def creation(self, key: str = CREATION) -> CreatedVideos:
        return read_creation(key, self.world.ctx, user_id=USER)

    def videos(self, key: str = CREATION) -> list[VideoDetails]:
        return [job.video for job in self.creation(key).videos if job.video is not None]

    def statuses(self, key: str = CREATION) -> list[VideoStatus]:
        return [video.status for video in self.videos(key)]

    def listed(self, **wanted: object) -> list[str]:
        page = self.world.jobs.list_videos(
            USER,
            VideoFilter(**wanted),  # type: ignore[arg-type]
            limit=100,
            cursor=None,
        )
        return [job.title for job in page.items]

    def reported(self, video_id: str | None = None) -> Sequence[str]:
        events = self.world.user_events.list_user_events(USER, after=0, limit=1000)
        return [event.name for event in events if video_id in (None, event.data["video_id"])]
