"""Records for tests: each builder fills in what a test does not care about."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from retake.domain.catalogue import Model, Price, Size
from retake.domain.changes import Change
from retake.domain.downloads import Download, DownloadFile
from retake.domain.media import MediaProfile
from retake.domain.pricing import ClipPrice, price_batch
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Clip, Composition, Job
from retake.domain.records.ledger import Deletion, Upload
from retake.domain.records.takes import ArchivedTake, TakeObjects, Version
from retake.domain.references import ANYTHING, ReferenceRole, ReferenceRules
from retake.domain.statuses import BatchStatus, ClipStatus, JobStatus, RegenerationStatus, VersionState
from retake.domain.versions import fingerprint_of
from retake.domain.videos import VideoDetails
from retake.ports.objects import ObjectStore
from retake.services.references.requested import RequestedReference
from retake.storage.jobs import JobRepository
from tests.fakes.clocks import START

USER = "user-1"
EMAIL = "ada@example.com"
"""Of ``USER``."""
JOB = "job-1"
PROFILE = MediaProfile(width=640, height=360, fps=30)

MODELS = (
    Model(
        *("any", "Any length and size", "directed", "any"),
        durations_ms=range(1, 60_001),
        price=Price(Decimal("0.012"), date(2026, 1, 1)),
        references=ANYTHING,
        free_failures=True,
    ),
    Model(
        *("choosy", "Choosy", "directed", "choosy"),
        durations_ms=(4000, 6000, 8000),
        price=Price(Decimal("0.10"), date(2026, 1, 1)),
        sizes=(Size(1280, 720), Size(720, 1280)),
        deadline_s=600,
    ),
    Model(
        *("unpriced", "Unpriced", "directed", "unpriced"),
        durations_ms=(5000,),
        price=None,
        references=ReferenceRules({ReferenceRole.FIRST_FRAME: 1}),
        end_of_life=date(2026, 3, 20),
    ),
    Model(
        *("ended", "Ended", "directed", "ended"),
        durations_ms=(5000,),
        price=None,
        end_of_life=date(2026, 2, 1),
    ),
)
"""A model for anything, whose failures are free; with few choices, about to end, no more."""


def a_job(**fields: Any) -> Job:
    defaults: dict[str, Any] = {
        "job_id": JOB,
        "user_id": USER,
        "title": "A film",
        "status": JobStatus.READY,
        "created_at": START,
        "clip_ids": ("clip-0", "clip-1", "clip-2"),
        "profile": PROFILE,
    }
    return Job(**(defaults | fields))


def a_video(video_id: str = JOB, *, user_id: str = USER, at: datetime = START, **details: Any) -> Job:
    """A video that is being made; ``details`` are those of its ``VideoDetails``."""
    defaults: dict[str, Any] = {
        "prompt": "a red fox in snow",
        "model": "any",
        "size": "640x360",
        "duration_ms": 5000,
        "creation_id": "creation-1",
        "regeneration_id": "regeneration-0",
        "batch_id": "creation-1",
        "seed": 7,
        "estimated_cost": Decimal("0.0600"),
    }
    return a_job(
        job_id=video_id,
        user_id=user_id,
        title=video_id,
        status=JobStatus.PREPARING,
        created_at=at,
        clip_ids=("clip-0",),
        active_batch_id="creation-1",
        video=VideoDetails(**(defaults | details)),
    )


def a_clip(clip_id: str = "clip-0", *, seconds: int = 10, **fields: Any) -> Clip:
    defaults: dict[str, Any] = {
        "job_id": JOB,
        "clip_id": clip_id,
        "title": clip_id,
        "status": ClipStatus.READY,
        "source_key": f"uploads/{clip_id}",
        "duration_ms": seconds * 1000,
        "frames": seconds * PROFILE.fps,
        "prompt": "a street in the rain",
        "current_version": 1,
        "next_version_number": 2,
    }
    return Clip(**(defaults | fields))


def a_take(clip_id: str, number: int, *, job_id: str = JOB, prefix: str = "clips") -> TakeObjects:
    folder = f"{prefix}/{job_id}/{clip_id}/{number}"
    return TakeObjects(f"{folder}/take.mp4", f"{folder}/sound.wav", f"{folder}/thumbnail.webp", 300)


def an_archived_take(clip_id: str, number: int, *, size_bytes: int = 200) -> ArchivedTake:
    folder = f"archive/{JOB}/{clip_id}/{number}"
    return ArchivedTake(
        f"{folder}/take.mp4",
        f"{folder}/sound.flac",
        f"{folder}/thumbnail.webp",
        size_bytes,
        "h264",
        94.0,
        f"hash-archived-{clip_id}-{number}",
    )


def a_version(number: int = 1, *, clip_id: str = "clip-0", job_id: str = JOB, **fields: Any) -> Version:
    defaults: dict[str, Any] = {
        "job_id": job_id,
        "clip_id": clip_id,
        "version_id": f"{clip_id}-v{number}",
        "version_number": number,
        "state": VersionState.ACTIVE,
        "objects": a_take(clip_id, number, job_id=job_id),
        "content_hash": f"hash-{clip_id}-{number}",
        "prompt": "a street in the rain",
        "user_instruction": None,
        "cost": Decimal("0.1200"),
        "duration_ms": 10_000,
        "frames": 300,
        "created_at": START,
    }
    return Version(**(defaults | fields))


def a_batch(batch_id: str = "batch-1", **fields: Any) -> Batch:
    defaults: dict[str, Any] = {
        "job_id": JOB,
        "batch_id": batch_id,
        "user_id": USER,
        "status": BatchStatus.RUNNING,
        "queue_number": 1,
        "regeneration_ids": ("regeneration-0",),
        "price": price_batch([ClipPrice(0, 10_000, Decimal("0.1200"), "any")]),
        "estimated_time_s": 60,
        "created_at": START,
    }
    return Batch(**(defaults | fields))


def a_regeneration(clip_index: int = 0, **fields: Any) -> Regeneration:
    defaults: dict[str, Any] = {
        "job_id": JOB,
        "regeneration_id": f"regeneration-{clip_index}",
        "batch_id": "batch-1",
        "clip_id": f"clip-{clip_index}",
        "clip_index": clip_index,
        "instruction": "make it nighttime",
        "status": RegenerationStatus.QUEUED,
        "seed": 7,
        "estimated_cost": Decimal("0.1200"),
        "created_at": START,
    }
    return Regeneration(**(defaults | fields))


def a_deletion(deletion_id: str = "deletion-1", **fields: Any) -> Deletion:
    defaults: dict[str, Any] = {
        "job_id": JOB,
        "deletion_id": deletion_id,
        "keys": ("clips/job-1/old",),
        "due_at": START + timedelta(hours=1),
        "reason": "a test",
    }
    return Deletion(**(defaults | fields))


def an_upload(upload_id: str = "upload-1", **fields: Any) -> Upload:
    defaults: dict[str, Any] = {
        "upload_id": upload_id,
        "user_id": USER,
        "key": f"uploads/{upload_id}",
        "kind": "video",
        "file_name": "shot.mp4",
        "content_type": "video/mp4",
        "max_bytes": 1024,
        "created_at": START,
        "expires_at": START + timedelta(hours=23),
    }
    return Upload(**(defaults | fields))


def by_upload(upload_id: str, *, place: int | None = None) -> tuple[RequestedReference, ...]:
    """What a video, or the clip at a place of a new job, is made from: an upload without a role."""
    field = "" if place is None else f"clips[{place}]."
    return (RequestedReference.plain_upload(upload_id, field=f"{field}reference_upload_id"),)


def a_download(download_id: str = "download-1", **fields: Any) -> Download:
    defaults: dict[str, Any] = {
        "download_id": download_id,
        "user_id": USER,
        "file_name": "Füchse.zip",
        "key": f"downloads/{download_id}/first.zip",
        "files": (DownloadFile("01 Füchse.mp4", "compositions/job-1/first.mp4", 11),),
        "left_out": ("Hare: failed",),
        "created_at": START,
        "expires_at": START + timedelta(hours=23),
        "lease_until": START + timedelta(minutes=5),
    }
    return Download(**(defaults | fields))


def store_ready_job(
    jobs: JobRepository,
    objects: ObjectStore,
    *,
    seconds: Sequence[int] = (12, 15, 10),
    job_id: str = JOB,
    **fields: Any,
) -> Job:
    """Store a job whose clips each have version 1, composed: the clips last ``seconds``."""
    clip_ids = tuple(f"clip-{index}" for index in range(len(seconds)))
    clips = [
        a_clip(clip_id, seconds=length, job_id=job_id)
        for clip_id, length in zip(clip_ids, seconds, strict=True)
    ]
    takes = [_store_first_take(clip, objects) for clip in clips]
    composition = Composition(
        fingerprint=fingerprint_of(
            [take.content_hash for take in takes], profile=PROFILE, soundtrack_hash=""
        ),
        video_key=f"compositions/{job_id}/first.mp4",
        poster_key=f"compositions/{job_id}/first.webp",
        frames=sum(clip.frames for clip in clips),
        duration_ms=sum(clip.duration_ms for clip in clips),
        size_bytes=2 * len(b"composition"),
        timeline_revision=1,
    )
    for key in (composition.video_key, composition.poster_key):
        objects.write(key, b"composition", content_type="video/mp4")
    job = a_job(job_id=job_id, clip_ids=clip_ids, timeline_revision=1, composition=composition, **fields)
    jobs.put_drafts(clips)
    return jobs.commit(Change(job, tuple(takes)), now=job.created_at)


def _store_first_take(clip: Clip, objects: ObjectStore) -> Version:
    """Store what ``FakeNormalizer`` would have made of the clip's source."""
    take = a_take(clip.clip_id, 1, job_id=clip.job_id)
    bodies = {
        key: f"{key.rsplit('/', 1)[1]} hash-{clip.clip_id}-1 {clip.frames} {clip.duration_ms}".encode()
        for key in take.keys
    }
    for key, body in bodies.items():
        objects.write(key, body, content_type="application/octet-stream")
    size_bytes = sum(len(body) for body in bodies.values())
    return a_version(
        1,
        clip_id=clip.clip_id,
        job_id=clip.job_id,
        duration_ms=clip.duration_ms,
        frames=clip.frames,
        objects=replace(take, size_bytes=size_bytes),
    )
