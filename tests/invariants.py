"""What is true of every job, whatever happened to it. Reads through the ports only."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from retake.domain.clip_versions import ClipTake, ClipVersions
from retake.domain.events.batches import ENDED_BATCH
from retake.domain.open_work import has_open_work
from retake.domain.records.batches import Batch
from retake.domain.records.jobs import Job
from retake.domain.records.ledger import Deletion, Event
from retake.domain.recount import recount
from retake.domain.sources import FramePlace, Source
from retake.domain.staleness import stale_clips
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
from tests.job_records import MANY, JobRecords, batches_of, read_records

PREFIXES = ("clips/", "archive/", "compositions/")
TERMINAL_EVENTS = frozenset(event.name.value for event in ENDED_BATCH.values())


def check_always(job: Job, jobs: JobRepository, objects: ObjectStore) -> None:
    """Check what holds at every moment, between any two steps of any request."""
    records = read_records(job, jobs)
    clips = records.clips
    _check_events(records)
    _check_queue(records, jobs)
    _check_doubts(records)
    if records.is_deleting:
        return
    _check_video(records)
    for entry in clips:
        _check_clip(entry, objects)
    _check_story(records)
    _check_staleness(records)
    _check_takes(records)
    _check_choices(records)
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
        assert VersionState.ARCHIVING not in states, "an archiving that was not finished"
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
        assert not orphans, f"objects that no record knows of: {sorted(orphans)}"


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
    if clip.deleted_at is not None:
        assert clip.current_version is None, "a deleted clip that shows a take"
        assert not any(version.keys for version in entry.versions), "a deleted clip that keeps objects"
    elif clip.status is ClipStatus.READY:
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
            assert version.superseded_at is not None, "an old version whose age is unknown"


def _check_events(records: JobRecords) -> None:
    events = records.events
    assert [event.seq for event in events] == list(range(1, records.job.event_seq + 1)), "events with gaps"
    ended = [str(event.data["batch_id"]) for event in events if event.name in TERMINAL_EVENTS]
    terminal = [batch.batch_id for batch in records.batches if batch.status.is_terminal]
    assert sorted(ended) == sorted(terminal), "not exactly one terminal event a batch"
    complete = [event.data["regeneration_id"] for event in events if event.name == "clip_complete"]
    assert len(complete) == len(set(complete)), "a clip was completed twice"


def _check_story(records: JobRecords) -> None:
    """Return the clips' current versions by the events alone: they leave nothing out.

    A take became current only on top of the one that was current when it was asked for: nothing
    that a user chose was overridden.
    """
    by_id = {entry.clip.clip_id: entry for entry in records.clips}
    job, events = records.job, records.events
    # A first take that is generated is reported as any other; one of a file was there before the story began.
    late = _late_landings(records)
    order = _first_order(job, events)
    reported = {clip_id: _first_take(entry) for clip_id, entry in by_id.items()}
    for event in events:
        data: Mapping[str, Any] = event.data
        if event.name == "timeline_changed":
            order = _reordered(order, data)
            continue
        if data.get("clip_index") is None:
            continue
        clip_id = order[data["clip_index"]]
        if event.name == "version_restored":
            reported[clip_id] = data["version_number"]
        elif event.name == "clip_complete" and data["is_current"] and data["regeneration_id"] in late:
            assert reported[clip_id] is None, "a late take overrode one"
            reported[clip_id] = data["version_number"]
        elif event.name == "clip_complete" and data["is_current"]:
            regeneration = records.regenerations[data["regeneration_id"]]
            assert regeneration.shown_version == reported[clip_id], "a choice was overridden"
            reported[clip_id] = data["version_number"]
    assert tuple(order) == job.clip_ids, "the events say another order"
    assert {clip_id: reported[clip_id] for clip_id in order} == {
        clip_id: by_id[clip_id].clip.current_version for clip_id in job.clip_ids
    }


def _check_staleness(records: JobRecords) -> None:
    """Check that a clip is stale if and only if a source of its take changed, and that the events say so."""
    job, events = records.job, records.events
    by_id = {entry.clip.clip_id: entry for entry in records.clips}
    expected = {clip_id: _is_stale(job, clip_id, by_id) for clip_id in job.clip_ids}
    found = stale_clips(job, [ClipTake(by_id[item].clip, by_id[item].current) for item in job.clip_ids])
    assert set(found) == {item for item, is_stale in expected.items() if is_stale}, "stale for no reason"
    order = _first_order(job, events)
    reported: set[str] = set()
    for event in events:
        data: Mapping[str, Any] = event.data
        if event.name == "timeline_changed":
            order = _reordered(order, data)
            reported &= set(order)
        elif event.name == "clip_stale":
            reported.add(order[data["clip_index"]])
        elif event.name == "clip_up_to_date":
            reported.remove(order[data["clip_index"]])
    assert reported == set(found), "the events say something else of stale clips"


def _is_stale(job: Job, clip_id: str, clips: Mapping[str, ClipVersions]) -> bool:
    take = clips[clip_id].current
    followed = () if take is None else (source for source in take.made_from if source.is_followed)
    return any(_has_changed(job, clip_id, source, clips) for source in followed)


def _has_changed(job: Job, clip_id: str, source: Source, clips: Mapping[str, ClipVersions]) -> bool:
    if source.clip_id is None or source.clip_id not in job.clip_ids:
        return source.clip_id is not None
    distance = job.clip_ids.index(source.clip_id) - job.clip_ids.index(clip_id)
    if source.neighbour is not None and distance != source.neighbour.step:
        return True
    entry = clips[source.clip_id]
    if entry.current is None or entry.current.version_id != source.version_id:
        return True
    first, end = 0, entry.current.frames
    if entry.clip.trim is not None:
        first, end = entry.clip.trim.in_frame, entry.clip.trim.out_frame
    shown = {None: source.frame, FramePlace.FIRST: first, FramePlace.LAST: end - 1}
    return source.frame != shown[source.frame_place]


def _first_order(job: Job, events: Sequence[Event]) -> list[str]:
    """Return the order that a job was made with: that of now, with every change of it taken back."""
    order = list(job.clip_ids)
    for event in reversed(events):
        data: Mapping[str, Any] = event.data
        if event.name != "timeline_changed":
            continue
        if "order" in data:
            before = [""] * len(order)
            for clip_id, index in zip(order, data["order"], strict=True):
                before[index] = clip_id
            order = before
        elif "added" in data:
            order = [clip_id for place, clip_id in enumerate(order) if place not in data["added"]]
        elif "returned" in data:
            del order[data["returned"]]
        elif "removed" in data:
            order.insert(data["removed"], data["clip_id"])
    return order


def _reordered(order: list[str], data: Mapping[str, Any]) -> list[str]:
    """Return the order of clips after an event."""
    if "order" in data:
        return [order[index] for index in data["order"]]
    after = list(order)
    if "added" in data:
        for place, clip_id in zip(data["added"], data["clip_ids"], strict=True):
            after.insert(place, clip_id)
    elif "returned" in data:
        after.insert(data["returned"], data["clip_id"])
    elif "removed" in data:
        assert after.pop(data["removed"]) == data["clip_id"], "another clip was removed"
    return after


def _check_takes(records: JobRecords) -> None:
    """Check that the takes one request makes of a clip are made of one take, in one wording."""
    for item in records.regenerations.values():
        for other in (records.regenerations[key] for key in item.siblings):
            assert (item.clip_id, item.instruction) == (other.clip_id, other.instruction)
            assert item.seed != other.seed, "the same take twice"
            assert item.take != other.take
            if item.base_version is not None and other.base_version is not None:
                assert item.base_version == other.base_version, "a take of a take"
                assert item.prompt == other.prompt


def _check_choices(records: JobRecords) -> None:
    """Check that of takes to choose from the first that succeeded is shown, and no other by itself.

    Where a user chose another take meanwhile, it is reported as late.
    """
    succeeded: set[str] = set()
    late = _late_landings(records)
    for event in records.events:
        if event.name == "clip_complete":
            landed = records.regenerations[str(event.data["regeneration_id"])]
            assert landed.status is RegenerationStatus.SUCCEEDED, "it landed, and its record says otherwise"
            if landed.regeneration_id not in late:
                is_first = succeeded.isdisjoint(landed.siblings)
                assert event.data["is_current"] == is_first, "of several takes not the first is shown"
            succeeded.add(landed.regeneration_id)


def _late_landings(records: JobRecords) -> set[str]:
    """Return the generations whose take came late; each was reported as complete just before."""
    before, late = None, set()
    for event in records.events:
        if event.name == "version_landed_late":
            assert before is not None
            assert (before.name, before.data) == ("clip_complete", event.data)
            late.add(str(event.data["regeneration_id"]))
        before = event
    return late


def _first_take(entry: ClipVersions) -> int | None:
    return None if entry.clip.is_generated or not entry.versions else 1


def _check_video(records: JobRecords) -> None:
    """Check that a video's status says what its records say."""
    job, video = records.job, records.job.video
    if video is None:
        return
    (entry,) = records.clips
    has_take = entry.clip.current_version is not None
    assert (video.status is VideoStatus.COMPLETED) == has_take, "completed without a take, or not with one"
    assert (job.status is JobStatus.READY) == has_take
    if not has_take:
        (batch,) = (batch for batch in records.batches if batch.batch_id == video.batch_id)
        is_open = not batch.status.is_terminal or batch.paused_at is not None
        assert video.status.is_open == is_open
        assert video.paused_at == batch.paused_at, "only one of the two records says that it is paused"
        assert (video.error is None) == video.status.is_open, "it failed without a reason"
        assert (video.doubt is not None) == (video.status is VideoStatus.IN_DOUBT)


def _check_doubts(records: JobRecords) -> None:
    """Check that what is in doubt says so, in an open batch, and that each batch has one retry."""
    batches = {batch.batch_id: batch for batch in records.batches}
    for batch in batches.values():
        for item in records.regenerations_of(batch):
            assert (item.doubt is not None) == (item.status is RegenerationStatus.IN_DOUBT)
            assert item.doubt is None or not batch.status.is_terminal, "ended, and in doubt"
        if batch.retried_by is not None:
            assert batches[batch.retried_by].retry_of == batch.batch_id
    retried = [batch.retry_of for batch in batches.values() if batch.retry_of is not None]
    assert len(retried) == len(set(retried)), "a batch was retried twice"


def _check_queue(records: JobRecords, jobs: JobRepository) -> None:
    job, batches = records.job, records.batches
    numbers = [batch.queue_number for batch in batches]
    assert len(numbers) == len(set(numbers)), "two batches with one place"
    open_ids = {batch.batch_id for batch in batches if not batch.status.is_terminal}
    held = {*job.waiting_batch_ids, *([job.active_batch_id] if job.active_batch_id else [])}
    assert open_ids == held, "a batch that is neither active nor waiting, or a job held by the dead"
    assert len(job.waiting_batch_ids) == len(set(job.waiting_batch_ids)), "a batch waits twice"
    assert set(job.paused_batch_ids) <= set(job.waiting_batch_ids), "a batch that runs is paused"
    if not records.is_deleting and job.active_batch_id is None:
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
