"""What a user keeps of one kind: an item that is written in the transactions that change it."""

from collections.abc import Callable, Sequence
from datetime import datetime

from retake.domain.kept import KeptIds, KeptKind
from retake.domain.upload_allowance import UploadAllowance
from retake.ports.table import Put, Table, unchanged
from retake.storage.items import find, to_item
from retake.storage.layout import KEPT, UPLOADS, user_key


def read_kept(
    table: Table, user_id: str, kind: KeptKind, *, list_ids: Callable[[], Sequence[str]]
) -> KeptIds:
    """Return what a user keeps; where an earlier release wrote it, by ``list_ids``."""
    kept = find(table, KeptIds, (user_key(user_id), f"{KEPT}{kind}"))
    return KeptIds(user_id, kind, tuple(list_ids())) if kept is None else kept


def read_allowance(table: Table, user_id: str) -> UploadAllowance:
    """Return how many bytes a user's upload forms may bring."""
    key = user_key(user_id), f"{KEPT}{UPLOADS}"
    return find(table, UploadAllowance, key) or UploadAllowance(user_id, {})


def kept_write(after: KeptIds | UploadAllowance, *, read: KeptIds | UploadAllowance, now: datetime) -> Put:
    """Return the write of a transaction, which fails where another request was faster."""
    return Put(to_item(after, now=now), unchanged(read.revision))
