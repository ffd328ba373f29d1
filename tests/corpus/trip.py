"""A file on its way through the product: the use cases on fakes, the media tools real."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from retake.adapters.media.archive import FfmpegArchiveEncoder
from retake.adapters.media.compose import FfmpegComposer
from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.media.normalize import FfmpegNormalizer
from retake.adapters.media.probe import FfmpegProbe
from retake.domain.notices import Notice
from retake.domain.profiles import ProfileChoice
from retake.domain.records.jobs import Job
from retake.domain.records.takes import Version
from retake.domain.statuses import VersionState
from retake.services.jobs.job_request import NewClip
from retake.services.retention.sweep_versions import sweep_versions
from retake.services.versions.restore_version import restore_version
from retake_local.provider import LocalVideoProvider
from tests.builders import an_upload
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.media_samples import ffmpeg_executable
from tests.unit.services.job_maker import MIXED, JobMaker


def real_media_world() -> World:
    """Return a world whose pictures and sounds are real."""
    tool = Ffmpeg(ffmpeg_executable())
    tools: dict[str, Any] = {
        "normalizer": FfmpegNormalizer(tool),
        "composer": FfmpegComposer(tool),
        "archive_encoder": FfmpegArchiveEncoder(tool),
    }
    world = World(**tools)
    world.workers.media_probe = FfmpegProbe(tool)
    provider: Any = LocalVideoProvider(objects=world.objects, clock=world.clock, ffmpeg=tool)
    world.provider = provider
    return world


class Trip:
    """One file's way: uploaded, made a job of, regenerated, archived, restored; composed each time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._world = real_media_world()
        self._stack = Stack(self._world)
        self._maker = JobMaker(self._world, self._stack)

    def upload(self, path: Path) -> NewClip:
        """Upload a file under its own name."""
        upload = self._world.uploads.create_upload(an_upload("upload-1", file_name=path.name))
        self._world.objects.write(upload.key, path.read_bytes(), content_type="video/mp4")
        return NewClip(upload_id="upload-1")

    def make_job(self, clip: NewClip, *, fps: int | None = None) -> Job:
        """Make a job of the clip and prepare it."""
        self._maker.make(clip, profile=ProfileChoice(fps=fps))
        self._stack.run()
        return self._maker.job()

    def regenerate(self) -> None:
        """Make a second take, which is current then."""
        self._maker.regenerate(0, "darker")
        self._stack.run()

    def archive(self) -> None:
        """Let the first take get old enough to be archived."""
        self._world.clock.advance(days=8)
        sweep_versions(self._world.ctx, until=self._world.clock.now() + timedelta(minutes=1))
        self._stack.run()

    def restore(self) -> None:
        """Make the first take current again."""
        restore_version(MIXED, 0, self.take(1).version_id, self._world.ctx)
        self._stack.run()

    def take(self, number: int) -> Version:
        """Return a version of the clip."""
        found = self._world.jobs.get_clip(MIXED, self._maker.job().clip_ids[0])
        return next(version for version in found.versions if version.version_number == number)

    @property
    def is_archived(self) -> bool:
        """Whether the first take lies in the archive."""
        return self.take(1).state is VersionState.ARCHIVED

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What the first take lost of the file."""
        return self.take(1).notices

    def composed(self) -> Path:
        """Return the job's video as it is now."""
        job = self._maker.job()
        assert job.composition is not None, job.failure
        assert job.is_composed
        path = self._folder / "composed.mp4"
        path.write_bytes(self._world.objects.read(job.composition.video_key))
        return path
