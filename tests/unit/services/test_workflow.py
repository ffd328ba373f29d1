"""The batch from its first step to its last, and what ends it when a step dies."""

from dataclasses import replace
from pathlib import Path

import pytest

from retake.domain.batches import RESULT_KEPT
from retake.domain.changes import Change
from retake.domain.errors import ConflictError, MediaToolError, UnreadableMediaError
from retake.domain.statuses import BatchStatus, EventName, JobStatus, RegenerationStatus
from retake.ports.providers import ProviderJobStatus
from retake.ports.workflows import ExecutionStatus
from retake.services.batches.finish_batch import finish_batch
from retake.services.batches.start_batch import start_batch
from retake.services.jobs.delete_job import delete_job
from retake.services.upkeep.reconcile import reconcile, settle_execution
from retake.services.upkeep.settle_batch import CANCEL_GRACE, settle_batch
from tests.builders import JOB
from tests.fakes.saboteur import Killed
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.invariants import check_always, check_at_rest, check_objects, check_payments
from tests.unit.services.service_user import ServiceUser

pytestmark = pytest.mark.usefixtures("job")


def finish(world: World, batch_id: str = "batch-1", recompose_error: str | None = None) -> None:
    finish_batch(JOB, batch_id, world.ctx, recompose_error=recompose_error)


class TestTheUsualWay:
    def test_three_clips_one_video(self, world: World, person: ServiceUser, stack: Stack) -> None:
        person.regenerate(0, 1, 2)
        stack.run()
        batch = person.batch()
        assert (batch.status, str(batch.charged), batch.cause) == (BatchStatus.SUCCEEDED, "0.4050", None)
        assert [person.current(index) for index in range(3)] == [2, 2, 2]
        assert world.composer.composed == 1
        assert world.jobs.get_job(JOB).is_composed
        assert world.workflow.batches["batch-1"] is ExecutionStatus.SUCCEEDED

    def test_the_good_clips_count(self, world: World, person: ServiceUser, stack: Stack) -> None:
        ends = {"job-2": ProviderJobStatus.FAILED}
        world.provider.outcome = lambda _: ends.get(
            f"job-{len(world.provider.jobs)}", ProviderJobStatus.SUCCEEDED
        )
        person.regenerate(0, 1, 2)
        stack.run()
        batch = person.batch()
        assert batch.status is BatchStatus.PARTIAL
        assert batch.cause == "“clip-1” (clip 1): The directed provider could not do it."
        assert [person.current(index) for index in range(3)] == [2, 1, 2]

    def test_all_failed_changes_nothing(self, world: World, person: ServiceUser, stack: Stack) -> None:
        before = world.jobs.get_job(JOB).composition
        world.provider.outcome = lambda _: ProviderJobStatus.FAILED
        person.regenerate(0, 1)
        stack.run()
        assert person.batch().status is BatchStatus.FAILED
        assert world.jobs.get_job(JOB).composition == before
        assert world.workflow.batches["batch-1"] is ExecutionStatus.FAILED
        assert person.saw(EventName.BATCH_COMPLETE) == 0

    def test_a_result_that_is_no_video(self, world: World, person: ServiceUser, stack: Stack) -> None:
        def refuse(_: Path) -> None:
            raise UnreadableMediaError("This is a text file, not a video.", advice="Upload MP4.")

        world.normalizer.before = refuse
        person.regenerate(0)
        stack.run()
        assert person.regeneration().error == (
            "The provider's result cannot be used: this is a text file, not a video. "
            "Retry, or choose another model."
        )
        assert len(world.jobs.all_deletions()) == 1, "what was begun is in the ledger"

    def test_a_video_that_cannot_be_composed(self, world: World, person: ServiceUser, stack: Stack) -> None:
        def refuse() -> None:
            raise MediaToolError("no space")

        world.composer.before = refuse
        person.regenerate(0)
        stack.run()
        batch = person.batch()
        assert (batch.status, batch.recompose_error) == (BatchStatus.PARTIAL, "no space")
        assert person.current(0) == 2
        assert not world.jobs.get_job(JOB).is_composed
        world.composer.before = lambda: None
        stack.settle()
        assert world.jobs.get_job(JOB).is_composed

    def test_the_next_batch_starts_by_itself(self, person: ServiceUser, stack: Stack) -> None:
        for number in (1, 2, 3):
            person.regenerate(0, key=f"batch-{number}")
        stack.run()
        assert [person.batch(f"batch-{number}").status for number in (1, 2, 3)] == [BatchStatus.SUCCEEDED] * 3
        ends = [name for name in person.events() if name == "batch_succeeded"]
        assert len(ends) == 3

    def test_every_step_may_come_twice(self, world: World, person: ServiceUser) -> None:
        person.regenerate(0)
        for _ in range(2):
            started = start_batch(JOB, "batch-1", world.ctx, execution_arn="arn")
            assert len(started.regenerations) == 1
        for _ in range(2):
            finish(world)
        assert person.saw(EventName.BATCH_FAILED) == 1
        again = start_batch(JOB, "batch-1", world.ctx, execution_arn="arn")
        assert again.regenerations == ()

    def test_a_hundred_clips_end_in_many_commits(self, world: World, person: ServiceUser) -> None:
        job = world.jobs.get_job(JOB)
        batch = person.regenerate(0).batch
        first = person.regeneration()
        many = [replace(first, regeneration_id=f"r-{index}", clip_index=index) for index in range(100)]
        world.jobs.put_drafts(many)
        widened = replace(batch, regeneration_ids=tuple(item.regeneration_id for item in many))
        world.jobs.commit(Change(world.jobs.get_job(JOB), (widened,)), now=world.clock.now())
        finish(world)
        assert person.saw(EventName.CLIP_FAILED) == 100
        assert world.jobs.get_job(JOB).event_seq == job.event_seq + 102


class TestKilled:
    @pytest.mark.parametrize("after", [True, False])
    @pytest.mark.parametrize("calls", range(0, 75, 3))
    def test_any_user_at_any_step(
        self,
        world: World,
        person: ServiceUser,
        stack: Stack,
        calls: int,
        after: bool,  # noqa: FBT001 - both ways
    ) -> None:
        world.saboteur.order(calls, after=after)
        stack.carry_out(lambda: person.regenerate(0, 1))
        stack.carry_out(lambda: person.regenerate(0, 1))
        stack.settle()
        job = world.jobs.get_job(JOB)
        check_always(job, world.jobs, world.objects)
        check_at_rest(job, world.jobs, cap=3)
        check_objects(world.jobs, world.objects, [JOB], world.jobs.all_deletions())
        check_payments(world.provider.accepted)
        assert person.batch().status is BatchStatus.SUCCEEDED
        assert [person.current(index) for index in range(3)] == [2, 2, 1]

    def test_the_same_worker_again_and_again(self, world: World, person: ServiceUser, stack: Stack) -> None:
        def die(_: Path) -> None:
            raise Killed

        world.normalizer.before = die
        person.regenerate(0)
        stack.settle()
        assert person.batch().status is BatchStatus.FAILED
        assert person.regeneration().error == RESULT_KEPT
        world.normalizer.before = lambda _: None
        person.retry("batch-1")
        stack.settle()
        assert person.batch("batch-2").status is BatchStatus.SUCCEEDED
        assert len(world.provider.requests) == 1, "it was paid for once"


class TestReconciling:
    def test_an_execution_that_was_stopped(self, world: World, person: ServiceUser, stack: Stack) -> None:
        world.provider.polls = 4
        person.regenerate(0, 1)
        while person.regeneration(position=1).status is not RegenerationStatus.GENERATING:
            if not stack.tick():
                world.clock.advance(seconds=1)
        stack.abort("batch-1")
        settle_execution({"job_id": JOB, "batch_id": "batch-1"}, world.ctx)
        assert person.batch().status is BatchStatus.RUNNING
        assert person.regeneration(position=1).status is RegenerationStatus.IN_DOUBT
        with pytest.raises(ConflictError, match=r"In doubt: “.*” \(clip 1\)\. The provider has the job"):
            person.retry("batch-1")
        assert world.jobs.get_job(JOB).is_composed, "what is there is shown"
        stack.settle()
        batch = person.batch()
        assert batch.status is BatchStatus.SUCCEEDED
        assert [result.status for result in batch.results] == ["succeeded", "succeeded"]
        assert (person.current(1), len(world.provider.requests)) == (2, 2)
        assert world.jobs.get_job(JOB).active_batch_id is None

    def test_one_that_never_began(self, world: World, person: ServiceUser) -> None:
        person.regenerate(0)
        world.workflow.batches.clear()
        world.clock.advance(seconds=61)
        report = reconcile(world.ctx)
        assert report.settled == {"batch": 1}
        assert world.workflow.batches == {"batch-1": ExecutionStatus.RUNNING}

    def test_one_that_still_cannot_begin_is_tried_every_minute(
        self, world: World, person: ServiceUser
    ) -> None:
        person.regenerate(0)
        world.workflow.batches.clear()
        world.workflow.refuses = True
        for _ in range(3):
            world.clock.advance(seconds=61)
            assert reconcile(world.ctx).settled == {"batch": 1}
        assert person.batch().status is BatchStatus.STARTING

    def test_one_that_is_gone(self, world: World, person: ServiceUser, stack: Stack) -> None:
        person.regenerate(0)
        stack.tick()
        stack.tick()
        assert person.batch().status is BatchStatus.RUNNING
        world.workflow.batches.clear()
        world.clock.advance(seconds=901)
        reconcile(world.ctx)
        assert person.batch().status is BatchStatus.FAILED

    def test_a_lease_is_renewed_while_it_runs(self, world: World, person: ServiceUser) -> None:
        person.regenerate(0)
        world.clock.advance(seconds=61)
        reconcile(world.ctx)
        lease = person.batch().lease_until
        assert lease is not None
        assert lease > world.clock.now()

    def test_a_cancelled_batch_that_does_not_drain(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        world.provider.polls = 1000
        person.regenerate(0)
        stack.tick()
        person.cancel()
        world.clock.advance(seconds=CANCEL_GRACE.total_seconds() + 901)
        reconcile(world.ctx)
        assert world.workflow.stopped == ["batch-1"]
        assert person.batch().status is BatchStatus.CANCELLED

    def test_a_broken_job_does_not_keep_others_waiting(self, world: World, person: ServiceUser) -> None:
        person.regenerate(0)
        world.workflow.batches.clear()
        describe = world.workflow.describe_batch
        world.workflow.__dict__["describe_batch"] = lambda name, *, run: (
            1 / 0 if name == "broken" else describe(name, run=run)
        )
        broken = replace(person.batch(), batch_id="broken")
        world.jobs.commit(Change(world.jobs.get_job(JOB), (broken,)), now=world.clock.now())
        world.clock.advance(seconds=61)
        report = reconcile(world.ctx)
        assert report.settled == {"batch": 1}
        assert report.errors == ("batch broken: ZeroDivisionError('division by zero')",)

    def test_a_result_in_hand_lands_after_all(self, world: World, person: ServiceUser, stack: Stack) -> None:
        person.regenerate(0)
        while person.regeneration().status is not RegenerationStatus.INGESTING:
            stack.tick()
        stack.abort("batch-1")
        settle_batch(JOB, "batch-1", world.ctx)
        stack.settle()
        assert [version.version_number for version in person.versions(0)] == [2, 1]

    def test_what_is_gone_is_settled(self, world: World) -> None:
        settle_execution({"job_id": "gone", "batch_id": "gone"}, world.ctx)
        settle_execution({"job_id": "gone"}, world.ctx)


class TestDeleting:
    def test_a_job_with_a_running_batch(self, world: World, person: ServiceUser, stack: Stack) -> None:
        world.provider.polls = 3
        person.regenerate(0, 1)
        for _ in range(5):
            stack.tick()
        delete_job(JOB, world.ctx)
        stack.purge()
        assert world.jobs.all_jobs(), "its clips are still landing"
        stack.settle()
        stack.purge()
        assert not world.jobs.all_jobs()
        world.clock.advance(hours=3)
        stack.purge()
        assert not world.jobs.all_deletions()
        left = [key for key in world.objects.stored if not key.startswith("provider/")]
        assert left == []

    def test_nothing_new_on_a_job_that_goes(self, world: World, person: ServiceUser) -> None:
        delete_job(JOB, world.ctx)
        assert world.jobs.get_job(JOB).status is JobStatus.DELETING
        with pytest.raises(ConflictError):
            person.regenerate(0)
        with pytest.raises(ConflictError):
            person.restore(0, 1)
