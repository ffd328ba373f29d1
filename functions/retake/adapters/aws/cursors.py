"""Opaque cursors: where a page of a list ended, and which list it was."""

import base64
import binascii
import json

from retake.adapters.aws.items import Item
from retake.domain.errors import InvalidRequestError

OWNER_KEYS = ("GSI1PK", "GSI1SK")
"""Keys of the ``by_owner`` index."""


def encode_cursor(last: Item) -> str:
    """Return an opaque cursor for the key a page ended with."""
    return base64.urlsafe_b64encode(json.dumps(last, sort_keys=True).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, index: tuple[str, str], partition: str, prefix: str) -> Item:
    """Return the key of a cursor made for this list.

    Args:
        cursor: What the person sent.
        index: Names of the index's partition and sort keys.
        partition: The list's partition in it.
        prefix: What the list's sort keys start with.

    Raises:
        InvalidRequestError: If it belongs to another list, or to none.
    """
    partition_key, sort_key = index
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        read = json.loads(base64.urlsafe_b64decode(padded))
        key: Item = {name: {"S": str(read[name]["S"])} for name in ("PK", "SK", *index)}
        belongs = key[partition_key]["S"] == partition and key[sort_key]["S"].startswith(prefix)
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise bad_cursor() from error
    if not belongs:
        raise bad_cursor()
    return key


def bad_cursor() -> InvalidRequestError:
    """Return the refusal of a cursor."""
    return InvalidRequestError(
        "'cursor' is not one that this list gave; leave it out to start from the beginning."
    )
