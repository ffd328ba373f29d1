"""People who may sign in."""

from collections.abc import Mapping


class InMemoryUserDirectory:
    """A ``UserDirectory`` for tests."""

    def __init__(self, users: Mapping[str, str]) -> None:
        """Remember users: their email addresses by id."""
        self._users = dict(users)

    def is_known(self, user_id: str) -> bool:
        return user_id in self._users

    def find_email(self, user_id: str) -> str | None:
        return self._users.get(user_id)
