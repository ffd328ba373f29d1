"""What is true of money, whatever happened to whom. Reads through the ports only."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from retake.domain.history import HistoryFilter
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Job
from retake.domain.spending import Spent
from retake.storage.history import GenerationHistory
from retake.storage.jobs import JobRepository
from retake.storage.usage import UsageRepository
from tests.job_records import MANY, JobRecords, read_records


@dataclass
class LedgerAudit:
    """The books of one user, kept beside those of the repository: charges outlive deleted jobs.

    Attributes:
        charged: What each generation was charged, by its id, and in which month.
    """

    user_id: str
    charged: dict[str, tuple[str, Decimal]] = field(default_factory=dict)

    def check(
        self,
        jobs: JobRepository,
        usage: UsageRepository,
        history: GenerationHistory,
        all_jobs: Sequence[Job],
    ) -> None:
        """Check the user's months and history against the records of all jobs."""
        records = [read_records(job, jobs) for job in all_jobs]
        for item in records:
            for batch in item.batches:
                _check_holds(batch, item.regenerations_of(batch))
            self._note_takes(item)
        self._check_months(records, usage)
        self._check_history(records, history)

    def _check_months(self, records: Sequence[JobRecords], usage: UsageRepository) -> None:
        """Check that reserved is what has not ended, and charged what became takes, month by month."""
        reserved: dict[str, Decimal] = defaultdict(Decimal)
        for item in _generations_of(records):
            if item.hold is not None and not item.status.is_terminal:
                reserved[item.hold.month] += item.hold.amount
        charged: dict[str, Decimal] = defaultdict(Decimal)
        for month, amount in self.charged.values():
            charged[month] += amount
        reported = {found.month: found.spent for found in usage.list_months(self.user_id, since="2000-01")}
        for month in {*reported, *reserved, *charged}:
            spent = reported.get(month, Spent())
            assert (spent.reserved, spent.charged) == (reserved[month], charged[month]), month
            assert spent.takes == sum(when == month for when, _ in self.charged.values()), month

    def _check_history(self, records: Sequence[JobRecords], history: GenerationHistory) -> None:
        """Check that each generation that has ended has its line, which says how it ended."""
        page = history.list_generations(self.user_id, HistoryFilter(), limit=MANY, cursor=None)
        lines = {line.regeneration_id: line for line in page.items}
        for item in _generations_of(records):
            line = lines.get(item.regeneration_id)
            assert (line is not None) == item.status.is_terminal
            if line is not None:
                reported = (line.status, line.version_number, line.error)
                assert reported == (item.status, item.version_number, item.error)
        charged = {line.regeneration_id: line.charged for line in page.items if line.charged}
        assert charged == {key: amount for key, (_, amount) in self.charged.items() if amount}

    def _note_takes(self, records: JobRecords) -> None:
        for entry in records.clips:
            for take in entry.versions:
                if take.regeneration_id is not None:
                    hold = records.regenerations[take.regeneration_id].hold
                    assert hold is not None
                    self.charged[take.regeneration_id] = (hold.month, hold.amount)


def _generations_of(records: Sequence[JobRecords]) -> Iterator[Regeneration]:
    return (generation for item in records for generation in item.regenerations.values())


def _check_holds(batch: Batch, generations: Sequence[Regeneration]) -> None:
    amounts = [item.hold.amount for item in generations if item.hold is not None]
    assert sum(amounts) == batch.price.total, "what is set aside is not what was priced"
    for item in generations:
        assert item.hold is None or item.hold.is_held != item.status.is_terminal, "held, and ended"
