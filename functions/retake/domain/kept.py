"""How many of something a user keeps, counted in the commits that add and remove. Pure."""

from dataclasses import dataclass, replace
from enum import StrEnum

from retake.domain.errors import TooManyKeptError


class KeptKind(StrEnum):
    """What is counted."""

    TEMPLATES = "templates"
    SCHEDULES = "schedules"


_WAYS_OUT = {
    KeptKind.TEMPLATES: "You have {count} templates, which is as many as are kept. Delete one first.",
    KeptKind.SCHEDULES: "{count} schedules wait already, which is as many as are kept. Cancel one, or wait.",
}


@dataclass(frozen=True)
class KeptIds:
    """The ids of what a user keeps of one kind.

    Attributes:
        revision: Grows with every change; 0 before the first.
    """

    user_id: str
    kind: KeptKind
    ids: tuple[str, ...] = ()
    revision: int = 0

    def with_id(self, new_id: str, *, most: int) -> "KeptIds":
        """Return them with one more. Raises ``TooManyKeptError`` where there are as many as allowed."""
        if new_id in self.ids:
            return replace(self, revision=self.revision + 1)
        if len(self.ids) >= most:
            raise TooManyKeptError(_WAYS_OUT[self.kind].format(count=len(self.ids)))
        return replace(self, ids=(*self.ids, new_id), revision=self.revision + 1)

    def without_id(self, old_id: str) -> "KeptIds":
        """Return them without one."""
        kept = tuple(item for item in self.ids if item != old_id)
        return replace(self, ids=kept, revision=self.revision + 1)
