"""Create videos: everything is checked before it is written, and written before it is submitted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from retake.domain.batch_clips import estimate_videos_s
from retake.domain.errors import (
    Fault,
    InvalidRequestError,
    NotFoundError,
    SpendLimitError,
    WorkflowUnavailableError,
)
from retake.domain.records.jobs import Job
from retake.domain.spending import Reservation
from retake.domain.statuses import BatchStatus
from retake.domain.videos import Creation, CreationMode, video_id_of
from retake.services.batches.finish_batch import end_unstarted_batch, finish_batch
from retake.services.commits import commit_new
from retake.services.context import Context
from retake.services.references.find_references import FoundReference, Target, find_references
from retake.services.references.keep_uploads import keep_uploads, wanted_of
from retake.services.usage.allowances import require_budget, reserve_spending
from retake.services.videos.build_video import Asked, build_video
from retake.services.videos.plan_videos import (
    VideoPlan,
    VideoRequest,
    cost_of,
    plan_request,
    refusal,
    warnings_of,
)
from retake.services.videos.read_creation import CreatedVideos, find_videos, start_creation

OTHER_KEY = "This Idempotency-Key was used for another request; use a new one."


@dataclass(frozen=True)
class CreationRequest:
    """What a person asks for; ``creation_id`` is derived from the idempotency key."""

    creation_id: str
    user_id: str
    request_hash: str
    mode: CreationMode
    videos: Sequence[VideoRequest]
    project_id: str | None = None


@dataclass(frozen=True)
class CheckedVideos:
    """A request that can be carried out: a plan for each video, and its references by its field."""

    plans: tuple[VideoPlan, ...]
    references: Mapping[str, tuple[FoundReference, ...]]


def create_videos(request: CreationRequest, ctx: Context) -> CreatedVideos:
    """Make the videos exist as ``processing`` and start their execution.

    Each video is one commit; the creation's record follows when all are there, then the execution.
    Whatever dies in between is brought to an end by a repeat of the request, which finds what is
    there by its id, or by the reconciliation.

    Raises:
        InvalidRequestError: Naming every fault; nothing was written.
        StorageBudgetExceededError: If the user may add nothing now; nothing was written.
        SpendLimitError: If the month has no room for all of them; nothing was started or charged.
        WorkflowUnavailableError: The workflow refused to start; the videos are recorded as failed.
    """
    repeated = _find_repeat(request, ctx)
    creation = repeated or _create(request, ctx)
    videos = find_videos(creation, ctx)
    if any(_is_unstarted(video, creation, ctx) for video in videos):
        _start(creation, videos, ctx, is_repeat=repeated is not None)
    return CreatedVideos(creation, find_videos(creation, ctx))


def check_videos(request: CreationRequest, ctx: Context) -> CheckedVideos:
    """Check a request whole; nothing is written.

    Raises:
        InvalidRequestError: Naming every fault.
        StorageBudgetExceededError: If the user may add nothing now.
    """
    require_budget(request.user_id, ctx)
    _check_project(request, ctx)
    plans = plan_request(request.mode, request.videos, ctx.model_choices)
    targets = [Target(plan.request.field, plan.model, plan.request.references) for plan in plans]
    faults: list[Fault] = []
    references = find_references(targets, faults, ctx, user_id=request.user_id)
    if faults:
        raise refusal(list(dict.fromkeys(faults)))  # variations share their references: each fault once
    return CheckedVideos(plans, references)


def _find_repeat(request: CreationRequest, ctx: Context) -> Creation | None:
    found = ctx.creations.find_creation(request.creation_id)
    if found is not None and found.request_hash != request.request_hash:
        raise InvalidRequestError(OTHER_KEY)
    return found


def _create(request: CreationRequest, ctx: Context) -> Creation:
    checked = check_videos(request, ctx)
    plans, references = checked.plans, checked.references
    asked = Asked(
        creation_id=request.creation_id,
        user_id=request.user_id,
        request_hash=request.request_hash,
        project_id=request.project_id,
        now=ctx.clock.now(),
        estimated_time_s=estimate_videos_s([plan.model for plan in plans], ctx.times.recent_ms),
    )
    planned = {video_id_of(request.creation_id, position): plan for position, plan in enumerate(plans)}
    try:
        _reserve([plan for video_id, plan in planned.items() if not _find(video_id, ctx)], asked, ctx)
        for position, (video_id, plan) in enumerate(planned.items()):
            # Lists are in the order of these times: so the videos stay in the order of the request.
            its_own = replace(asked, now=asked.now + timedelta(microseconds=position))
            _create_video(video_id, plan, its_own, references, ctx)
    except SpendLimitError as error:
        # Another request took what was left, between this one's check of all and one of its commits.
        _withdraw(planned, asked, ctx, reason=error.detail)
        raise
    return ctx.creations.create_creation(
        Creation(
            creation_id=request.creation_id,
            user_id=request.user_id,
            mode=request.mode,
            video_ids=tuple(planned),
            request_hash=request.request_hash,
            created_at=asked.now,
            project_id=request.project_id,
            estimated_cost=cost_of(plans),
            warnings=warnings_of(plans),
        )
    )


def _check_project(request: CreationRequest, ctx: Context) -> None:
    if request.project_id is None:
        return
    if ctx.projects.find_project(request.user_id, request.project_id) is None:
        raise refusal([Fault("project_id", "There is no such project; make it first, or leave it out.")])


def _create_video(
    video_id: str,
    plan: VideoPlan,
    asked: Asked,
    references: Mapping[str, tuple[FoundReference, ...]],
    ctx: Context,
) -> None:
    made = _find(video_id, ctx)
    if made is None:
        found = references[plan.request.field]
        copies, nets = keep_uploads(video_id, found, ctx)
        change = build_video(video_id, plan, asked, ctx, wanted=wanted_of(found, copies))
        made = commit_new(replace(change, removes=nets), ctx, reserve=lambda: _reserve([plan], asked, ctx))
    if made.request_hash != asked.request_hash:
        raise InvalidRequestError(OTHER_KEY)


def _find(video_id: str, ctx: Context) -> Job | None:
    try:
        return ctx.jobs.get_job(video_id)
    except NotFoundError:
        return None


def _reserve(plans: Sequence[VideoPlan], asked: Asked, ctx: Context) -> Reservation:
    """Return what is set aside for these videos. Raises ``SpendLimitError``."""
    holds = [asked.hold(plan.estimated_cost) for plan in plans]
    return reserve_spending(asked.user_id, holds, asked.month, ctx)


def _withdraw(video_ids: Iterable[str], asked: Asked, ctx: Context, *, reason: str) -> None:
    """End the videos of a request that were written before it was refused; nothing was charged."""
    for video in (_find(video_id, ctx) for video_id in video_ids):
        if video is not None and video.active_batch_id == asked.creation_id:
            finish_batch(video.job_id, asked.creation_id, ctx, recompose_error=None, reason=reason)


def _is_unstarted(video: Job, creation: Creation, ctx: Context) -> bool:
    if video.active_batch_id != creation.creation_id:
        return False
    return ctx.jobs.get_batch(video.job_id, creation.creation_id).status is BatchStatus.STARTING


def _start(creation: Creation, videos: Sequence[Job], ctx: Context, *, is_repeat: bool) -> None:
    try:
        start_creation(creation, ctx)
    except WorkflowUnavailableError as error:
        if is_repeat:  # it may have been started by the request before; the reconciliation sees to it
            raise
        for video in videos:
            end_unstarted_batch(
                ctx.jobs.get_batch(video.job_id, creation.creation_id), ctx, reason=error.detail
            )
        raise
