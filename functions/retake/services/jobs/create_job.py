"""Create a job of uploads, videos and prompts: everything is checked before anything is written."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from retake.domain.batch_clips import estimate_batch_s
from retake.domain.errors import (
    Fault,
    InvalidRequestError,
    NotFoundError,
    ObjectMissingError,
    WorkflowUnavailableError,
)
from retake.domain.records.jobs import Job, Soundtrack
from retake.domain.records.ledger import Deletion
from retake.domain.spending import Reservation, holds_of, month_of
from retake.domain.videos import VideoReference
from retake.ports.workflows import ProbeResult
from retake.services.commits import commit_new
from retake.services.context import Context
from retake.services.jobs.build_job import KeptFiles, build_job, price_plan
from retake.services.jobs.finish_preparation import fail_job_preparation, start_preparation
from retake.services.jobs.job_request import JobRequest, refused
from retake.services.jobs.plan_job import JobPlan, plan_job
from retake.services.probed_files import copy_probed
from retake.services.staging import stage
from retake.services.usage.allowances import require_budget, reserve_spending

OTHER_KEY = "This Idempotency-Key was used for another request; use a new one."
COPIES_AT_ONCE = 16
"""S3 needs up to half a second for each, and the request has 29: a job may have 100 of them."""
SOURCE_LIFETIME = timedelta(days=1)
"""How long a copy of a video's take is kept, as an upload is: a preparation ends within a day."""


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
    kept, nets = _keep_files(request.job_id, plan, ctx)
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


def _keep_files(job_id: str, plan: JobPlan, ctx: Context) -> tuple[KeptFiles, tuple[Deletion, ...]]:
    """Copy what may go before it is used; the ledger knows every copy before it is made.

    Returns:
        The copies, and the ledger's entry that the job's commit strikes, since it refers to them. That of
        clips' sources stays: they are needed until they are takes, and then no more.
    """
    sources = _copy_sources(job_id, plan, ctx)
    references, soundtrack = {}, None
    copies: dict[str, tuple[str, str]] = {}
    for position, clip in enumerate(plan.clips):
        found = clip.reference
        if found is not None:
            key = f"clips/{job_id}/reference/{ctx.ids.new()}"
            references[position] = VideoReference(key, found.content_type, found.size_bytes)
            copies[key] = (found.upload.key, found.etag)
    if plan.soundtrack is not None:
        key = f"clips/{job_id}/soundtrack/{ctx.ids.new()}"
        soundtrack = _soundtrack(plan.soundtrack, key)
        copies[key] = (plan.soundtrack.key, plan.soundtrack.etag)
    # One entry for all: a job has up to 100 references, and its commit holds 100 items.
    nets = (stage(job_id, copies, "job never committed", ctx),) if copies else ()
    with ThreadPoolExecutor(COPIES_AT_ONCE) as pool:
        for made in [pool.submit(_copy_probed, copy, *found, ctx) for copy, found in copies.items()]:
            made.result()
    return KeptFiles(sources, references, soundtrack), nets


def _copy_sources(job_id: str, plan: JobPlan, ctx: Context) -> dict[str, str]:
    """Copy takes of videos: they may be deleted or archived before they are worked on."""
    lent = dict.fromkeys(clip.source_key for clip in plan.clips if clip.is_lent)
    copies = {key: f"clips/{job_id}/source/{ctx.ids.new()}" for key in lent}
    if copies:
        stage(job_id, copies.values(), "source of a clip", ctx, lifetime=SOURCE_LIFETIME)
    with ThreadPoolExecutor(COPIES_AT_ONCE) as pool:
        copying = {key: pool.submit(ctx.objects.copy, key, copy) for key, copy in copies.items()}
    faults = [fault for key, made in copying.items() for fault in _gone(key, plan) if _is_missing(made)]
    if faults:
        raise refused(faults)
    return copies


def _copy_probed(copy: str, source: str, etag: str, ctx: Context) -> None:
    copy_probed(source, copy, ctx, etag=etag)


def _start(job: Job, ctx: Context) -> None:
    try:
        start_preparation(job, ctx)
    except WorkflowUnavailableError as error:
        fail_job_preparation(job.job_id, error.detail, ctx)
        raise


def _is_missing(made: Future[None]) -> bool:
    """Whether what was to be copied is not there; any other failure is raised."""
    try:
        made.result()
    except ObjectMissingError:
        return True
    return False


def _gone(key: str, plan: JobPlan) -> list[Fault]:
    return [
        Fault(f"clips[{position}].video_id", "The video was deleted at this moment.")
        for position, clip in enumerate(plan.clips)
        if clip.source_key == key
    ]


def _soundtrack(probed: ProbeResult, key: str) -> Soundtrack:
    size_bytes = 0 if probed.info is None else probed.info.size_bytes
    return Soundtrack(key, probed.etag, size_bytes)
