"""Record an upload and sign the form that it is sent with."""

from datetime import timedelta

from retake.domain.errors import ConcurrentUpdateError, Fault, InvalidRequestError
from retake.domain.records.ledger import Upload
from retake.ports.objects import PresignedPost
from retake.prefixes import Prefix
from retake.services.commits import ATTEMPTS, pause_after
from retake.services.context import Context
from retake.services.usage.allowances import require_budget

FORM_LIFETIME = timedelta(hours=1)
UPLOAD_LIFETIME = timedelta(hours=23)
"""The object itself expires a day after it was sent."""


def kind_of(content_type: str) -> str:
    """Return what a file is said to be: ``video``, ``audio`` or ``image``; its content is judged later."""
    return content_type.partition("/")[0]


def create_upload(
    upload_id: str,
    ctx: Context,
    *,
    user_id: str,
    file_name: str,
    content_type: str,
    size_bytes: int | None,
    request_hash: str,
) -> tuple[Upload, PresignedPost]:
    """Record the upload and sign its form.

    Raises:
        InvalidRequestError: For a file too large.
        StorageBudgetExceededError: If the user may add nothing now, or the forms of a day could bring too
            much.
    """
    kind = kind_of(content_type)
    largest = ctx.limits.max_picture_bytes if kind == "image" else ctx.limits.max_clip_bytes
    if size_bytes is not None and size_bytes > largest:
        raise InvalidRequestError(
            "The upload was refused.",
            faults=[
                Fault(
                    "size_bytes",
                    f"“{file_name}” has {size_bytes / 10**6:,.1f} MB; a file may have at most "
                    f"{largest / 10**6:,.1f} MB.",
                )
            ],
        )
    require_budget(user_id, ctx)
    now = ctx.clock.now()
    upload = _write(
        Upload(
            upload_id=upload_id,
            user_id=user_id,
            key=f"{Prefix.UPLOADS}{upload_id}",
            kind=kind,
            file_name=file_name,
            content_type=content_type,
            max_bytes=largest if size_bytes is None else size_bytes,
            created_at=now,
            expires_at=now + UPLOAD_LIFETIME,
            request_hash=request_hash,
        ),
        ctx,
        most=ctx.limits.max_upload_bytes_a_day,
    )
    if upload.request_hash != request_hash:
        raise InvalidRequestError("This Idempotency-Key was used for another file; use a new one.")
    form = ctx.objects.presign_post(
        upload.key,
        content_type=upload.content_type,
        max_bytes=upload.max_bytes,
        expires_s=int(FORM_LIFETIME.total_seconds()),
    )
    return upload, form


def _write(upload: Upload, ctx: Context, *, most: int) -> Upload:
    for attempt in range(ATTEMPTS):
        try:
            return ctx.uploads.create_form_upload(upload, most=most)
        except ConcurrentUpdateError:
            pause_after(attempt)
    raise ConcurrentUpdateError("Too many upload forms are asked for at the same moment; try again.")
