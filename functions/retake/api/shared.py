"""Routes of what a share link shows: by its token, without a sign-in (ADR-0062).

The gateway asks for no token of a user here, and these functions read none: what may be seen follows from
the link alone.
"""

from aws_lambda_powertools.event_handler import Response

from retake import bootstrap
from retake.api.http.app import build_app, entry_point
from retake.api.http.operations import CONFLICTS, Router, answers
from retake.api.http.parameters import IdempotencyKey, ShareTokenText
from retake.api.http.requests import Submission, answered
from retake.api.views.shares import comment_view, shared_view
from retake.contracts.shares import CommentList, CommentRequestModel, CommentView, SharedView
from retake.domain.errors import ConflictError, ForbiddenError, ShareEndedError, TooManyKeptError
from retake.routes import SharedRoute
from retake.services.shares.comments import CommentRequest, add_comment, place_comments
from retake.services.shares.read_shared import open_share, read_takes

router = Router()


@router.on(SharedRoute.READ, summary="Read what a share link shows", tags=["shared"])
@answers(200, raises=(ShareEndedError,))
def get_shared(token: ShareTokenText) -> SharedView:
    """Read the video or the comparison behind a link. No sign-in; a link that has ended answers 410."""
    opened = open_share(token, bootstrap.context)
    return shared_view(opened, read_takes(opened, bootstrap.context), bootstrap.context)


@router.on(SharedRoute.COMMENTS, summary="List the comments of a share link", tags=["shared"])
@answers(200, raises=(ConflictError, ShareEndedError))
def get_shared_comments(token: ShareTokenText) -> CommentList:
    """List what viewers of this link said, by the time in what it shows. No sign-in."""
    opened = open_share(token, bootstrap.context)
    share = opened.share
    comments = bootstrap.context.shares.list_comments(share.job_id, share.share_id)
    placed = place_comments(opened.job, share, comments, bootstrap.context)
    return CommentList(comments=[comment_view(item) for item in placed])


@router.on(SharedRoute.COMMENT, summary="Leave a comment at a time", tags=["shared"])
@answers(201, raises=(*CONFLICTS, ForbiddenError, ShareEndedError, TooManyKeptError))
def post_shared_comment(
    token: ShareTokenText, body: CommentRequestModel, key: IdempotencyKey = None
) -> Response[CommentView]:
    """Write a comment about a moment of what the link shows. No sign-in; the name is any text."""
    opened = open_share(token, bootstrap.context)
    submission = Submission(router, key, body, asker=f"share {opened.share.share_id}")
    request = CommentRequest(
        comment_id=submission.new_id(),
        request_hash=submission.request_hash,
        time_s=body.time_s,
        author=body.author,
        text=body.text.strip(),
    )
    return submission.answer_once(
        lambda: answered(201, comment_view(add_comment(opened, request, bootstrap.context)))
    )


handler = entry_point(build_app(router))
