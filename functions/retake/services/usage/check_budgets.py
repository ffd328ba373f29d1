"""Every minute: look at those who store more or less than before, and tell which budgets were reached."""

from collections import defaultdict
from dataclasses import dataclass

from retake.domain.budgets import budget_reached, look_at, tell_sent
from retake.domain.limits import Limits
from retake.domain.usage import UserStorage
from retake.ports.system import Clock
from retake.ports.usage import Alerts, ChangedUsage, UsageRepository
from retake.ports.videos import UserEvents
from retake.services.usage.change_storage import change_storage

PER_RUN = 500
"""Changed parts of counters a run looks at; the next run, a minute later, takes the rest."""


@dataclass(frozen=True)
class BudgetReport:
    """What a run did: users looked at, alerts sent, and what failed (and will be tried again)."""

    users: int
    alerts: int
    errors: tuple[str, ...]


class CheckBudgets:
    """Tells each crossing of a share of a budget, as its looks see them.

    The crossing is written down as to be sent before it is sent, and struck off after. So a run that
    dies anywhere is repeated by the next one, and no crossing is lost; an alert comes twice only if
    the run died between sending it and striking it off, or if two runs are let overlap.
    """

    def __init__(
        self, *, usage: UsageRepository, alerts: Alerts, events: UserEvents, clock: Clock, limits: Limits
    ) -> None:
        self._usage = usage
        self._events = events
        self._alerts = alerts
        self._clock = clock
        self._limits = limits
        self._sent = 0

    def __call__(self) -> BudgetReport:
        """Look at everybody whose counters changed, or of whom something is still to be told."""
        changed: dict[str, list[ChangedUsage]] = defaultdict(list)
        for entry in self._usage.list_changed(before=self._clock.now(), limit=PER_RUN):
            changed[entry.user_id].append(entry)
        errors: list[str] = []
        for user_id, marks in changed.items():
            try:
                self._look(user_id)
                # The marks were read before the counters: a change in between keeps its mark.
                for mark in marks:
                    self._usage.settle(mark)
            except Exception as error:  # noqa: BLE001 - one user's trouble must not keep all others waiting
                errors.append(f"{user_id}: {error!r}")
        return BudgetReport(len(changed), self._sent, tuple(errors))

    def _look(self, user_id: str) -> None:
        # First what a run that died left unsent: were it sent after the look, a share that was left
        # and crossed again in between would be told once for twice.
        self._send(self._usage.get_storage(user_id))
        default_bytes = self._limits.storage_budget_bytes
        seen = change_storage(
            user_id,
            lambda storage: look_at(storage, self._usage.get_stored(user_id), default_bytes=default_bytes),
            usage=self._usage,
        )
        self._send(seen)

    def _send(self, storage: UserStorage) -> None:
        budget_bytes = storage.budget(self._limits.storage_budget_bytes)
        for percent in storage.unsent_percents:
            # The user as well: the topic is the operators', and on one machine nobody listens to it.
            self._events.tell(
                storage.user_id,
                budget_reached(storage.stored.total, percent=percent, budget_bytes=budget_bytes),
                now=self._clock.now(),
            )
            self._alerts.budget_crossed(storage, percent=percent, budget_bytes=budget_bytes)
            self._sent += 1
            self._strike_off(storage.user_id, percent)

    def _strike_off(self, user_id: str, percent: int) -> None:
        change_storage(user_id, lambda storage: tell_sent(storage, percent), usage=self._usage)
