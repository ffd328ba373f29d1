"""Give a user another storage budget, or another monthly spend limit."""

from dataclasses import replace
from decimal import Decimal

from retake.domain.budgets import give_budget
from retake.domain.usage import UserStorage
from retake.services.context import Context
from retake.services.usage.change_storage import change_storage


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
