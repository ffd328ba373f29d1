"""Random histories: whatever people, crashes and repeats do to a job, its invariants hold."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from retake.domain.errors import (
    AmbiguousSubmissionError,
    ClipError,
    ProviderRejectedError,
    ProviderThrottledError,
    ProviderUnavailableError,
    RequestError,
    TransientError,
)
from retake.domain.limits import Limits
from retake.domain.records.timeline import Trim
from retake.domain.sources import Neighbour
from retake.domain.spending import month_of
from retake.domain.statuses import JobStatus
from retake.ports.providers import ProviderJobStatus, SubmissionRecovery
from retake.services.batches.accept_batch import AcceptedBatch, BatchRequest, accept_batch
from retake.services.batches.change_queue import pause_batch, reorder_batches, resume_batch
from retake.services.batches.finish_batch import cancel_batch
from retake.services.batches.retry_batch import retry_batch
from retake.services.batches.validation import ClipInstruction, RegenerateRequest
from retake.services.jobs.change_timeline import list_removed, remove_clip, reorder_clips, return_clip
from retake.services.jobs.change_titles import ClipChange, change_clip
from retake.services.jobs.delete_job import delete_job
from retake.services.jobs.duplicate_clip import DuplicateRequest, duplicate_clip
from retake.services.jobs.undo_change import undo_change
from retake.services.retention.delete_removed import delete_removed_clip
from retake.services.retention.sweep_orphans import sweep_orphans
from retake.services.retention.sweep_versions import sweep_versions
from retake.services.upkeep.reconcile import reconcile
from retake.services.upkeep.settle_batch import settle_batch
from retake.services.versions.restore_version import restore_version
from tests.builders import JOB, USER, store_ready_job
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.invariants import (
    check_always,
    check_at_rest,
    check_objects,
    check_payments,
    check_usage,
)
from tests.job_records import batches_of
from tests.ledger_audit import LedgerAudit

T = TypeVar("T")
CLIPS = 3
JOINED = "join them"
"""Words of batches whose clips continue those beside them, so that clips become stale, and are so no more."""
INSTRUCTIONS = st.sampled_from(["make it nighttime", JOINED, "fail", "more motion", "cancel yourself"])
ENDS = {"fail": ProviderJobStatus.FAILED, "cancel yourself": ProviderJobStatus.CANCELLED}
Disturbance = tuple[str, int, bool, int]
"""What is done, two details of it (how many or which, and before or after), and ticks until the next."""

DISTURBANCES = st.tuples(
    st.sampled_from(
        [
            *("abort", "cancel", "delete", "kill", "kill", "meet", "meet", "pause", "rearrange", "repeat"),
            *("restore", "resume", "retry", "silence"),
        ]
    ),
    st.integers(0, 30),
    st.booleans(),
    st.integers(0, 15),
)
TROUBLES: Sequence[Callable[[], Exception]] = (
    lambda: ProviderThrottledError("Not now.", retry_after_s=2),
    lambda: ProviderUnavailableError("No connection."),
    lambda: ProviderRejectedError("No."),
    lambda: AmbiguousSubmissionError("No answer."),
)


class Histories(RuleBasedStateMachine):
    """A job of three clips, and everything that can happen to it."""

    @initialize(
        recovery=st.sampled_from(SubmissionRecovery),
        polls=st.integers(0, 3),
        takes=st.integers(0, 4),
        limit=st.sampled_from([None, None, Decimal("1.5")]),
    )
    def begin(self, recovery: SubmissionRecovery, polls: int, takes: int, limit: Decimal | None) -> None:
        self.world = World(limits=Limits(monthly_spend_limit=limit, undelete_minutes=0))
        self.books = LedgerAudit(USER)
        self.stack = Stack(self.world)
        self.world.provider.submission_recovery = recovery
        self.world.provider.outcome = lambda words: ENDS.get(words, ProviderJobStatus.SUCCEEDED)
        store_ready_job(self.world.jobs, self.world.objects, seconds=(12, 15, 10))
        self.requests = 0
        self.deleted = False
        self.numbers: dict[str, int] = {}
        for _ in range(takes):  # some clips have a past
            self.regenerate([0, 1], "make it nighttime")
            self.stack.run()
        self.world.provider.polls = polls

    # --- episodes ---------------------------------------------------------------------------------

    @rule(
        indexes=st.lists(st.integers(0, CLIPS - 1), min_size=1, max_size=CLIPS, unique=True),
        words=INSTRUCTIONS,
        takes=st.sampled_from([1, 1, 2, 3]),
        before=st.integers(0, 12),
        disturbances=st.lists(DISTURBANCES, min_size=1, max_size=3),
    )
    def disturb_a_batch(
        self, indexes: list[int], words: str, takes: int, before: int, disturbances: list[Disturbance]
    ) -> None:
        """Ask for a batch, let it come some way, and do things to it."""
        self.regenerate(indexes, words, takes)
        self.go_on(before)
        for what, number, after, ticks in disturbances:
            if self.world.jobs.all_jobs():
                getattr(self, what)(indexes[0], number, after=after)
            self.go_on(ticks)
            self.always()
        self.world.jobs.before_commit = lambda: None

    @rule(index=st.integers(0, CLIPS - 1), number=st.integers(0, 5))
    def choose_an_earlier_take(self, index: int, number: int) -> None:
        if self.world.jobs.all_jobs():
            self.restore(index, number)

    @rule(order=st.permutations(range(CLIPS)))
    def reorder(self, order: list[int]) -> None:
        world = self.world
        self.attempt(lambda: reorder_clips(JOB, order, world.ctx, if_revision=None))

    @rule(
        kind=st.sampled_from(["duplicate", "remove", "return", "delete removed", "trim", "undo", "undo"]),
        index=st.integers(0, CLIPS),
        number=st.integers(1, 300),
        calls=st.integers(0, 12),
        after=st.booleans(),
    )
    def edit(self, kind: str, index: int, number: int, calls: int, *, after: bool) -> None:
        """Change the timeline, and die now and then; the job keeps three clips."""
        world, jobs = self.world, self.world.jobs.all_jobs()
        if not jobs:
            return
        job, ctx = jobs[0], world.ctx
        self.requests += 1
        made = DuplicateRequest(JOB, USER, f"copy-{self.requests}", "hash", index)
        removed = [entry.clip.clip_id for entry in list_removed(job, ctx)]
        edits: dict[str, Callable[[], object]] = {
            "trim": lambda: change_clip(
                JOB, index, ClipChange(sets_trim=True, trim=Trim(0, number)), ctx, if_revision=None
            ),
            "undo": lambda: undo_change(JOB, ctx, if_revision=None),
        }
        if len(job.clip_ids) <= CLIPS + 1:
            edits["duplicate"] = lambda: duplicate_clip(made, ctx, if_revision=None)
        if len(job.clip_ids) > CLIPS:
            edits["remove"] = lambda: remove_clip(JOB, index, ctx, if_revision=None)
        if removed:
            edits["return"] = lambda: return_clip(
                JOB, removed[number % len(removed)], None, ctx, if_revision=None
            )
            edits["delete removed"] = lambda: delete_removed_clip(JOB, removed[number % len(removed)], ctx)
        if kind in edits:
            world.saboteur.order(calls, after=after)
            self.attempt(edits[kind])
            world.saboteur.stand_down()

    @rule(
        trouble=st.sampled_from(TROUBLES),
        answer_lost=st.booleans(),
        unreachable=st.integers(0, 3),
        failures=st.integers(0, 3),
    )
    def trouble_at_the_provider(
        self, trouble: Callable[[], Exception], unreachable: int, failures: int, *, answer_lost: bool
    ) -> None:
        error, provider = trouble(), self.world.provider
        assert isinstance(error, ClipError | TransientError | AmbiguousSubmissionError)
        if answer_lost:
            provider.lost_answers.append(AmbiguousSubmissionError("No answer."))
        else:
            provider.refusals.append(error)
        provider.failures = failures
        provider.unreachable += [ProviderUnavailableError("No connection.")] * unreachable

    @rule(duplicates=st.booleans(), slow=st.booleans(), refuses=st.booleans())
    def change_the_weather(self, *, duplicates: bool, slow: bool, refuses: bool) -> None:
        self.stack.duplicates = duplicates
        self.world.workers.is_slow = slow
        self.world.workflow.refuses = refuses

    @rule(minutes=st.sampled_from([1, 12, 130]), calls=st.integers(0, 20), after=st.booleans())
    def upkeep(self, minutes: int, calls: int, *, after: bool) -> None:
        """The schedules run, and die now and then."""
        self.world.clock.advance(minutes=minutes)
        self.world.saboteur.order(calls, after=after)
        self.attempt(partial(reconcile, self.world.ctx))
        self.stack.purge()
        self.world.saboteur.stand_down()

    @rule(days=st.sampled_from([0, 8, 31]), calls=st.integers(0, 40), after=st.booleans())
    def grow_old(self, days: int, calls: int, *, after: bool) -> None:
        """The sweeps run after a while, die now and then, and go on where they stopped."""
        world = self.world
        world.clock.advance(days=days)
        world.saboteur.order(calls, after=after)
        until = world.clock.now() + timedelta(minutes=4)
        for sweep in (sweep_versions, sweep_orphans):
            for resume in (False, True):
                self.attempt(partial(sweep, world.ctx, until=until, resume=resume))
        world.saboteur.stand_down()

    @rule()
    def come_to_rest(self) -> None:
        self.rest()

    # --- disturbances -----------------------------------------------------------------------------

    def restore(self, index: int, number: int, *, after: bool = False) -> None:  # noqa: ARG002 - one shape for all
        versions = self.world.jobs.get_clip(JOB, self.world.jobs.get_job(JOB).clip_ids[index]).versions
        version = versions[number % len(versions)].version_id
        self.attempt(lambda: restore_version(JOB, index, version, self.world.ctx))

    def cancel(self, _: int, number: int, *, after: bool) -> None:  # noqa: ARG002
        batches = batches_of(self.world.jobs.get_job(JOB), self.world.jobs)
        batch_id = batches[min(number % 3, len(batches) - 1)].batch_id
        world = self.world
        self.attempt(lambda: cancel_batch(JOB, batch_id, world.ctx))

    def retry(self, _: int, number: int, *, after: bool) -> None:  # noqa: ARG002
        batches = batches_of(self.world.jobs.get_job(JOB), self.world.jobs)
        batch = batches[min(number % 3, len(batches) - 1)]
        self.requests += 1
        request = BatchRequest(JOB, USER, f"batch-{self.requests}", "hash", RegenerateRequest(()))
        world = self.world
        self.attempt(lambda: retry_batch(request, batch, world.ctx))

    def pause(self, _: int, number: int, *, after: bool) -> None:
        """Pause a batch that waits; with ``after`` another one is asked for first, behind it."""
        if after:
            self.regenerate([0], "more motion")
        world = self.world
        waiting = world.jobs.get_job(JOB).waiting_batch_ids
        if waiting:
            chosen = waiting[number % len(waiting)]
            self.attempt(lambda: pause_batch(JOB, chosen, world.ctx))

    def resume(self, _: int, number: int, *, after: bool) -> None:  # noqa: ARG002
        paused = self.world.jobs.get_job(JOB).paused_batch_ids
        if paused:
            self.go_on_with(paused[number % len(paused)])

    def go_on_with(self, batch_id: str) -> None:
        self.attempt(lambda: resume_batch(JOB, batch_id, self.world.ctx))

    def rearrange(self, _: int, number: int, *, after: bool) -> None:
        """Let the last batch that waits be the first; ``after`` names one that may be no more."""
        world = self.world
        waiting = list(world.jobs.get_job(JOB).waiting_batch_ids)
        order = waiting[-1:] + waiting[:-1] if after else [*waiting, f"batch-{number}"]
        self.attempt(lambda: reorder_batches(JOB, order, world.ctx, if_tag=None))

    def abort(self, _: int, number: int, *, after: bool) -> None:
        """Stop an execution; sometimes its status event arrives, too."""
        if self.world.workflow.batches:
            batch_id = sorted(self.world.workflow.batches)[number % len(self.world.workflow.batches)]
            self.stack.abort(batch_id)
            if after:
                self.attempt(lambda: settle_batch(JOB, batch_id, self.world.ctx))

    def kill(self, _: int, number: int, *, after: bool) -> None:
        self.world.saboteur.order(number, after=after)

    def meet(self, index: int, number: int, *, after: bool) -> None:
        """Let others act between a decision and its commit."""
        left = [number % 5]

        def others() -> None:
            left[0] -= 1
            if left[0] == -1:
                self.stack.carry_out(lambda: self.restore(index, number) if after else self.go_on(8))

        self.world.jobs.before_commit = others

    def repeat(self, index: int, _: int, *, after: bool) -> None:
        """Ask for the same once more; with ``after`` at the very moment it is being accepted."""
        words, self.requests = "more motion", self.requests + 1
        request = self.request([index], words)
        if after:
            met = [False]

            def others() -> None:
                if not met[0]:
                    met[0] = True
                    self.attempt(lambda: self.accept(request))

            self.world.jobs.before_commit = others
        self.attempt(lambda: self.accept(request))
        self.attempt(lambda: self.accept(request))

    def silence(self, _: int, number: int, *, after: bool) -> None:  # noqa: ARG002
        """There is no heartbeat for a while: heartbeats and leases run out."""
        self.world.clock.advance(minutes=number)

    def delete(self, _: int, number: int, *, after: bool) -> None:
        # Rare: a deleted job ends the story. Most examples should tell more of it first.
        if self.requests >= 6 and number < 10:
            self.attempt(lambda: delete_job(JOB, self.world.ctx))
            # A request that died before its commit deleted nothing.
            self.deleted = all(job.status is JobStatus.DELETING for job in self.world.jobs.all_jobs())
            self.always()  # the books note what was charged while there are records of it
            if after:
                self.stack.purge()

    # --- what holds -------------------------------------------------------------------------------

    @invariant()
    def always(self) -> None:
        world = self.world
        jobs = world.jobs.all_jobs()
        for job in jobs:
            check_always(job, world.jobs, world.objects)
        check_objects(world.jobs, world.objects, [job.job_id for job in jobs], world.jobs.all_deletions())
        check_payments(world.provider.accepted)
        check_usage(world.jobs, world.objects, world.usage, jobs)
        self.books.check(world.jobs, world.usage, world.history, jobs)
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
        # One that is held again, after three more takes that fail alike, is resumed again.
        while paused := self.paused():
            for batch_id in paused:
                self.go_on_with(batch_id)
            self.stack.settle()
        for job in world.jobs.all_jobs():
            if not self.deleted:
                check_at_rest(job, world.jobs, cap=world.limits.max_active_versions)
                assert job.is_composed, "the video is behind the timeline"
            else:
                assert job.active_batch_id is None
        self.always()

    def paused(self) -> list[str]:
        jobs = () if self.deleted else self.world.jobs.all_jobs()
        return [batch_id for job in jobs for batch_id in job.paused_batch_ids]

    def check_everything_goes(self) -> None:
        """What the ledger names goes in the end, and nothing else does."""
        self.world.clock.advance(hours=3)
        self.stack.purge()
        assert not self.world.jobs.all_deletions()
        self.always()
        if self.deleted:
            assert not self.world.jobs.all_jobs()

    # --- steps ------------------------------------------------------------------------------------

    def regenerate(self, indexes: list[int], words: str, takes: int = 1) -> None:
        self.requests += 1
        request = self.request(indexes, words, takes)
        self.attempt(lambda: self.accept(request))

    def request(self, indexes: list[int], words: str, takes: int = 1) -> BatchRequest:
        clips = [ClipInstruction(index) for index in indexes]
        neighbours = tuple(Neighbour) if words == JOINED else ()
        wanted = RegenerateRequest(clips, instruction=words, takes=takes, neighbours=neighbours)
        return BatchRequest(JOB, USER, f"batch-{self.requests}", "hash", wanted)

    def accept(self, request: BatchRequest) -> AcceptedBatch:
        world = self.world
        accepted = accept_batch(request, world.ctx)
        if accepted.priced is not None:  # and not the answer to a repeat
            self.check_limit()
        return accepted

    def check_limit(self) -> None:
        """Check that what was just accepted is within the limit; a late take may exceed it afterwards."""
        limit = self.world.limits.monthly_spend_limit
        month = month_of(self.world.clock.now())
        committed = self.world.usage.get_month(USER, month).spent.committed
        assert limit is None or committed <= limit, "accepted, and over the limit"

    def go_on(self, ticks: int) -> None:
        for _ in range(ticks):
            if not self.stack.tick():
                self.world.clock.advance(seconds=30)

    def attempt(self, act: Callable[[], T]) -> T | None:
        """Do what a person asks; a refusal is an answer too, and so is a dead worker."""
        try:
            return self.stack.carry_out(act)
        except (RequestError, TransientError, ClipError):
            return None


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=100,
    stateful_step_count=25,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
