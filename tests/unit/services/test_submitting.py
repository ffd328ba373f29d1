"""Submit messages: claimed, paid at most once, answered in any case."""

from dataclasses import replace

import pytest

from retake.domain.changes import Change
from retake.domain.errors import (
    AmbiguousSubmissionError,
    ProviderRejectedError,
    ProviderThrottledError,
    ProviderUnavailableError,
)
from retake.domain.records.batches import Regeneration
from retake.domain.statuses import RegenerationStatus
from retake.ports.providers import GenerationRequest, ProviderJob, SubmissionRecovery
from retake.services.generation.submission_steps import NextStep
from retake.services.generation.submit_generation import submit_generation
from tests.builders import JOB
from tests.fakes.in_memory_workflow import Answer
from tests.fakes.saboteur import Killed
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.unit.services.service_user import ServiceUser

pytestmark = pytest.mark.usefixtures("job")

TOKEN = "token-1"  # noqa: S105 - a test's token
LATER_TOKEN = "token-2"  # noqa: S105


@pytest.fixture
def regeneration(person: ServiceUser) -> Regeneration:
    person.regenerate(0)
    return person.regeneration()


def submit(world: World, regeneration: Regeneration, token: str = TOKEN) -> NextStep:
    return submit_generation(JOB, regeneration.regeneration_id, token, world.ctx)


def answers(world: World) -> list[tuple[str, str | None]]:
    return [(answer.token, answer.error) for answer in world.callbacks.answers]


def change(world: World, regeneration: Regeneration, **fields: object) -> Regeneration:
    changed = replace(regeneration, **fields)  # type: ignore[arg-type]
    world.jobs.commit(Change(world.jobs.get_job(JOB), (changed,)), now=world.clock.now())
    return changed


class TestTheUsualWay:
    def test_claimed_submitted_polled(
        self, world: World, person: ServiceUser, regeneration: Regeneration
    ) -> None:
        assert submit(world, regeneration) is NextStep.SUBMIT
        after = person.regeneration()
        assert after.status is RegenerationStatus.GENERATING
        assert (after.provider_job_id, after.base_version, after.task_token) == ("job-1", 1, TOKEN)
        assert after.expires_at is None
        assert [(item.queue, item.body["poll_seq"]) for item in world.queue.messages] == [("poll", 1)]
        request = world.provider.requests[0]
        assert request.idempotency_key == regeneration.regeneration_id
        assert (request.instruction, request.prompt) == ("make it nighttime", "a street in the rain")
        assert (request.duration_ms, request.width, request.fps) == (12_000, 640, 30)
        assert request.source_key == "clips/job-1/clip-0/1/take.mp4"

    def test_a_second_delivery_adopts_the_job(self, world: World, regeneration: Regeneration) -> None:
        submit(world, regeneration)
        assert submit(world, regeneration) is NextStep.ADOPT
        assert len(world.provider.requests) == 1

    def test_a_step_tried_again_gets_the_result(
        self, world: World, person: ServiceUser, regeneration: Regeneration
    ) -> None:
        submit(world, regeneration)
        world.callbacks.dead.add(TOKEN)
        assert submit(world, regeneration, LATER_TOKEN) is NextStep.ADOPT
        assert person.regeneration().task_token == LATER_TOKEN

    def test_reported_once(self, world: World, person: ServiceUser, regeneration: Regeneration) -> None:
        world.provider.refusals = [ProviderThrottledError("Not now.")]
        submit(world, regeneration)
        submit(world, regeneration)
        assert person.events() == ["batch_started", "clip_regenerating"]


class TestStaleMessages:
    def test_a_late_message_does_not_take_the_token(
        self, world: World, person: ServiceUser, regeneration: Regeneration
    ) -> None:
        world.callbacks.dead.add(TOKEN)
        submit(world, regeneration, LATER_TOKEN)
        assert submit(world, regeneration, TOKEN) is NextStep.ADOPT
        assert person.regeneration().task_token == LATER_TOKEN

    def test_nothing_is_paid_that_no_one_waits_for(self, world: World, regeneration: Regeneration) -> None:
        world.callbacks.dead.add(TOKEN)
        assert submit(world, regeneration) is NextStep.DROP
        assert world.provider.requests == []

    def test_a_clip_that_has_its_take_is_answered(self, world: World, regeneration: Regeneration) -> None:
        change(world, regeneration, status=RegenerationStatus.SUCCEEDED, version_number=2)
        assert submit(world, regeneration) is NextStep.ANSWER
        assert answers(world) == [(TOKEN, None)]

    def test_a_clip_that_failed_is_answered(self, world: World, regeneration: Regeneration) -> None:
        change(world, regeneration, status=RegenerationStatus.FAILED, error="no")
        submit(world, regeneration)
        assert world.callbacks.answers == [Answer(TOKEN, "GenerationFailedError", "no")]

    def test_a_result_that_is_there_is_handed_over(self, world: World, regeneration: Regeneration) -> None:
        change(world, regeneration, status=RegenerationStatus.INGESTING, result_key="provider/r")
        assert submit(world, regeneration) is NextStep.HAND_OVER
        assert answers(world) == [(TOKEN, None)]

    def test_a_deleted_job(self, world: World, regeneration: Regeneration) -> None:
        world.jobs.purge(JOB)
        assert submit(world, regeneration) is NextStep.DROP

    def test_a_cancelled_batch(self, world: World, person: ServiceUser, regeneration: Regeneration) -> None:
        person.cancel()
        assert submit(world, regeneration) is NextStep.CANCEL
        assert answers(world) == [(TOKEN, "ClipCancelledError")]
        assert world.provider.requests == []


class TestRefusals:
    def test_never(self, world: World, regeneration: Regeneration) -> None:
        world.provider.refusals = [ProviderRejectedError("Not this.")]
        submit(world, regeneration)
        assert world.callbacks.answers == [Answer(TOKEN, "ProviderRejectedError", "Not this.")]

    @pytest.mark.parametrize(
        ("error", "delay_s"),
        [
            (ProviderThrottledError("Not now.", retry_after_s=7), 7),
            (ProviderThrottledError("Not now.", retry_after_s=600), 60),
            (ProviderUnavailableError("No connection."), 2),
        ],
    )
    def test_later(
        self, world: World, person: ServiceUser, regeneration: Regeneration, error: Exception, delay_s: int
    ) -> None:
        assert isinstance(error, ProviderThrottledError | ProviderUnavailableError)
        world.provider.refusals = [error]
        submit(world, regeneration)
        after = person.regeneration()
        assert (after.status, after.submit_lease_until) == (RegenerationStatus.QUEUED, None)
        (message,) = world.queue.messages
        assert (message.visible_at - world.clock.now()).total_seconds() == delay_s
        world.clock.move_to(message.visible_at)
        assert submit(world, regeneration) is NextStep.SUBMIT
        assert person.regeneration().status is RegenerationStatus.GENERATING

    def test_a_worker_that_outlives_its_lease_leaves_the_claim_of_the_next_one(
        self, world: World, person: ServiceUser, regeneration: Regeneration, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def dies(_: GenerationRequest) -> ProviderJob:
            raise Killed

        def takes_too_long(_: GenerationRequest) -> ProviderJob:
            world.clock.advance(seconds=world.limits.submit_lease_s + 1)
            monkeypatch.setattr(world.provider, "submit", dies)
            with pytest.raises(Killed):
                submit(world, regeneration)
            raise ProviderUnavailableError("No connection.")

        monkeypatch.setattr(world.provider, "submit", takes_too_long)
        submit(world, regeneration)
        after = person.regeneration()
        assert after.submit_lease_until is not None
        assert not after.is_unsubmitted

    def test_not_for_ever(self, world: World, regeneration: Regeneration) -> None:
        world.provider.refusals = [ProviderUnavailableError("No connection.")]
        submit(world, regeneration)
        world.clock.advance(seconds=world.limits.generation_deadline_s)
        assert submit(world, regeneration) is NextStep.ABANDON
        assert answers(world) == [(TOKEN, "GenerationFailedError")]


class TestLostAnswers:
    @pytest.mark.parametrize("accepted", [True, False])
    @pytest.mark.parametrize("recovery", SubmissionRecovery)
    def test_never_paid_twice(
        self,
        world: World,
        regeneration: Regeneration,
        recovery: SubmissionRecovery,
        accepted: bool,  # noqa: FBT001 - both ways
    ) -> None:
        world.provider.submission_recovery = recovery
        lost = [AmbiguousSubmissionError("No answer.")]
        if accepted:
            world.provider.lost_answers = list(lost)
        else:
            world.provider.refusals = list(lost)
        submit(world, regeneration)
        for _ in range(8):
            world.clock.advance(seconds=world.limits.submit_lease_s // 4)
            submit(world, regeneration)
        assert all(len(jobs) == 1 for jobs in world.provider.accepted.values())
        unknown = [(TOKEN, "SubmissionUnknownError")]
        if recovery is SubmissionRecovery.TOKEN or (accepted and recovery is SubmissionRecovery.LOOKUP):
            assert answers(world) == []
            assert any(message.queue == "poll" for message in world.queue.messages)
        else:
            assert answers(world) == unknown
            assert len(world.provider.requests) == 1

    @pytest.mark.parametrize("recovery", SubmissionRecovery)
    def test_a_worker_that_died_with_the_answer(
        self, world: World, regeneration: Regeneration, recovery: SubmissionRecovery
    ) -> None:
        world.provider.submission_recovery = recovery
        world.provider.lost_answers = [_dies()]
        with pytest.raises(Killed):
            submit(world, regeneration)
        assert submit(world, regeneration) is NextStep.WAIT
        assert len(world.provider.requests) == 1
        world.clock.advance(seconds=world.limits.submit_lease_s)
        submit(world, regeneration)
        assert all(len(jobs) == 1 for jobs in world.provider.accepted.values())
        if recovery is SubmissionRecovery.NONE:
            assert answers(world) == [(TOKEN, "SubmissionUnknownError")]
        else:
            assert answers(world) == []

    def test_an_answer_lost_until_the_deadline_is_not_called_a_plain_failure(
        self, world: World, regeneration: Regeneration
    ) -> None:
        world.provider.submission_recovery = SubmissionRecovery.TOKEN
        world.provider.lost_answers = [AmbiguousSubmissionError("No answer.")]
        submit(world, regeneration)
        world.clock.advance(seconds=world.limits.generation_deadline_s)
        assert submit(world, regeneration) is NextStep.ABANDON
        assert answers(world) == [(TOKEN, "SubmissionUnknownError")]

    def test_a_cancel_while_the_answer_is_lost_says_that_it_may_be_charged(
        self, world: World, person: ServiceUser, regeneration: Regeneration
    ) -> None:
        world.provider.lost_answers = [AmbiguousSubmissionError("No answer.")]
        submit(world, regeneration)
        person.cancel()
        world.provider.accepted.clear()
        assert submit(world, regeneration) is NextStep.FIND
        assert answers(world) == [(TOKEN, "SubmissionUnknownError")]

    def test_a_cancel_while_the_answer_is_lost_reaches_the_provider(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        world.provider.lost_answers = [AmbiguousSubmissionError("No answer.")]
        world.provider.polls = 3
        person.regenerate(0)
        while not person.regeneration().answer_lost:
            assert stack.tick()
        assert person.regeneration().status is RegenerationStatus.IN_DOUBT
        person.cancel()
        stack.settle()
        assert person.regeneration().status is RegenerationStatus.CANCELLED
        assert (len(world.provider.cancelled), len(world.provider.requests)) == (1, 1)

    def test_a_throttled_repeat_does_not_make_the_first_certain(
        self, world: World, person: ServiceUser, regeneration: Regeneration
    ) -> None:
        world.provider.lost_answers = [AmbiguousSubmissionError("No answer.")]
        submit(world, regeneration)
        world.provider.refusals = [ProviderThrottledError("Slowly.")]
        submit(world, regeneration)
        assert person.regeneration().answer_lost
        submit(world, regeneration)
        assert not person.regeneration().answer_lost

    def test_a_list_that_cannot_be_read_is_read_again(self, world: World, regeneration: Regeneration) -> None:
        world.provider.submission_recovery = SubmissionRecovery.LOOKUP
        world.provider.lost_answers = [AmbiguousSubmissionError("No answer.")]
        world.provider.unreachable = [ProviderUnavailableError("No connection.")]
        with pytest.raises(ProviderUnavailableError):
            submit(world, regeneration)
        assert submit(world, regeneration) is NextStep.WAIT


def _dies() -> AmbiguousSubmissionError:
    """Return what ends the process rather than being an error."""
    return Killed()  # type: ignore[return-value]
