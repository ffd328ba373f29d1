"""Kill what makes videos after each of its steps: every video ends truthfully, none is paid twice."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retake.domain.errors import RequestError
from retake.domain.videos import VideoStatus
from retake.ports.providers import ProviderJobStatus, SubmissionRecovery
from retake.services.videos.plan_videos import VideoRequest
from retake.services.videos.read_creation import NEVER_ACCEPTED
from tests.builders import USER, an_upload, by_upload
from tests.fakes.fake_media import fake_video
from tests.fakes.saboteur import Killed
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.invariants import check_always, check_objects, check_payments, check_usage
from tests.ledger_audit import LedgerAudit
from tests.unit.services.video_maker import CREATION, VideoMaker

ENDS = {VideoStatus.COMPLETED, VideoStatus.FAILED, VideoStatus.CANCELLED}
STEPS_OF_A_REQUEST = 22
"""More than a request has; where one is not reached no process dies, which is a case too."""


def ask(world: World) -> None:
    upload = world.uploads.create_upload(an_upload())
    world.objects.write(upload.key, fake_video(2), content_type="video/mp4")
    VideoMaker(world).create(VideoRequest("a fox", references=by_upload(upload.upload_id)), "a hare")


def check_at_rest(world: World) -> None:
    """Check what holds of all videos once nothing runs any more."""
    jobs = world.jobs.all_jobs()
    check_payments(world.provider.accepted)
    check_objects(world.jobs, world.objects, [job.job_id for job in jobs], world.jobs.all_deletions())
    check_usage(world.jobs, world.objects, world.usage, jobs)
    books = LedgerAudit(USER)
    books.check(world.jobs, world.usage, world.history, jobs)
    assert not any(month.spent.reserved for month in world.usage.list_months(USER, since="2026-01"))
    for job in jobs:
        check_always(job, world.jobs, world.objects)
        assert job.video is not None
        assert job.video.status in ENDS
        assert job.active_batch_id is None
        assert (job.video.progress == 100) == (job.video.status is VideoStatus.COMPLETED)
        assert job.video.error is not None or job.video.status is VideoStatus.COMPLETED
        reported = [
            str(event.data["status"])
            for event in world.user_events.list_user_events(USER, after=0, limit=1000)
            if event.data["video_id"] == job.job_id
        ]
        assert reported[0] == "processing"
        assert reported[-1] == job.video.status
    feed = world.user_events.get_feed(USER)
    events = world.user_events.list_user_events(USER, after=0, limit=1000)
    assert [event.seq for event in events] == list(range(1, feed.seq + 1))
    assert feed.processing == 0


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", range(STEPS_OF_A_REQUEST))
def test_a_request_that_dies_is_completed_by_its_repeat(step: int, *, after: bool) -> None:
    world = World()
    stack = Stack(world)
    world.saboteur.order(step, after=after)
    stack.carry_out(lambda: ask(world))
    world.saboteur.stand_down()
    ask(world)
    stack.settle()
    assert VideoMaker(world).statuses() == ["completed", "completed"]
    assert len(world.provider.requests) == 2
    check_at_rest(world)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", range(STEPS_OF_A_REQUEST))
def test_a_request_that_dies_and_is_never_repeated_leaves_nothing_half_done(
    step: int, *, after: bool
) -> None:
    world = World()
    stack = Stack(world)
    world.saboteur.order(step, after=after)
    stack.carry_out(lambda: ask(world))
    world.saboteur.stand_down()
    stack.settle()
    was_accepted = world.creations.find_creation(CREATION) is not None
    statuses = {job.video.status for job in world.jobs.all_jobs() if job.video}
    assert statuses <= ({VideoStatus.COMPLETED} if was_accepted else {VideoStatus.FAILED})
    assert len(world.provider.requests) == (2 if was_accepted else 0)
    if not was_accepted:
        assert {job.video.error for job in world.jobs.all_jobs() if job.video} <= {NEVER_ACCEPTED}
    check_at_rest(world)


DISTURBANCES = st.tuples(
    st.sampled_from(
        ["kill", "kill", "pause", "pause", "resume", "cancel", "delete", "retry", "abort", "silence"]
    ),
    st.integers(0, 40),
    st.booleans(),
    st.integers(0, 25),
)
"""What is done, two details of it (how many, or which and before or after), and ticks until the next."""


def disturb(viewer: VideoMaker, stack: Stack, what: str, number: int, *, after: bool) -> None:
    """Do something to the videos that are being made."""
    videos = viewer.creation().videos
    if what == "kill":
        stack.world.saboteur.order(number, after=after)
    elif what == "silence":
        stack.world.clock.advance(minutes=number)
    elif what == "abort":
        stack.abort_creation(CREATION)
    elif videos and what == "retry":
        viewer.retry(videos[number % len(videos)].job_id, key=stack.world.ids.new())
    elif videos:
        getattr(viewer, what)(videos[number % len(videos)].job_id)


@settings(max_examples=80)
@given(
    disturbances=st.lists(DISTURBANCES, min_size=1, max_size=5),
    recovery=st.sampled_from(SubmissionRecovery),
    polls=st.integers(0, 3),
    outcome=st.sampled_from(ProviderJobStatus),
    duplicates=st.booleans(),
)
def test_whatever_happens_every_video_ends_and_none_is_paid_twice(
    disturbances: list[tuple[str, int, bool, int]],
    recovery: SubmissionRecovery,
    polls: int,
    outcome: ProviderJobStatus,
    *,
    duplicates: bool,
) -> None:
    world = World()
    stack, viewer = Stack(world), VideoMaker(world)
    stack.duplicates = duplicates
    world.provider.submission_recovery = recovery
    world.provider.polls = polls
    world.provider.outcome = lambda words: outcome if words == "a hare" else ProviderJobStatus.SUCCEEDED
    viewer.create("a fox", "a hare", "an owl")
    for what, number, after, ticks in disturbances:
        with suppress(RequestError, Killed):
            disturb(viewer, stack, what, number, after=after)
        for _ in range(ticks):
            stack.tick()
            for job in world.jobs.all_jobs():
                check_always(job, world.jobs, world.objects)
    world.saboteur.stand_down()
    stack.settle()
    asked = len(world.provider.requests)
    go_on_with_all(viewer, stack)
    assert len(world.provider.requests) >= asked
    check_at_rest(world)


def go_on_with_all(viewer: VideoMaker, stack: Stack) -> None:
    """Resume what is paused: that it rests for as long as it likes is what pausing means."""
    for job in viewer.world.jobs.all_jobs():
        if job.video is not None and job.video.paused_at is not None:
            assert job.active_batch_id is None, "a paused video holds on to a batch"
            viewer.resume(job.job_id)
    stack.settle()


@settings(max_examples=25)
@given(kill=st.tuples(st.integers(0, 25), st.booleans()))
def test_a_retry_that_dies_anywhere_is_ended_or_repeated(kill: tuple[int, bool]) -> None:
    world = World()
    stack, viewer = Stack(world), VideoMaker(world)
    world.workflow.refuses = True
    with pytest.raises(Exception, match="could not be started"):
        viewer.create("a fox")
    world.workflow.refuses = False
    video_id = viewer.creation().videos[0].job_id
    world.saboteur.order(kill[0], after=kill[1])
    try:
        viewer.retry(video_id)
    except Killed:
        stack.settle()
    world.saboteur.stand_down()
    viewer.retry(video_id)
    stack.settle()
    check_at_rest(world)
