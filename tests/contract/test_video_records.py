"""What every ``JobRepository`` promises of videos, and the repositories beside it that know of them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

import pytest

from retake.domain.changes import Change
from retake.domain.due import DueKind
from retake.domain.errors import ConcurrentUpdateError, ConflictError, InvalidRequestError
from retake.domain.records.jobs import Job
from retake.domain.sources import KeptFile
from retake.domain.statuses import BatchStatus, JobStatus
from retake.domain.user_events import UserFeed
from retake.domain.videos import (
    Creation,
    CreationMode,
    Project,
    VideoFilter,
    VideoStatus,
)
from retake.ports.table import Delete, Table
from retake.services.commits import change_job, commit_new
from retake.storage.creations import CreationRepository
from retake.storage.jobs import JobRepository
from retake.storage.names import claim_key
from retake.storage.projects import NAMES, ProjectRepository
from retake.storage.user_events import UserEvents
from tests.builders import USER, a_batch, a_clip, a_job, a_regeneration, a_version, a_video
from tests.fakes.clocks import START, FixedClock
from tests.fakes.context import a_context

EVERYTHING = VideoFilter()


@dataclass
class Stores:
    jobs: JobRepository
    creations: CreationRepository
    projects: ProjectRepository
    reported: UserEvents


@pytest.fixture
def stores(table: Table) -> Stores:
    jobs = JobRepository(table, clock=FixedClock())
    return Stores(jobs, CreationRepository(table), ProjectRepository(table), UserEvents(table))


def put(jobs: JobRepository, video: Job) -> Job:
    return jobs.commit(Change(video), now=video.created_at)


def listed(jobs: JobRepository, wanted: VideoFilter, *, limit: int = 100) -> list[str]:
    seen: list[str] = []
    cursor = None
    while True:
        page = jobs.list_videos(USER, wanted, limit=limit, cursor=cursor)
        assert len(page.items) <= limit
        seen += [job.job_id for job in page.items]
        cursor = page.cursor
        if cursor is None:
            return seen


class TestVideos:
    def test_a_video_is_read_back_whole(self, stores: Stores) -> None:
        video = a_video(
            reference=KeptFile("clips/job-1/reference/1", "image/png", 7),
            project_id="project-1",
            variation=2,
            actual_cost=Decimal("0.0600"),
            finished_at=START,
        )
        made = put(stores.jobs, video)
        assert made.video == video.video
        assert made.counted.active == 7
        assert stores.jobs.get_job(made.job_id) == made

    def test_its_status_follows_its_records_in_the_same_commit(self, stores: Stores) -> None:
        job = put(stores.jobs, a_video())
        polled = a_regeneration(progress=40, provider="directed", provider_job_id="p-1")
        job = stores.jobs.commit(Change(job, (polled,)), now=START)
        assert job.video is not None
        assert (job.video.progress, job.video.provider_job_id) == (40, "p-1")
        take = a_version(1, regeneration_id="regeneration-0", cost=Decimal("0.0600"))
        job = stores.jobs.commit(Change(job, (a_clip(), take)), now=START)
        assert job.video is not None
        assert (job.status, job.video.status, job.video.actual_cost) == (
            JobStatus.READY,
            "completed",
            Decimal("0.0600"),
        )
        assert stores.jobs.get_job(job.job_id) == job

    def test_a_video_that_is_made_is_due_with_its_batch_only(self, stores: Stores) -> None:
        batch = a_batch("creation-1", is_creation=True, lease_until=START)
        stores.jobs.commit(Change(a_video(), (batch,)), now=START)
        assert stores.jobs.list_due(DueKind.PREPARATION, before=START, limit=10) == []
        (due,) = stores.jobs.list_due(DueKind.BATCH, before=START, limit=10)
        assert due.record_id == "creation-1"
        assert stores.jobs.get_batch("job-1", "creation-1").is_creation


class TestLists:
    def test_videos_and_jobs_do_not_mix(self, stores: Stores) -> None:
        put(stores.jobs, a_video("video"))
        put(stores.jobs, a_job(job_id="job"))
        put(stores.jobs, a_video("hers", user_id="another-user"))
        assert listed(stores.jobs, EVERYTHING) == ["video"]
        assert [job.job_id for job in stores.jobs.list_jobs(USER, limit=9, cursor=None).items] == ["job"]

    def test_by_time_project_and_status_page_by_page(self, stores: Stores) -> None:
        for number in range(9):
            at = START + timedelta(minutes=number)
            project = f"project-{number % 3}"
            job = put(stores.jobs, a_video(f"video-{number}", at=at, project_id=project))
            if number % 2:
                failed = a_batch("creation-1", job_id=job.job_id, status=BatchStatus.FAILED, cause="no")
                stores.jobs.commit(Change(job, (failed,)), now=at)
        named = [f"video-{number}" for number in range(9)]
        assert listed(stores.jobs, EVERYTHING, limit=2) == named[::-1]
        assert listed(stores.jobs, VideoFilter(project_id="project-1"), limit=2) == named[7::-3]
        assert listed(stores.jobs, VideoFilter(status=VideoStatus.FAILED), limit=3) == named[7::-2]
        since, until = START + timedelta(minutes=2), START + timedelta(minutes=6)
        assert listed(stores.jobs, VideoFilter(since=since, until=until), limit=3) == named[5:1:-1]
        both = VideoFilter(project_id="project-0", status=VideoStatus.PROCESSING, until=until)
        assert listed(stores.jobs, both, limit=1) == ["video-0"]

    def test_one_that_is_being_deleted_is_not_listed(self, stores: Stores) -> None:
        job = put(stores.jobs, a_video())
        stores.jobs.commit(Change(replace(job, status=JobStatus.DELETING)), now=START)
        assert listed(stores.jobs, EVERYTHING) == []

    def test_a_cursor_of_another_list_is_refused(self, stores: Stores) -> None:
        for number in range(3):
            put(stores.jobs, a_job(job_id=f"job-{number}"))
        cursor = stores.jobs.list_jobs(USER, limit=1, cursor=None).cursor
        with pytest.raises(InvalidRequestError):
            stores.jobs.list_videos(USER, EVERYTHING, limit=1, cursor=cursor)

    def test_a_cursor_of_other_times_is_refused(self, stores: Stores) -> None:
        for number in range(3):
            put(stores.jobs, a_video(f"video-{number}", at=START + timedelta(hours=number)))
        cursor = stores.jobs.list_videos(USER, EVERYTHING, limit=1, cursor=None).cursor
        later, earlier = VideoFilter(since=START + timedelta(days=1)), VideoFilter(until=START)
        for wanted in (later, earlier):
            with pytest.raises(InvalidRequestError):
                stores.jobs.list_videos(USER, wanted, limit=1, cursor=cursor)

    def test_times_in_the_wrong_order_find_nothing(self, stores: Stores) -> None:
        put(stores.jobs, a_video(at=START))
        assert listed(stores.jobs, VideoFilter(since=START + timedelta(hours=1), until=START)) == []
        assert listed(stores.jobs, VideoFilter(since=START, until=START)) == []


class TestUserEvents:
    def test_nothing_yet(self, stores: Stores) -> None:
        assert stores.reported.get_feed(USER) == UserFeed(USER)
        assert stores.reported.list_user_events(USER, after=0, limit=10) == []

    def test_each_change_of_status_is_reported_once(self, stores: Stores) -> None:
        job = put(stores.jobs, a_video("video"))
        job = stores.jobs.commit(Change(job, (a_regeneration(job_id="video", progress=9),)), now=START)
        assert stores.reported.get_feed(USER) == UserFeed(USER, 1, 1)
        ended = a_batch("creation-1", job_id="video", status=BatchStatus.FAILED, cause="no power")
        stores.jobs.commit(Change(job, (ended,)), now=START)
        assert stores.reported.get_feed(USER) == UserFeed(USER, 2, 0)
        first, second = stores.reported.list_user_events(USER, after=0, limit=10)
        assert (first.seq, first.name, first.data["video_id"]) == (1, "video_processing", "video")
        assert (second.seq, second.name, second.data["error"]) == (2, "video_failed", "no power")
        assert stores.reported.list_user_events(USER, after=1, limit=10) == [second]
        assert stores.reported.list_user_events(USER, after=0, limit=1) == [first]

    def test_a_job_of_clips_is_reported_on_its_own_stream_only(self, stores: Stores) -> None:
        put(stores.jobs, a_job())
        assert stores.reported.get_feed(USER) == UserFeed(USER)

    def test_videos_that_end_at_the_same_moment_leave_no_gap(self, stores: Stores) -> None:
        def live(number: int) -> None:
            video_id = f"video-{number}"
            commit_new(Change(a_video(video_id)), a_context(jobs=stores.jobs, clock=FixedClock()))
            ended = a_batch("creation-1", job_id=video_id, status=BatchStatus.FAILED, cause="no")
            change_job(
                video_id,
                lambda job: (Change(job, (ended,)), None),
                a_context(jobs=stores.jobs, clock=FixedClock()),
            )

        with ThreadPoolExecutor(3) as threads:
            list(threads.map(live, range(6)))
        events = stores.reported.list_user_events(USER, after=0, limit=100)
        assert [event.seq for event in events] == list(range(1, 13))
        assert stores.reported.get_feed(USER) == UserFeed(USER, 12, 0)
        for number in range(6):
            mine = [event.name for event in events if event.data["video_id"] == f"video-{number}"]
            assert mine == ["video_processing", "video_failed"]


class TestCreations:
    def test_a_creation_is_written_once(self, stores: Stores) -> None:
        creation = Creation(
            "creation-1",
            USER,
            CreationMode.BATCH,
            ("video-1", "video-2"),
            "hash",
            START,
            project_id="project-1",
            estimated_cost=Decimal("0.1200"),
            warnings=("It ends soon.",),
        )
        assert stores.creations.find_creation("creation-1") is None
        assert stores.creations.create_creation(creation) == creation
        assert stores.creations.create_creation(replace(creation, video_ids=())) == creation
        assert stores.creations.find_creation("creation-1") == creation


class TestProjects:
    def test_a_project_is_its_users(self, stores: Stores) -> None:
        project = Project("project-1", USER, "Foxes", START)
        assert stores.projects.create_project(project) == project
        assert stores.projects.create_project(replace(project, name="Hares")) == project
        assert stores.projects.find_project(USER, "project-1") == project
        assert stores.projects.find_project("another-user", "project-1") is None

    def test_a_name_is_one_projects(self, stores: Stores) -> None:
        foxes = stores.projects.create_project(Project("project-1", USER, "Foxes", START))
        hers = stores.projects.create_project(Project("project-2", "another-user", "foxes", START))
        with pytest.raises(ConflictError, match="choose another name"):
            stores.projects.create_project(Project("project-3", USER, " FOXES ", START))
        assert stores.projects.find_project(USER, "project-3") is None
        hares = stores.projects.create_project(Project("project-3", USER, "Hares", START))
        with pytest.raises(ConflictError):
            stores.projects.rename_project(hares, "foxes")
        assert stores.projects.rename_project(foxes, "FOXES").name == "FOXES"
        assert stores.projects.find_project("another-user", "project-2") == hers

    def test_a_renamed_project_gives_its_name_back(self, stores: Stores) -> None:
        foxes = stores.projects.create_project(Project("project-1", USER, "Foxes", START))
        owls = stores.projects.rename_project(foxes, "Owls")
        assert stores.projects.find_project(USER, "project-1") == owls
        with pytest.raises(ConcurrentUpdateError):
            stores.projects.rename_project(foxes, "Bears")
        with pytest.raises(ConcurrentUpdateError):
            stores.projects.delete_project(foxes)
        stores.projects.create_project(Project("project-2", USER, "Foxes", START))
        assert {item.name for item in stores.projects.list_projects(USER, limit=9, cursor=None).items} == {
            "Owls",
            "Foxes",
        }

    def test_the_name_of_a_project_without_a_claim_is_taken(self, stores: Stores, table: Table) -> None:
        projects = stores.projects
        older = projects.create_project(Project("project-1", USER, "Foxes", START))
        table.write(Delete(claim_key(USER, NAMES, "Foxes")))
        another = Project("project-2", USER, " foxes", START)
        with pytest.raises(ConflictError):
            projects.create_project(another)
        owls = projects.create_project(replace(another, name="Owls"))
        with pytest.raises(ConflictError):
            projects.rename_project(owls, "Foxes")
        projects.rename_project(older, "Bears")
        assert projects.rename_project(owls, "Foxes").name == "Foxes"

    def test_a_deleted_project_gives_its_name_back(self, stores: Stores) -> None:
        foxes = stores.projects.create_project(Project("project-1", USER, "Foxes", START))
        stores.projects.delete_project(foxes)
        stores.projects.delete_project(foxes)
        assert stores.projects.find_project(USER, "project-1") is None
        stores.projects.create_project(Project("project-2", USER, "Foxes", START))

    def test_projects_newest_first_page_by_page(self, stores: Stores) -> None:
        for number in range(5):
            at = START + timedelta(minutes=number)
            stores.projects.create_project(Project(f"project-{number}", USER, f"P{number}", at))
        stores.projects.create_project(Project("hers", "another-user", "P", START))
        seen: list[str] = []
        cursor = None
        for _ in range(4):
            page = stores.projects.list_projects(USER, limit=2, cursor=cursor)
            seen += [project.project_id for project in page.items]
            cursor = page.cursor
            if cursor is None:
                break
        assert seen == [f"project-{number}" for number in (4, 3, 2, 1, 0)]
        with pytest.raises(InvalidRequestError):
            stores.projects.list_projects(USER, limit=2, cursor="nonsense")
