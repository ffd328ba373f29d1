"""Routes of uploads."""

from typing import cast

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from retake import bootstrap
from retake.contracts.uploads import UploadForm, UploadKind, UploadRequest
from retake.domain.errors import StorageBudgetExceededError
from retake.handlers.http.operations import answers
from retake.handlers.http.parameters import (
    IdempotencyKey,
)
from retake.handlers.http.requests import Submission, answered, user_id
from retake.services.jobs.create_upload import create_upload

router = APIGatewayHttpRouter()


@router.post("/uploads", summary="Get a form that uploads one file", tags=["uploads"])
@answers(201, raises=(StorageBudgetExceededError,))
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
