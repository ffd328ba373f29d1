"""Copy uploads exactly as they were probed."""

from retake.domain.errors import InvalidRequestError, ObjectChangedError
from retake.services.context import Context

REPLACED = "Another file was uploaded in the place of one that was looked at; send the request again."


def copy_probed(source_key: str, key: str, ctx: Context, *, etag: str) -> None:
    """Copy an upload that was probed: the very object, not one that took its place.

    Raises:
        InvalidRequestError: If another one did.
        ObjectMissingError: If it is gone.
    """
    try:
        ctx.objects.copy(source_key, key, etag=etag)
    except ObjectChangedError as error:
        raise InvalidRequestError(REPLACED) from error
