"""A job and what is in it, read once for many checks. Reads through the ports only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retake.domain.clip_versions import ClipVersions
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Job
from retake.domain.records.ledger import Event
from retake.domain.statuses import JobStatus
from retake.storage.jobs import JobRepository

MANY = 10_000


@dataclass(frozen=True)
class JobRecords:
    """A job and what is in it, read once for all checks.

    Attributes:
        clips: With their versions; of a job that is being deleted what is left of them.
        regenerations: Those of its batches, by id.
    """

    job: Job
    clips: Sequence[ClipVersions]
    events: Sequence[Event]
    batches: Sequence[Batch]
    regenerations: Mapping[str, Regeneration]

    @property
    def is_deleting(self) -> bool:
        """Whether its records are being deleted: its objects go first."""
        return self.job.status is JobStatus.DELETING

    def regenerations_of(self, batch: Batch) -> Sequence[Regeneration]:
        """Return a batch's regenerations; one that is gone is left out."""
        return [self.regenerations[key] for key in batch.regeneration_ids if key in self.regenerations]


def read_records(job: Job, jobs: JobRepository) -> JobRecords:
    """Read what is in a job."""
    batches = batches_of(job, jobs)
    ids = [key for batch in batches for key in batch.regeneration_ids]
    return JobRecords(
        job,
        clips=jobs.list_clips(job.job_id),
        events=jobs.list_events(job.job_id, after=0, limit=MANY),
        batches=batches,
        regenerations={item.regeneration_id: item for item in jobs.list_regenerations(job.job_id, ids)},
    )


def batches_of(job: Job, jobs: JobRepository) -> Sequence[Batch]:
    """Return all of a job's batches."""
    return jobs.list_batches(job.job_id, limit=MANY, cursor=None).items
