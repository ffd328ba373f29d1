"""Opaque cursors: where a page of a list ended, and which list it was."""

import base64
import json

from retake.adapters.aws.items import Item
from retake.domain.errors import InvalidRequestError

MAX_KEY_BYTES = 1024
"""DynamoDB's limit of a sort key; a partition key may have twice as many, and ours have not."""

OWNER_KEYS = ("GSI1PK", "GSI1SK")
"""Keys of the ``by_owner`` index."""


def encode_cursor(last: Item) -> str:
    """Return an opaque cursor for the key a page ended with."""
    return base64.urlsafe_b64encode(json.dumps(last, sort_keys=True).encode()).decode().rstrip("=")


def decode_cursor(
    cursor: str,
    index: tuple[str, str],
    partition: str,
    prefix: str,
    *,
    within: tuple[str, str] | None = None,
) -> Item:
    """Return the key of a cursor made for this list.

    Args:
        cursor: What the person sent.
        index: Names of the index's partition and sort keys.
        partition: The list's partition in it.
        prefix: What the list's sort keys start with.
        within: The first and the last sort key of the list, where its filters bound them.

    Raises:
        InvalidRequestError: If it belongs to another list, to other filters, or to none.
    """
    partition_key, sort_key = index
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        read = json.loads(base64.urlsafe_b64decode(padded))
        key: Item = {name: {"S": str(read[name]["S"])} for name in ("PK", "SK", *index)}
        texts = [value["S"] for value in key.values()]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise bad_cursor() from error
    place = key[sort_key]["S"]
    first, last = within or (place, place)
    belongs = key[partition_key]["S"] == partition and place.startswith(prefix) and first <= place <= last
    if not belongs or not all(is_key(text) for text in texts):
        raise bad_cursor()
    return key


def is_key(text: str) -> bool:
    """Whether text can be a key of ours: the table refuses longer ones, and empty ones, with an error."""
    return text.isascii() and 0 < len(text) <= MAX_KEY_BYTES


def bad_cursor() -> InvalidRequestError:
    """Return the refusal of a cursor."""
    return InvalidRequestError(
        "'cursor' is not one that this list gave; leave it out to start from the beginning."
    )
