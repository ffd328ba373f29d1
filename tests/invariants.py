"""What is true of every job, whatever happened to it. Reads through the ports only."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from retake.domain.clip_versions import ClipVersions
from retake.domain.events import ENDED_BATCH
from retake.domain.open_work import has_open_work
from retake.domain.records.batches import Batch
from retake.domain.records.jobs import Job
from retake.domain.records.ledger import Deletion
from retake.domain.recount import recount
from retake.domain.statuses import (
    ClipStatus,
    JobStatus,
    RegenerationStatus,
    VersionState,
)
from retake.domain.usage import NOTHING, StoredBytes
from retake.domain.versions import IN_ACTIVE_STORAGE
from retake.domain.videos import VideoStatus
from retake.ports.objects import ObjectStore
from retake.storage.jobs import JobRepository
from retake.storage.usage import UsageRepository

MANY = 10_000
PREFIXES = ("clips/", "archive/", "compositions/")
TERMINAL_EVENTS = frozenset(event.name.value for event in ENDED_BATCH.values())


def batches_of(job: Job, jobs: JobRepository) -> Sequence[Batch]:
    """Return all of a job's batches."""
    return jobs.list_batches(job.job_id, limit=MANY, cursor=None).items


def check_always(job: Job, jobs: JobRepository, objects: ObjectStore) -> None:
    """Check what holds at every moment, between any two steps of any request."""
    _check_events(job, jobs)
    _check_queue(job, jobs)
    _check_doubts(job, jobs)
    _check_video(job, jobs)
    if job.status is JobStatus.DELETING:  # its objects go first, then its records
        return
    clips = jobs.list_clips(job.job_id)
    for entry in clips:
        _check_clip(entry, objects)
    _check_story(job, clips, jobs)
    _check_takes(job, jobs)
    _check_choices(job, jobs)
    has_takes = any(entry.clip.current_version is not None for entry in clips)
    assert job.has_takes == has_takes, "a job that does not know whether it has takes"
    assert job.status is not JobStatus.READY or has_takes, "ready without a take"
    for composition in job.compositions:
        assert objects.find(composition.video_key), "a composed video without its file"
        assert objects.find(composition.poster_key), "a composed video without its poster"


def check_at_rest(job: Job, jobs: JobRepository, *, cap: int) -> None:
    """Check what holds once nothing runs and nothing is due any more."""
    assert job.active_batch_id is None, "the job is not free"
    assert job.waiting_batch_ids == (), "a batch still waits"
    for batch in batches_of(job, jobs):
        assert batch.status.is_terminal, f"batch {batch.batch_id} was lost: it is {batch.status}"
        _check_charge(batch)
    for entry in jobs.list_clips(job.job_id):
        states = [version.state for version in entry.versions]
        assert VersionState.ARCHIVING not in states, "an archiving that nobody finished"
        assert states.count(VersionState.ACTIVE) <= cap, "too many active versions"


def check_objects(
    jobs: JobRepository, objects: ObjectStore, ids: Iterable[str], ledger: Sequence[Deletion]
) -> None:
    """Check that every object has a record, or is known to the deletion ledger."""
    known = {key for entry in ledger for key in entry.keys}
    for job_id in ids:
        known |= keys_of(jobs.get_job(job_id), jobs.list_clips(job_id))
    for prefix in PREFIXES:
        orphans = {info.key for info in objects.list_objects(prefix)} - known
        assert not orphans, f"objects that nobody knows of: {sorted(orphans)}"


def check_payments(accepted: Mapping[str, Sequence[str]]) -> None:
    """Check that no regeneration was submitted, and so paid, twice."""
    repeated = {key: jobs for key, jobs in accepted.items() if len(jobs) > 1}
    assert not repeated, f"paid twice: {repeated}"


def check_usage(
    jobs: JobRepository, objects: ObjectStore, usage: UsageRepository, all_jobs: Iterable[Job]
) -> None:
    """Check that what is counted is what lies in the store, for each job, and added up for each user."""
    by_user: dict[str, StoredBytes] = {}
    for job in all_jobs:
        by_user[job.user_id] = by_user.get(job.user_id, NOTHING) + job.counted
        if job.status is JobStatus.DELETING:
            assert job.counted == NOTHING, "a job that is going still counts"
            continue
        listed = [info for prefix in PREFIXES for info in objects.list_objects(f"{prefix}{job.job_id}/")]
        versions = [version for entry in jobs.list_clips(job.job_id) for version in entry.versions]
        count = recount(job, versions, {info.key: info.size_bytes for info in listed})
        assert count.is_exact, (
            f"counted {count.counted}, found {count.found}, wrong: {count.repaired_versions}"
        )
    for user_id, stored in by_user.items():
        assert usage.get_stored(user_id) == stored, "a user's counters are not the sum of the jobs'"


def keys_of(job: Job, clips: Sequence[ClipVersions]) -> set[str]:
    """Return every object key that the job refers to."""
    keys = set(job.keys)
    for entry in clips:
        for version in entry.versions:
            keys.update(version.keys)
    return keys


def _check_clip(entry: ClipVersions, objects: ObjectStore) -> None:
    clip, numbers = entry.clip, [version.version_number for version in entry.versions]
    assert numbers == sorted(set(numbers), reverse=True), "version numbers repeat"
    assert clip.next_version_number > max(numbers, default=0), "a number would be given twice"
    if clip.status is ClipStatus.READY:
        current = [version for version in entry.versions if version.version_number == clip.current_version]
        assert len(current) == 1, "not exactly one current version"
        assert current[0].state is VersionState.ACTIVE, "the current version is on its way out"
        assert current[0].superseded_at is None
    if clip.active_versions is not None:
        active = {item.version_number for item in entry.versions if item.state in IN_ACTIVE_STORAGE}
        assert active <= set(clip.active_versions) <= set(numbers), "versions that are not read"
    paid = [version.regeneration_id for version in entry.versions if version.regeneration_id]
    assert len(paid) == len(set(paid)), "one regeneration, two versions"
    for version in entry.versions:
        for key in version.keys:
            assert objects.find(key), f"version {version.version_number} lost {key}"
        if version.version_number != clip.current_version:
            assert version.superseded_at is not None, "an old version whose age nobody knows"


def _check_events(job: Job, jobs: JobRepository) -> None:
    events = jobs.list_events(job.job_id, after=0, limit=MANY)
    assert [event.seq for event in events] == list(range(1, job.event_seq + 1)), "events with gaps"
    ended = [str(event.data["batch_id"]) for event in events if event.name in TERMINAL_EVENTS]
    terminal = [batch.batch_id for batch in batches_of(job, jobs) if batch.status.is_terminal]
    assert sorted(ended) == sorted(terminal), "not exactly one terminal event a batch"
    complete = [event.data["regeneration_id"] for event in events if event.name == "clip_complete"]
    assert len(complete) == len(set(complete)), "a clip was completed twice"


def _check_story(job: Job, clips: Sequence[ClipVersions], jobs: JobRepository) -> None:
    """Return the clips' current versions by the events alone: they leave nothing out.

    A take became current only on top of the one that was current when it was asked for: nothing
    that a user chose was overridden.
    """
    by_id = {entry.clip.clip_id: entry for entry in clips}
    # A first take that is generated is reported as any other; one of a file was there before the story began.
    late = _late_landings(job, jobs)
    reported = [_first_take(by_id[clip_id]) for clip_id in job.clip_ids]
    for event in jobs.list_events(job.job_id, after=0, limit=MANY):
        data: Mapping[str, Any] = event.data
        if event.name == "timeline_changed":
            reported = [reported[index] for index in data["order"]]
        elif event.name == "version_restored":
            reported[data["clip_index"]] = data["version_number"]
        elif event.name == "clip_complete" and data["is_current"] and data["regeneration_id"] in late:
            assert reported[data["clip_index"]] is None, "a late take overrode one"
            reported[data["clip_index"]] = data["version_number"]
        elif event.name == "clip_complete" and data["is_current"]:
            regeneration = jobs.get_regeneration(job.job_id, data["regeneration_id"])
            assert regeneration.base_version == reported[data["clip_index"]], "a choice was overridden"
            reported[data["clip_index"]] = data["version_number"]
    assert reported == [by_id[clip_id].clip.current_version for clip_id in job.clip_ids]


def _check_takes(job: Job, jobs: JobRepository) -> None:
    """Check that the takes one request makes of a clip are made of one take, in one wording."""
    for batch in batches_of(job, jobs):
        for item in jobs.list_regenerations(job.job_id, batch.regeneration_ids):
            for other in jobs.list_regenerations(job.job_id, item.siblings):
                assert (item.clip_id, item.instruction) == (other.clip_id, other.instruction)
                assert item.seed != other.seed, "the same take twice"
                assert item.take != other.take
                if item.base_version is not None and other.base_version is not None:
                    assert item.base_version == other.base_version, "a take of a take"
                    assert item.prompt == other.prompt


def _check_choices(job: Job, jobs: JobRepository) -> None:
    """Check that of takes to choose from the first that succeeded is shown, and no other by itself.

    Where a user chose another take meanwhile, it is reported as late.
    """
    succeeded: set[str] = set()
    late = _late_landings(job, jobs)
    for event in jobs.list_events(job.job_id, after=0, limit=MANY):
        if event.name == "clip_complete":
            landed = jobs.get_regeneration(job.job_id, str(event.data["regeneration_id"]))
            assert landed.status is RegenerationStatus.SUCCEEDED, "it landed, and its record says otherwise"
            if landed.regeneration_id not in late:
                is_first = succeeded.isdisjoint(landed.siblings)
                assert event.data["is_current"] == is_first, "of several takes not the first is shown"
            succeeded.add(landed.regeneration_id)


def _late_landings(job: Job, jobs: JobRepository) -> set[str]:
    """Return the generations whose take came late; each was reported as complete just before."""
    before, late = None, set()
    for event in jobs.list_events(job.job_id, after=0, limit=MANY):
        if event.name == "version_landed_late":
            assert before is not None
            assert (before.name, before.data) == ("clip_complete", event.data)
            late.add(str(event.data["regeneration_id"]))
        before = event
    return late


def _first_take(entry: ClipVersions) -> int | None:
    return None if entry.clip.is_generated or not entry.versions else 1


def _check_video(job: Job, jobs: JobRepository) -> None:
    """Check that a video's status says what its records say."""
    video = job.video
    if video is None or job.status is JobStatus.DELETING:
        return
    (entry,) = jobs.list_clips(job.job_id)
    has_take = entry.clip.current_version is not None
    assert (video.status is VideoStatus.COMPLETED) == has_take, "completed without a take, or not with one"
    assert (job.status is JobStatus.READY) == has_take
    if not has_take:
        batch = jobs.get_batch(job.job_id, video.batch_id)
        is_open = not batch.status.is_terminal or batch.paused_at is not None
        assert video.status.is_open == is_open
        assert video.paused_at == batch.paused_at, "it is paused and nobody says so, or the other way round"
        assert (video.error is None) == video.status.is_open, "it failed and nobody says why"
        assert (video.doubt is not None) == (video.status is VideoStatus.IN_DOUBT)


def _check_doubts(job: Job, jobs: JobRepository) -> None:
    """Check that what is in doubt says so, in an open batch, and that each batch has one retry."""
    batches = {batch.batch_id: batch for batch in batches_of(job, jobs)}
    for batch in batches.values():
        for item in jobs.list_regenerations(job.job_id, batch.regeneration_ids):
            assert (item.doubt is not None) == (item.status is RegenerationStatus.IN_DOUBT)
            assert item.doubt is None or not batch.status.is_terminal, "ended, and in doubt"
        if batch.retried_by is not None:
            assert batches[batch.retried_by].retry_of == batch.batch_id
    retried = [batch.retry_of for batch in batches.values() if batch.retry_of is not None]
    assert len(retried) == len(set(retried)), "a batch was retried twice"


def _check_queue(job: Job, jobs: JobRepository) -> None:
    batches = {batch.batch_id: batch for batch in batches_of(job, jobs)}
    numbers = [batch.queue_number for batch in batches.values()]
    assert len(numbers) == len(set(numbers)), "two batches with one place"
    open_ids = {batch_id for batch_id, batch in batches.items() if not batch.status.is_terminal}
    held = {*job.waiting_batch_ids, *([job.active_batch_id] if job.active_batch_id else [])}
    assert open_ids == held, "a batch that is neither active nor waiting, or a job held by the dead"
    assert len(job.waiting_batch_ids) == len(set(job.waiting_batch_ids)), "a batch waits twice"
    assert set(job.paused_batch_ids) <= set(job.waiting_batch_ids), "a batch that runs is paused"
    if job.status is not JobStatus.DELETING and job.active_batch_id is None:
        assert set(job.paused_batch_ids) == set(job.waiting_batch_ids), "the job is free and a batch waits"
    listed = [item.job_id for item in jobs.list_open(job.user_id, limit=MANY, cursor=None).items]
    assert (job.job_id in listed) == has_open_work(job), "its user's queue says otherwise"


def _check_charge(batch: Batch) -> None:
    costs = dict(zip(batch.regeneration_ids, (clip.cost for clip in batch.price.clips), strict=True))
    assert [result.regeneration_id for result in batch.results] == list(batch.regeneration_ids)
    paid = [
        costs[result.regeneration_id]
        for result in batch.results
        if result.status is RegenerationStatus.SUCCEEDED
    ]
    known = [cost for cost in paid if cost is not None]
    if len(known) < len(paid):
        assert batch.charged is None, "a charge for what has no price"
        return
    subtotal = sum(known, Decimal(0))
    discount = (subtotal * batch.price.discount_rate).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    assert batch.charged == subtotal - discount, "not charged what succeeded"
