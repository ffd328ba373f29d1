"""How many takes of a clip stay in active storage, and which one goes when there are too many. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from retake.domain.records.jobs import Clip
from retake.domain.records.takes import Version
from retake.domain.statuses import VersionState

MAX_ACTIVE_VERSIONS = 3
"""The cap on takes in active storage, a clip; a setting up to 5."""


@dataclass(frozen=True)
class ActiveTakes:
    """The takes of a clip in active storage, by number: what the cap is decided on.

    Attributes:
        numbers: Version numbers, in any order.
        current: The one that the clip shows; never archived.
    """

    numbers: frozenset[int]
    current: int | None

    def one_too_many(self, *, cap: int, shown_before: int | None) -> int | None:
        """Return the take that has to go to the archive, if there are more than ``cap``.

        It is the oldest that neither is shown now nor was shown before the change that made one too
        many: what a person compares a new take with stays beside it. That one goes only where there
        is no other.

        Args:
            cap: Takes that may stay.
            shown_before: The take that the clip showed before: what a new take was made of.
        """
        if len(self.numbers) <= cap:
            return None
        candidates = self.numbers - {self.current}
        return min(candidates, key=lambda number: (number == shown_before, number), default=None)


def active_takes(clip: Clip, versions: Sequence[Version]) -> ActiveTakes:
    """Return a clip's takes in active storage; those that are damaged cannot be archived and do not count."""
    active = frozenset(
        version.version_number
        for version in versions
        if version.state is VersionState.ACTIVE and version.damaged_at is None
    )
    return ActiveTakes(active, clip.current_version)


@dataclass(frozen=True)
class FutureTakes:
    """A clip's takes in active storage while regenerations land one after another, all succeeding.

    Attributes:
        takes: Those that there are.
        next_number: Number of the next one.
    """

    takes: ActiveTakes
    next_number: int

    @classmethod
    def of(cls, clip: Clip, versions: Sequence[Version]) -> "FutureTakes":
        """Return the takes of a clip as they are now."""
        return cls(active_takes(clip, versions), clip.next_version_number)

    def landed(
        self, count: int, *, cap: int, joined: bool = False, base: int | None = None
    ) -> tuple["FutureTakes", tuple[int, ...]]:
        """Return the takes after one request's takes landed, and those that went to the archive, in order.

        Numbers of takes that do not exist yet can be among those that go: where one request makes as
        many takes as may stay, the take they are made of and the one that is shown stay, and another
        of them goes.

        Args:
            count: How many takes land.
            cap: Takes that may stay.
            joined: Whether they join takes of the same request that landed before: the clip goes on
                showing what it shows. Else the first of them is shown.
            base: The take that joined ones are made of.
        """
        takes, gone = self.takes, list[int]()
        shown_before = base if joined else takes.current
        for number in range(self.next_number, self.next_number + count):
            is_shown = number == self.next_number and not joined
            takes = ActiveTakes(takes.numbers | {number}, number if is_shown else takes.current)
            going = takes.one_too_many(cap=cap, shown_before=shown_before)
            if going is not None:
                takes = ActiveTakes(takes.numbers - {going}, takes.current)
                gone.append(going)
        return FutureTakes(takes, self.next_number + count), tuple(gone)
