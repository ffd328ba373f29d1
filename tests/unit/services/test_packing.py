"""Many videos as one archive: what is in it, what is refused, and that it is packed once whatever dies."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retake.domain.changes import Change
from retake.domain.downloads import LIFETIME, NEVER_FINISHED, Download, DownloadStatus
from retake.domain.errors import ConflictError, InvalidRequestError, NotFoundError, RequestError
from retake.domain.limits import Limits
from retake.domain.records.jobs import Job
from retake.domain.versions import READER_GRACE
from retake.ports.providers import ProviderJobStatus
from retake.services.downloads.ask_download import ask_download, read_download
from retake.services.downloads.choose_files import DownloadSelection
from retake.services.downloads.pack_download import Outcome, pack_download
from retake.services.jobs.delete_job import delete_job
from tests.builders import JOB, USER, store_ready_job
from tests.fakes.saboteur import Killed
from tests.fakes.stack import Stack
from tests.fakes.whole_table import records_of
from tests.fakes.world import World
from tests.unit.services.service_user import ServiceUser
from tests.unit.services.video_maker import CREATION, VideoMaker

WHOLE_JOB = DownloadSelection(job_id=JOB)


def ask(world: World, selection: DownloadSelection = WHOLE_JOB, *, user_id: str = USER) -> Download:
    return ask_download(selection, world.ctx, user_id=user_id)


def look(world: World, download: Download) -> Download:
    return read_download(download.download_id, world.ctx, user_id=USER)


def unpacked(world: World, download: Download) -> dict[str, bytes]:
    with ZipFile(BytesIO(world.objects.read(download.key))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def get(
    world: World, stack: Stack, selection: DownloadSelection = WHOLE_JOB
) -> tuple[Download, dict[str, bytes]]:
    """Ask for an archive, and return it and what is in it."""
    download = ask(world, selection)
    stack.run()
    ready = look(world, download)
    assert ready.status is DownloadStatus.READY, ready.error
    return ready, unpacked(world, ready)


def faults(error: RequestError) -> Sequence[str]:
    return [fault.field for fault in error.faults]


class TestWhatIsInIt:
    def test_a_jobs_video_and_its_takes_in_order(self, world: World, stack: Stack, job: Job) -> None:
        ready, files = get(world, stack)
        assert job.composition is not None
        assert (ready.file_name, ready.left_out) == ("A film.zip", ())
        assert list(files) == ["00 A film.mp4", "01 clip-0.mp4", "02 clip-1.mp4", "03 clip-2.mp4"]
        assert files["00 A film.mp4"] == world.objects.read(job.composition.video_key)
        assert files["02 clip-1.mp4"] == world.objects.read(f"clips/{JOB}/clip-1/1/take.mp4")
        assert [file.size_bytes for file in ready.files] == [len(body) for body in files.values()]
        assert ready.size_bytes == len(world.objects.read(ready.key))
        assert ready.progress == 100

    def test_the_takes_that_are_current(
        self, world: World, stack: Stack, person: ServiceUser, job: Job
    ) -> None:
        del job
        person.regenerate(0)
        stack.run()
        _, files = get(world, stack)
        assert files["01 clip-0.mp4"] == world.objects.read(person.versions(0)[0].objects.video_key)

    def test_a_video_that_does_not_show_the_clips_is_left_out_and_named(
        self, world: World, stack: Stack, job: Job
    ) -> None:
        world.jobs.commit(Change(replace(job, timeline_revision=2)), now=world.clock.now())
        ready, files = get(world, stack)
        assert next(iter(files)) == "01 clip-0.mp4"
        assert ready.left_out == ("The composed video: it does not show the clips as they are now",)

    def test_a_batchs_completed_videos_and_why_others_are_not(self, world: World, stack: Stack) -> None:
        world.provider.outcome = lambda words: (
            ProviderJobStatus.FAILED if words == "a hare" else ProviderJobStatus.SUCCEEDED
        )
        VideoMaker(world).create("a fox", "a hare", "an owl")
        stack.run()
        ready, files = get(world, stack, DownloadSelection(batch_id=CREATION))
        assert list(files) == ["01 a fox.mp4", "02 an owl.mp4"]
        assert ready.file_name == "a fox and 1 more.zip"
        assert ready.left_out == ("a hare: failed",)

    def test_chosen_videos_in_the_order_they_are_named(self, world: World, stack: Stack) -> None:
        VideoMaker(world).create("a fox", "an owl")
        stack.run()
        fox, owl = (job.job_id for job in VideoMaker(world).creation().videos)
        _, files = get(world, stack, DownloadSelection(video_ids=[owl, fox]))
        assert list(files) == ["01 an owl.mp4", "02 a fox.mp4"]
        # A video is a job as well; as one it is not packed twice over.
        assert list(get(world, stack, DownloadSelection(job_id=fox))[1]) == ["01 a fox.mp4"]


class TestRefused:
    @pytest.mark.parametrize(
        ("selection", "fields"),
        [
            (DownloadSelection(), ["job_id"]),
            (DownloadSelection(job_id=JOB, batch_id="b"), ["job_id", "batch_id"]),
            (DownloadSelection(video_ids=[]), ["video_ids"]),
            (DownloadSelection(video_ids=[str(number) for number in range(101)]), ["video_ids"]),
            (DownloadSelection(video_ids=["a", "b", "a"]), ["video_ids[2]"]),
        ],
    )
    def test_a_selection_that_means_nothing(
        self, world: World, selection: DownloadSelection, fields: list[str]
    ) -> None:
        with pytest.raises(InvalidRequestError) as raised:
            ask(world, selection)
        assert faults(raised.value) == fields

    @pytest.mark.parametrize("field", ["job_id", "batch_id"])
    def test_what_there_is_not(self, world: World, field: str) -> None:
        with pytest.raises(NotFoundError):
            ask(world, DownloadSelection(**{field: "nothing"}))

    def test_what_is_another_users_is_not_there(self, world: World, stack: Stack, job: Job) -> None:
        VideoMaker(world).create("a fox")
        stack.run()
        (fox,) = (video.job_id for video in VideoMaker(world).creation().videos)
        for selection in (DownloadSelection(job_id=job.job_id), DownloadSelection(batch_id=CREATION)):
            with pytest.raises(NotFoundError):
                ask(world, selection, user_id="another-user")
        with pytest.raises(NotFoundError) as raised:
            ask(world, DownloadSelection(video_ids=[fox, job.job_id, "nothing"]), user_id="another-user")
        assert faults(raised.value) == ["video_ids[0]", "video_ids[1]", "video_ids[2]"]
        with pytest.raises(NotFoundError) as raised:
            ask(world, DownloadSelection(video_ids=[fox, job.job_id]))
        assert faults(raised.value) == ["video_ids[1]"], "a job of clips is no video"
        download = ask(world)
        with pytest.raises(NotFoundError):
            read_download(download.download_id, world.ctx, user_id="another-user")

    def test_what_is_not_made_yet(self, world: World) -> None:
        VideoMaker(world).create("a fox")
        (fox,) = (video.job_id for video in VideoMaker(world).creation().videos)
        for selection in (DownloadSelection(batch_id=CREATION), DownloadSelection(job_id=fox)):
            with pytest.raises(ConflictError, match="nothing to download yet"):
                ask(world, selection)
        with pytest.raises(ConflictError) as raised:
            ask(world, DownloadSelection(video_ids=[fox]))
        assert faults(raised.value) == ["video_ids[0]"]

    def test_a_job_that_is_being_deleted(self, world: World, job: Job) -> None:
        delete_job(job.job_id, world.ctx)
        with pytest.raises(NotFoundError):
            ask(world)

    def test_too_much_for_one_archive(self, job: Job) -> None:
        world = World(limits=Limits(max_download_bytes=60))
        store_ready_job(world.jobs, world.objects, job_id=job.job_id)
        with pytest.raises(InvalidRequestError) as raised:
            ask(world)
        assert faults(raised.value) == ["job_id"]
        assert not records_of(world.table, Download)

    def test_more_archives_than_there_may_be_at_once(self) -> None:
        world = World(limits=Limits(max_downloads=1))
        stack = Stack(world)
        store_ready_job(world.jobs, world.objects)
        store_ready_job(world.jobs, world.objects, job_id="job-2")
        get(world, stack)
        with pytest.raises(ConflictError, match="1 archives"):
            ask(world, DownloadSelection(job_id="job-2"))
        get(world, stack)
        world.clock.advance(hours=23)
        get(world, stack, DownloadSelection(job_id="job-2"))
        with pytest.raises(ConflictError, match="1 archives"):
            ask(world)  # its own record is there until TTL takes it, and counts no more


class TestOnce:
    def test_what_is_ready_is_not_packed_again(self, world: World, stack: Stack, job: Job) -> None:
        del job
        ready, _ = get(world, stack)
        assert ask(world) == ready
        assert not world.workers.packing

    def test_what_is_on_its_way_is_not_begun_again(self, world: World, job: Job) -> None:
        del job
        download = ask(world)
        (call,) = world.workers.packing
        mine = world.downloads.find_download(USER, download.download_id)
        assert mine is not None
        claimed = mine.claimed(call[2], world.clock.now())
        assert claimed is not None
        world.downloads.save_download(claimed)
        assert ask(world).key == download.key
        assert len(world.workers.packing) == 1

    def test_of_two_calls_at_once_one_packs(self, world: World, stack: Stack, job: Job) -> None:
        del job
        download = ask(world)
        ask(world)  # no worker has begun yet: perhaps the first request died before it called
        assert len(world.workers.packing) == 2
        (user_id, download_id, first), (_, _, second) = world.workers.packing
        found = world.downloads.find_download(user_id, download_id)
        assert found is not None
        claimed = found.claimed(first, world.clock.now())
        assert claimed is not None
        world.downloads.save_download(claimed)
        assert pack_download(user_id, download_id, second, world.ctx) is Outcome.NOTHING
        assert pack_download(user_id, download_id, first, world.ctx) is Outcome.PACKED
        stack.run()
        assert look(world, download).worker == first

    def test_an_archive_that_expired_is_made_anew(self, world: World, stack: Stack, job: Job) -> None:
        del job
        first, files = get(world, stack)
        world.clock.advance(seconds=LIFETIME.total_seconds())
        with pytest.raises(NotFoundError):
            look(world, first)
        second, again = get(world, stack)
        assert (second.download_id, again) == (first.download_id, files)
        assert second.key != first.key
        world.clock.advance(seconds=READER_GRACE.total_seconds())
        stack.purge()
        assert [info.key for info in world.objects.list_objects("downloads/")] == [second.key]

    def test_one_that_a_user_removed_is_made_anew(self, world: World, stack: Stack, job: Job) -> None:
        del job
        first, _ = get(world, stack)
        world.objects.delete(first.key)
        assert get(world, stack)[0].key != first.key

    def test_other_takes_are_another_archive(
        self, world: World, stack: Stack, person: ServiceUser, job: Job
    ) -> None:
        del job
        first, _ = get(world, stack)
        person.regenerate(1)
        stack.run()
        assert get(world, stack)[0].download_id != first.download_id


class TestMeanwhile:
    def test_a_file_that_goes_is_named(self, world: World, stack: Stack, job: Job) -> None:
        download = ask(world)
        delete_job(job.job_id, world.ctx)
        stack.purge()
        stack.run()
        failed = look(world, download)
        assert failed.status is DownloadStatus.FAILED
        assert failed.error is not None
        assert failed.error.startswith("00 A film.mp4 was deleted")
        assert not world.objects.list_objects("downloads/")

    def test_a_file_that_cannot_be_read_at_once_is_named(self, world: World, stack: Stack, job: Job) -> None:
        del job
        download = ask(world)
        world.objects.cold[f"clips/{JOB}/clip-1/1/take.mp4"] = timedelta(hours=5)
        stack.run()
        failed = look(world, download)
        assert failed.error is not None
        assert failed.error.startswith("02 clip-1.mp4 moved to the archive")
        world.objects.cold.clear()
        assert len(get(world, stack)[1]) == 4, "asked again, it is tried again"

    def test_a_file_that_is_damaged_is_named(self, world: World, stack: Stack, job: Job) -> None:
        del job
        download = ask(world)
        world.objects.damaged.add(f"clips/{JOB}/clip-1/1/take.mp4")
        stack.run()
        failed = look(world, download)
        assert failed.status is DownloadStatus.FAILED
        assert (failed.error or "").startswith("02 clip-1.mp4 is damaged in the store.")
        world.objects.damaged.clear()
        assert len(get(world, stack)[1]) == 4, "asked again, it is tried again"

    def test_how_far_it_is_and_that_it_goes_on(self, world: World, job: Job) -> None:
        del job
        download = ask(world)
        seen: list[int] = []
        read = world.objects.read_blocks

        def slowly(key: str) -> object:
            for block in read(key):
                world.clock.advance(seconds=30)
                seen.append(look(world, download).progress)
                yield block

        world.objects.read_blocks = slowly  # type: ignore[assignment,method-assign]
        (call,) = world.workers.packing
        assert pack_download(*call, world.ctx) is Outcome.PACKED
        assert world.clock.now() > download.lease_until
        assert seen == sorted(seen)
        assert len(set(seen)) > 2

    def test_who_lost_it_stops(self, world: World, job: Job) -> None:
        del job
        download = ask(world)
        read = world.objects.read_blocks

        def overtaken(key: str) -> object:
            for block in read(key):
                found = world.downloads.find_download(USER, download.download_id)
                assert found is not None
                world.downloads.save_download(replace(found, worker="another"))
                world.clock.advance(seconds=30)
                yield block

        world.objects.read_blocks = overtaken  # type: ignore[assignment,method-assign]
        (call,) = world.workers.packing
        assert pack_download(*call, world.ctx) is Outcome.NOTHING
        assert not world.objects.list_objects("downloads/")
        assert look(world, download).worker == "another"

    def test_what_no_one_finishes_fails_and_can_be_asked_for_again(
        self, world: World, stack: Stack, job: Job
    ) -> None:
        del job
        download = ask(world)
        world.workers.packing.clear()
        world.clock.advance(minutes=5)
        assert look(world, download).error == NEVER_FINISHED
        assert len(get(world, stack)[1]) == 4


@settings(max_examples=120)
@given(
    kills=st.lists(st.tuples(st.integers(0, 14), st.booleans(), st.integers(0, 6)), max_size=4),
    delete=st.booleans(),
)
def test_whatever_dies_the_archive_is_whole_or_failed_and_nothing_is_left(
    kills: list[tuple[int, bool, int]], *, delete: bool
) -> None:
    """Each kill is the call of a port, before or after it, and how many ticks go by until the next."""
    world = World()
    stack = Stack(world)
    job = store_ready_job(world.jobs, world.objects)
    for calls, after, ticks in kills:
        world.saboteur.order(calls, after=after)
        with suppress(Killed):
            ask(world)
        for _ in range(ticks):
            stack.tick()
            check(world)
        world.clock.advance(minutes=2)
    world.saboteur.stand_down()
    download = ask(world)
    if delete:
        delete_job(job.job_id, world.ctx)
        stack.purge()
    stack.run()
    check(world)
    world.clock.advance(minutes=5)
    seen = look(world, download)
    assert seen.status is not DownloadStatus.PROCESSING
    if seen.status is DownloadStatus.FAILED and not delete:
        # Its calls were used up; the next request gets it.
        get(world, stack)
    world.clock.advance(seconds=(LIFETIME + READER_GRACE).total_seconds())
    stack.purge()
    assert not world.objects.list_objects("downloads/")


def check(world: World) -> None:
    """Check what holds at every moment: what is ready is whole, what is stored goes some time."""
    listed = {key for deletion in world.jobs.all_deletions() for key in deletion.keys}
    assert {info.key for info in world.objects.list_objects("downloads/")} <= listed
    for download in records_of(world.table, Download):
        if download.status is DownloadStatus.READY:
            files = unpacked(world, download)
            assert list(files) == [file.name for file in download.files]
            assert all(len(files[file.name]) == file.size_bytes for file in download.files)
