"""Routes of a clip's versions."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from retake import bootstrap
from retake.api.http.app import build_app, entry_point
from retake.api.http.operations import CONFLICTS, Router, answers
from retake.api.http.parameters import (
    ClipIndex,
    IdempotencyKey,
    IfMatch,
    JobId,
    VersionId,
)
from retake.api.http.requests import Submission, answered, etag, own_job, revision_of
from retake.api.views.jobs import version_list, version_view, video_view
from retake.contracts.jobs import ComparisonView, Difference, RestoreView, VersionList, VersionView
from retake.contracts.values import ID_PATTERN, MAX_ID_CHARS
from retake.domain.errors import ConflictError, GoneError
from retake.routes import JobRoute, VersionRoute
from retake.services.versions.compare_versions import compare_versions, list_versions
from retake.services.versions.restore_version import RestoredVersion, restore_version

router = Router()

Compared = Annotated[
    str | None,
    Query(pattern=ID_PATTERN, max_length=MAX_ID_CHARS, description="A version's id, or its number"),
]
COMPARED = ("prompt", "user_instruction", "cost", "size_bytes", "duration_ms", "provider", "created_at")


@router.on(VersionRoute.LIST, summary="List a clip's versions, newest first", tags=["versions"])
@answers(200, headers=("ETag",))
def get_versions(job_id: JobId, clip_index: ClipIndex) -> Response[VersionList]:
    """List all takes of a clip."""
    job = own_job(router, job_id)
    entry = list_versions(job, clip_index, bootstrap.context)
    cap = bootstrap.context.limits.max_active_versions
    view = version_list(job, clip_index, entry, bootstrap.context, cap=cap)
    return answered(200, view, tag=etag(job))


@router.on(VersionRoute.COMPARE, summary="Compare two takes", tags=["versions"])
@answers(200, raises=(ConflictError, GoneError))
def get_comparison(
    job_id: JobId, clip_index: ClipIndex, left: Compared = None, right: Compared = None
) -> ComparisonView:
    """Compare two takes: by default the current one, and the one before it."""
    job = own_job(router, job_id)
    made = compare_versions(job, clip_index, bootstrap.context, left_id=left, right_id=right)
    one = version_view(clip_index, made.clip.clip, made.left, bootstrap.context)
    other = version_view(clip_index, made.clip.clip, made.right, bootstrap.context)
    return ComparisonView(
        job_id=job_id,
        clip_index=clip_index,
        left=one,
        right=other,
        similarity=made.similarity,
        differences=_differences(one, other),
    )


def _differences(one: VersionView, other: VersionView) -> list[Difference]:
    left, right = one.model_dump(mode="json"), other.model_dump(mode="json")
    return [
        Difference(field=name, left=left[name], right=right[name])
        for name in COMPARED
        if left[name] != right[name]
    ]


def _state_of(done: RestoredVersion) -> str:
    is_current = done.version.superseded_at is None
    return "current" if is_current else done.version.state


@router.on(VersionRoute.RESTORE, summary="Restore an earlier take", tags=["versions"])
@answers(200, 202, raises=(*CONFLICTS, GoneError), headers=("Location", "ETag"))
def post_restore(
    job_id: JobId,
    clip_index: ClipIndex,
    version_id: VersionId,
    key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Response[RestoreView]:
    """Make an earlier take current and recompose; 202 when that takes longer than 20 s.

    A take in a cold archive answers 202 with ``expected_at`` and comes back by itself; the events say
    when.
    """
    own_job(router, job_id)
    revision = revision_of(if_match)
    submission = Submission(router, key)

    def carry_out() -> Response[RestoreView]:
        done = restore_version(job_id, clip_index, version_id, bootstrap.context, if_revision=revision)
        video = video_view(done.job, bootstrap.context)
        view = RestoreView(
            job_id=job_id,
            clip_index=clip_index,
            clip_title=done.version.clip_title or None,
            version_id=done.version.version_id,
            version_number=done.version.version_number,
            state=_state_of(done),
            expected_at=None if done.version.returning is None else done.version.returning.expected_at,
            timeline_revision=done.job.timeline_revision,
            video_ready=done.composed,
            video_url=video.url if video else None,
        )
        status = 200 if done.composed else 202
        return answered(status, view, location=JobRoute.READ.address(job_id=job_id), tag=etag(done.job))

    return submission.answer_once(carry_out)


handler = entry_point(build_app(router))
