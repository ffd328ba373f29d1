"""Read, change, write what is known of a user's storage; and repeat that after a conflict."""

from collections.abc import Callable

from retake.domain.errors import ConcurrentUpdateError
from retake.domain.usage import UserStorage
from retake.services.context import Context

ATTEMPTS = 4
"""There are two writers at most: the minute's look at budgets, and an admin."""


def change_storage(user_id: str, change: Callable[[UserStorage], UserStorage], ctx: Context) -> UserStorage:
    """Carry out one change of a user's record, and return it; nothing is written where it changes nothing.

    Raises:
        ConcurrentUpdateError: If every attempt met another writer.
    """
    for attempt in range(ATTEMPTS):
        storage = ctx.usage.get_storage(user_id)
        changed = change(storage)
        if changed == storage:
            return storage
        try:
            return ctx.usage.put_storage(changed)
        except ConcurrentUpdateError:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError  # pragma: no cover - the loop returns or raises
