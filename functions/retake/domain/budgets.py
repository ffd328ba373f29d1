"""Storage budgets and spend limits: alerts when a share is used. Nothing is ever deleted for them."""

from dataclasses import replace
from decimal import Decimal

from retake.domain.spending import MonthSpent
from retake.domain.usage import ALERT_PERCENTS, StoredBytes, UserStorage, crossed_percent, is_used_up
from retake.domain.user_events import BudgetReached, SpendLimitReached, UserEventDraft


def look_at(storage: UserStorage, stored: StoredBytes, *, default_bytes: int) -> UserStorage:
    """Return a user's record brought up to date with what is stored now.

    Each share of the budget that was reached since the last check is to be announced once: from below
    80 % to above 100 % both are. A share that is left can be reached, and announced, again.

    Args:
        storage: What the last look left.
        stored: The counters' sum now.
        default_bytes: The budget of users who have none of their own.

    Returns:
        The record with ``unsent_percents`` to announce; equal to ``storage`` where nothing changed.
    """
    reached = crossed_percent(stored.total, storage.budget(default_bytes))
    crossed = [percent for percent in ALERT_PERCENTS if storage.alerted_percent < percent <= reached]
    unsent = tuple(sorted({*storage.unsent_percents, *crossed}))
    return replace(storage, stored=stored, alerted_percent=reached, unsent_percents=unsent)


def look_at_spending(storage: UserStorage, account: MonthSpent, *, default: Decimal | None) -> UserStorage:
    """Return a user's record brought up to date with what is spent and reserved in a month.

    Each share of the limit that was reached since the last look is to be announced once a month; one that is
    left, since what was reserved is given back, is announced again.

    Args:
        storage: What the last look left.
        account: The month as it is now.
        default: The limit of users who have none of their own; None for no limit.

    Returns:
        The record with ``unsent_spend_percents`` to announce; equal to ``storage`` where nothing changed.
    """
    limit, committed = storage.spend_limit(default), account.spent.committed
    reached = 0
    if limit is not None and committed > 0:
        reached = max(
            (percent for percent in ALERT_PERCENTS if committed * 100 >= percent * limit), default=0
        )
    is_same_month = storage.spend_month == account.month
    before = storage.spend_alerted_percent if is_same_month else 0
    unsent = storage.unsent_spend_percents if is_same_month else ()
    crossed = [percent for percent in ALERT_PERCENTS if before < percent <= reached]
    if reached == before and not crossed:
        return storage
    return replace(
        storage,
        spend_month=account.month,
        spend_alerted_percent=reached,
        unsent_spend_percents=tuple(percent for percent in sorted({*unsent, *crossed}) if percent <= reached),
    )


def mark_spending_sent(storage: UserStorage, percent: int) -> UserStorage:
    """Return the record after one alert about spending is known to be sent."""
    left = tuple(item for item in storage.unsent_spend_percents if item != percent)
    return replace(storage, unsent_spend_percents=left)


def spend_limit_reached(account: MonthSpent, *, percent: int, limit: Decimal) -> UserEventDraft:
    """Return the event of a share of the monthly spend limit that is reached."""
    event = SpendLimitReached(
        percent=percent,
        month=account.month,
        spent=account.spent.charged,
        reserved=account.spent.reserved,
        limit=limit,
        is_used_up=account.spent.committed >= limit,
    )
    return UserEventDraft(event)


def give_budget(
    storage: UserStorage, stored: StoredBytes, *, budget_bytes: int | None, default_bytes: int
) -> UserStorage:
    """Return the record under another budget; shares that it makes reached are to be announced as well.

    An alert about the budget before it that was not sent yet is dropped where it no longer holds.

    Args:
        storage: What is known of the user.
        stored: The counters' sum now.
        budget_bytes: The user's own budget; None for the default.
        default_bytes: The default.
    """
    changed = look_at(replace(storage, budget_bytes=budget_bytes), stored, default_bytes=default_bytes)
    holding = tuple(percent for percent in changed.unsent_percents if percent <= changed.alerted_percent)
    return replace(changed, unsent_percents=holding)


def mark_sent(storage: UserStorage, percent: int) -> UserStorage:
    """Return the record after one alert is known to be sent."""
    left = tuple(item for item in storage.unsent_percents if item != percent)
    return replace(storage, unsent_percents=left)


def budget_reached(used_bytes: int, *, percent: int, budget_bytes: int) -> UserEventDraft:
    """Return the event of a share of the budget that is reached."""
    event = BudgetReached(
        percent=percent,
        used_bytes=used_bytes,
        budget_bytes=budget_bytes,
        is_full=is_used_up(used_bytes, budget_bytes),
    )
    return UserEventDraft(event)
