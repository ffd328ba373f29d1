"""What a sweep of everything reads, and where it stopped."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True)
class RecordTrace:
    """What the inventory lists of one record of a job.

    Attributes:
        kind: Name of its class, such as ``Clip``.
        written_at: When it was last written; None where the record does not say.
    """

    job_id: str
    kind: str
    written_at: datetime | None


@dataclass(frozen=True)
class SweepCursor:
    """How far a sweep came that is not done.

    Attributes:
        sweep: Its name.
        started_at: When it began, however many runs ago.
        positions: Where each of its lists goes on; a list that is done is not among them.
    """

    sweep: str
    started_at: datetime
    positions: Mapping[str, str]

    def moved(self, name: str, position: str | None) -> "SweepCursor":
        """Return the cursor with a list's new position, or without a list that ended (None)."""
        others = {other: at for other, at in self.positions.items() if other != name}
        return replace(self, positions=others if position is None else {**others, name: position})
