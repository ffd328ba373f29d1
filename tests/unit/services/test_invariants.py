"""Random histories: whatever people, crashes and repeats do to a job, its invariants hold."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from retake.domain.errors import (
    AmbiguousSubmissionError,
    ClipError,
    ProviderRejectedError,
    ProviderThrottledError,
    ProviderUnavailableError,
    RequestError,
    TransientError,
)
from retake.domain.records import Batch
from retake.domain.statuses import BatchStatus
from retake.ports import ProviderJobStatus, SubmissionRecovery
from retake.services.batches.accept_batch import AcceptedBatch, BatchRequest, accept_batch, retry_batch
from retake.services.batches.finish_batch import cancel_batch
from retake.services.batches.price_batch import ClipInstruction
from retake.services.jobs.change_timeline import delete_job, reorder_clips
from tests.builders import JOB, USER, store_ready_job
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.invariants import (
    batches_of,
    check_always,
    check_at_rest,
    check_objects,
    check_payments,
)

T = TypeVar("T")
CLIPS = 3
INSTRUCTIONS = st.sampled_from(["make it nighttime", "fail", "more motion", "cancel yourself"])
ENDS = {"fail": ProviderJobStatus.FAILED, "cancel yourself": ProviderJobStatus.CANCELLED}
TROUBLES: Sequence[Callable[[], Exception]] = (
    lambda: ProviderThrottledError("Not now.", retry_after_s=2),
    lambda: ProviderUnavailableError("Nobody there."),
    lambda: ProviderRejectedError("No."),
    lambda: AmbiguousSubmissionError("No answer."),
)


class Histories(RuleBasedStateMachine):
    """A job of three clips, and everything that can happen to it."""

    @initialize(recovery=st.sampled_from(SubmissionRecovery), polls=st.integers(0, 3))
    def begin(self, recovery: SubmissionRecovery, polls: int) -> None:
        self.world = World()
        self.stack = Stack(self.world)
        self.world.provider.submission_recovery = recovery
        self.world.provider.polls = polls
        self.world.provider.outcome = lambda words: ENDS.get(words, ProviderJobStatus.SUCCEEDED)
        store_ready_job(self.world.jobs, self.world.objects, seconds=(12, 15, 10))
        self.requests = 0
        self.deleted = False
        self.numbers: dict[str, int] = {}

    # --- people -----------------------------------------------------------------------------------

    @rule(
        indexes=st.lists(st.integers(0, CLIPS - 1), min_size=1, max_size=CLIPS, unique=True),
        words=INSTRUCTIONS,
        repeats=st.booleans(),
    )
    def regenerate(self, indexes: list[int], words: str, *, repeats: bool) -> None:
        self.requests += 1
        request = BatchRequest(
            JOB,
            USER,
            f"batch-{self.requests}",
            "hash",
            [ClipInstruction(index) for index in indexes],
            instruction=words,
        )
        for _ in range(2 if repeats else 1):
            self.attempt(lambda: self.accept(request))

    @precondition(lambda self: self.batches(ended=True))
    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        batch = data.draw(st.sampled_from(self.batches(ended=True)))
        self.requests += 1
        request = BatchRequest(JOB, USER, f"batch-{self.requests}", "hash", ())
        world, wrap = self.world, self.world.saboteur.wrap
        self.attempt(
            lambda: retry_batch(
                request,
                batch,
                jobs=wrap(world.jobs),
                workflow=wrap(world.workflow),
                clock=world.clock,
                ids=world.ids,
                limits=world.limits,
                times=world.times,
            )
        )

    @precondition(lambda self: self.batches(ended=False))
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        batch = data.draw(st.sampled_from(self.batches(ended=False)))
        world, wrap = self.world, self.world.saboteur.wrap
        self.attempt(
            lambda: cancel_batch(
                JOB, batch.batch_id, jobs=wrap(world.jobs), workflow=wrap(world.workflow), clock=world.clock
            )
        )

    @precondition(lambda self: self.world.jobs.all_jobs())
    @rule(index=st.integers(0, CLIPS - 1), data=st.data())
    def restore(self, index: int, data: st.DataObject) -> None:
        clip_id = self.world.jobs.get_job(JOB).clip_ids[index]
        versions = self.world.jobs.get_clip(JOB, clip_id).versions
        version = data.draw(st.sampled_from([item.version_id for item in versions]))
        self.attempt(lambda: self.world.restore_version()(JOB, index, version))

    @rule(order=st.permutations(range(CLIPS)))
    def reorder(self, order: list[int]) -> None:
        world = self.world
        self.attempt(
            lambda: reorder_clips(
                JOB,
                order,
                if_revision=None,
                jobs=world.saboteur.wrap(world.jobs),
                workers=world.workers,
                clock=world.clock,
            )
        )

    # --- the world --------------------------------------------------------------------------------

    @rule(calls=st.integers(0, 25), after=st.booleans())
    def kill_somebody(self, calls: int, *, after: bool) -> None:
        self.world.saboteur.order(calls, after=after)

    @rule(trouble=st.sampled_from(TROUBLES))
    def trouble_at_the_provider(self, trouble: Callable[[], Exception]) -> None:
        error = trouble()
        assert isinstance(error, ClipError | TransientError | AmbiguousSubmissionError)
        self.world.provider.refusals.append(error)

    @rule()
    def answer_gets_lost(self) -> None:
        self.world.provider.lost_answers.append(AmbiguousSubmissionError("No answer."))

    @rule(times=st.integers(1, 3))
    def provider_cannot_be_reached(self, times: int) -> None:
        self.world.provider.unreachable += [ProviderUnavailableError("Nobody there.")] * times

    @rule(duplicates=st.booleans(), slow=st.booleans(), refuses=st.booleans())
    def change_the_weather(self, *, duplicates: bool, slow: bool, refuses: bool) -> None:
        self.stack.duplicates = duplicates
        self.world.workers.is_slow = slow
        self.world.workflow.refuses = refuses

    @precondition(lambda self: self.world.workflow.batches)
    @rule(data=st.data())
    def abort(self, data: st.DataObject) -> None:
        self.stack.abort(data.draw(st.sampled_from(sorted(self.world.workflow.batches))))

    @rule(ticks=st.integers(1, 12))
    def go_on(self, ticks: int) -> None:
        for _ in range(ticks):
            if not self.stack.tick():
                self.world.clock.advance(seconds=30)

    @rule(minutes=st.sampled_from([1, 4, 12, 130]))
    def let_time_pass(self, minutes: int) -> None:
        self.world.clock.advance(minutes=minutes)

    @rule()
    def reconcile(self) -> None:
        self.attempt(self.world.reconcile())

    @rule()
    def purge(self) -> None:
        self.stack.purge()

    @precondition(lambda self: not self.deleted)
    @rule()
    def delete(self) -> None:
        # Rare: a deleted job ends the story. Most examples should tell more of it first.
        if self.requests >= 3:
            self.attempt(lambda: delete_job(JOB, jobs=self.world.jobs, clock=self.world.clock))
            self.deleted = True

    @rule()
    def come_to_rest(self) -> None:
        self.rest()

    # --- what holds -------------------------------------------------------------------------------

    @invariant()
    def always(self) -> None:
        world = self.world
        jobs = world.jobs.all_jobs()
        for job in jobs:
            check_always(job, world.jobs, world.objects)
        check_objects(world.jobs, world.objects, [job.job_id for job in jobs], world.jobs.all_deletions())
        check_payments(world.provider.accepted)
        self.check_numbers_grow()

    def check_numbers_grow(self) -> None:
        for job in self.world.jobs.all_jobs():
            for entry in self.world.jobs.list_clips(job.job_id):
                number = entry.clip.next_version_number
                assert number >= self.numbers.get(entry.clip.clip_id, 0)
                self.numbers[entry.clip.clip_id] = number

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.rest()
            self.check_everything_goes()

    def rest(self) -> None:
        world = self.world
        world.saboteur.stand_down()
        world.workers.is_slow = world.workflow.refuses = self.stack.duplicates = False
        self.stack.settle()
        for job in world.jobs.all_jobs():
            if not self.deleted:
                check_at_rest(job, world.jobs, cap=world.limits.max_active_versions)
                assert job.is_composed, "the video is behind the timeline"
            else:
                assert job.active_batch_id is None
        self.always()

    def check_everything_goes(self) -> None:
        """What the ledger names goes in the end, and nothing else does."""
        self.world.clock.advance(hours=3)
        self.stack.purge()
        assert not self.world.jobs.all_deletions()
        self.always()
        if self.deleted:
            assert not self.world.jobs.all_jobs()

    # --- steps ------------------------------------------------------------------------------------

    def accept(self, request: BatchRequest) -> AcceptedBatch:
        world, wrap = self.world, self.world.saboteur.wrap
        return accept_batch(
            request,
            jobs=wrap(world.jobs),
            workflow=wrap(world.workflow),
            clock=world.clock,
            ids=world.ids,
            limits=world.limits,
            times=world.times,
        )

    def attempt(self, act: Callable[[], T]) -> T | None:
        """Do what a person asks; a refusal is an answer too, and so is a dead worker."""
        try:
            return self.stack.carry_out(act)
        except (RequestError, TransientError, ClipError):
            return None

    def batches(self, *, ended: bool) -> list[Batch]:
        jobs = self.world.jobs.all_jobs()
        if self.deleted or not jobs:
            return []
        return [
            batch
            for batch in batches_of(jobs[0], self.world.jobs)
            if batch.status.is_terminal is ended and batch.status is not BatchStatus.SUCCEEDED
        ]


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=400,
    stateful_step_count=30,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
