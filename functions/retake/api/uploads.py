"""Routes of uploads."""

from typing import cast

from aws_lambda_powertools.event_handler import Response

from retake import bootstrap
from retake.api.http.app import build_app, entry_point
from retake.api.http.operations import Router, answers
from retake.api.http.parameters import (
    IdempotencyKey,
)
from retake.api.http.requests import Submission, answered, user_id
from retake.contracts.uploads import UploadForm, UploadKind, UploadRequest
from retake.domain.errors import ConcurrentUpdateError, StorageBudgetExceededError
from retake.routes import UploadRoute
from retake.services.jobs.create_upload import create_upload

router = Router()


@router.on(UploadRoute.CREATE, summary="Get a form that uploads one file", tags=["uploads"])
@answers(201, raises=(ConcurrentUpdateError, StorageBudgetExceededError))
def post_upload(body: UploadRequest, key: IdempotencyKey = None) -> Response[UploadForm]:
    """Sign a form for one file of a known type and a bounded size."""
    submission = Submission(router, key, body)

    def carry_out() -> Response[UploadForm]:
        upload, form = create_upload(
            submission.new_id(),
            bootstrap.context,
            user_id=user_id(router),
            file_name=body.file_name,
            content_type=body.content_type,
            size_bytes=body.size_bytes,
            request_hash=submission.request_hash,
        )
        view = UploadForm(
            upload_id=upload.upload_id,
            kind=cast("UploadKind", upload.kind),
            url=form.url,
            fields=form.fields,
            max_bytes=upload.max_bytes,
            expires_at=upload.expires_at,
        )
        return answered(201, view)

    return submission.answer_once(carry_out)


handler = entry_point(build_app(router))
