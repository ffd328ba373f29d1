"""Routes of share links and of their comments, for the owner of the job."""

from aws_lambda_powertools.event_handler import Response

from retake import bootstrap
from retake.api.http.app import build_app, entry_point
from retake.api.http.operations import CONFLICTS, Router, answers
from retake.api.http.parameters import (
    DEFAULT_PAGE,
    CommentId,
    Cursor,
    IdempotencyKey,
    JobId,
    Limit,
    ShareId,
)
from retake.api.http.requests import Submission, answered, own_job
from retake.api.views.shares import owned_comment_view, share_view
from retake.contracts.shares import (
    CreatedShareView,
    OwnedCommentList,
    OwnedCommentView,
    ShareList,
    ShareRequestModel,
    ShareView,
)
from retake.domain.errors import ConcurrentUpdateError, ConflictError, ShareEndedError, TooManyKeptError
from retake.domain.frame_rates import FrameRate
from retake.domain.records.jobs import Job
from retake.routes import ShareRoute
from retake.services.shares.comments import delete_comment, place_comments
from retake.services.shares.create_share import ComparisonRequest, ShareRequest, create_share, revoke_share

router = Router()

PAGE = "/shared"
"""The studio's page that shows a link; the token stands behind a #, so that no server is sent it."""


@router.on(ShareRoute.CREATE, summary="Share a video, or two versions of a clip, by a link", tags=["shares"])
@answers(201, raises=(*CONFLICTS, ShareEndedError, TooManyKeptError), headers=("Location",))
def post_share(
    job_id: JobId, body: ShareRequestModel, key: IdempotencyKey = None
) -> Response[CreatedShareView]:
    """Make a link that needs no sign-in; its token is answered here and nowhere else.

    A repeat with the same Idempotency-Key makes no second link. It is answered with another token for the
    first one, since Retake keeps only hashes; all tokens of a link end with it.
    """
    job = own_job(router, job_id)
    submission = Submission(router, key, body)
    compared = body.comparison
    request = ShareRequest(
        share_id=submission.new_id(),
        request_hash=submission.request_hash,
        days=body.days,
        title=(body.title or "").strip(),
        takes_comments=body.takes_comments,
        shows_prompts=body.shows_prompts,
        compares=None if compared is None else ComparisonRequest(**compared.model_dump()),
    )
    # Not stored as other answers are: it holds the token.
    made = create_share(job_id, request, bootstrap.context)
    view = CreatedShareView(
        **share_view(job, made.share, bootstrap.context.clock.now()).model_dump(),
        token=made.token,
        path=f"{PAGE}#{made.token}",
    )
    return answered(201, view, location=ShareRoute.LIST.address(job_id=job_id))


@router.on(ShareRoute.LIST, summary="List a job's share links, newest first", tags=["shares"])
def get_shares(job_id: JobId) -> ShareList:
    """List all links of a job, ended ones included; no token is among it."""
    job = own_job(router, job_id)
    now = bootstrap.context.clock.now()
    return ShareList(
        shares=[share_view(job, share, now) for share in bootstrap.context.shares.list_shares(job_id)]
    )


@router.on(ShareRoute.REVOKE, summary="Revoke a share link", tags=["shares"])
@answers(200, raises=(ConcurrentUpdateError,))
def remove_share(job_id: JobId, share_id: ShareId) -> ShareView:
    """End a link at once; its comments stay for its owner. A second time changes nothing."""
    job = own_job(router, job_id)
    share = revoke_share(job_id, share_id, bootstrap.context)
    return share_view(job, share, bootstrap.context.clock.now())


@router.on(ShareRoute.COMMENTS, summary="List what viewers said about a job", tags=["shares"])
@answers(200, raises=(ConflictError,))
def get_job_comments(job_id: JobId, limit: Limit = DEFAULT_PAGE, cursor: Cursor = None) -> OwnedCommentList:
    """List the comments of all links of a job, each with its clip and its time in the video as it is now."""
    job = own_job(router, job_id)
    page = bootstrap.context.shares.list_job_comments(job_id, limit=limit, cursor=cursor)
    placed = place_comments(job, None, page.items, bootstrap.context)
    return OwnedCommentList(
        comments=[owned_comment_view(item, _rate_of(job)) for item in placed], cursor=page.cursor
    )


@router.on(ShareRoute.DELETE_COMMENT, summary="Delete a viewer's comment", tags=["shares"])
@answers(200, raises=CONFLICTS)
def remove_comment(job_id: JobId, share_id: ShareId, comment_id: CommentId) -> OwnedCommentView:
    """Delete one comment for good, and answer what it was."""
    job = own_job(router, job_id)
    placed = delete_comment(job_id, share_id, comment_id, bootstrap.context)
    return owned_comment_view(placed, _rate_of(job))


def _rate_of(job: Job) -> FrameRate:
    return 1 if job.profile is None else job.profile.fps


handler = entry_point(build_app(router))
