"""What is true of money, whatever happened to whom. Reads through the ports only."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from retake.domain.history import HistoryFilter
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Job
from retake.domain.spending import Spent
from retake.storage.history import GenerationHistory
from retake.storage.jobs import JobRepository
from retake.storage.usage import UsageRepository
from tests.invariants import MANY, batches_of


@dataclass
class LedgerAudit:
    """The books of one user, kept beside those of the repository: charges outlive deleted jobs.

    Attributes:
        charged: What each generation was charged, by its id, and in which month.
    """

    user_id: str
    charged: dict[str, tuple[str, Decimal]] = field(default_factory=dict)

    def check(self, jobs: JobRepository, usage: UsageRepository, all_jobs: Sequence[Job]) -> None:
        """Check that reserved is what has not ended, and charged what became takes, month by month."""
        reserved: dict[str, Decimal] = defaultdict(Decimal)
        for job in all_jobs:
            generations = _generations_of(job, jobs)
            for item in generations:
                if item.hold is not None and not item.status.is_terminal:
                    reserved[item.hold.month] += item.hold.amount
            self._note_takes(job, generations, jobs)
        charged: dict[str, Decimal] = defaultdict(Decimal)
        for month, amount in self.charged.values():
            charged[month] += amount
        reported = {found.month: found.spent for found in usage.list_months(self.user_id, since="2000-01")}
        for month in {*reported, *reserved, *charged}:
            spent = reported.get(month, Spent())
            assert (spent.reserved, spent.charged) == (reserved[month], charged[month]), month
            assert spent.takes == sum(when == month for when, _ in self.charged.values()), month

    def check_history(self, jobs: JobRepository, history: GenerationHistory, all_jobs: Sequence[Job]) -> None:
        """Check that each generation that has ended has its line, which says how it ended."""
        page = history.list_generations(self.user_id, HistoryFilter(), limit=MANY, cursor=None)
        lines = {line.regeneration_id: line for line in page.items}
        for job in all_jobs:
            for item in _generations_of(job, jobs):
                line = lines.get(item.regeneration_id)
                assert (line is not None) == item.status.is_terminal
                if line is not None:
                    reported = (line.status, line.version_number, line.error)
                    assert reported == (item.status, item.version_number, item.error)
        charged = {line.regeneration_id: line.charged for line in page.items if line.charged}
        assert charged == {key: amount for key, (_, amount) in self.charged.items() if amount}

    def _note_takes(self, job: Job, generations: Sequence[Regeneration], jobs: JobRepository) -> None:
        holds = {item.regeneration_id: item.hold for item in generations}
        for entry in jobs.list_clips(job.job_id):
            for take in entry.versions:
                if take.regeneration_id is not None:
                    hold = holds[take.regeneration_id]
                    assert hold is not None
                    self.charged[take.regeneration_id] = (hold.month, hold.amount)


def _generations_of(job: Job, jobs: JobRepository) -> Sequence[Regeneration]:
    found: list[Regeneration] = []
    for batch in batches_of(job, jobs):
        generations = jobs.list_regenerations(job.job_id, batch.regeneration_ids)
        _check_holds(batch, generations)
        found += generations
    return found


def _check_holds(batch: Batch, generations: Sequence[Regeneration]) -> None:
    amounts = [item.hold.amount for item in generations if item.hold is not None]
    assert sum(amounts) == batch.price.total, "what is set aside is not what was priced"
    for item in generations:
        assert item.hold is None or item.hold.is_held != item.status.is_terminal, "held, and ended"
