"""Every minute: send alerts for budgets that were reached, and record how much is stored today."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC
from functools import partial

from retake.domain.budgets import (
    budget_reached,
    look_at,
    look_at_spending,
    mark_sent,
    mark_spending_sent,
    spend_limit_reached,
)
from retake.domain.spending import month_of
from retake.domain.storage_trend import StoredDay
from retake.domain.usage import ChangedUsage, StoredBytes, UserStorage
from retake.services.context import Context
from retake.services.usage.set_budget import change_storage

PER_RUN = 500
"""Changed parts of counters a run looks at; the next run, a minute later, takes the rest."""


@dataclass(frozen=True)
class BudgetReport:
    """What a run did.

    Attributes:
        users: Who was looked at.
        alerts: Sent about storage budgets.
        spend_alerts: Sent about spend limits.
        errors: What failed, and will be tried again.
    """

    users: int
    alerts: int
    spend_alerts: int
    errors: tuple[str, ...]


def check_budgets(ctx: Context) -> BudgetReport:
    """Send an alert for each share of a budget or spend limit that was crossed, by users who changed.

    Takes that land are stored, so users who spend are among them.

    The crossing is written down as to be sent before it is sent, and struck off after. So a run that
    dies anywhere is repeated by the next one, and no crossing is lost; an alert comes twice only if
    the run died between sending it and striking it off, or if two runs are let overlap.
    """
    changed: dict[str, list[ChangedUsage]] = defaultdict(list)
    for entry in ctx.usage.list_changed(before=ctx.clock.now(), limit=PER_RUN):
        changed[entry.user_id].append(entry)
    errors: list[str] = []
    sent = spending = 0
    for user_id, marks in changed.items():
        try:
            sent += _look(user_id, ctx)
            spending += _look_at_spending(user_id, ctx)
            # The marks were read before the counters: a change in between keeps its mark.
            for mark in marks:
                ctx.usage.settle(mark)
        except Exception as error:  # noqa: BLE001 - one user's trouble must not keep all others waiting
            errors.append(f"{user_id}: {error!r}")
    return BudgetReport(len(changed), sent, spending, tuple(errors))


def _look(user_id: str, ctx: Context) -> int:
    """Look at one user; return how many alerts were sent."""
    # First what a run that died left unsent: were it sent after the look, a share that was left
    # and crossed again in between would be reported once instead of twice.
    sent = _send(ctx.usage.get_storage(user_id), ctx)
    default_bytes = ctx.limits.storage_budget_bytes
    seen = change_storage(
        user_id,
        lambda storage: look_at(storage, ctx.usage.get_stored(user_id), default_bytes=default_bytes),
        ctx,
    )
    return sent + _send(seen, ctx)


def _send(storage: UserStorage, ctx: Context) -> int:
    budget_bytes = storage.budget(ctx.limits.storage_budget_bytes)
    for percent in storage.unsent_percents:
        # The user as well: the topic is the operators', and on one machine it has no subscriber.
        ctx.user_events.append(
            storage.user_id,
            budget_reached(storage.stored.total, percent=percent, budget_bytes=budget_bytes),
            now=ctx.clock.now(),
        )
        ctx.alerts.budget_crossed(storage, percent=percent, budget_bytes=budget_bytes)
        change_storage(storage.user_id, partial(mark_sent, percent=percent), ctx)
    return len(storage.unsent_percents)


def _look_at_spending(user_id: str, ctx: Context) -> int:
    """Look at what one user spends in this month; return how many alerts were sent."""
    account = ctx.usage.get_month(user_id, month_of(ctx.clock.now()))
    default = ctx.limits.monthly_spend_limit
    seen = change_storage(user_id, lambda storage: look_at_spending(storage, account, default=default), ctx)
    limit = seen.spend_limit(default)
    if limit is None or seen.spend_month != account.month:
        return 0
    for percent in seen.unsent_spend_percents:
        draft = spend_limit_reached(account, percent=percent, limit=limit)
        ctx.user_events.append(user_id, draft, now=ctx.clock.now())
        ctx.alerts.spend_limit_crossed(user_id, account, percent=percent, limit=limit)
        change_storage(user_id, partial(mark_spending_sent, percent=percent), ctx)
    return len(seen.unsent_spend_percents)


def record_day(stored: StoredBytes, ctx: Context) -> StoredDay:
    """Write down what is stored, unless that is what today's record says: one read a minute, few writes.

    The last look of a day is the day's; a look that is repeated changes nothing.
    """
    today = StoredDay(ctx.clock.now().astimezone(UTC).date(), stored)
    if today not in ctx.usage.list_days(since=today.day):
        ctx.usage.put_day(today)
    return today
