"""What a user may still add and spend: the storage budget and the monthly spend limit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from retake.domain.errors import SpendLimitError, StorageBudgetExceededError
from retake.domain.holds import Hold
from retake.domain.spending import NO_MONEY, MonthSpent, Reservation, dollars_of, units_of
from retake.domain.usage import is_used_up, readable_bytes
from retake.services.context import Context

UNPRICED = (
    "You have a monthly spend limit, and no price is published for this model, so it cannot be held "
    "against the limit. Choose a model with a price (GET /models shows them), or ask an admin to lift "
    "your limit. Nothing was started or charged."
)


@dataclass(frozen=True)
class SpendLimit:
    """A user's month and the limit that holds in it, in US dollars; None where there is none."""

    account: MonthSpent
    limit: Decimal | None

    @property
    def left(self) -> Decimal | None:
        """Return what may still be asked for; None without a limit."""
        return None if self.limit is None else max(NO_MONEY, self.limit - self.account.spent.committed)


def read_spend_limit(user_id: str, month: str, ctx: Context) -> SpendLimit:
    """Return what the user spends in a month, and may."""
    own = ctx.usage.get_storage(user_id).spend_limit(ctx.limits.monthly_spend_limit)
    return SpendLimit(ctx.usage.get_month(user_id, month), own)


def reserve_spending(
    user_id: str, holds: Sequence[Hold | None], month: str, ctx: Context, *, returned: Decimal = NO_MONEY
) -> Reservation:
    """Return what the commit that accepts these generations sets aside.

    Call it before anything is written, and give its answer to the commit, which is refused as one of
    ``ConcurrentUpdateError`` where another took what was left meanwhile: then call it again.

    Args:
        user_id: Who pays.
        holds: Of each generation; None where its model's price is not known.
        month: The month of the request.
        ctx: The ports.
        returned: What the same commit gives back in that month.

    Raises:
        SpendLimitError: If the limit does not allow it, with the figures and the ways out.
    """
    known = [hold.amount for hold in holds if hold is not None]
    asked = sum(known, NO_MONEY) - returned
    seen = read_spend_limit(user_id, month, ctx)
    if seen.limit is None:
        return Reservation(month, asked)
    if len(known) < len(holds):
        raise SpendLimitError(UNPRICED)
    spent = seen.account.spent
    # What costs nothing takes no room, also where a limit was lowered below what is committed.
    if asked > NO_MONEY and spent.committed + asked > seen.limit:
        raise SpendLimitError(_refusal(seen, seen.limit, asked))
    earlier = spent.committed - seen.account.guarded
    return Reservation(month, asked, seen.limit - asked - earlier)


def _refusal(seen: SpendLimit, limit: Decimal, asked: Decimal) -> str:
    spent = seen.account.spent
    return (
        f"Your spend limit is {dollars(limit)} a month. In {seen.account.month}, {dollars(spent.charged)} is "
        f"spent and {dollars(spent.reserved)} reserved for what is being made, so {dollars(seen.left)} is "
        f"left; this needs {dollars(asked)}. Ask for less, cancel something that waits, wait until "
        f"{_month_after(seen.account.month)} (UTC), or ask an admin for a higher limit. Nothing was started "
        "or charged."
    )


def dollars(amount: Decimal | None) -> str:
    """Return an amount as people write it: two places, and up to four where they say something.

    >>> dollars(Decimal("0.4050")), dollars(Decimal("12"))
    ('$0.405', '$12.00')
    """
    exact = dollars_of(units_of(amount or NO_MONEY))
    text = f"{exact:.4f}".rstrip("0")
    return f"${text}{'0' * max(0, 2 - len(text.rsplit('.', maxsplit=1)[-1]))}"


def _month_after(month: str) -> str:
    year, number = (int(part) for part in month.split("-"))
    return date(year + number // 12, number % 12 + 1, 1).isoformat()


def require_budget(user_id: str, ctx: Context) -> None:
    """Require that the user's storage budget is not used up.

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
