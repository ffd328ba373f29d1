"""A batch is ended while a submission is under way: what was paid is found, nothing more is bought."""

import pytest

from retake.domain.errors import AmbiguousSubmissionError
from retake.domain.records.batches import Regeneration
from retake.domain.statuses import EventName, RegenerationStatus
from retake.ports.providers import SubmissionRecovery
from retake.services.generation.submission_steps import NextStep
from tests.builders import JOB
from tests.fakes.saboteur import Killed
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.unit.services.person import Person

pytestmark = pytest.mark.usefixtures("job")

TOKEN = "token-1"  # noqa: S105 - a test's token


@pytest.fixture(params=SubmissionRecovery)
def recovery(world: World, request: pytest.FixtureRequest) -> SubmissionRecovery:
    found: SubmissionRecovery = request.param
    world.provider.submission_recovery = found
    return found


@pytest.fixture(params=["accepted", "never asked"])
def was_paid(world: World, request: pytest.FixtureRequest) -> bool:
    """Whether the provider had accepted the job when everything died."""
    paid: bool = request.param == "accepted"
    deaths = world.provider.lost_answers if paid else world.provider.refusals
    deaths.append(_dies())
    return paid


@pytest.fixture
def killed(world: World, person: Person, stack: Stack) -> Regeneration:
    """A regeneration whose worker died while it submitted, and whose execution was stopped."""
    person.regenerate(0)
    with pytest.raises(Killed):
        world.submit_generation()(JOB, person.regeneration().regeneration_id, TOKEN)
    stack.abort("batch-1")
    world.callbacks.dead.add(TOKEN)
    return person.regeneration()


@pytest.fixture
def ended(world: World, killed: Regeneration) -> Regeneration:
    world.reconcile().settle_batch(JOB, killed.batch_id)
    return world.jobs.get_regeneration(JOB, killed.regeneration_id)


def deliver_again(world: World, regeneration: Regeneration) -> NextStep:
    return world.submit_generation()(JOB, regeneration.regeneration_id, TOKEN)


def test_what_was_paid_lands_and_nothing_else_is_bought(
    stack: Stack,
    person: Person,
    recovery: SubmissionRecovery,
    was_paid: bool,  # noqa: FBT001 - a fixture
    ended: Regeneration,
) -> None:
    world = stack.world
    assert ended.status is RegenerationStatus.SUBMISSION_UNKNOWN
    can_be_found = recovery is not SubmissionRecovery.NONE
    if can_be_found:
        assert deliver_again(world, ended) is NextStep.WAIT, "the worker may only be slow"
        world.queue.messages.clear()
    world.clock.advance(seconds=world.limits.submit_lease_s)
    assert deliver_again(world, ended) is (NextStep.FIND if can_be_found else NextStep.ANSWER)
    stack.run()
    assert len(world.provider.requests) == 1
    lands = was_paid and can_be_found
    assert [version.version_number for version in person.versions(0)] == ([2, 1] if lands else [1])
    assert person.current(0) == 1
    assert person.saw(EventName.VERSION_LANDED_LATE) == lands
    assert person.regeneration().status is RegenerationStatus.SUBMISSION_UNKNOWN


def test_it_is_found_once(
    world: World,
    recovery: SubmissionRecovery,
    was_paid: bool,  # noqa: FBT001 - a fixture
    ended: Regeneration,
) -> None:
    world.clock.advance(seconds=world.limits.submit_lease_s)
    for _ in range(2):
        deliver_again(world, ended)
    polls = [message for message in world.queue.messages if message.queue == "poll"]
    assert len(polls) == (was_paid and recovery is not SubmissionRecovery.NONE)


@pytest.mark.parametrize("was_paid", ["accepted"], indirect=True)
def test_the_message_may_come_before_the_batch_is_ended(
    world: World,
    person: Person,
    stack: Stack,
    was_paid: bool,  # noqa: FBT001 - a fixture
    killed: Regeneration,
) -> None:
    assert was_paid
    world.clock.advance(seconds=world.limits.submit_lease_s)
    assert deliver_again(world, killed) is NextStep.FIND
    assert person.regeneration().status is RegenerationStatus.GENERATING
    world.reconcile().settle_batch(JOB, killed.batch_id)
    stack.run()
    assert len(world.provider.requests) == 1
    assert [version.version_number for version in person.versions(0)] == [2, 1]


@pytest.mark.parametrize("was_paid", ["never asked"], indirect=True)
def test_what_nobody_waits_for_is_not_bought_before_the_batch_is_ended_either(
    world: World,
    person: Person,
    was_paid: bool,  # noqa: FBT001 - a fixture
    killed: Regeneration,
) -> None:
    assert not was_paid
    world.clock.advance(seconds=world.limits.submit_lease_s)
    assert deliver_again(world, killed) is NextStep.FIND
    world.reconcile().settle_batch(JOB, killed.batch_id)
    assert person.regeneration().status is RegenerationStatus.SUBMISSION_UNKNOWN
    assert len(world.provider.requests) == 1


def _dies() -> AmbiguousSubmissionError:
    """Return what ends the process rather than being an error."""
    return Killed()  # type: ignore[return-value]
