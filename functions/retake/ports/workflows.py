"""State machines, their callbacks, and queues.

Ports are protocols; each has one contract suite in ``tests/contract`` that every implementation passes,
the fakes in ``tests/fakes`` included.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from retake.domain.records.batches import Regeneration


class ExecutionStatus(StrEnum):
    """Where a workflow's execution is; MISSING is one that does not exist."""

    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"
    ABORTED = "ABORTED"
    MISSING = "MISSING"


class WorkflowEngine(Protocol):
    """Starts and looks after executions; their names are the ids of batches, jobs and creations."""

    def start_batch(self, job_id: str, batch_id: str) -> None:
        """Start ``RegenerateBatch``; starting one that runs or ran is no error.

        Raises:
            WorkflowUnavailableError: If it certainly was not started.
        """
        ...

    def start_preparation(self, job_id: str, clip_ids: Sequence[str]) -> None:
        """Start ``PrepareJob``, likewise."""
        ...

    def start_creation(self, creation_id: str, video_ids: Sequence[str], *, at_once: int) -> None:
        """Start ``CreateVideos``, likewise; ``at_once`` videos are made at the same time."""
        ...

    def describe_creation(self, creation_id: str) -> ExecutionStatus:
        """Say how a creation's execution is."""
        ...

    def describe_batch(self, batch_id: str) -> ExecutionStatus:
        """Say how a batch's execution is."""
        ...

    def describe_preparation(self, job_id: str) -> ExecutionStatus:
        """Say how a preparation's execution is."""
        ...

    def stop_batch(self, batch_id: str, *, cause: str) -> None:
        """Stop an execution that is overdue; one that ended is no error."""
        ...


class TaskCallbacks(Protocol):
    """Answers the workflow's task tokens. Each returns False when the token is dead."""

    def succeed(self, token: str, output: dict[str, str]) -> bool:
        """Let the workflow go on."""
        ...

    def fail(self, token: str, *, error: str, cause: str) -> bool:
        """Fail the step with a named error."""
        ...

    def heartbeat(self, token: str) -> bool:
        """Say that the work is alive."""
        ...


class WorkQueue(Protocol):
    """Messages to the workers; they carry ids only."""

    def send_submit(self, regeneration: Regeneration, *, token: str, delay_s: int) -> None:
        """Ask for a submission (again) after a delay."""
        ...

    def send_poll(self, regeneration: Regeneration, *, poll_seq: int, delay_s: int) -> None:
        """Ask for a look at the provider's job after a delay."""
        ...

    def send_archive(self, job_id: str, clip_id: str, version_number: int) -> None:
        """Ask for a version to be archived."""
        ...
