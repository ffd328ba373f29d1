"""Alerts that are collected."""

from dataclasses import dataclass, field
from decimal import Decimal

from retake.domain.spending import MonthSpent
from retake.domain.usage import UserStorage


@dataclass
class CollectedAlerts:
    """``Alerts`` that are kept for a test to read; those of one user may fail to be sent."""

    sent: list[tuple[str, int]] = field(default_factory=list)
    spending: list[tuple[str, int]] = field(default_factory=list)
    deaf_to: str = ""

    def budget_crossed(self, storage: UserStorage, *, percent: int, budget_bytes: int) -> None:
        assert budget_bytes >= 0
        if storage.user_id == self.deaf_to:
            raise OSError("no answer")
        self.sent.append((storage.user_id, percent))

    def spend_limit_crossed(self, user_id: str, account: MonthSpent, *, percent: int, limit: Decimal) -> None:
        assert account.spent.committed * 100 >= percent * limit
        if user_id == self.deaf_to:
            raise OSError("no answer")
        self.spending.append((user_id, percent))
