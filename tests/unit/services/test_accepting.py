"""Asking for batches: priced, accepted once, queued, cancelled, tried again."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from retake.domain.batches import describe_cancel
from retake.domain.changes import Change
from retake.domain.errors import (
    ConflictError,
    InvalidRequestError,
    TooManyWaitingError,
    WorkflowUnavailableError,
)
from retake.domain.generation_retries import deadline_s
from retake.domain.limits import Limits
from retake.domain.models import MODELS
from retake.domain.statuses import BatchStatus, ClipStatus, EventName, JobStatus, RegenerationStatus
from retake.ports.providers import ProviderJobStatus
from retake.services.batches.accept_batch import DRAFT_RETENTION
from retake.services.batches.price_batch import price_request
from retake.services.batches.validation import ClipInstruction, RegenerateRequest
from tests.builders import JOB, a_clip
from tests.fakes.saboteur import Killed
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.unit.services.service_user import ServiceUser

pytestmark = pytest.mark.usefixtures("job")


def faults(
    world: World, clips: list[ClipInstruction], instruction: str | None = None, **more: Any
) -> list[tuple[str, str]]:
    with pytest.raises(InvalidRequestError) as caught:
        price_request(world.jobs.get_job(JOB), RegenerateRequest(clips, instruction, **more), world.ctx)
    return [(fault.field, fault.detail) for fault in caught.value.faults]


def test_drafts_outlive_all_that_may_be_before_them() -> None:
    limits = Limits()
    slowest_s = max(model.deadline_s or limits.generation_deadline_s for model in MODELS)
    takes = (limits.max_waiting_batches + 1) * limits.max_clips * limits.max_takes
    longest = timedelta(seconds=takes * slowest_s * (1 + limits.generation_retries))
    assert timedelta(days=30) < longest < DRAFT_RETENTION


class TestFaults:
    def test_all_are_named_at_once(self, world: World) -> None:
        clips = [
            ClipInstruction(0, ""),
            ClipInstruction(3, "x"),
            ClipInstruction(-1, "x"),
            ClipInstruction(0),
        ]
        fields = [field for field, _ in faults(world, clips)]
        assert fields == [
            "clips",
            "clips[0].instruction",
            "clips[1].clip_index",
            "clips[2].clip_index",
            "clips[3].clip_index",
            "clips[3].instruction",
        ]

    def test_one_for_all_that_is_empty_or_too_long(self, world: World) -> None:
        assert [field for field, _ in faults(world, [ClipInstruction(0)], "\n\t")] == ["instruction"]
        assert [field for field, _ in faults(world, [ClipInstruction(0)], "x" * 501)] == ["instruction"]

    def test_a_clip_that_is_not_ready(self, world: World) -> None:
        world.jobs.put_drafts((a_clip("clip-1", status=ClipStatus.FAILED),))
        assert faults(world, [ClipInstruction(1, "x")]) == [
            ("clips[0].clip_index", "“clip-1” (clip 1) is not ready.")
        ]

    @pytest.mark.parametrize("status", [JobStatus.PREPARING, JobStatus.FAILED, JobStatus.DELETING])
    def test_a_job_that_is_not_ready(self, world: World, person: ServiceUser, status: JobStatus) -> None:
        world.jobs.commit(Change(replace(world.jobs.get_job(JOB), status=status)), now=world.clock.now())
        with pytest.raises(ConflictError):
            person.regenerate(0)

    def test_nothing_is_written(self, world: World, person: ServiceUser) -> None:
        before = world.jobs.get_job(JOB)
        with pytest.raises(InvalidRequestError):
            person.regenerate(0, 7)
        assert world.jobs.get_job(JOB) == before
        assert world.workflow.batches == {}


class TestAccepting:
    def test_it_starts_and_is_priced(self, world: World, person: ServiceUser) -> None:
        accepted = person.regenerate(0, 1, 2)
        assert str(accepted.batch.price.total) == "0.4050"
        assert [item.status for item in accepted.regenerations] == [RegenerationStatus.QUEUED] * 3
        assert world.workflow.inputs == {"batch-1": (JOB, "batch-1", 1)}

    def test_others_wait_in_order(self, person: ServiceUser) -> None:
        waiting = [person.regenerate(0, key=f"batch-{number}").waiting_behind for number in range(3)]
        assert waiting == [0, 1, 2]

    def test_only_so_many_wait(self, world: World, person: ServiceUser) -> None:
        world.limits = Limits(max_waiting_batches=1)
        person.regenerate(0, key="batch-1")
        person.regenerate(0, key="batch-2")
        with pytest.raises(TooManyWaitingError):
            person.regenerate(0, key="batch-3")
        assert person.regenerate(0, key="batch-2").batch.batch_id == "batch-2", "a repeat is no third"

    def test_of_thirty_at_the_same_moment_all_are_accepted_that_there_is_room_for(
        self, world: World, person: ServiceUser
    ) -> None:
        def ask(number: int) -> str:
            try:
                person.regenerate(0, words=f"words {number}", key=f"batch-{number}")
            except TooManyWaitingError:
                return "too many"
            return "accepted"

        with ThreadPoolExecutor(30) as threads:
            answers = Counter(threads.map(ask, range(30)))
        assert answers == {"accepted": 1 + world.limits.max_waiting_batches, "too many": 19}

    def test_a_repeat_is_the_same_batch(self, world: World, person: ServiceUser) -> None:
        first, again = person.regenerate(0, 1), person.regenerate(0, 1)
        assert again.regenerations == first.regenerations
        assert person.saw(EventName.BATCH_STARTED) == 1
        assert world.jobs.get_job(JOB).waiting_batch_ids == ()

    def test_two_equal_requests_at_the_same_moment(self, world: World, person: ServiceUser) -> None:
        interrupted(world, lambda: person.regenerate(0, 1))
        person.regenerate(0, 1)
        job = world.jobs.get_job(JOB)
        assert (job.active_batch_id, job.waiting_batch_ids) == ("batch-1", ())
        assert person.saw(EventName.BATCH_STARTED) == 1

    def test_clips_that_change_places_meanwhile(self, world: World, person: ServiceUser) -> None:
        def reorder() -> None:
            job = world.jobs.get_job(JOB)
            moved = replace(job, clip_ids=("clip-1", "clip-0", "clip-2"))
            world.jobs.commit(Change(moved), now=world.clock.now())

        interrupted(world, reorder)
        accepted = person.regenerate(0)
        assert accepted.regenerations[0].clip_id == "clip-1"
        assert accepted.batch.price.clips[0].duration_ms == 15_000

    def test_another_request_with_the_same_key(self, person: ServiceUser) -> None:
        person.regenerate(0)
        with pytest.raises(InvalidRequestError):
            person.regenerate(1)

    def test_a_workflow_that_refuses(self, world: World, person: ServiceUser) -> None:
        world.workflow.refuses = True
        with pytest.raises(WorkflowUnavailableError):
            person.regenerate(0, 1)
        batch = person.batch()
        assert (batch.status, batch.charged) == (BatchStatus.FAILED, Decimal(0))
        assert world.jobs.get_job(JOB).active_batch_id is None
        assert person.events() == ["batch_started", "clip_failed", "clip_failed", "batch_failed"]

    def test_a_repeat_of_what_was_refused_is_refused_and_reported_the_way_out(
        self, world: World, person: ServiceUser
    ) -> None:
        world.workflow.refuses = True
        with pytest.raises(WorkflowUnavailableError):
            person.regenerate(0)
        world.workflow.refuses = False
        with pytest.raises(WorkflowUnavailableError, match="Use a new Idempotency-Key"):
            person.regenerate(0)
        assert world.workflow.batches == {}

    def test_a_crash_before_the_start_is_made_good(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        world.saboteur.order(10, after=True)
        with pytest.raises(Killed):
            person.regenerate(0)
        assert world.workflow.batches == {}
        stack.settle()
        assert person.batch().status is BatchStatus.SUCCEEDED


def interrupted(world: World, act: Callable[[], object]) -> None:
    """Let another request act between the next decision and its commit."""

    def meet() -> None:
        world.jobs.before_commit = lambda: None
        act()

    world.jobs.before_commit = meet


class TestCancelling:
    def test_a_waiting_batch_ends_at_once(self, world: World, person: ServiceUser) -> None:
        person.regenerate(0, key="batch-1")
        person.regenerate(0, 1, key="batch-2")
        batch = person.cancel("batch-2")
        assert (batch.status, batch.charged) == (BatchStatus.CANCELLED, Decimal(0))
        assert world.jobs.get_job(JOB).waiting_batch_ids == ()
        assert list(world.workflow.batches) == ["batch-1"]

    def test_a_running_batch_keeps_what_is_done(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        world.provider.polls = 3
        person.regenerate(0, 1, 2)
        while person.regeneration(position=0).status is not RegenerationStatus.SUCCEEDED:
            if not stack.tick():
                world.clock.advance(seconds=1)
        person.cancel()
        stack.run()
        batch = person.batch()
        assert batch.status is BatchStatus.CANCELLED
        assert [result.status for result in batch.results] == ["succeeded", "cancelled", "cancelled"]
        assert str(batch.charged) == "0.1350", "the discount of the acceptance stays"
        assert world.jobs.get_job(JOB).is_composed

    def test_the_provider_is_reported(self, world: World, person: ServiceUser, stack: Stack) -> None:
        world.provider.polls = 50
        person.regenerate(0)
        for _ in range(6):
            if not stack.tick():
                world.clock.advance(seconds=1)
        assert person.regeneration().status is RegenerationStatus.GENERATING
        person.cancel()
        stack.run()
        assert world.provider.cancelled == ["job-1"]
        assert person.batch().status is BatchStatus.CANCELLED

    def test_what_is_here_already_is_said_to_be_charged(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        person.regenerate(0, 1)
        while person.regeneration().status is not RegenerationStatus.INGESTING:
            assert stack.tick()
        person.cancel()
        regenerations = world.jobs.list_regenerations(JOB, person.batch().regeneration_ids)
        reported = describe_cancel(person.batch(), regenerations)
        assert reported is not None
        assert reported.startswith("Done, kept and charged: ")
        stack.settle()
        assert str(person.batch().charged) == "0.1500"
        assert describe_cancel(person.batch(), regenerations) is None

    def test_what_cannot_be_cancelled_any_more_is_refused(self, person: ServiceUser, stack: Stack) -> None:
        person.regenerate(0)
        while person.regeneration().status is not RegenerationStatus.INGESTING:
            assert stack.tick()
        with pytest.raises(ConflictError, match="becomes a take and is charged"):
            person.cancel()
        assert person.batch().cancel_requested_at is None

    def test_an_ended_batch_cannot_be_cancelled(self, person: ServiceUser, stack: Stack) -> None:
        person.regenerate(0)
        stack.run()
        with pytest.raises(ConflictError):
            person.cancel()


class TestRetrying:
    def test_only_what_failed_is_tried_again(self, world: World, person: ServiceUser, stack: Stack) -> None:
        failing = [True]
        world.provider.outcome = lambda _: (
            ProviderJobStatus.FAILED if failing and failing.pop() else ProviderJobStatus.SUCCEEDED
        )
        person.regenerate(0, 1, words="brighter")
        stack.run()
        assert person.batch().status is BatchStatus.PARTIAL
        accepted = person.retry("batch-1")
        assert [(item.clip_index, item.instruction) for item in accepted.regenerations] == [(0, "brighter")]
        assert accepted.batch.retry_of == "batch-1"
        stack.run()
        assert person.batch("batch-2").status is BatchStatus.SUCCEEDED
        with pytest.raises(ConflictError):
            person.retry("batch-2", key="batch-3")

    def test_not_while_it_runs(self, person: ServiceUser) -> None:
        person.regenerate(0)
        with pytest.raises(ConflictError):
            person.retry("batch-1")


class TestPrices:
    def test_what_is_estimated_is_charged_and_stands_on_the_takes(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        world.default_model = "choosy"
        accepted = person.regenerate(0, 1, 2)
        world.default_model = "any"  # the settings change; what was accepted stays
        stack.run()

        takes = [person.versions(index)[0] for index in range(3)]
        assert [take.cost for take in takes] == [clip.cost for clip in accepted.batch.price.clips]
        assert str(person.batch().charged) == str(accepted.batch.price.total) == "2.1600"
        assert {request.model for request in world.provider.requests} == {"choosy"}

    def test_a_model_gets_as_long_as_it_needs_and_no_longer(self, world: World, person: ServiceUser) -> None:
        world.default_model = "choosy"
        slow = person.regenerate(0).regenerations[0]
        world.default_model = "any"
        usual = person.regenerate(1, key="batch-2").regenerations[0]

        assert deadline_s(slow, world.limits) == 600
        assert deadline_s(usual, world.limits) == world.limits.generation_deadline_s
