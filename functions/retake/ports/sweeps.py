"""What a sweep of everything reads, and where it stopped.

Ports are protocols; each has one contract suite in ``tests/contract`` that every implementation passes,
the fakes in ``tests/fakes`` included.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from retake.domain.records.ledger import Deletion
from retake.ports.pages import Page


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


class RecordInventory(Protocol):
    """Everything in the table, of all users: for sweeps, which may take their time."""

    def list_records(self, *, limit: int, cursor: str | None) -> Page[RecordTrace]:
        """Return the records of jobs among the next ``limit`` items, a job's own side by side.

        A page may be empty with others behind it: the table holds more than jobs.
        """
        ...

    def list_deletions(self, job_id: str) -> Sequence[Deletion]:
        """Return the job's entries in the deletion ledger."""
        ...


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


class SweepCursors(Protocol):
    """Where sweeps go on that were too long for one run."""

    def find(self, sweep: str) -> SweepCursor | None:
        """Return how far it came; None when it is done."""
        ...

    def put(self, cursor: SweepCursor) -> None:
        """Remember how far it came."""
        ...

    def remove(self, sweep: str) -> None:
        """Remember that it is done; saying so twice is no error."""
        ...
