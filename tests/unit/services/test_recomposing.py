"""Recompose with real media: what is fetched, what is encoded, and what the video shows."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.media.normalize import FfmpegNormalizer
from retake.adapters.media.stitch.stitcher import Stitcher
from retake.domain.changes import Change
from retake.domain.media import MediaProfile
from retake.domain.records.takes import TakeObjects, Version
from retake.ports.media import NormalizedTake
from retake.ports.objects import FileRange, ObjectRange
from retake.services.versions.recompose_video import recompose_video
from retake.storage.jobs import JobRepository
from tests.builders import JOB, a_clip, a_job, a_version
from tests.fakes.clocks import START, FixedClock, SequentialIds
from tests.fakes.context import a_context
from tests.fakes.in_memory_objects import InMemoryObjectStore
from tests.fakes.in_memory_table import InMemoryTable
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.media_samples import ffmpeg, ffmpeg_executable, frame_hashes
from tests.unit.services.service_user import ServiceUser

PROFILE = MediaProfile(64, 36, 30)
CLIPS, FRAMES = 5, 40


class WatchedObjects(InMemoryObjectStore):
    """Notes what is fetched whole, in parts, and copied inside the store."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.looked_into: list[str] = []
        self.sent: list[FileRange] = []

    def download(self, key: str, path: Path, *, etag: str = "") -> None:
        self.fetched.append(key)
        super().download(key, path, etag=etag)

    def read_range(self, key: str, start: int, end: int, *, etag: str) -> bytes:
        self.looked_into.append(key)
        return super().read_range(key, start, end, etag=etag)

    def assemble(self, key: str, ranges: Sequence[FileRange | ObjectRange], *, content_type: str) -> None:
        super().assemble(key, ranges, content_type=content_type)
        self.sent = [part for part in ranges if isinstance(part, FileRange)]

    def takes_fetched(self) -> set[str]:
        found = {key for key in self.fetched if "thumbnail" not in key}
        self.fetched.clear()
        self.looked_into.clear()
        return found


@pytest.fixture(scope="module")
def takes(tmp_path_factory: pytest.TempPathFactory) -> list[NormalizedTake]:
    """One more than there are clips: the last is the second take of the clip in the middle."""
    normalizer = FfmpegNormalizer(Ffmpeg(ffmpeg_executable()))
    made = []
    for number in range(CLIPS + 1):
        room = tmp_path_factory.mktemp("take")
        picture, sound = f"testsrc2=s=64x36:r=30,hue=h={60 * number}", f"sine=f={200 + 90 * number}:r=48000"
        ffmpeg(
            [
                *("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, "-t", "2"),
                *("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", str(room / "source.mp4")),
            ]
        )
        source = room / "source.mp4"
        made.append(normalizer.normalize(source, profile=PROFILE, frames=FRAMES, directory=room))
    return made


def stored(objects: InMemoryObjectStore, take: NormalizedTake, clip: int, number: int) -> Version:
    prefix = f"clips/{JOB}/clip-{clip}/{number}"
    files = {
        f"{prefix}/take.mp4": take.files.video,
        f"{prefix}/sound.wav": take.files.audio,
        f"{prefix}/thumbnail.webp": take.thumbnail,
    }
    for key, path in files.items():
        objects.upload(path, key, content_type="video/mp4")
    size = sum(path.stat().st_size for path in files.values())
    video, audio, thumbnail = files
    return a_version(
        number,
        clip_id=f"clip-{clip}",
        objects=TakeObjects(video, audio, thumbnail, size),
        content_hash=take.content_hash,
        frames=FRAMES,
    )


def test_one_changed_clip_costs_itself_and_its_joins(takes: list[NormalizedTake], tmp_path: Path) -> None:
    clock = FixedClock()
    jobs, objects = JobRepository(InMemoryTable(), clock=clock), WatchedObjects()
    tool = Ffmpeg(ffmpeg_executable())
    clips = [
        a_clip(f"clip-{n}", frames=FRAMES, current_version=1, next_version_number=2) for n in range(CLIPS)
    ]
    job = a_job(clip_ids=tuple(clip.clip_id for clip in clips), profile=PROFILE, timeline_revision=1)
    first_takes = tuple(stored(objects, takes[n], n, 1) for n in range(CLIPS))
    jobs.put_drafts(clips)
    jobs.commit(Change(job, first_takes), now=START)

    def shown(key: str) -> list[str]:
        path = tmp_path / "video.mp4"
        path.write_bytes(objects.read(key))
        return frame_hashes(path)

    frames = [frame_hashes(take.files.video) for take in takes]
    ctx = a_context(jobs=jobs, objects=objects, composer=Stitcher(tool), clock=clock, ids=SequentialIds())
    first = recompose_video(JOB, ctx)
    assert shown(first.video_key) == [frame for take in frames[:CLIPS] for frame in take]
    assert {key for key in objects.takes_fetched() if key.endswith(".mp4")} == {
        take.objects.video_key for take in first_takes
    }

    second_take = stored(objects, takes[CLIPS], 2, 2)
    changed = replace(clips[2], current_version=2, next_version_number=3)
    now = jobs.get_job(JOB)
    jobs.commit(Change(replace(now, timeline_revision=2), (changed, second_take)), now=START)
    second = recompose_video(JOB, ctx)
    order = [*frames[:2], frames[CLIPS], *frames[3:CLIPS]]
    assert shown(second.video_key) == [frame for take in order for frame in take]
    around = {take.objects.audio_key for take in (first_takes[1], second_take, first_takes[3])}
    assert set(objects.looked_into) == {*around, first.video_key}
    assert objects.takes_fetched() == {second_take.objects.video_key}
    names = {part.path.name for part in objects.sent}
    assert names == {"header.mp4", "pieces.aac", "002.mp4"}

    busy_ms, fetched = tool.busy_ms, len(objects.fetched)
    now = jobs.get_job(JOB)
    back = replace(changed, current_version=1)
    jobs.commit(Change(replace(now, timeline_revision=3), (back,)), now=START)
    assert recompose_video(JOB, ctx).video_key == first.video_key, "it is still there"
    assert (tool.busy_ms, len(objects.fetched)) == (busy_ms, fetched)


@pytest.mark.usefixtures("job")
def test_a_result_is_made_for_the_place_of_its_clip(world: World, person: ServiceUser, stack: Stack) -> None:
    person.regenerate(2, 0)
    stack.run()
    clips = world.jobs.read_clips(JOB, world.jobs.get_job(JOB).clip_ids)
    assert sorted(world.normalizer.places) == [0, clips[0].frames + clips[1].frames]
