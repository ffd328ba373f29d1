"""Workflows and task tokens that only remember."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from retake.domain.errors import WorkflowUnavailableError
from retake.ports.workflows import ExecutionStatus, execution_name


class InMemoryWorkflow:
    """A ``WorkflowEngine`` for tests: it records what was started; the test says how it went.

    Attributes:
        batches: The status of each batch's execution, by its name, in the order of the starts.
        refuses: While true nothing can be started.
    """

    def __init__(self) -> None:
        self.batches: dict[str, ExecutionStatus] = {}
        self.inputs: dict[str, tuple[str, str, int]] = {}
        self.preparations: dict[str, ExecutionStatus] = {}
        self.prepared: dict[str, tuple[str, ...]] = {}
        self.prepared_jobs: dict[str, str] = {}
        self.creations: dict[str, ExecutionStatus] = {}
        self.created: dict[str, tuple[str, ...]] = {}
        self.stopped: list[str] = []
        self.refuses = False

    def start_batch(self, job_id: str, batch_id: str, *, run: int = 1) -> None:
        self._refuse()
        name = execution_name(batch_id, run)
        self.batches.setdefault(name, ExecutionStatus.RUNNING)
        self.inputs.setdefault(name, (job_id, batch_id, run))

    def start_preparation(
        self, job_id: str, clip_ids: Sequence[str], *, addition_id: str | None = None
    ) -> None:
        self._refuse()
        name = addition_id or job_id
        self.preparations.setdefault(name, ExecutionStatus.RUNNING)
        self.prepared.setdefault(name, tuple(clip_ids))
        self.prepared_jobs.setdefault(name, job_id)

    def start_creation(self, creation_id: str, video_ids: Sequence[str], *, at_once: int) -> None:
        assert at_once > 0
        self._refuse()
        self.creations.setdefault(creation_id, ExecutionStatus.RUNNING)
        self.created.setdefault(creation_id, tuple(video_ids))

    def describe_creation(self, creation_id: str) -> ExecutionStatus:
        return self.creations.get(creation_id, ExecutionStatus.MISSING)

    def describe_batch(self, batch_id: str, *, run: int = 1) -> ExecutionStatus:
        return self.batches.get(execution_name(batch_id, run), ExecutionStatus.MISSING)

    def describe_preparation(self, preparation_id: str) -> ExecutionStatus:
        return self.preparations.get(preparation_id, ExecutionStatus.MISSING)

    def stop_batch(self, batch_id: str, *, cause: str, run: int = 1) -> None:  # noqa: ARG002 - the port's
        name = execution_name(batch_id, run)
        self.stopped.append(name)
        if self.batches.get(name) is ExecutionStatus.RUNNING:
            self.batches[name] = ExecutionStatus.ABORTED

    def _refuse(self) -> None:
        if self.refuses:
            raise WorkflowUnavailableError("The workflow could not be started; nothing was charged.")


@dataclass(frozen=True)
class Answer:
    """What a token was answered; ``error`` is None for a success."""

    token: str
    error: str | None = None
    cause: str = ""
    output: dict[str, str] = field(default_factory=dict)


class RecordingCallbacks:
    """``TaskCallbacks`` for tests; a token dies with its answer, or when the test kills it."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.heartbeats: list[str] = []
        self.dead: set[str] = set()

    def succeed(self, token: str, output: dict[str, str]) -> bool:
        return self._answer(Answer(token, output=output))

    def fail(self, token: str, *, error: str, cause: str) -> bool:
        return self._answer(Answer(token, error, cause))

    def heartbeat(self, token: str) -> bool:
        if token in self.dead:
            return False
        self.heartbeats.append(token)
        return True

    def _answer(self, answer: Answer) -> bool:
        if answer.token in self.dead:
            return False
        self.dead.add(answer.token)
        self.answers.append(answer)
        return True
