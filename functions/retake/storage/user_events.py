"""The events of users: numbered by the transactions that change what they are about."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from retake.domain.errors import ConcurrentUpdateError
from retake.domain.user_events import UserEvent, UserEventDraft, UserFeed, number_events
from retake.ports.table import ConditionFailedError, Put, Query, Table, unchanged
from retake.storage.items import find, puts, to_item
from retake.storage.layout import EVENTS, FEED, event_place, user_key
from retake.storage.paging import read_records

ATTEMPTS = 5
"""Of an event that meets other writers of the same feed."""


def feed_writes(table: Table, user_id: str, drafts: Sequence[UserEventDraft], now: datetime) -> list[Put]:
    """Return what a transaction writes that reports something to a user: the events, and the feed's new end.

    The feed is written only where no other writer has moved it since it was read here; otherwise the
    transaction is cancelled, as when what it changes was changed meanwhile.
    """
    if not drafts:
        return []
    read = _read_feed(table, user_id)
    feed, events = number_events(read, drafts, now)
    return [Put(to_item(feed, now=now), unchanged(read.seq, "seq")), *puts(events, now)]


def _read_feed(table: Table, user_id: str) -> UserFeed:
    return find(table, UserFeed, (user_key(user_id), FEED)) or UserFeed(user_id)


class UserEvents:
    """Events of users: those of videos are written by ``JobRepository.commit``, the rest by ``append``."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get_feed(self, user_id: str) -> UserFeed:
        """Return how far the user's stream is; a new feed for an unknown user."""
        return _read_feed(self._table, user_id)

    def list_user_events(self, user_id: str, *, after: int, limit: int) -> Sequence[UserEvent]:
        """Return events with a number above ``after``, in order."""
        query = Query(user_key(user_id), between=(event_place(after + 1), f"{EVENTS}~"))
        return read_records(self._table, UserEvent, query, limit=limit)

    def append(self, user_id: str, draft: UserEventDraft, *, now: datetime) -> None:
        """Write an event that no job's commit writes.

        Raises:
            ConcurrentUpdateError: If every attempt met another writer.
        """
        for _ in range(ATTEMPTS):
            writes = feed_writes(self._table, user_id, [draft], now)
            with suppress(ConditionFailedError):  # another writer has moved the feed
                self._table.transact(writes)
                return
        raise ConcurrentUpdateError(f"The feed of {user_id} changed meanwhile, again and again.")
