"""People who may sign in."""

from collections.abc import Iterable


class InMemoryUserDirectory:
    """A ``UserDirectory`` for tests."""

    def __init__(self, user_ids: Iterable[str]) -> None:
        self._user_ids = set(user_ids)

    def is_known(self, user_id: str) -> bool:
        return user_id in self._user_ids
