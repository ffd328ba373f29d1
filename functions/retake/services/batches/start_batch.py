"""Start a batch: the first step of its workflow."""

from dataclasses import dataclass

from retake.domain.batches import start_batch as decide_start
from retake.domain.changes import Change
from retake.domain.generation_retries import deadline_s
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Job
from retake.services.commits import change_job
from retake.services.context import Context


@dataclass(frozen=True)
class StartedBatch:
    """What the Map state works through, and how long one clip may take, in seconds."""

    regenerations: tuple[Regeneration, ...]
    heartbeat_s: int
    timeout_s: int


def start_batch(
    job_id: str, batch_id: str, ctx: Context, *, execution_arn: str | None, run: int | None = None
) -> StartedBatch:
    """Mark the batch as running and list its clips. A repeat answers the same.

    Args:
        job_id: The job.
        batch_id: The batch.
        execution_arn: The execution.
        run: Its number; None in those of older releases.
        ctx: The ports.
    """

    def decide(job: Job) -> tuple[Change | None, Batch]:
        batch = ctx.jobs.get_batch(job_id, batch_id)
        if not _is_its_turn(job, batch, run):
            return None, batch
        change = decide_start(
            job, batch, execution_arn=execution_arn, lease=ctx.limits.batch_lease, now=ctx.clock.now()
        )
        return change, batch

    job, batch = change_job(job_id, decide, ctx)
    regenerations = (
        ctx.jobs.list_regenerations(job_id, batch.regeneration_ids) if _is_its_turn(job, batch, run) else ()
    )
    items = tuple(item for item in regenerations if not item.status.is_terminal)
    longest_s = max(
        (deadline_s(item, ctx.limits) for item in items), default=ctx.limits.generation_deadline_s
    )
    return StartedBatch(
        items,
        heartbeat_s=ctx.limits.submit_lease_s + 60,
        # The backstop of what each attempt watches itself: its deadline.
        timeout_s=longest_s * (1 + ctx.limits.generation_retries) + 2 * ctx.limits.submit_lease_s,
    )


def _is_its_turn(job: Job, batch: Batch, run: int | None) -> bool:
    """Whether an execution works on the batch: one started twice, or over, must not touch its clips."""
    is_active = job.active_batch_id == batch.batch_id and not batch.status.is_terminal
    return is_active and run in {None, batch.run}
