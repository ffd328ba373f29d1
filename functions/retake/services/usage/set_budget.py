"""Give a user another storage budget."""

from retake.domain.budgets import give_budget
from retake.domain.limits import Limits
from retake.domain.usage import UserStorage
from retake.ports.usage import UsageRepository
from retake.services.usage.change_storage import change_storage


def set_budget(
    user_id: str, budget_bytes: int | None, *, usage: UsageRepository, limits: Limits
) -> UserStorage:
    """Write the budget; it holds from the next request on.

    What the new budget makes crossed is told by the minute's look: it is written down here, together
    with the budget, so that neither can be lost without the other.

    Args:
        user_id: Whose.
        budget_bytes: The user's own budget; None to go back to everybody's.
        usage: What users store.
        limits: With everybody's budget.

    Raises:
        ConcurrentUpdateError: If every attempt met another writer.
    """

    def change(storage: UserStorage) -> UserStorage:
        stored = usage.get_stored(user_id)
        return give_budget(
            storage, stored, budget_bytes=budget_bytes, default_bytes=limits.storage_budget_bytes
        )

    return change_storage(user_id, change, usage=usage)
