"""Poll messages: one look each, the next one sent, the result kept before it is reported."""

import pytest

from retake.domain.errors import ProviderThrottledError, ProviderUnavailableError
from retake.domain.records.batches import Regeneration
from retake.domain.statuses import EventName, RegenerationStatus
from retake.ports.providers import ProviderJobStatus
from retake.services.generation.ingest_clip import ingest_regeneration
from retake.services.generation.poll_generation import PollOutcome, poll_generation
from retake.services.generation.record_clip_failure import record_clip_failure
from retake.services.generation.submit_generation import submit_generation
from retake.services.jobs.delete_job import delete_job
from tests.builders import JOB
from tests.fakes.in_memory_workflow import Answer
from tests.fakes.saboteur import Killed
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.unit.services.service_user import ServiceUser

pytestmark = pytest.mark.usefixtures("job")

TOKEN = "token-1"  # noqa: S105 - a test's token


@pytest.fixture
def regeneration(world: World, person: ServiceUser) -> Regeneration:
    """A regeneration that the provider works on; it wants two more looks."""
    person.regenerate(0)
    world.provider.polls = 2
    submit_generation(JOB, person.regeneration().regeneration_id, TOKEN, world.ctx)
    world.queue.messages.clear()
    return person.regeneration()


def poll(world: World, regeneration: Regeneration, poll_seq: int = 1) -> PollOutcome:
    return poll_generation(JOB, regeneration.regeneration_id, poll_seq, world.ctx)


def fail_clip(world: World, regeneration: Regeneration, *, error: str = "States.Timeout") -> None:
    record_clip_failure(JOB, regeneration.regeneration_id, world.ctx, error=error, cause="")


def ingest_all_late(world: World) -> None:
    while world.workers.late:
        ingest_regeneration(*world.workers.late.pop(), world.ctx)


class TestCancelling:
    def test_what_is_finished_by_then_becomes_a_take(
        self, world: World, person: ServiceUser, stack: Stack, regeneration: Regeneration
    ) -> None:
        world.provider.polls = 0
        person.cancel()
        assert poll(world, regeneration) is not PollOutcome.CANCELLED
        stack.settle()
        assert person.regeneration().status is RegenerationStatus.SUCCEEDED
        assert world.provider.cancelled == []

    def test_what_is_not_is_stopped_there(
        self, world: World, person: ServiceUser, regeneration: Regeneration
    ) -> None:
        person.cancel()
        assert poll(world, regeneration) is PollOutcome.CANCELLED
        assert world.provider.cancelled == [regeneration.provider_job_id]

    def test_nothing_is_fetched_for_a_job_that_is_being_deleted(
        self, world: World, regeneration: Regeneration
    ) -> None:
        world.provider.polls = 0
        delete_job(JOB, world.ctx, at_once=True)
        assert poll(world, regeneration) is PollOutcome.CANCELLED


class TestLooking:
    def test_it_goes_on(self, world: World, person: ServiceUser, regeneration: Regeneration) -> None:
        assert poll(world, regeneration) is PollOutcome.RUNNING
        after = person.regeneration()
        assert (after.poll_seq, after.progress) == (1, 10)
        (message,) = world.queue.messages
        assert message.body["poll_seq"] == 2
        assert message.visible_at > world.clock.now()
        assert TOKEN in world.callbacks.heartbeats

    def test_a_message_behind_is_dropped(self, world: World, regeneration: Regeneration) -> None:
        poll(world, regeneration)
        looks = dict(world.provider.looks)
        assert poll(world, regeneration) is PollOutcome.DROPPED
        assert world.provider.looks == looks

    def test_a_crash_after_sending_repeats_the_look(self, world: World, regeneration: Regeneration) -> None:
        world.saboteur.order(5, after=True)  # job, regeneration, batch, poll, heartbeat, then the message
        with pytest.raises(Killed):
            poll(world, regeneration)
        assert len(world.queue.messages) == 1
        assert poll(world, regeneration) is PollOutcome.RUNNING

    @pytest.mark.parametrize("error", [ProviderThrottledError("x"), ProviderUnavailableError("x")])
    def test_a_status_that_cannot_be_fetched_says_nothing(
        self, world: World, regeneration: Regeneration, error: ProviderThrottledError
    ) -> None:
        world.provider.unreachable = [error]
        assert poll(world, regeneration) is PollOutcome.RUNNING

    def test_the_deadline(self, world: World, regeneration: Regeneration) -> None:
        world.clock.advance(seconds=world.limits.generation_deadline_s)
        assert poll(world, regeneration) is PollOutcome.FAILED
        assert world.provider.cancelled == ["job-1"]
        cause = "The provider did not finish within 5 minutes, so the clip was stopped."
        assert world.callbacks.answers == [Answer(TOKEN, "GenerationUnfinishedError", cause)]

    def test_the_provider_failed(self, world: World, regeneration: Regeneration) -> None:
        world.provider.polls = 0
        world.provider.outcome = lambda _: ProviderJobStatus.FAILED
        assert poll(world, regeneration) is PollOutcome.FAILED
        assert world.callbacks.answers[0].cause == "The directed provider could not do it."

    def test_the_provider_cancelled(self, world: World, regeneration: Regeneration) -> None:
        world.provider.polls = 0
        world.provider.outcome = lambda _: ProviderJobStatus.CANCELLED
        assert poll(world, regeneration) is PollOutcome.CANCELLED

    def test_a_deleted_job(self, world: World, regeneration: Regeneration) -> None:
        world.jobs.purge(JOB)
        assert poll(world, regeneration) is PollOutcome.DROPPED


class TestResults:
    def test_kept_then_reported(self, world: World, person: ServiceUser, regeneration: Regeneration) -> None:
        world.provider.polls = 0
        assert poll(world, regeneration) is PollOutcome.DONE
        after = person.regeneration()
        assert after.status is RegenerationStatus.INGESTING
        assert after.result_key is not None
        assert world.objects.find(after.result_key)
        assert [(answer.token, answer.error) for answer in world.callbacks.answers] == [(TOKEN, None)]

    def test_a_result_that_cannot_be_fetched_yet(self, world: World, regeneration: Regeneration) -> None:
        world.provider.polls = 0
        provider_job = world.provider.poll("job-1")
        world.provider.__dict__["poll"] = lambda _: provider_job
        world.provider.unreachable = [ProviderUnavailableError("x")]
        assert poll(world, regeneration) is PollOutcome.RUNNING
        assert poll(world, regeneration, 2) is PollOutcome.DONE

    def test_a_repeat_after_the_answer_is_kept_too(self, world: World, regeneration: Regeneration) -> None:
        world.provider.polls = 0
        poll(world, regeneration)
        assert poll(world, regeneration) is PollOutcome.DONE_LATE

    @pytest.mark.parametrize("calls", range(12))
    @pytest.mark.parametrize("after", [True, False])
    def test_a_crash_anywhere_loses_nothing(
        self,
        world: World,
        person: ServiceUser,
        regeneration: Regeneration,
        calls: int,
        after: bool,  # noqa: FBT001 - both ways
    ) -> None:
        world.provider.polls = 0
        world.saboteur.order(calls, after=after)
        try:
            poll(world, regeneration)
        except Killed:
            poll(world, regeneration)
        world.saboteur.stand_down()
        ingest_all_late(world)
        ingest_regeneration(JOB, regeneration.regeneration_id, world.ctx)
        assert world.callbacks.answers[0].error is None
        assert person.current(0) == 2
        assert len(person.versions(0)) == 2

    def test_one_that_comes_too_late_is_kept_and_overrides_nothing(
        self, world: World, person: ServiceUser, regeneration: Regeneration
    ) -> None:
        world.provider.polls = 0
        world.callbacks.dead.add(TOKEN)
        fail_clip(world, regeneration, error="GenerationFailedError")
        assert poll(world, regeneration) is PollOutcome.DONE_LATE
        ingest_all_late(world)
        assert [version.version_number for version in person.versions(0)] == [2, 1]
        assert person.current(0) == 1
        assert person.regeneration().status is RegenerationStatus.SUCCEEDED
        assert person.saw(EventName.CLIP_COMPLETE) == person.saw(EventName.VERSION_LANDED_LATE) == 1

    def test_after_a_restore_meanwhile(self, world: World, person: ServiceUser, stack: Stack) -> None:
        person.regenerate(0)
        stack.run()
        person.regenerate(0, key="batch-2")
        while person.regeneration("batch-2").status is not RegenerationStatus.GENERATING:
            stack.tick()
        person.restore(0, 1)
        stack.run()
        assert person.current(0) == 1
        assert [version.version_number for version in person.versions(0)] == [3, 2, 1]
        assert person.saw(EventName.VERSION_LANDED_LATE) == 1
        assert str(person.batch("batch-2").charged) == "0.1500"
        assert world.jobs.get_job(JOB).is_composed

    def test_landed_by_two_at_the_same_moment(
        self, world: World, person: ServiceUser, regeneration: Regeneration
    ) -> None:
        world.provider.polls = 0
        poll(world, regeneration)

        def meet() -> None:
            world.jobs.before_commit = lambda: None
            ingest_regeneration(JOB, regeneration.regeneration_id, world.ctx)

        world.jobs.before_commit = meet
        outcome = ingest_regeneration(JOB, regeneration.regeneration_id, world.ctx)
        assert outcome.version_number == 2
        assert [version.version_number for version in person.versions(0)] == [2, 1]
        assert len(world.jobs.all_deletions()) == 1, "the loser's objects are in the ledger"
