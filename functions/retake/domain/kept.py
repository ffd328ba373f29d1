"""How many of something a user keeps, counted in the commits that add and remove. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from retake.domain.errors import TooManyKeptError
from retake.domain.usage import readable_bytes


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
        sizes: Bytes of the files that are kept for them, by id, but for those without any; None where an
            earlier release counted none.
        revision: Grows with every change; 0 before the first.
    """

    user_id: str
    kind: KeptKind
    ids: tuple[str, ...] = ()
    revision: int = 0
    sizes: Mapping[str, int] | None = None

    def with_id(self, new_id: str, *, most: int) -> "KeptIds":
        """Return them with one more. Raises ``TooManyKeptError`` where there are as many as allowed."""
        if new_id in self.ids:
            return replace(self, revision=self.revision + 1)
        if len(self.ids) >= most:
            raise TooManyKeptError(_WAYS_OUT[self.kind].format(count=len(self.ids)))
        return replace(self, ids=(*self.ids, new_id), revision=self.revision + 1)

    def with_files(self, new_id: str, size_bytes: int, *, most: int, most_bytes: int) -> "KeptIds":
        """Return them with one more, for which files are kept.

        Args:
            new_id: Its id.
            size_bytes: Of its files.
            most: How many may be kept.
            most_bytes: Of the files of all of them.

        Raises:
            TooManyKeptError: Where there are as many as allowed, or as many bytes.
        """
        others = {item: size for item, size in (self.sizes or {}).items() if item != new_id}
        kept_bytes = sum(others.values())
        if size_bytes and kept_bytes + size_bytes > most_bytes:
            raise TooManyKeptError(
                f"Files that scheduled videos go by take {readable_bytes(kept_bytes)} already; with "
                f"these they would be more than {readable_bytes(most_bytes)}. "
                "Cancel a schedule, or use smaller files."
            )
        sizes = {**others, new_id: size_bytes} if size_bytes else others
        return replace(self.with_id(new_id, most=most), sizes=sizes)

    def without_id(self, old_id: str) -> "KeptIds":
        """Return them without one."""
        kept = tuple(item for item in self.ids if item != old_id)
        sizes = self.sizes and {item: size for item, size in self.sizes.items() if item != old_id}
        return replace(self, ids=kept, sizes=sizes, revision=self.revision + 1)
