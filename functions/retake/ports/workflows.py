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
        """Have a result ingested that no workflow waits for any more; does not wait."""
        ...

    def rehydrate(self, job_id: str, clip_id: str, version_number: int, *, wait_s: int) -> bool:
        """Bring an archived take back, compose, and wait; True when that ended within ``wait_s`` seconds.

        With ``wait_s`` 0 it is only asked for.
        """
        ...

    def pack_download(self, user_id: str, download_id: str) -> None:
        """Have an archive packed; does not wait."""
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
        """Ask for it no more; dropping none is no error."""
        ...


class ScheduleRunner(Protocol):
    """The function that starts schedules, called from those that do not."""

    def run_schedule(self, schedule_id: str) -> None:
        """Have a schedule started now, if it is to be; does not wait."""
        ...
