"""What is accepted is what is committed: everything that was read is read again at each attempt."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from retake.domain.errors import (
    AmbiguousSubmissionError,
    ConflictError,
    ProviderRejectedError,
    SpendLimitError,
)
from retake.domain.statuses import RegenerationStatus
from retake.ports.providers import SubmissionRecovery
from retake.services.batches import retry_batch
from retake.services.batches.validation import ClipInstruction
from retake.services.generation.submit_generation import submit_generation
from retake.services.jobs.change_timeline import reorder_clips
from tests.builders import JOB, USER, store_ready_job
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.invariants import check_always
from tests.ledger_audit import LedgerAudit
from tests.unit.services.service_user import ServiceUser

DEAD = "token-dead"


def once(act: Callable[[], object]) -> Callable[[], None]:
    """Return a hook that acts at its first call only."""
    done: list[object] = []

    def hook() -> None:
        if not done:
            done.append(None)
            act()

    return hook


def check(world: World, person: ServiceUser) -> None:
    check_always(person.job(), world.jobs, world.objects)
    LedgerAudit(USER).check(world.jobs, world.usage, world.history, world.jobs.all_jobs())


@pytest.fixture
def dear_take(world: World, person: ServiceUser, stack: Stack) -> None:
    """Make a clip that shows a take of a dear model, made after one of a cheap model."""
    store_ready_job(world.jobs, world.objects, seconds=(4, 4))
    for key, model in (("cheap", "any"), ("dear", "choosy")):
        person.regenerate(0, key=key, model=model)
        stack.settle()


@pytest.mark.usefixtures("dear_take")
def test_what_a_restore_changes_meanwhile_is_priced_and_held_as_it_is_committed(
    world: World, person: ServiceUser, stack: Stack
) -> None:
    world.jobs.before_commit = once(lambda: person.restore(0, 2))
    person.ask(ClipInstruction(0, repeat=True), key="again")
    taken = person.regeneration("again")
    assert (taken.model, taken.hold and taken.hold.amount) == ("any", person.batch("again").price.total)
    stack.settle()
    check(world, person)


@pytest.mark.usefixtures("dear_take")
def test_no_race_passes_the_spend_limit(world: World, person: ServiceUser, stack: Stack) -> None:
    limit = Decimal("0.86")
    world.limits = replace(world.limits, monthly_spend_limit=limit)
    world.jobs.before_commit = once(lambda: person.restore(0, 2))
    person.ask(ClipInstruction(0, repeat=True), key="again")

    def spend_all() -> None:
        for number in range(20):
            person.ask(ClipInstruction(1, f"brighter {number}"), key=f"more-{number}", model="any")
            stack.settle()

    with pytest.raises(SpendLimitError):
        spend_all()
    stack.settle()
    (month,) = world.usage.list_months(USER, since="2026-01")
    assert month.spent.charged <= limit
    assert month.spent.reserved == 0
    check(world, person)


@pytest.mark.usefixtures("job")
@pytest.mark.parametrize("moment", ["before it reads", "before it commits"])
def test_what_lands_while_it_is_retried_is_not_retried(
    world: World, person: ServiceUser, stack: Stack, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    provider = world.provider
    provider.submission_recovery = SubmissionRecovery.LOOKUP
    provider.lost_answers = [AmbiguousSubmissionError("No answer.")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(provider, "find", lambda _: None)
        person.regenerate(0)
        stack.settle()
    first = person.regeneration()
    assert first.status is RegenerationStatus.SUBMISSION_UNKNOWN
    world.callbacks.dead.add(DEAD)

    def land() -> None:
        submit_generation(JOB, first.regeneration_id, DEAD, world.ctx)
        stack.run()
        assert person.regeneration().status is RegenerationStatus.SUCCEEDED

    land_once = once(land)
    if moment == "before it commits":
        world.jobs.before_commit = land_once
    else:
        clips_again = retry_batch.clips_again

        def clips_read(*arguments: object, **more: object) -> object:
            land_once()
            return clips_again(*arguments, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(retry_batch, "clips_again", clips_read)
    with pytest.raises(ConflictError, match="nothing to retry"):
        person.retry("batch-1")
    stack.settle()
    assert len(provider.jobs) == 1
    check(world, person)


@pytest.mark.usefixtures("job")
def test_a_reorder_meanwhile_takes_no_other_clip(world: World, person: ServiceUser, stack: Stack) -> None:
    world.provider.refusals = [ProviderRejectedError("No.")]
    person.regenerate(0, words="make the fox red")
    stack.settle()
    world.jobs.before_commit = once(lambda: reorder_clips(JOB, [2, 1, 0], world.ctx, if_revision=None))
    person.retry("batch-1")
    again = person.regeneration("batch-2")
    assert (again.clip_id, again.clip_index) == (person.regeneration().clip_id, 2)
    stack.settle()
    check(world, person)
