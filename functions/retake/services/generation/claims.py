"""Read a regeneration with its batch, commit one step of it, and answer the task token that waits for it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from retake.domain.changes import Change
from retake.domain.errors import ClipCancelledError, ClipError
from retake.domain.events.base import JobEvent
from retake.domain.limits import Limits
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Job
from retake.domain.records.kinds import Record
from retake.domain.statuses import JobStatus
from retake.ports.providers import VideoProvider
from retake.services.commits import change_job
from retake.services.context import Context
from retake.services.generation.record_clip_failure import record_clip_failure


@dataclass(frozen=True)
class Claim:
    """A regeneration as one decision sees it.

    Attributes:
        is_handed_on: Whether a retry has taken its submission over.
    """

    job: Job
    batch: Batch
    regeneration: Regeneration
    is_handed_on: bool

    @property
    def is_unwanted(self) -> bool:
        """Whether the person does not want it any more: cancelled, or the job is being deleted."""
        return (
            self.batch.cancel_requested_at is not None
            or self.batch.status.is_terminal
            or self.job.status is JobStatus.DELETING
        )


Update = Callable[[Claim], tuple[Regeneration | None, tuple[JobEvent, ...]]]
"""One step of a regeneration: what it becomes (None: nothing to write), and its events."""


def read_claim(job: Job, regeneration_id: str, ctx: Context) -> Claim:
    """Read a regeneration and its batch. Raises ``NotFoundError``."""
    regeneration = ctx.jobs.get_regeneration(job.job_id, regeneration_id)
    batch = ctx.jobs.get_batch(job.job_id, regeneration.batch_id)
    return Claim(job, batch, regeneration, is_handed_on(regeneration, batch, ctx))


def is_handed_on(regeneration: Regeneration, batch: Batch, ctx: Context) -> bool:
    """Whether a retry has taken its submission over: what becomes of it lands there, and is paid once.

    What a retry leaves out, as its clip was removed or another model makes it, is not handed on.
    """
    if not regeneration.status.is_terminal:
        return False
    while batch.retried_by is not None:
        batch = ctx.jobs.get_batch(batch.job_id, batch.retried_by)
        for item in ctx.jobs.list_regenerations(batch.job_id, batch.regeneration_ids):
            if item.adopted is not None and item.adopted.regeneration_id == regeneration.regeneration_id:
                return True
    return False


def update_regeneration(job_id: str, regeneration_id: str, update: Update, ctx: Context) -> Claim:
    """Commit one step of a regeneration, renewing its batch's lease; None writes nothing.

    Returns:
        The claim after the step.
    """

    def decide(job: Job) -> tuple[Change | None, Claim]:
        claim = read_claim(job, regeneration_id, ctx)
        regeneration, events = update(claim)
        if regeneration is None:
            return None, claim
        after = replace(claim, regeneration=regeneration)
        puts: tuple[Record, ...] = (regeneration, *_renewed(claim.batch, ctx.limits, ctx.clock.now()))
        return Change(job, puts, events=events), after

    _, claim = change_job(job_id, decide, ctx)
    return claim


def _renewed(batch: Batch, limits: Limits, now: datetime) -> tuple[Batch, ...]:
    if batch.status.is_terminal or batch.settling_since is not None or has_lease(batch, limits, now):
        return ()
    return (replace(batch, lease_until=now + limits.batch_lease),)


def has_lease(batch: Batch, limits: Limits, now: datetime) -> bool:
    """Whether more than half of a batch's lease is left: its record is too large to be written every time."""
    return batch.lease_until is not None and batch.lease_until - now > limits.batch_lease / 2


def hand_over_result(regeneration: Regeneration, ctx: Context) -> bool:
    """Hand a result that was fetched to the waiting step, or to a late ingest where none waits.

    Returns:
        Whether a step was waiting for it. If none waits any more (timed out, stopped), it lands
        without one: what was paid for still becomes a version.
    """
    token = regeneration.task_token
    output = {"regeneration_id": regeneration.regeneration_id}
    if not regeneration.status.is_terminal and token is not None and ctx.callbacks.succeed(token, output):
        return True
    ctx.workers.ingest_late(regeneration)
    return False


def end_clip(regeneration: Regeneration, error: ClipError, ctx: Context, *, token: str | None) -> None:
    """Report the end of a clip to the waiting step; without such a step, write it into the records."""
    name, cause = reason_of(error)
    if token is not None and ctx.callbacks.fail(token, error=name, cause=cause):
        return
    record_clip_failure(
        regeneration.job_id, regeneration.regeneration_id, ctx, error=name, cause=cause, only_settling=True
    )


def reason_of(error: ClipError) -> tuple[str, str]:
    """Return the error's name, as the workflow matches it, and its sentence."""
    return type(error).__name__, str(error)


CANCELLED = ClipCancelledError("Cancelled before this clip was done.")


def provider_of(regeneration: Regeneration, ctx: Context) -> VideoProvider:
    """Return the provider that a generation belongs to."""
    return ctx.providers.choose(provider=regeneration.provider, model=regeneration.model)


def send_poll(regeneration: Regeneration, ctx: Context) -> None:
    """Have the provider asked at once how far it is: one that is done must not cost a delay."""
    ctx.queue.send_poll(regeneration, poll_seq=regeneration.poll_seq + 1, delay_s=0)
