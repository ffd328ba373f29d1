"""The whole in one process: the workflow's steps, the queues' workers and the schedules.

Time is the clock's, crashes are ordered from the saboteur, and everything the real parts promise
(at least once, in any order, retried a few times, then put aside) happens here in a few lines.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from retake.domain.errors import RetakeError, TransientError
from retake.domain.records.batches import Regeneration
from retake.ports.workflows import ExecutionStatus, execution_name
from retake.services.batches.finish_batch import finish_batch
from retake.services.batches.start_batch import start_batch
from retake.services.downloads.pack_download import pack_download
from retake.services.generation.handle_dead_letter import handle_dead_letter
from retake.services.generation.ingest_clip import ingest_original, ingest_regeneration
from retake.services.generation.poll_generation import poll_generation
from retake.services.generation.record_clip_failure import (
    ClipOutcome,
    record_clip_failure,
    record_preparation_failure,
)
from retake.services.generation.submit_generation import submit_generation
from retake.services.jobs.finish_preparation import finish_preparation
from retake.services.upkeep.purge import PurgeReport, purge
from retake.services.upkeep.reconcile import reconcile
from retake.services.versions.archive_version import archive_version
from retake.services.versions.recompose_video import recompose_video
from retake.services.versions.rehydrate_version import rehydrate_version
from retake.services.videos.finish_creation import finish_creation
from tests.fakes.in_memory_queue import Message
from tests.fakes.saboteur import Killed
from tests.fakes.world import World

T = TypeVar("T")

KILLED_RETRIES = 2
TRANSIENT_RETRIES = 4
HEARTBEAT_RETRIES = 2
VISIBILITY = timedelta(minutes=15)
MAX_RECEIVES = 4
LATE_RETRIES = 2


class StepFailedError(Exception):
    """A step of the workflow failed for good, under the name that a Catch would see."""

    def __init__(self, name: str, cause: str) -> None:
        super().__init__(cause)
        self.name = name
        self.cause = cause


@dataclass
class Waiting:
    """A clip's "Generate clip" state while it waits for its token."""

    token: str
    since: datetime
    beat_at: datetime
    attempt: int = 0


@dataclass
class Execution:
    """One execution of RegenerateBatch, or the branch of CreateVideos that makes one video.

    Attributes:
        creation_id: What the branch belongs to; None for a batch of its own.
        is_over: Whether the branch is done.
    """

    job_id: str
    batch_id: str
    creation_id: str | None = None
    run: int = 1
    is_over: bool = False
    step: str = "start"
    items: list[str] = field(default_factory=list)
    regenerations: dict[str, Regeneration] = field(default_factory=dict)
    position: int = 0
    heartbeat_s: int = 0
    timeout_s: int = 0
    waiting: Waiting | None = None
    outcomes: list[ClipOutcome] = field(default_factory=list)
    recompose_error: str | None = None


class Stack:
    """Runs what a ``World`` was asked for."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.executions: dict[str, Execution] = {}
        self.duplicates = False
        self.newest_first = False
        self._late_tries: dict[tuple[str, str], int] = {}
        self._pack_tries: dict[str, int] = {}
        self._tokens = 0
        self._busy: set[str] = set()

    # --- driving --------------------------------------------------------------------------------

    def tick(self) -> bool:
        """Do one thing that can be done now; False if there is none.

        Called in the middle of another tick it is another worker, at the same moment.
        """
        visible = self.world.queue.visible()
        if visible:
            self._deliver(visible[-1 if self.newest_first else 0])
            return True
        if self.world.workers.returning:
            self._rehydrate(*self.world.workers.returning.pop(0))
            return True
        if self.world.workers.late:
            self._ingest_late(*self.world.workers.late.pop(0))
            return True
        if self.world.workers.packing:
            self._pack(*self.world.workers.packing.pop(0))
            return True
        if any(self._advance(key) for key in self._running()):
            return True
        return self._finish_creations() or self._prepare()

    def run(self, *, steps: int = 2000) -> None:
        """Do everything, letting time pass where all wait."""
        for _ in range(steps):
            if not self.tick() and not self._let_time_pass():
                return
        raise AssertionError("The stack does not come to rest.")

    def run_until(self, is_true: Callable[[], object]) -> None:
        """Do one thing after another, letting time pass where all wait, until something is true."""
        while not is_true():
            assert self.tick() or self._let_time_pass(), "The stack came to rest before that."

    def settle(self) -> None:
        """Run, then let the schedules do their work until nothing is due any more."""
        for _ in range(6):
            self.run()
            self.world.clock.advance(minutes=25)
            self.carry_out(partial(reconcile, self.world.ctx))
            self.run()

    def abort(self, batch_id: str) -> None:
        """Stop an execution from outside, as an operator can."""
        if self.world.workflow.batches.get(batch_id) is ExecutionStatus.RUNNING:
            self._end(self.executions.setdefault(batch_id, Execution("", batch_id)), ExecutionStatus.ABORTED)

    def abort_creation(self, creation_id: str) -> None:
        """Stop a creation's execution, with all its branches."""
        for key in self._branches(creation_id):
            self._end(self.executions[key], ExecutionStatus.ABORTED)
        self.world.workflow.creations[creation_id] = ExecutionStatus.ABORTED

    def purge(self) -> PurgeReport | None:
        """Run the hourly purge; None if it died."""
        return self.carry_out(lambda: purge(self.world.ctx))

    def carry_out(self, act: Callable[[], T]) -> T | None:
        """Do something that may be killed; None if it was."""
        try:
            return act()
        except Killed:
            return None

    # --- queues ---------------------------------------------------------------------------------

    def _deliver(self, message: Message) -> None:
        queue = self.world.queue
        message.receives += 1
        message.visible_at = self.world.clock.now() + VISIBILITY
        if message.receives > MAX_RECEIVES:
            queue.remove(message)
            handle_dead_letter(json.dumps(message.body), self.world.ctx, message_id=str(self.world.ids.new()))
            return
        for _ in range(2 if self.duplicates else 1):
            try:
                self._work(message)
            except (Killed, RetakeError):
                return
        queue.remove(message)

    def _work(self, message: Message) -> None:
        body, job_id = message.body, str(message.body["job_id"])
        if message.queue == "submit":
            submit_generation(job_id, str(body["regeneration_id"]), str(body["task_token"]), self.world.ctx)
        elif message.queue == "poll":
            poll_generation(job_id, str(body["regeneration_id"]), int(body["poll_seq"]), self.world.ctx)
        else:
            archive_version(job_id, str(body["clip_id"]), int(body["version_number"]), self.world.ctx)

    def _rehydrate(self, job_id: str, clip_id: str, version_number: int) -> None:
        """An asynchronous invocation; what fails is taken up by the reconciliation."""
        with suppress(Killed, RetakeError):
            rehydrate_version(job_id, clip_id, version_number, self.world.ctx)

    def _ingest_late(self, job_id: str, regeneration_id: str) -> None:
        """An asynchronous invocation: tried three times in all, then forgotten."""
        try:
            ingest_regeneration(job_id, regeneration_id, self.world.ctx)
        except (Killed, RetakeError):
            tries = self._late_tries.get((job_id, regeneration_id), 0)
            if tries < LATE_RETRIES:
                self._late_tries[job_id, regeneration_id] = tries + 1
                self.world.workers.late.append((job_id, regeneration_id))

    def _pack(self, user_id: str, download_id: str, worker: str) -> None:
        """An asynchronous invocation: tried three times in all, under the same name, then forgotten."""
        try:
            pack_download(user_id, download_id, worker, self.world.ctx)
        except (Killed, RetakeError):
            tries = self._pack_tries.get(worker, 0)
            if tries < LATE_RETRIES:
                self._pack_tries[worker] = tries + 1
                self.world.workers.packing.append((user_id, download_id, worker))

    # --- RegenerateBatch ------------------------------------------------------------------------

    def _running(self) -> list[str]:
        workflow = self.world.workflow
        for name, (job_id, batch_id, run) in workflow.inputs.items():
            self.executions.setdefault(name, Execution(job_id, batch_id, run=run))
        batches = [key for key, status in workflow.batches.items() if status is ExecutionStatus.RUNNING]
        return [*batches, *(key for creation_id in workflow.creations for key in self._branches(creation_id))]

    # --- CreateVideos ---------------------------------------------------------------------------

    def _branches(self, creation_id: str) -> list[str]:
        """Return the branches of a creation that go on, no more of them than may at once."""
        workflow = self.world.workflow
        if workflow.creations[creation_id] is not ExecutionStatus.RUNNING:
            return []
        for video_id in workflow.created[creation_id]:
            branch = Execution(video_id, creation_id, creation_id)
            self.executions.setdefault(f"{creation_id}/{video_id}", branch)
        keys = [f"{creation_id}/{video_id}" for video_id in workflow.created[creation_id]]
        open_keys = [key for key in keys if not self.executions[key].is_over]
        return open_keys[: self.world.limits.videos_at_once]

    def _finish_creations(self) -> bool:
        """Carry out the last step of a creation whose branches are all done."""
        world = self.world
        for creation_id, status in world.workflow.creations.items():
            if status is ExecutionStatus.RUNNING and not self._branches(creation_id):
                try:
                    ended = self._task(partial(finish_creation, creation_id, world.ctx))
                    failed = ended.status == "failed"
                except StepFailedError:
                    failed = True
                world.workflow.creations[creation_id] = (
                    ExecutionStatus.FAILED if failed else ExecutionStatus.SUCCEEDED
                )
                return True
        return False

    def _advance(self, key: str) -> bool:
        if key in self._busy:  # its step is under way
            return False
        execution = self.executions[key]
        step: Callable[[Execution], bool] = getattr(self, f"_step_{execution.step}")
        self._busy.add(key)
        try:
            return step(execution)
        except StepFailedError:
            # A branch is left to the creation's last step, so that the others go on.
            self._end(execution, ExecutionStatus.FAILED)
            return True
        finally:
            self._busy.discard(key)

    def _step_start(self, execution: Execution) -> bool:
        world = self.world
        started = self._task(
            lambda: start_batch(
                execution.job_id,
                execution.batch_id,
                world.ctx,
                execution_arn=f"arn:{execution.batch_id}",
                run=None if execution.creation_id else execution.run,
            )
        )
        execution.regenerations = {item.regeneration_id: item for item in started.regenerations}
        execution.items = list(execution.regenerations)
        execution.heartbeat_s, execution.timeout_s = started.heartbeat_s, started.timeout_s
        execution.step = "generate"
        return True

    def _step_generate(self, execution: Execution) -> bool:
        if execution.position == len(execution.items):
            good = any(outcome.status == "succeeded" for outcome in execution.outcomes)
            execution.step = "recompose" if good else "finish"
            return True
        if execution.waiting is None:
            self._hand_over(execution, attempt=0)
            return True
        return self._look_at_token(execution, execution.waiting)

    def _hand_over(self, execution: Execution, *, attempt: int) -> None:
        self._tokens += 1
        now = self.world.clock.now()
        token = f"token-{self._tokens}"
        execution.waiting = Waiting(token, now, now, attempt)
        regeneration = execution.regenerations[execution.items[execution.position]]
        self.world.queue.send_submit(regeneration, token=token, delay_s=0)

    def _look_at_token(self, execution: Execution, waiting: Waiting) -> bool:
        now, callbacks = self.world.clock.now(), self.world.callbacks
        answer = next((item for item in callbacks.answers if item.token == waiting.token), None)
        if waiting.token in callbacks.heartbeats:
            callbacks.heartbeats = [token for token in callbacks.heartbeats if token != waiting.token]
            waiting.beat_at = now
        if answer is not None:
            if answer.error is None:
                self._ingest(execution)
            else:
                self._clip_failed(execution, answer.error, answer.cause)
            return True
        if now >= waiting.since + timedelta(seconds=execution.timeout_s):
            callbacks.dead.add(waiting.token)
            self._clip_failed(execution, "States.Timeout", "")
            return True
        if now >= waiting.beat_at + timedelta(seconds=execution.heartbeat_s):
            callbacks.dead.add(waiting.token)
            if waiting.attempt < HEARTBEAT_RETRIES:
                self._hand_over(execution, attempt=waiting.attempt + 1)
            else:
                self._clip_failed(execution, "States.HeartbeatTimeout", "")
            return True
        return False

    def _ingest(self, execution: Execution) -> None:
        regeneration_id = execution.items[execution.position]
        try:
            outcome = self._task(
                lambda: ingest_regeneration(execution.job_id, regeneration_id, self.world.ctx)
            )
        except StepFailedError as error:
            self._clip_failed(execution, error.name, error.cause)
        else:
            self._next(execution, outcome)

    def _clip_failed(self, execution: Execution, error: str, cause: str) -> None:
        world = self.world
        outcome = self._task(
            lambda: record_clip_failure(
                execution.job_id, execution.items[execution.position], world.ctx, error=error, cause=cause
            )
        )
        self._next(execution, outcome)

    def _next(self, execution: Execution, outcome: ClipOutcome) -> None:
        execution.outcomes.append(outcome)
        execution.position += 1
        execution.waiting = None

    def _step_recompose(self, execution: Execution) -> bool:
        execution.step = "finish"
        try:
            self._task(lambda: recompose_video(execution.job_id, self.world.ctx, batch_id=execution.batch_id))
        except StepFailedError as error:
            execution.recompose_error = error.cause or error.name
        return True

    def _step_finish(self, execution: Execution) -> bool:
        world = self.world
        batch = self._task(
            lambda: finish_batch(
                execution.job_id,
                execution.batch_id,
                world.ctx,
                recompose_error=execution.recompose_error,
                run=None if execution.creation_id else execution.run,
            )
        )
        failed = batch.status == "failed"
        self._end(execution, ExecutionStatus.FAILED if failed else ExecutionStatus.SUCCEEDED)
        return True

    def _end(self, execution: Execution, status: ExecutionStatus) -> None:
        execution.is_over = True
        batches = self.world.workflow.batches
        name = execution_name(execution.batch_id, execution.run)
        if execution.creation_id is None and batches[name] is ExecutionStatus.RUNNING:
            batches[name] = status
        if execution.waiting is not None:
            self.world.callbacks.dead.add(execution.waiting.token)

    def _task(self, act: Callable[[], T]) -> T:
        """Carry out a Lambda step with the state machine's retries."""
        killed = transient = 0
        while True:
            try:
                return act()
            except Killed:
                killed += 1
                if killed > KILLED_RETRIES:
                    raise StepFailedError("Runtime.ExitError", "The function died.") from None
            except TransientError as error:
                transient += 1
                if transient > TRANSIENT_RETRIES:
                    raise StepFailedError(type(error).__name__, str(error)) from error
            except RetakeError as error:
                raise StepFailedError(type(error).__name__, str(error)) from error

    # --- PrepareJob -----------------------------------------------------------------------------

    def _prepare(self) -> bool:
        workflow = self.world.workflow
        for name, status in workflow.preparations.items():
            if status is ExecutionStatus.RUNNING:
                workflow.preparations[name] = self._prepare_job(workflow.prepared_jobs[name], name)
                return True
        return False

    def _prepare_job(self, job_id: str, name: str) -> ExecutionStatus:
        world = self.world
        error = None
        try:
            for clip_id in world.workflow.prepared[name]:
                self._prepare_clip(job_id, clip_id)
            if world.workflow.prepared[name]:
                try:
                    self._task(lambda: recompose_video(job_id, world.ctx))
                except StepFailedError as failure:
                    error = failure.cause
            job = self._task(lambda: finish_preparation(job_id, world.ctx, recompose_error=error))
        except StepFailedError:
            return ExecutionStatus.FAILED
        return ExecutionStatus.FAILED if job.status == "failed" else ExecutionStatus.SUCCEEDED

    def _prepare_clip(self, job_id: str, clip_id: str) -> None:
        world = self.world
        try:
            self._task(lambda: ingest_original(job_id, clip_id, world.ctx))
        except StepFailedError as failure:
            cause = failure.cause
            self._task(lambda: record_preparation_failure(job_id, clip_id, world.ctx, cause=cause))

    # --- time -----------------------------------------------------------------------------------

    def _let_time_pass(self) -> bool:
        """Move the clock to the next thing that will happen by itself; False if there is none."""
        moments = [message.visible_at for message in self.world.queue.messages]
        for key in self._running():
            execution = self.executions[key]
            if execution.waiting is not None:
                beat = timedelta(seconds=execution.heartbeat_s)
                timeout = timedelta(seconds=execution.timeout_s)
                moments += [execution.waiting.beat_at + beat, execution.waiting.since + timeout]
        later = [moment for moment in moments if moment > self.world.clock.now()]
        if not later:
            return False
        self.world.clock.move_to(min(later))
        return True
