"""Where records are in the table.

| record | PK | SK | other keys |
|---|---|---|---|
| job | ``JOB#{job_id}`` | ``JOB`` | by_owner: ``USER#{user_id}`` / ``JOB#{created}#{job_id}``, |
| | | | a video: ``VIDEO#{created}#{job_id}`` |
| | | | by_size: ``JOBS`` / ``{bytes:015}#{job_id}`` |
| clip | ``JOB#{job_id}`` | ``CLIP#{clip_id}`` | |
| version | ``JOB#{job_id}`` | ``CLIP#{clip_id}#V#{number:06}`` | |
| batch | ``JOB#{job_id}`` | ``BATCH#{batch_id}`` | by_owner: ``JOB#{job_id}`` / ``BATCH#{queue_number:06}`` |
| regeneration | ``JOB#{job_id}`` | ``REGENERATION#{regeneration_id}`` | |
| event | ``JOB#{job_id}`` | ``EVENT#{seq:012}`` | |
| deletion | ``JOB#{job_id}`` | ``DELETION#{deletion_id}`` | |
| share link | ``JOB#{job_id}`` | ``SHARE#{share_id}`` | |
| comment | ``JOB#{job_id}`` | ``COMMENT#{share_id}#{comment_id}`` | |
| what a share's token leads to | ``SHARETOKEN#{hash}`` | ``SHARETOKEN`` | |
| what a user stores, in parts | ``USER#{user_id}`` | ``USAGE#{shard}`` | |
| what a user spends in a month | ``USER#{user_id}`` | ``SPENT#{month}``; of earlier releases | |
| | | parts, ``SPENT#{month}#{shard}`` | |
| a generation that has ended | ``USER#{user_id}`` | ``PAST#{asked}#{regeneration_id}`` | |
| a user's storage | ``USER#{user_id}`` | ``STORAGE`` | by_size: ``USERS`` / ``{bytes:015}#{user_id}`` |
| what all users store | ``USAGE`` | ``TOTAL`` | |
| and stored on a day | ``USAGE`` | ``DAY#{date}`` | |
| a user's feed | ``USER#{user_id}`` | ``FEED`` | |
| an event of a user | ``USER#{user_id}`` | ``EVENT#{seq:012}`` | |
| that a job has open work | ``USER#{user_id}`` | ``OPEN#{job_id}`` | |
| project | ``USER#{user_id}`` | ``PROJECT#{project_id}`` | by_owner: ``USER#{user_id}`` / |
| | | | ``PROJECT#{created}#{project_id}`` |
| a project's name | ``USER#{user_id}`` | ``PROJECTNAME#{hash}`` | |
| template | ``USER#{user_id}`` | ``TEMPLATE#{template_id}`` | by_owner: ``USER#{user_id}`` / |
| | | | ``TEMPLATE#{created}#{template_id}`` |
| a template's name | ``USER#{user_id}`` | ``TEMPLATENAME#{hash}`` | |
| schedule | ``SCHEDULE#{schedule_id}`` | ``SCHEDULE`` | by_owner: ``USER#{user_id}`` / |
| | | | ``SCHEDULE#{at}#{schedule_id}`` |
| ids of templates, of schedules, | ``USER#{user_id}`` | ``KEPT#{kind}`` | |
| bytes of upload forms | | | |
| download | ``USER#{user_id}`` | ``DOWNLOAD#{download_id}`` | |
| creation | ``CREATION#{creation_id}`` | ``CREATION`` | |
| upload | ``UPLOAD#{upload_id}`` | ``UPLOAD`` | |
| answer | ``ANSWER#{key}`` | ``ANSWER`` | |
| the rest of a long one | ``ANSWER#{key}`` | ``PIECE#{hash}#{number:03}`` | |
| where a sweep goes on | ``SWEEP#{name}`` | ``SWEEP`` | |

Whatever needs a look at some time has ``DUEPK``/``DUESK``, the keys of the sparse ``due_work`` index;
a part of what a user stores has them from its change until the user's budget was looked at, and a
user's storage while an alert is to be sent.
``written_at`` says when, for the sweep that looks for what a crash left behind.
Money is text (Decimal, four places), times are ISO 8601 in UTC, ``expires_at`` is what TTL reads.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from retake.domain.downloads import Download
from retake.domain.due import DueKind, due_of, instant, position_in_index, shard_of
from retake.domain.history import PastGeneration
from retake.domain.kept import KeptIds
from retake.domain.open_work import OpenWork
from retake.domain.records.answers import StoredAnswer
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Clip, Job
from retake.domain.records.ledger import Deletion, Event, Upload
from retake.domain.records.shares import Comment, Share, ShareToken
from retake.domain.records.takes import Version
from retake.domain.schedules import Schedule
from retake.domain.statuses import JobKind
from retake.domain.templates import Template
from retake.domain.upload_allowance import UploadAllowance
from retake.domain.usage import StoredBytes, UserStorage
from retake.domain.user_events import UserEvent, UserFeed
from retake.domain.videos import Creation, Project
from retake.ports.table import BY_OWNER, BY_SIZE, DUE_WORK, Index, Key

InJob = Job | Clip | Version | Batch | Regeneration | Deletion
"""What lives inside a job and may need a look at some time."""

Stored = (
    InJob
    | Event
    | Upload
    | StoredAnswer
    | UserStorage
    | UserFeed
    | UserEvent
    | Creation
    | Project
    | OpenWork
    | Download
    | Template
    | Schedule
    | KeptIds
    | UploadAllowance
    | PastGeneration
    | Share
    | ShareToken
    | Comment
)

RECORD_TYPES: Mapping[type[Any], str] = {
    Job: "Job",
    Clip: "Clip",
    Version: "Version",
    Batch: "Batch",
    Regeneration: "Regeneration",
    Event: "Event",
    Deletion: "Deletion",
    Upload: "Upload",
    StoredAnswer: "StoredAnswer",
    UserStorage: "UserStorage",
    UserFeed: "UserFeed",
    UserEvent: "UserEvent",
    Creation: "Creation",
    Project: "Project",
    OpenWork: "OpenWork",
    Download: "Download",
    Template: "Template",
    Schedule: "Schedule",
    KeptIds: "KeptIds",
    UploadAllowance: "UploadAllowance",
    PastGeneration: "PastGeneration",
    Share: "Share",
    ShareToken: "ShareToken",
    Comment: "Comment",
}
"""What ``record_type`` says of a record: stored data, so a class that is renamed keeps its name here."""

JOB = "JOB"
JOBS = "JOB#"
VERSION_MARK = "#V#"
STORAGE = "STORAGE"
FEED = "FEED"
PAST = "PAST#"
VIDEOS = "VIDEO#"
PROJECTS = "PROJECT#"
TEMPLATES = "TEMPLATE#"
SCHEDULES = "SCHEDULE#"
SCHEDULE = "SCHEDULE"
OPEN_WORK = "OPEN#"
DOWNLOADS = "DOWNLOAD#"
EVENTS = "EVENT#"
KEPT = "KEPT#"
SHARES = "SHARE#"
TOKENS = "SHARETOKEN#"
TOKEN_RECORD = "SHARETOKEN"  # noqa: S105 - a key, no secret
COMMENTS = "COMMENT#"
UPLOADS = "uploads"

SCHEDULE_DUE = "DUE#schedule"
USAGE_CHANGED = "DUE#usage"
USERS_BY_SIZE = "USERS"
JOBS_BY_SIZE = "JOBS"


def job_key(job_id: str) -> str:
    """Return the partition of everything inside a job."""
    return f"{JOBS}{job_id}"


def user_key(user_id: str) -> str:
    """Return the partition of what is known of a user."""
    return f"USER#{user_id}"


def version_place(clip_id: str, number: int) -> str:
    """Return the sort key of a version."""
    return f"CLIP#{clip_id}{VERSION_MARK}{number:06}"


def event_place(seq: int) -> str:
    """Return the sort key of a job's, or a user's, event."""
    return f"{EVENTS}{seq:012}"


def comment_place(share_id: str, comment_id: str) -> str:
    """Return the sort key of a comment."""
    return f"{COMMENTS}{share_id}#{comment_id}"


def token_key(token_hash: str) -> Key:
    """Return the key of what a share's token leads to."""
    return f"{TOKENS}{token_hash}", TOKEN_RECORD


def _in_job(place: Callable[[Any], str]) -> Callable[[Any], Key]:
    return lambda record: (job_key(record.job_id), place(record))


def _of_user(place: Callable[[Any], str]) -> Callable[[Any], Key]:
    return lambda record: (user_key(record.user_id), place(record))


_KEYS: Mapping[type[Any], Callable[[Any], Key]] = {
    Job: _in_job(lambda _: JOB),
    Clip: _in_job(lambda clip: f"CLIP#{clip.clip_id}"),
    Version: _in_job(lambda version: version_place(version.clip_id, version.version_number)),
    Batch: _in_job(lambda batch: f"BATCH#{batch.batch_id}"),
    Regeneration: _in_job(lambda item: f"REGENERATION#{item.regeneration_id}"),
    Event: _in_job(lambda event: event_place(event.seq)),
    Deletion: _in_job(lambda deletion: f"DELETION#{deletion.deletion_id}"),
    Share: _in_job(lambda share: f"{SHARES}{share.share_id}"),
    Comment: _in_job(lambda comment: comment_place(comment.share_id, comment.comment_id)),
    UserStorage: _of_user(lambda _: STORAGE),
    UserFeed: _of_user(lambda _: FEED),
    UserEvent: _of_user(lambda event: event_place(event.seq)),
    Project: _of_user(lambda project: f"{PROJECTS}{project.project_id}"),
    Template: _of_user(lambda template: f"{TEMPLATES}{template.template_id}"),
    OpenWork: _of_user(lambda entry: f"{OPEN_WORK}{entry.job_id}"),
    Download: _of_user(lambda download: f"{DOWNLOADS}{download.download_id}"),
    KeptIds: _of_user(lambda kept: f"{KEPT}{kept.kind}"),
    UploadAllowance: _of_user(lambda _: f"{KEPT}{UPLOADS}"),
    PastGeneration: _of_user(lambda line: f"{PAST}{instant(line.asked_at)}#{line.regeneration_id}"),
    Schedule: lambda schedule: (f"{SCHEDULES}{schedule.schedule_id}", SCHEDULE),
    Upload: lambda upload: (f"UPLOAD#{upload.upload_id}", "UPLOAD"),
    Creation: lambda creation: (f"CREATION#{creation.creation_id}", "CREATION"),
    StoredAnswer: lambda answer: (f"ANSWER#{answer.key}", "ANSWER"),
    ShareToken: lambda token: token_key(token.token_hash),
}


def key_of(record: Stored) -> Key:
    """Return a record's PK and SK."""
    return _KEYS[type(record)](record)


def index_keys(record: Stored, now: datetime) -> dict[str, str]:
    """Return the keys of a record written ``now`` in the indexes that list it."""
    match record:
        case Job() | Clip() | Version() | Batch() | Regeneration() | Deletion():
            return _lists_in_job(record) | _due_in_job(record, now)
        case UserStorage():
            keys = _by_size(USERS_BY_SIZE, record.stored, record.user_id)
            return keys | (usage_mark(now, STORAGE, record.user_id) if record.unsent_percents else {})
        case Project():
            return _by_time(record.user_id, PROJECTS, record.created_at, record.project_id)
        case Template():
            return _by_time(record.user_id, TEMPLATES, record.created_at, record.template_id)
        case Schedule():
            keys = _by_time(record.user_id, SCHEDULES, record.at, record.schedule_id)
            if record.look_at is not None:
                position = position_in_index(record.look_at, SCHEDULE, record.schedule_id)
                keys |= _in_index(DUE_WORK, SCHEDULE_DUE, position)
            return keys
        case _:
            return {}


def usage_mark(now: datetime, place: str, user_id: str) -> dict[str, str]:
    """Return the keys of an entry that has a user's budget looked at."""
    return _in_index(DUE_WORK, USAGE_CHANGED, position_in_index(now, place, user_id))


def due_partition(kind: DueKind, shard: int | None) -> str:
    """Return the partition of the ``due_work`` index that holds a kind's entries, or a part of them."""
    return f"DUE#{kind}" if shard is None else f"DUE#{kind}#{shard}"


def due_before(at: datetime) -> str:
    """Return the sort key that ends a query for what is due."""
    return f"{instant(at)}#~"


def _lists_in_job(record: InJob) -> dict[str, str]:
    match record:
        case Job():
            size = _by_size(JOBS_BY_SIZE, record.counted, record.job_id)
            if record.kind is JobKind.VIDEO:
                return size | _by_time(record.user_id, VIDEOS, record.created_at, record.job_id)
            place = f"{JOBS}{record.created_at.astimezone(UTC).isoformat()}#{record.job_id}"
            return size | _in_index(BY_OWNER, user_key(record.user_id), place)
        case Batch():
            return _in_index(BY_OWNER, job_key(record.job_id), f"BATCH#{record.queue_number:06}")
        case _:
            return {}


def _due_in_job(record: InJob, now: datetime) -> dict[str, str]:
    due = due_of(record, now)
    if due is None:
        return {}
    (kind, at), (_, place) = due, key_of(record)
    position = position_in_index(at, place, record.job_id)
    return _in_index(DUE_WORK, due_partition(kind, shard_of(kind, record.job_id)), position)


def _by_time(user_id: str, prefix: str, at: datetime, record_id: str) -> dict[str, str]:
    return _in_index(BY_OWNER, user_key(user_id), f"{prefix}{instant(at)}#{record_id}")


def _by_size(partition: str, stored: StoredBytes, owner_id: str) -> dict[str, str]:
    return _in_index(BY_SIZE, partition, f"{stored.total:015}#{owner_id}")


def _in_index(index: Index, partition: str, place: str) -> dict[str, str]:
    return {index.partition: partition, index.sort: place}
