"""The people who sign in, and the alerts that operators subscribe to.

Ports are protocols; each has one contract suite in ``tests/contract`` that every implementation passes,
the fakes in ``tests/fakes`` included.
"""

from decimal import Decimal
from typing import Protocol

from retake.domain.spending import MonthSpent
from retake.domain.usage import UserStorage


class UserDirectory(Protocol):
    """The people who may sign in."""

    def is_known(self, user_id: str) -> bool:
        """Whether a user signs in with this id: a token's ``sub``, not an email address."""
        ...

    def find_email(self, user_id: str) -> str | None:
        """Return a user's email address; None for one that is unknown, or has none."""
        ...


class Alerts(Protocol):
    """Sends alerts that the operators subscribed to."""

    def budget_crossed(self, storage: UserStorage, *, percent: int, budget_bytes: int) -> None:
        """Announce that a user reached ``percent`` of the budget."""
        ...

    def spend_limit_crossed(self, user_id: str, account: MonthSpent, *, percent: int, limit: Decimal) -> None:
        """Announce that a user reached ``percent`` of the monthly spend limit, in US dollars."""
        ...
