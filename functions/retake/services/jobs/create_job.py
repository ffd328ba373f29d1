"""Create a job of uploads, videos and prompts: everything is checked before anything is written."""

from dataclasses import replace

from retake.domain.batch_clips import estimate_batch_s
from retake.domain.errors import InvalidRequestError, NotFoundError, WorkflowUnavailableError
from retake.domain.records.jobs import Job
from retake.domain.spending import Reservation, holds_of, month_of
from retake.services.commits import commit_new
from retake.services.context import Context
from retake.services.jobs.build_job import build_job, price_plan
from retake.services.jobs.finish_preparation import fail_job_preparation, start_preparation
from retake.services.jobs.job_request import JobRequest
from retake.services.jobs.keep_files import keep_files
from retake.services.jobs.plan_job import plan_job
from retake.services.usage.allowances import require_budget, reserve_spending

OTHER_KEY = "This Idempotency-Key was used for another request; use a new one."


def create_job(request: JobRequest, ctx: Context) -> Job:
    """Make the job; it is ``preparing`` until each clip has a take, or cannot get one.

    Nothing is generated, and so nothing paid, before the job's files are takes.

    Raises:
        InvalidRequestError: Naming every fault; nothing was written.
        StorageBudgetExceededError: If the user may add nothing now; nothing was written.
        SpendLimitError: If the month has no room for what is generated; nothing was written.
        WorkflowUnavailableError: If the preparation could not be started; the job is recorded as failed.
    """
    job = _find_repeat(request, ctx) or _create(request, ctx)
    if job.awaits_files:
        _start(job, ctx)
    return job


def _create(request: JobRequest, ctx: Context) -> Job:
    require_budget(request.user_id, ctx)
    plan = plan_job(request, ctx)
    now = ctx.clock.now()

    def reserve() -> Reservation:
        holds, month = holds_of(price_plan(plan), month_of(now)), month_of(now)
        return reserve_spending(request.user_id, holds, month, ctx)

    if plan.generated:
        reserve()  # before anything is written
    kept, nets = keep_files(request.job_id, plan, ctx)
    models = [wanted.model for wanted in plan.generated.values()]
    new = build_job(
        request,
        plan,
        kept,
        ctx,
        now=now,
        estimated_time_s=estimate_batch_s(models, ctx.times.recent_ms) if models else 0,
    )
    ctx.jobs.put_drafts(new.drafts)
    made = commit_new(replace(new.change, removes=nets), ctx, reserve=reserve if plan.generated else None)
    if made.request_hash != request.request_hash:
        raise InvalidRequestError(OTHER_KEY)
    return made


def _find_repeat(request: JobRequest, ctx: Context) -> Job | None:
    try:
        job = ctx.jobs.get_job(request.job_id)
    except NotFoundError:
        return None
    if job.request_hash != request.request_hash:
        raise InvalidRequestError(OTHER_KEY)
    return job


def _start(job: Job, ctx: Context) -> None:
    try:
        start_preparation(job, ctx)
    except WorkflowUnavailableError as error:
        fail_job_preparation(job.job_id, error.detail, ctx)
        raise
