"""Everything dies while a submission is under way: it is found out before anything more is paid for."""

from decimal import Decimal

import pytest

from retake.domain.errors import AmbiguousSubmissionError, ConflictError
from retake.domain.records.batches import Regeneration
from retake.domain.statuses import RegenerationStatus
from retake.ports.providers import SubmissionRecovery
from retake.services.generation.submission_steps import NextStep
from retake.services.generation.submit_generation import submit_generation
from retake.services.upkeep.settle_batch import settle_batch
from tests.builders import JOB, USER
from tests.fakes.saboteur import Killed
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.unit.services.service_user import ServiceUser

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
def killed(world: World, person: ServiceUser, stack: Stack) -> Regeneration:
    """A regeneration whose worker died while it submitted, and whose execution was stopped."""
    person.regenerate(0)
    with pytest.raises(Killed):
        submit_generation(JOB, person.regeneration().regeneration_id, TOKEN, world.ctx)
    stack.abort("batch-1")
    world.callbacks.dead.add(TOKEN)
    return person.regeneration()


@pytest.fixture
def ended(world: World, killed: Regeneration) -> Regeneration:
    settle_batch(JOB, killed.batch_id, world.ctx)
    return world.jobs.get_regeneration(JOB, killed.regeneration_id)


def jobs_at_the_provider(world: World) -> int:
    return sum(len(jobs) for jobs in world.provider.accepted.values())


def charged(world: World) -> str:
    months = world.usage.list_months(USER, since="2026-01")
    assert not any(month.spent.reserved for month in months)
    return str(sum((month.spent.charged for month in months), Decimal("0.0000")))


def test_it_is_found_out_before_it_may_be_paid_for_again(
    stack: Stack,
    person: ServiceUser,
    recovery: SubmissionRecovery,
    was_paid: bool,  # noqa: FBT001 - a fixture
    ended: Regeneration,
) -> None:
    world = stack.world
    assert ended.status is RegenerationStatus.IN_DOUBT
    assert ended.doubt is not None
    assert not person.batch().status.is_terminal
    with pytest.raises(ConflictError, match=r"In doubt: .* The provider may have accepted the job"):
        person.retry("batch-1")
    waiting = person.regenerate(0, words="another", key="batch-2")
    assert waiting.waiting_behind == 1, "the clip is not paid for meanwhile"
    person.cancel("batch-2")
    stack.settle()
    found = person.regeneration()
    is_sure = recovery is SubmissionRecovery.TOKEN or (was_paid and recovery is SubmissionRecovery.LOOKUP)
    assert found.status is (
        RegenerationStatus.SUCCEEDED if is_sure else RegenerationStatus.SUBMISSION_UNKNOWN
    )
    assert world.clock.now() > ended.doubt.until
    assert len(world.provider.requests) == (2 if recovery is SubmissionRecovery.TOKEN else 1)
    assert (person.current(0), charged(world)) == ((2, "0.1500") if is_sure else (1, "0.0000"))
    if not is_sure:
        person.retry("batch-1", key="batch-3")
        stack.settle()
        assert (person.current(0), charged(world)) == (2, "0.1500")
    paid_in_vain = was_paid and recovery is SubmissionRecovery.NONE
    assert jobs_at_the_provider(world) == (2 if paid_in_vain else 1)
    assert len(person.versions(0)) == 2


@pytest.mark.parametrize("was_paid", ["accepted"], indirect=True)
def test_a_message_that_comes_again_finds_the_claim(
    world: World,
    person: ServiceUser,
    recovery: SubmissionRecovery,
    was_paid: bool,  # noqa: FBT001 - a fixture
    killed: Regeneration,
) -> None:
    assert was_paid
    assert submit_generation(JOB, killed.regeneration_id, TOKEN, world.ctx) is NextStep.WAIT, (
        "the worker may only be slow"
    )
    world.clock.advance(seconds=world.limits.submit_lease_s)
    # No execution waits for its token and its batch still counts on its execution: nothing is bought.
    none = recovery is SubmissionRecovery.NONE
    found = NextStep.FIND if recovery is SubmissionRecovery.TOKEN else NextStep.RECOVER
    assert submit_generation(JOB, killed.regeneration_id, TOKEN, world.ctx) is found
    assert person.regeneration().status is (
        RegenerationStatus.SUBMITTING if none else RegenerationStatus.GENERATING
    )
    assert len(world.provider.requests) == 1


def _dies() -> AmbiguousSubmissionError:
    """Return what ends the process rather than being an error."""
    return Killed()  # type: ignore[return-value]
