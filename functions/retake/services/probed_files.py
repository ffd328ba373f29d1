"""Use uploads as they were when they were looked at."""

from retake.domain.errors import InvalidRequestError, ObjectChangedError
from retake.ports.objects import ObjectStore

REPLACED = "Another file was uploaded in the place of one that was looked at; send the request again."


def copy_probed(source_key: str, key: str, *, etag: str, objects: ObjectStore) -> None:
    """Copy an upload that was probed: the very object, not one that took its place.

    Raises:
        InvalidRequestError: If another one did.
        ObjectMissingError: If it is gone.
    """
    try:
        objects.copy(source_key, key, etag=etag)
    except ObjectChangedError as error:
        raise InvalidRequestError(REPLACED) from error
