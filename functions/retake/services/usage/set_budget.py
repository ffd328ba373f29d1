"""Change what a user's storage record holds: the storage budget and the monthly spend limit."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from retake.domain.budgets import give_budget
from retake.domain.errors import ConcurrentUpdateError
from retake.domain.usage import UserStorage
from retake.services.context import Context


def set_budget(user_id: str, budget_bytes: int | None, ctx: Context) -> UserStorage:
    """Write the budget; it holds from the next request on.

    What the new budget makes crossed is reported by the minute's check: it is written down here, together
    with the budget, so that neither can be lost without the other.

    Args:
        user_id: Whose.
        budget_bytes: The user's own budget; None to go back to everybody's.
        ctx: The ports.

    Raises:
        ConcurrentUpdateError: If every attempt met another writer.
    """

    def change(storage: UserStorage) -> UserStorage:
        stored = ctx.usage.get_stored(user_id)
        return give_budget(
            storage, stored, budget_bytes=budget_bytes, default_bytes=ctx.limits.storage_budget_bytes
        )

    return change_storage(user_id, change, ctx)


def set_spend_limit(user_id: str, limit: Decimal | None, ctx: Context) -> UserStorage:
    """Write the limit; it holds from the next request on, and what was accepted before goes on.

    Args:
        user_id: Whose.
        limit: The user's own limit a month, in US dollars; None to go back to everybody's.
        ctx: The ports.

    Raises:
        ConcurrentUpdateError: If every attempt met another writer.
    """
    return change_storage(user_id, lambda storage: replace(storage, monthly_spend_limit=limit), ctx)


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
