"""Refuse what would add to a storage whose budget is used up."""

from retake.domain.budgets import is_used_up
from retake.domain.errors import StorageBudgetExceededError
from retake.domain.usage import readable_bytes
from retake.services.context import Context


def require_budget(user_id: str, ctx: Context) -> None:
    """Let somebody add uploads, jobs and generations only while the storage budget is not used up.

    Call it before anything is written or paid. What was accepted before goes on, and restoring,
    cancelling and reading need no leave: nothing is deleted or held back for a budget.

    Raises:
        StorageBudgetExceededError: If it is, with what is used, the budget, and the ways out.
    """
    used_bytes = ctx.usage.get_stored(user_id).total
    budget_bytes = ctx.usage.get_storage(user_id).budget(ctx.limits.storage_budget_bytes)
    if is_used_up(used_bytes, budget_bytes):
        raise StorageBudgetExceededError(
            f"You store {readable_bytes(used_bytes)} and your budget is {readable_bytes(budget_bytes)}, so "
            "nothing new can be added. Delete jobs that you no longer need; takes that were replaced go by "
            f"themselves after {ctx.limits.delete_after_days} days; or ask an admin for a larger budget. "
            "Nothing you have is deleted for this."
        )
