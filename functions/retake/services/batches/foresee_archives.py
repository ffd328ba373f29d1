"""Which takes the batches of a job are going to send to the archive, in the order in which they run."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from retake.domain.active_cap import next_to_archive
from retake.domain.limits import Limits
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Job
from retake.ports.jobs import ClipVersions, JobRepository
from retake.ports.system import Clock
from retake.services.batches.price_batch import ArchiveNotice


def foresee_archives(
    job: Job, batches: Sequence[Batch], *, jobs: JobRepository, clock: Clock, limits: Limits
) -> Mapping[str, tuple[ArchiveNotice, ...]]:
    """Return what each batch archives if all its takes succeed; another order gives another answer.

    Only takes that there are by now are named. A paused batch is told of as if it were resumed now; the
    others do not count on it.

    Args:
        job: Their job.
        batches: Those that have not ended, in their order.
        jobs: Where the job's clips are read.
        clock: The time restore periods count from.
        limits: How many takes a clip keeps.
    """
    clips = {entry.clip.clip_id: entry for entry in jobs.list_clips(job.job_id)}
    until = clock.now() + timedelta(days=limits.delete_after_days)
    before: Counter[str] = Counter()
    found = {}
    for batch in batches:
        made = jobs.list_regenerations(job.job_id, batch.regeneration_ids)
        left = [item for item in made if not item.status.is_terminal]
        found[batch.batch_id] = tuple(_notices(left, before, clips, limits, until))
        if batch.batch_id not in job.paused_batch_ids:
            before.update(item.clip_id for item in left)
    return found


def _notices(
    takes: Sequence[Regeneration],
    before: Counter[str],
    clips: Mapping[str, ClipVersions],
    limits: Limits,
    until: datetime,
) -> Iterator[ArchiveNotice]:
    indexes = {item.clip_id: item.clip_index for item in takes}
    for clip_id, count in Counter(item.clip_id for item in takes).items():
        entry, earlier = clips[clip_id], before[clip_id]
        going = next_to_archive(
            entry.clip, entry.versions, takes=earlier + count, cap=limits.max_active_versions
        )
        gone = next_to_archive(entry.clip, entry.versions, takes=earlier, cap=limits.max_active_versions)
        for version in going[len(gone) :]:
            yield ArchiveNotice(indexes[clip_id], version.version_id, version.version_number, until)
