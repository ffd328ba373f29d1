"""Add clips to a job: files, videos and prompts, checked and priced before anything is written."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from retake.domain.batch_clips import estimate_batch_s
from retake.domain.batch_queue import accept_batch
from retake.domain.changes import Change
from retake.domain.errors import (
    ConflictError,
    Fault,
    InvalidRequestError,
    NotFoundError,
    TooManyWaitingError,
    WorkflowUnavailableError,
)
from retake.domain.preparations import require_ready
from retake.domain.profiles import ProfileChoice, describe, longest_ms
from retake.domain.records.jobs import Clip, Job
from retake.domain.records.timeline import Addition
from retake.domain.spending import holds_of, month_of
from retake.domain.timeline import insert, require_place, require_quiet, require_settled, require_timeline
from retake.services.batches.finish_batch import start_active
from retake.services.commits import change_job
from retake.services.context import Context
from retake.services.jobs.build_job import (
    PREPARATION_LEASE,
    build_batch,
    build_clips,
    price_plan,
)
from retake.services.jobs.change_timeline import recomposed
from retake.services.jobs.estimate_job import JobEstimate, estimate_plan
from retake.services.jobs.finish_preparation import fail_addition, start_addition
from retake.services.jobs.job_request import JobRequest, NewClip
from retake.services.jobs.keep_files import keep_files
from retake.services.jobs.plan_job import JobPlan, plan_job
from retake.services.usage.allowances import require_budget, reserve_spending
from retake.services.versions.restore_version import require_revision

OTHER_KEY = "This Idempotency-Key was used for another request; use a new one."
REFUSED = "The clips were refused; nothing was written or charged."
MAX_ADDED_CLIPS = 50
"""Their records are written by one transaction, which holds 100 items."""
IDS = uuid.UUID("0a5b1b0e-6a0f-4f5a-9a52-7f1d0c5a1101")
"""Namespace of the ids of added clips, which follow from that of the request."""


@dataclass(frozen=True)
class AddRequest:
    """What a person asks for.

    Attributes:
        addition_id: Derived from the idempotency key; also the id of the batch that generates clips.
        place: Where the first of them goes; None for the end.
    """

    job_id: str
    user_id: str
    addition_id: str
    request_hash: str
    clips: Sequence[NewClip]
    place: int | None = None


def estimate_addition(request: AddRequest, ctx: Context) -> JobEstimate:
    """Check and price clips that would be added; nothing is written.

    Raises:
        InvalidRequestError: Naming every fault.
        ConflictError: If the job takes no clips now.
    """
    job = ctx.jobs.get_job(request.job_id)
    place = _place_of(request, job)
    return estimate_plan(_plan(request, job, ctx), ctx, place=place)


def add_clips(request: AddRequest, ctx: Context, *, if_revision: int | None) -> Job:
    """Insert clips into the timeline at once; their takes are made in the background.

    A clip of a file that turns out to be unusable fails alone; the job stays ready. A clip is shown once it
    has a take.

    Raises:
        InvalidRequestError: Naming every fault; nothing was written.
        ConflictError, TooManyWaitingError: If the job takes no clips now.
        StorageBudgetExceededError: If the user may add nothing now; nothing was written.
        SpendLimitError: If the month has no room for what is generated; nothing was written.
        WorkflowUnavailableError: If the work could not be started; the clips are there, as failed.
    """
    job = ctx.jobs.get_job(request.job_id)
    if not _is_repeated(request, ctx):
        job = _add(request, job, ctx, if_revision=if_revision)
    _start(request, job, ctx)
    return recomposed(job, ctx)


def _is_repeated(request: AddRequest, ctx: Context) -> bool:
    """Whether this request has committed its clips before. Raises for another request's key."""
    return find_added(request.job_id, request.addition_id, request.request_hash, ctx) is not None


def find_added(job_id: str, addition_id: str, request_hash: str, ctx: Context) -> Clip | None:
    """Return the first clip that a request has added; None where it has not yet.

    Raises:
        InvalidRequestError: If it was another request.
    """
    try:
        clip = ctx.jobs.get_take(job_id, clip_id_of(addition_id, 0), None).clip
    except NotFoundError:
        return None
    if clip.request_hash != request_hash:
        raise InvalidRequestError(OTHER_KEY)
    return clip


def clip_id_of(addition_id: str, position: int) -> str:
    """Return the id of an added clip: the same for a repeated request."""
    return str(uuid.uuid5(IDS, f"{addition_id}/{position}"))


def _add(request: AddRequest, job: Job, ctx: Context, *, if_revision: int | None) -> Job:
    _place_of(request, job)
    require_revision(job, if_revision)
    require_budget(request.user_id, ctx)
    plan = _plan(request, job, ctx)
    month = month_of(ctx.clock.now())
    if plan.generated:  # before anything is written
        reserve_spending(request.user_id, holds_of(price_plan(plan), month), month, ctx)
    kept, nets = keep_files(request.job_id, plan, ctx)
    ids = [clip_id_of(request.addition_id, position) for position in range(len(plan.clips))]
    clips = [
        replace(clip, request_hash=request.request_hash)
        for clip in build_clips(request.job_id, plan, kept, ids)
    ]

    def decide(job: Job) -> tuple[Change | None, None]:
        if clips[0].clip_id in job.clip_ids:
            return None, None
        at = _place_of(request, job)
        require_revision(job, if_revision)
        _require_room(job, plan, ctx)
        now = ctx.clock.now()
        change = insert(job, clips, at, now=now)
        change = replace(change, job=_with_files(change.job, request, clips, now))
        moved = replace(change.job, reference_files=(*job.reference_files, *kept.references.values()))
        # In the commit, not before it: a repeat must not write over clips that have takes by now.
        change = replace(change, job=moved, puts=tuple(clips), removes=nets)
        if not plan.generated:
            return change, None
        return _with_batch(change, request, plan, ctx, place=at), None

    return change_job(request.job_id, decide, ctx)[0]


def _with_files(job: Job, request: AddRequest, clips: Sequence[Clip], now: datetime) -> Job:
    """Return the job with the clips noted whose files takes are to be made of."""
    of_files = tuple(clip.clip_id for clip in clips if not clip.is_generated)
    if not of_files:
        return job
    addition = Addition(request.addition_id, of_files, now + PREPARATION_LEASE)
    return replace(job, additions=(*job.additions, addition))


def _with_batch(change: Change, request: AddRequest, plan: JobPlan, ctx: Context, *, place: int) -> Change:
    """Return the change with the batch that generates what has no file, accepted."""
    if len(change.job.waiting_batch_ids) >= ctx.limits.max_waiting_batches:
        raise TooManyWaitingError(
            f"{len(change.job.waiting_batch_ids)} batches already wait on this job; cancel one, or wait."
        )
    now = ctx.clock.now()
    month = month_of(now)
    reserves = reserve_spending(request.user_id, holds_of(price_plan(plan, place=place), month), month, ctx)
    asked = _job_request(request, change.job)
    clips = [record for record in change.puts if isinstance(record, Clip)]
    first = build_batch(asked, plan, clips, ctx, batch_id=request.addition_id, now=now, place=place)
    models = [wanted.model for wanted in plan.generated.values()]
    batch = replace(first.batch, estimated_time_s=estimate_batch_s(models, ctx.times.recent_ms))
    ctx.jobs.put_drafts(first.drafts)
    indexes = [place + position for position in plan.generated]
    accepted = accept_batch(change.job, batch, clip_indexes=indexes, now=now)
    return replace(
        change,
        job=accepted.job,
        puts=(*change.puts, *accepted.puts),
        events=(*change.events, *accepted.events),
        reserves=reserves,
    )


def _start(request: AddRequest, job: Job, ctx: Context) -> None:
    """Start what makes the takes; starting what runs or ran is no error."""
    addition = next((one for one in job.additions if one.addition_id == request.addition_id), None)
    if addition is not None:
        try:
            start_addition(job.job_id, addition, ctx)
        except WorkflowUnavailableError as error:
            fail_addition(job.job_id, addition.addition_id, ctx, reason=error.detail)
            raise
    if job.active_batch_id == request.addition_id:
        start_active(job, ctx)


def _plan(request: AddRequest, job: Job, ctx: Context) -> JobPlan:
    if job.profile is None:  # pragma: no cover - set when the job is made
        raise ConflictError("The job has no media profile.")
    try:
        plan = plan_job(_job_request(request, job), ctx)
    except InvalidRequestError as error:
        raise InvalidRequestError(REFUSED, faults=error.faults) from error
    _require_room(job, plan, ctx)
    return plan


def _job_request(request: AddRequest, job: Job) -> JobRequest:
    """Return the request as one for a job of the added clips alone, with the profile of the job."""
    profile = job.profile
    choice = ProfileChoice() if profile is None else ProfileChoice(profile.width, profile.height, profile.fps)
    return JobRequest(
        request.job_id,
        request.user_id,
        request.request_hash,
        job.title,
        request.clips,
        profile=choice,
        job=job,
        place=len(job.clip_ids) if request.place is None else request.place,
    )


def _place_of(request: AddRequest, job: Job) -> int:
    """Return where the clips go. Raises where the job takes none there now."""
    require_timeline(job)
    at = len(job.clip_ids) if request.place is None else request.place
    require_place(job, at)
    if at < len(job.clip_ids):  # others move, and a batch names clips by their places
        require_quiet(job)
    require_ready(job)
    require_settled(job)
    return at


def _require_room(job: Job, plan: JobPlan, ctx: Context) -> None:
    """Refuse what would be too many clips, or too long a video. Raises ``InvalidRequestError``."""
    faults = []
    if len(plan.clips) > MAX_ADDED_CLIPS:
        faults.append(Fault("clips", f"At most {MAX_ADDED_CLIPS} clips can be added at once."))
    room = ctx.limits.max_clips - len(job.clip_ids)
    if len(plan.clips) > room:
        faults.append(
            Fault("clips", f"A job has at most {ctx.limits.max_clips} clips; this one has room for {room}.")
        )
    there = sum(clip.duration_ms for clip in ctx.jobs.read_clips(job.job_id, job.clip_ids))
    most_ms = longest_ms(plan.profile, ctx.limits.max_job_duration_ms)
    if there + sum(clip.format.duration_ms for clip in plan.clips) > most_ms:
        detail = (
            f"At {describe(plan.profile)} the clips may last at most {most_ms / 60_000:g} minutes together."
        )
        faults.append(Fault("clips", detail))
    if faults:
        raise InvalidRequestError(REFUSED, faults=faults)
