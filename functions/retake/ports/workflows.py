"""Workflows, queues and the functions that are called: what goes on after an answer was given.

Ports are protocols; each has one contract suite in ``tests/contract`` that every implementation passes,
the fakes in ``tests/fakes`` included.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from retake.domain.media import MediaInfo
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
    """Starts and looks after executions; their names are the ids of batches, jobs and creations.

    A batch that was held has another execution after each resume: ``run`` is its number.
    """

    def start_batch(self, job_id: str, batch_id: str, *, run: int = 1) -> None:
        """Start ``RegenerateBatch``; starting one that runs or ran is no error.

        Raises:
            WorkflowUnavailableError: If it certainly was not started.
        """
        ...

    def start_preparation(
        self, job_id: str, clip_ids: Sequence[str], *, addition_id: str | None = None
    ) -> None:
        """Start ``PrepareJob``, likewise: for a new job, or for clips that were added to one."""
        ...

    def start_creation(self, creation_id: str, video_ids: Sequence[str], *, at_once: int) -> None:
        """Start ``CreateVideos``, likewise; ``at_once`` videos are made at the same time."""
        ...

    def describe_creation(self, creation_id: str) -> ExecutionStatus:
        """Return the status of a creation's execution."""
        ...

    def describe_batch(self, batch_id: str, *, run: int = 1) -> ExecutionStatus:
        """Return the status of a batch's execution."""
        ...

    def describe_preparation(self, preparation_id: str) -> ExecutionStatus:
        """Return the status of a preparation's execution: that of a job, or of an addition."""
        ...

    def stop_batch(self, batch_id: str, *, cause: str, run: int = 1) -> None:
        """Stop an execution that is overdue; one that ended is no error."""
        ...


def execution_name(batch_id: str, run: int) -> str:
    """Return the name of a batch's execution: an execution's name is taken for ever.

    >>> execution_name("batch-1", 1), execution_name("batch-1", 2)
    ('batch-1', 'batch-1-2')
    """
    return batch_id if run == 1 else f"{batch_id}-{run}"


class TaskCallbacks(Protocol):
    """Answers the workflow's task tokens. Each returns False when the token is dead."""

    def succeed(self, token: str, output: dict[str, str]) -> bool:
        """Report success of the waiting step."""
        ...

    def fail(self, token: str, *, error: str, cause: str) -> bool:
        """Fail the step with a named error."""
        ...

    def heartbeat(self, token: str) -> bool:
        """Send a heartbeat for the waiting step."""
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


@dataclass(frozen=True)
class ProbeResult:
    """What a probe of an upload found.

    Attributes:
        info: What it is; None where it was refused.
        etag: The tag of the object that was looked at: what is used must have it.
        error: Why it was refused.
    """

    key: str
    info: MediaInfo | None
    etag: str
    error: str | None


class MediaWorkers(Protocol):
    """The functions that work on media, called from those that do not."""

    def probe(self, uploads: Sequence[tuple[str, str]]) -> Sequence[ProbeResult]:
        """Probe ``(key, kind)`` pairs and wait; kind is ``video``, ``audio`` or ``image``."""
        ...

    def recompose(self, job_id: str, *, wait_s: int) -> bool:
        """Compose the job's video; True when it was done within ``wait_s`` seconds."""
        ...

    def ingest_late(self, regeneration: Regeneration) -> None:
        """Start the ingest of a result that no workflow waits for any more, without waiting for it."""
        ...

    def rehydrate(self, job_id: str, clip_id: str, version_number: int, *, wait_s: int) -> bool:
        """Restore an archived take and compose; True when both ended within ``wait_s`` seconds.

        With ``wait_s`` 0 it is only asked for.
        """
        ...

    def pack_download(self, user_id: str, download_id: str) -> None:
        """Start the packing of a download, without waiting for it."""
        ...

    def similarity(self, left_key: str, right_key: str) -> float:
        """Compare two takes and wait."""
        ...


class WakeUps(Protocol):
    """Has schedules started at their times, as well as it can: late, twice or, seldom, not at all."""

    def set_wake_up(self, schedule_id: str, at: datetime) -> None:
        """Ask for a schedule to be started at a time, a whole second; asking twice is no error.

        Raises:
            WorkflowUnavailableError: If that was refused.
        """
        ...

    def drop_wake_up(self, schedule_id: str) -> None:
        """Delete the wake-up of a schedule; deleting none is no error."""
        ...


class ScheduleRunner(Protocol):
    """The function that starts schedules, called from those that do not."""

    def run_schedule(self, schedule_id: str) -> None:
        """Call the function that starts a schedule, without waiting for it."""
        ...
