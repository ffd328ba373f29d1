"""Kill what makes a job of files and words after each of its steps: it ends truthfully, paid once."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retake.domain.errors import RequestError
from retake.domain.statuses import BatchStatus, ClipStatus, JobStatus
from retake.ports.providers import ProviderJobStatus, SubmissionRecovery
from retake.services.jobs.job_request import NewClip
from tests.builders import USER, an_upload, by_upload
from tests.fakes.fake_media import fake_picture
from tests.fakes.saboteur import Killed
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.invariants import check_always, check_at_rest, check_objects, check_payments, check_usage
from tests.unit.services.job_maker import MIXED, JobMaker

STEPS_OF_A_REQUEST = 26
"""More than a request has; where one is not reached no process dies, which is a case too."""


class Scene:
    """A world with all that a mixed job needs, and the request for it."""

    def __init__(self) -> None:
        self.world = World()
        self.stack = Stack(self.world)
        self.maker = JobMaker(self.world, self.stack)
        self.video = self.maker.video("a hare")
        self.upload = self.maker.upload()
        picture = self.world.uploads.create_upload(an_upload("picture", kind="image"))
        self.world.objects.write(picture.key, fake_picture(), content_type="image/png")

    def ask(self) -> None:
        fox = NewClip(prompt="a fox", references=by_upload("picture"))
        self.maker.make(self.upload, fox, self.video, NewClip(prompt="an owl"))

    def exists(self) -> bool:
        return MIXED in {job.job_id for job in self.world.jobs.all_jobs()}

    def paid_for(self) -> int:
        """Return how many clips of the job were paid for; the video of the scene was the first."""
        return sum(len(made) for made in self.world.provider.accepted.values()) - 1

    def check(self) -> None:
        """Check what holds at every moment."""
        for job in self.world.jobs.all_jobs():
            check_always(job, self.world.jobs, self.world.objects)

    def check_at_rest(self) -> None:
        """Check what holds once nothing runs any more."""
        self.stack.purge()  # what was set aside for a job that goes is given back as it goes
        world, jobs = self.world, self.world.jobs.all_jobs()
        self.check()
        check_payments(world.provider.accepted)
        check_objects(world.jobs, world.objects, [job.job_id for job in jobs], world.jobs.all_deletions())
        check_usage(world.jobs, world.objects, world.usage, jobs)
        assert not any(month.spent.reserved for month in world.usage.list_months(USER, since="2026-01"))
        if not self.exists() or self.maker.job().status is JobStatus.DELETING:
            return
        job = self.maker.job()
        check_at_rest(job, world.jobs, cap=3)
        assert job.status in {JobStatus.READY, JobStatus.FAILED}
        assert (job.failure is None) == (job.status is JobStatus.READY)
        assert job.is_composed or job.status is JobStatus.FAILED
        for clip in self.maker.clips():
            assert (clip.current_version is not None) == (clip.status is ClipStatus.READY)
            if job.status is JobStatus.READY:
                assert clip.status is not ClipStatus.PREPARING
                assert (clip.failure is None) == (clip.status is ClipStatus.READY)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", range(STEPS_OF_A_REQUEST))
def test_a_request_that_dies_is_completed_by_its_repeat(step: int, *, after: bool) -> None:
    scene = Scene()
    scene.world.saboteur.order(step, after=after)
    scene.stack.carry_out(scene.ask)
    scene.world.saboteur.stand_down()
    scene.ask()
    scene.stack.settle()
    assert scene.maker.job().status is JobStatus.READY
    assert scene.paid_for() == 2
    scene.check_at_rest()


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", range(STEPS_OF_A_REQUEST))
def test_a_request_that_dies_and_is_never_repeated_is_carried_out_or_was_none(
    step: int, *, after: bool
) -> None:
    scene = Scene()
    scene.world.saboteur.order(step, after=after)
    scene.stack.carry_out(scene.ask)
    scene.world.saboteur.stand_down()
    scene.stack.settle()
    assert scene.paid_for() == (2 if scene.exists() else 0)
    scene.check_at_rest()


DISTURBANCES = st.tuples(
    st.sampled_from(["kill", "kill", "cancel", "pause", "delete", "retry", "abort", "silence"]),
    st.integers(0, 40),
    st.booleans(),
    st.integers(0, 25),
)
"""What is done, two details of it (how many, and before or after), and ticks until the next."""


def disturb(scene: Scene, what: str, number: int, *, after: bool) -> None:
    """Do something to the job that is being made."""
    if what == "kill":
        scene.world.saboteur.order(number, after=after)
    elif what == "silence":
        scene.world.clock.advance(minutes=number)
    elif what == "abort":
        scene.stack.abort(scene.maker.batches()[0].batch_id)
    elif what == "pause":
        scene.maker.pause()
        for _ in range(number):
            scene.stack.tick()
            scene.check()
        scene.maker.resume()
    elif what == "retry":
        scene.maker.retry(key=scene.world.ids.new())
    else:
        getattr(scene.maker, what)()


@settings(max_examples=80)
@given(
    disturbances=st.lists(DISTURBANCES, min_size=1, max_size=5),
    recovery=st.sampled_from(SubmissionRecovery),
    polls=st.integers(0, 3),
    outcome=st.sampled_from(ProviderJobStatus),
    duplicates=st.booleans(),
)
def test_whatever_happens_the_job_ends_and_no_clip_is_paid_twice(
    disturbances: list[tuple[str, int, bool, int]],
    recovery: SubmissionRecovery,
    polls: int,
    outcome: ProviderJobStatus,
    *,
    duplicates: bool,
) -> None:
    scene = Scene()
    world, stack = scene.world, scene.stack
    stack.duplicates = duplicates
    world.provider.submission_recovery = recovery
    world.provider.polls = polls
    world.provider.outcome = lambda words: outcome if words == "an owl" else ProviderJobStatus.SUCCEEDED
    scene.ask()
    for what, number, after, ticks in disturbances:
        with suppress(RequestError, Killed):
            disturb(scene, what, number, after=after)
        for _ in range(ticks):
            stack.tick()
            scene.check()
    world.saboteur.stand_down()
    stack.settle()
    scene.check_at_rest()


def test_nothing_is_paid_twice_where_the_first_batch_dies_and_is_retried() -> None:
    scene = Scene()
    scene.world.provider.polls = 2
    scene.ask()
    while scene.paid_for() == 0:
        scene.stack.tick()
    scene.stack.abort(scene.maker.batch().batch_id)
    scene.stack.settle()
    fox, owl = scene.maker.clips()[1], scene.maker.clips()[3]
    # What had been paid for landed late; what had not been asked for says so.
    assert (fox.status, owl.status) == (ClipStatus.READY, ClipStatus.FAILED)
    assert scene.maker.batch().status is BatchStatus.PARTIAL
    scene.maker.retry()
    scene.stack.settle()
    assert [clip.status for clip in scene.maker.clips()] == [ClipStatus.READY] * 4
    assert scene.paid_for() == 2
    scene.check_at_rest()
