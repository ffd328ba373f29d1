"""A failing batch holds: three in a row that fail alike at one provider, and nothing more is paid for."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.domain.errors import (
    AmbiguousSubmissionError,
    ConflictError,
    InvalidRequestError,
    ProviderRejectedError,
    RetakeError,
    SpendLimitError,
)
from retake.domain.limits import Limits
from retake.domain.records.batches import Regeneration
from retake.domain.statuses import BatchStatus, EventName, RegenerationStatus
from retake.ports.providers import GenerationRequest, ProviderJob, ProviderJobStatus, SubmissionRecovery
from retake.services.batches.change_model import change_model, estimate_change
from retake.services.batches.finish_batch import finish_batch
from retake.services.generation.record_clip_failure import record_clip_failure
from retake.services.jobs.delete_job import delete_job
from retake.services.upkeep.reconcile import reconcile
from tests.builders import JOB, USER, store_ready_job
from tests.fakes.saboteur import Killed
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.invariants import check_always, check_at_rest
from tests.ledger_audit import LedgerAudit
from tests.unit.services.service_user import ServiceUser

CLIPS = 6
NO_CREDIT = "Insufficient credit."
COURSES = ["ok", NO_CREDIT, "flagged by a content checker"]


def refused(count: int, why: str = NO_CREDIT) -> list[RetakeError]:
    return [ProviderRejectedError(why) for _ in range(count)]


@pytest.fixture(autouse=True)
def _job(world: World) -> None:
    store_ready_job(world.jobs, world.objects, seconds=(2,) * CLIPS)


@pytest.fixture
def held(person: ServiceUser, world: World, stack: Stack) -> ServiceUser:
    """A batch of six clips of which the first three were refused."""
    world.provider.refusals = refused(3)
    person.regenerate(*range(CLIPS))
    stack.run()
    return person


@pytest.fixture
def just_held(person: ServiceUser, world: World, stack: Stack) -> ServiceUser:
    """The same, while its execution still has to pass over the rest."""
    world.provider.refusals = refused(3)
    person.regenerate(*range(CLIPS))
    while person.batch().status is not BatchStatus.HELD:
        stack.tick()
    return person


def statuses(person: ServiceUser, batch_id: str = "batch-1") -> list[str]:
    found = person.world.jobs.list_regenerations(JOB, person.batch(batch_id).regeneration_ids)
    return [item.status.value for item in found]


def check_records(world: World) -> None:
    job = world.jobs.get_job(JOB)
    check_always(job, world.jobs, world.objects)
    LedgerAudit(USER).check(world.jobs, world.usage, world.history, world.jobs.all_jobs())


class TestHolding:
    def test_nothing_more_is_started_and_a_sentence_says_why(self, held: ServiceUser, world: World) -> None:
        batch = held.batch()
        assert batch.status is BatchStatus.HELD
        assert statuses(held) == ["failed"] * 3 + ["queued"] * 3
        assert len(world.provider.requests) == 3
        assert held.saw(EventName.BATCH_HELD) == 1
        (event,) = [
            item for item in world.jobs.list_events(JOB, after=0, limit=1000) if item.name == "batch_held"
        ]
        assert batch.held is not None
        assert event.data == {
            "batch_id": "batch-1",
            "provider": "directed",
            "failed": 3,
            "left": 3,
            "reason": batch.held.reason,
        }
        assert batch.held.reason == (
            "3 in a row were refused at directed, so 3 more were not started. The last: Insufficient credit."
        )
        check_records(world)

    def test_it_rests_for_as_long_as_it_takes(self, held: ServiceUser, world: World, stack: Stack) -> None:
        stack.settle()
        world.clock.advance(days=500)
        stack.settle()
        assert held.batch().status is BatchStatus.HELD
        left = world.jobs.list_regenerations(JOB, held.batch().regeneration_ids[3:])
        assert {item.expires_at for item in left} == {None}
        assert world.jobs.list_open(USER, limit=10, cursor=None).items != []

    def test_those_behind_it_pass(self, person: ServiceUser, world: World, stack: Stack) -> None:
        world.provider.refusals = refused(3)
        person.regenerate(*range(CLIPS))
        person.regenerate(0, key="batch-2")
        stack.run()
        assert person.batch("batch-2").status is BatchStatus.SUCCEEDED
        assert person.job().paused_batch_ids == ("batch-1",)

    def test_what_succeeded_before_is_shown(self, person: ServiceUser, world: World, stack: Stack) -> None:
        outcomes = iter([ProviderJobStatus.SUCCEEDED, *[ProviderJobStatus.FAILED] * 3])
        world.provider.outcome = lambda _: next(outcomes)
        person.regenerate(*range(CLIPS))
        stack.run()
        assert statuses(person) == ["succeeded", "failed", "failed", "failed", "queued", "queued"]
        assert person.job().is_composed
        assert person.saw(EventName.BATCH_COMPLETE) == 0

    def test_lost_answers_hold_it_too(self, person: ServiceUser, world: World, stack: Stack) -> None:
        world.provider.submission_recovery = SubmissionRecovery.NONE
        world.provider.lost_answers = [AmbiguousSubmissionError("No answer.") for _ in range(CLIPS)]
        person.regenerate(*range(CLIPS))
        stack.run()
        assert statuses(person) == ["submission_unknown"] * 3 + ["queued"] * 3
        assert len(world.provider.jobs) == 3

    @pytest.mark.parametrize(
        "errors",
        [
            refused(6, "Your request was blocked by our moderation system."),
            [*refused(2), AmbiguousSubmissionError("No answer."), *refused(2)],
            [*refused(2), ProviderRejectedError("flagged as sensitive"), *refused(2)],
        ],
        ids=["moderation", "not alike", "moderation between them"],
    )
    def test_it_goes_on_otherwise(
        self, person: ServiceUser, world: World, stack: Stack, errors: list[RetakeError]
    ) -> None:
        world.provider.submission_recovery = SubmissionRecovery.NONE
        world.provider.refusals = list(errors)
        person.regenerate(*range(CLIPS))
        stack.settle()
        assert person.saw(EventName.BATCH_HELD) == 0
        assert person.batch().status.is_terminal

    def test_there_is_nothing_to_hold_after_the_last_one(
        self, person: ServiceUser, world: World, stack: Stack
    ) -> None:
        world.provider.refusals = refused(3)
        person.regenerate(0, 1, 2)
        stack.run()
        assert person.batch().status is BatchStatus.FAILED

    def test_an_execution_that_dies_while_it_passes_over_the_rest(
        self, just_held: ServiceUser, world: World, stack: Stack
    ) -> None:
        stack.abort("batch-1")
        stack.settle()
        assert statuses(just_held) == ["failed"] * 3 + ["queued"] * 3
        assert just_held.job().active_batch_id is None
        check_records(world)


class TestResuming:
    def test_what_is_left_is_made(self, held: ServiceUser, world: World, stack: Stack) -> None:
        assert held.resume("batch-1").status is BatchStatus.STARTING
        stack.settle()
        assert statuses(held) == ["failed"] * 3 + ["succeeded"] * 3
        assert held.batch().status is BatchStatus.PARTIAL
        assert list(world.workflow.batches) == ["batch-1", "batch-1-2"]
        check_at_rest(held.job(), world.jobs, cap=world.limits.max_active_versions)
        check_records(world)

    def test_twice_is_once(self, held: ServiceUser, world: World, stack: Stack) -> None:
        held.resume("batch-1")
        held.resume("batch-1")
        stack.settle()
        assert held.saw(EventName.BATCH_RESUMED) == 1
        assert len(world.provider.accepted) == 3

    def test_before_its_execution_has_passed_over_the_rest(
        self, just_held: ServiceUser, world: World, stack: Stack
    ) -> None:
        assert just_held.resume("batch-1").status is BatchStatus.RUNNING
        stack.settle()
        assert statuses(just_held) == ["failed"] * 3 + ["succeeded"] * 3
        check_records(world)

    def test_the_count_starts_anew(self, held: ServiceUser, world: World, stack: Stack) -> None:
        world.provider.refusals = refused(2)
        held.resume("batch-1")
        stack.settle()
        assert statuses(held)[3:] == ["failed", "failed", "succeeded"]
        assert held.saw(EventName.BATCH_HELD) == 1

    def test_behind_one_that_runs(self, held: ServiceUser, world: World, stack: Stack) -> None:
        world.provider.polls = 3
        held.regenerate(0, key="batch-2")
        assert held.resume("batch-1").status is BatchStatus.WAITING
        stack.settle()
        assert statuses(held)[3:] == ["succeeded"] * 3

    def test_a_repeated_end_of_the_execution_before_ends_nothing(
        self, held: ServiceUser, world: World, stack: Stack
    ) -> None:
        held.resume("batch-1")
        finish_batch(JOB, "batch-1", world.ctx, recompose_error=None, run=1)
        stack.settle()
        assert statuses(held)[3:] == ["succeeded"] * 3


class TestCancelling:
    def test_while_it_is_held(self, held: ServiceUser, world: World, stack: Stack) -> None:
        assert held.cancel().status is BatchStatus.CANCELLED
        assert statuses(held) == ["failed"] * 3 + ["cancelled"] * 3
        assert world.usage.get_month(USER, "2026-03").spent.reserved == 0
        with pytest.raises(ConflictError):
            held.resume("batch-1")
        stack.settle()
        check_at_rest(held.job(), world.jobs, cap=world.limits.max_active_versions)

    def test_while_its_execution_still_runs(self, just_held: ServiceUser, stack: Stack) -> None:
        just_held.cancel()
        stack.settle()
        assert statuses(just_held) == ["failed"] * 3 + ["cancelled"] * 3

    @pytest.mark.usefixtures("held")
    def test_with_its_job(self, world: World, stack: Stack) -> None:
        delete_job(JOB, world.ctx)
        world.clock.advance(hours=3)
        stack.purge()
        assert world.jobs.all_jobs() == []


class TestAnotherModel:
    def test_it_is_priced_before_and_makes_what_is_left(
        self, held: ServiceUser, world: World, stack: Stack
    ) -> None:
        before = held.batch().regeneration_ids
        priced = estimate_change(held.job(), "batch-1", "choosy", world.ctx)
        # 4 s each, the shortest, at $0.10; the discount of six clips, which is fixed, is 10 %.
        assert priced.price.total == Decimal("1.0800")
        assert held.batch().regeneration_ids == before

        batch = change_model(JOB, "batch-1", "choosy", world.ctx)
        assert batch.status is BatchStatus.STARTING
        assert batch.price.total == Decimal("1.0800") + Decimal("0.0270") * 3
        assert world.usage.get_month(USER, "2026-03").spent.reserved == Decimal("1.0800")
        stack.settle()
        assert [request.model for request in world.provider.requests] == ["any"] * 3 + ["choosy"] * 3
        assert statuses(held) == ["failed"] * 3 + ["succeeded"] * 3
        assert held.batch().charged == Decimal("1.0800")
        check_records(world)

    def test_a_model_that_is_no_more_changes_nothing(self, held: ServiceUser, world: World) -> None:
        before = held.batch()
        with pytest.raises(InvalidRequestError):
            change_model(JOB, "batch-1", "ended", world.ctx)
        assert held.batch() == before

    def test_a_limit_that_does_not_allow_it(self, held: ServiceUser, world: World) -> None:
        before = held.batch()
        world.limits = replace(world.limits, monthly_spend_limit=Decimal("1.0799"))
        with pytest.raises(SpendLimitError):
            change_model(JOB, "batch-1", "choosy", world.ctx)
        assert held.batch() == before
        world.limits = replace(world.limits, monthly_spend_limit=Decimal("1.0800"))
        change_model(JOB, "batch-1", "choosy", world.ctx)

    def test_what_may_have_been_paid_for_stays_where_it_was(
        self, person: ServiceUser, world: World, stack: Stack
    ) -> None:
        world.provider.submission_recovery = SubmissionRecovery.NONE
        world.provider.lost_answers = [AmbiguousSubmissionError("No answer.") for _ in range(3)]
        person.regenerate(*range(CLIPS))
        stack.run()
        asked = person.batch().regeneration_ids[:3]
        change_model(JOB, "batch-1", "choosy", world.ctx)
        stack.settle()
        assert person.batch().regeneration_ids[:3] == asked
        assert {item.model for item in world.jobs.list_regenerations(JOB, asked)} == {"any"}

    def test_a_step_of_what_was_replaced_ends_nothing(
        self, held: ServiceUser, world: World, stack: Stack
    ) -> None:
        replaced = held.regeneration(position=3)
        put_drafts = world.jobs.put_drafts

        def die_after_the_commit(records: Sequence[Regeneration]) -> None:
            if replaced.regeneration_id in {item.regeneration_id for item in records}:
                raise Killed
            put_drafts(records)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(world.jobs, "put_drafts", die_after_the_commit)
            with pytest.raises(Killed):
                change_model(JOB, "batch-1", "choosy", world.ctx)
        reported = held.events()
        record_clip_failure(
            JOB, replaced.regeneration_id, world.ctx, error="States.HeartbeatTimeout", cause=""
        )
        assert held.events() == reported
        stack.settle()
        check_records(world)

    def test_only_what_is_held_is_changed(self, person: ServiceUser, world: World, stack: Stack) -> None:
        person.regenerate(0)
        with pytest.raises(ConflictError, match="starting"):
            change_model(JOB, "batch-1", "choosy", world.ctx)
        stack.run()
        with pytest.raises(ConflictError, match="succeeded"):
            estimate_change(person.job(), "batch-1", "choosy", world.ctx)

    def test_of_takes_to_choose_from(self, person: ServiceUser, world: World, stack: Stack) -> None:
        world.provider.refusals = refused(4)
        person.regenerate(0, 1, takes=3)
        stack.run()
        assert statuses(person) == ["failed"] * 3 + ["queued"] * 3
        change_model(JOB, "batch-1", "choosy", world.ctx)
        stack.settle()
        assert statuses(person)[3:] == ["failed", "succeeded", "succeeded"]
        check_records(world)


class TestTheRule:
    """Whatever happens to eight clips: after three alike in a row only what a user resumed is started."""

    @given(st.lists(st.sampled_from(COURSES), min_size=8, max_size=8))
    def test_it_is_held_after_exactly_three_alike(self, course: list[str]) -> None:
        world = World(limits=Limits(generation_retries=0))
        store_ready_job(world.jobs, world.objects, seconds=(1,) * len(course))
        person, stack = ServiceUser(world), Stack(world)
        answers = iter(course)
        submit = world.provider.submit

        def answer(request: GenerationRequest) -> ProviderJob:
            why = next(answers)
            if why == "ok":
                return submit(request)
            raise ProviderRejectedError(why)

        world.provider.submit = answer  # type: ignore[method-assign]
        person.regenerate(*range(len(course)))
        held_at: list[int] = []
        for end in range(3, len(course)):
            if end - (held_at or [0])[-1] >= 3 and course[end - 3 : end] == [NO_CREDIT] * 3:
                held_at.append(end)
        for end in held_at:
            stack.run()
            assert statuses(person)[end:] == [RegenerationStatus.QUEUED] * (len(course) - end)
            person.resume("batch-1")
        stack.run()
        assert person.batch().status.is_terminal
        assert person.saw(EventName.BATCH_HELD) == len(held_at)
        assert reconcile(world.ctx).errors == ()
