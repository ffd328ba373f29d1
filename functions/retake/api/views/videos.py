"""Videos, projects and models in answers."""

import re
from collections.abc import Sequence
from datetime import date

from retake.contracts.references import ReferenceRulesView, RoleView
from retake.contracts.videos import (
    CreationView,
    ModelView,
    StatusCounts,
    TrackedVideoView,
    VideoEstimate,
    VideoEstimatesView,
)
from retake.domain.batch_clips import RecentTimes, estimate_videos_s
from retake.domain.catalogue import Model
from retake.domain.creations import progress_of
from retake.domain.errors import NotFoundError
from retake.domain.model_choices import ModelChoices
from retake.domain.records.jobs import Job
from retake.domain.references import ReferenceRole, ReferenceRules
from retake.domain.videos import VideoDetails
from retake.services.context import Context
from retake.services.videos.find_playable import playable
from retake.services.videos.plan_videos import SHORTEST_MS, VideoPlan, cost_of, warnings_of
from retake.services.videos.read_creation import CreatedVideos

FEW_CHOICES = 24
FILE_NAME_CHARS = 80


def details_of(job: Job) -> VideoDetails:
    """Return what a video has besides. Raises ``NotFoundError`` for a job of clips."""
    if job.video is None:
        raise NotFoundError(f"There is no video {job.job_id!r}.")
    return job.video


def tracked_video(job: Job, ctx: Context) -> TrackedVideoView:
    """Return a video; a completed one with its URL."""
    video, shown = details_of(job), playable(job, ctx)
    seconds = video.duration_ms / 1000
    return TrackedVideoView.of(
        video,
        id=job.job_id,
        video_id=job.job_id,
        user_id=job.user_id,
        title=job.title,
        seconds=seconds,
        duration_seconds=seconds,
        paused=video.paused_at is not None,
        video_url=None if shown is None else ctx.objects.presign_get(shown[0]),
        thumbnail_url=None if shown is None else ctx.objects.presign_get(shown[1]),
        batch_id=video.creation_id,
        created_at=job.created_at,
    )


def creation_view(made: CreatedVideos, ctx: Context) -> CreationView:
    """Return videos that were asked for together, and how far they are."""
    creation = made.creation
    progress = progress_of([details_of(job) for job in made.videos])
    return CreationView.of(
        creation,
        batch_id=creation.creation_id,
        status=progress.status,
        progress=progress.percent,
        counts=StatusCounts(**{status.value: count for status, count in progress.counts.items()}),
        estimated_total_cost=creation.estimated_cost,
        actual_total_cost=progress.actual_cost,
        videos=[tracked_video(job, ctx) for job in made.videos],
    )


def estimates_view(plans: Sequence[VideoPlan], recent_ms: RecentTimes) -> VideoEstimatesView:
    """Return what videos would cost; those of one request are made side by side, so time counts once."""
    return VideoEstimatesView(
        videos=[
            VideoEstimate(
                model=plan.model.name,
                size=plan.size,
                seconds=plan.duration_ms / 1000,
                cost=plan.estimated_cost,
            )
            for plan in plans
        ],
        estimated_total_cost=cost_of(plans),
        estimated_total_time=estimate_videos_s([plan.model for plan in plans], recent_ms),
        warnings=list(warnings_of(plans)),
    )


def file_name_of(job: Job) -> str:
    """Return a name for the file that a video is downloaded as: its title, where a header can carry it."""
    words = re.sub(r"[^A-Za-z0-9]+", "-", job.title).strip("-")[:FILE_NAME_CHARS].rstrip("-")
    return f"{words or f'video-{job.job_id[:8]}'}.mp4"


def model_views(offer: ModelChoices) -> list[ModelView]:
    """Return the models that can be chosen, those left out that are no more."""
    alive = [model for model in offer.catalogue.models if not model.has_ended(offer.today)]
    return [_model_view(model, offer, offer.today) for model in alive]


def _model_view(model: Model, offer: ModelChoices, today: date) -> ModelView:
    few = len(model.durations_ms) <= FEW_CHOICES
    return ModelView.of(
        model,
        is_default=model.name == offer.default_model,
        shortest_seconds=max(model.durations_ms[0], SHORTEST_MS) / 1000,
        longest_seconds=min(model.durations_ms[-1], offer.limits.max_clip_duration_ms) / 1000,
        seconds=[ms / 1000 for ms in model.durations_ms] if few else None,
        sizes=[size.label for size in model.sizes] or None,
        references=sorted(model.references.kinds),
        reference_rules=_rules_view(model.references),
        price=None if model.price is None else model.price.dollars,
        prices=None if model.price is None else dict(model.price.tiers) or None,
        price_unit=None if model.price is None else model.price.unit,
        price_as_of=None if model.price is None else model.price.as_of,
        ends_in_days=None if model.end_of_life is None else (model.end_of_life - today).days,
        warning=offer.catalogue.choose(model.name, today=today).warning,
    )


def _rules_view(rules: ReferenceRules) -> ReferenceRulesView:
    return ReferenceRulesView.of(
        rules,
        roles=[
            RoleView(role=role, kind=role.kind, most=rules.most[role])
            for role in ReferenceRole
            if role in rules.most
        ],
        most_guides=rules.guides,
        beside_clip=[role for role in ReferenceRole if role in rules.beside_clip],
        longest_video_s=None if rules.video_ms is None else rules.video_ms / 1000,
    )
