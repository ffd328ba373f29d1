"""How records look in the table.

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
| archive to download | ``USER#{user_id}`` | ``DOWNLOAD#{download_id}`` | |
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

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from pydantic import TypeAdapter

from retake.adapters.aws.planned_items import Planned, place_planned, planned_index_keys
from retake.domain.downloads import Download
from retake.domain.due import DueKind, due_of, instant, position_in_index, shard_of
from retake.domain.history import PastGeneration
from retake.domain.kept import KeptIds
from retake.domain.open_work import OpenWork
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Clip, Job
from retake.domain.records.kinds import Record
from retake.domain.records.ledger import Deletion, Event, Upload
from retake.domain.records.takes import Version
from retake.domain.schedules import Schedule
from retake.domain.statuses import JobKind
from retake.domain.templates import Template
from retake.domain.upload_allowance import UploadAllowance
from retake.domain.usage import StoredBytes, UserStorage
from retake.domain.user_events import UserEvent, UserFeed
from retake.domain.videos import Creation, Project
from retake.ports.jobs import DueWork
from retake.ports.requests import StoredAnswer

Item = dict[str, Any]
"""An item as the low-level client reads and writes it."""

OwnedRecord = (
    Upload | StoredAnswer | UserStorage | UserFeed | UserEvent | Creation | Project | OpenWork | Download
)
"""What lives outside of jobs."""

Stored = Job | Record | Event | OwnedRecord | Planned | PastGeneration

RECORD_TYPES: dict[type[Any], str] = {
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
}
"""What ``record_type`` says of a record: stored data, so a class that is renamed keeps its name here."""

T = TypeVar("T")

_serializer = TypeSerializer()
_deserializer = TypeDeserializer()

VERSION_MARK = "#V#"
STORAGE = "STORAGE"
FEED = "FEED"
PAST = "PAST#"
VIDEOS = "VIDEO#"
PROJECTS = "PROJECT#"
OPEN_WORK = "OPEN#"
DOWNLOADS = "DOWNLOAD#"
USAGE_CHANGED = "DUE#usage"
USERS_BY_SIZE = "USERS"
JOBS_BY_SIZE = "JOBS"


_adapters: dict[type, TypeAdapter[Any]] = {}


def _adapter(kind: type) -> TypeAdapter[Any]:
    """Return a kind's adapter, made when it is first needed: a cold start pays for its own kinds."""
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def job_key(job_id: str) -> str:
    """Return the partition of everything inside a job."""
    return f"JOB#{job_id}"


def user_key(user_id: str) -> str:
    """Return the partition of what is known of a user."""
    return f"USER#{user_id}"


def key_of(record: Stored) -> tuple[str, str]:
    """Return a record's PK and SK."""
    if isinstance(record, Planned):
        return place_planned(record, user_key(record.user_id))
    if isinstance(record, PastGeneration):
        place = f"{PAST}{instant(record.asked_at)}#{record.regeneration_id}"
        return user_key(record.user_id), place
    if isinstance(record, OwnedRecord):
        return _place_owned(record)
    return job_key(record.job_id), _place_in_job(record)


def _place_owned(record: OwnedRecord) -> tuple[str, str]:  # noqa: C901, PLR0911 - one line a kind
    match record:
        case Upload():
            return f"UPLOAD#{record.upload_id}", "UPLOAD"
        case UserStorage():
            return user_key(record.user_id), STORAGE
        case UserFeed():
            return user_key(record.user_id), FEED
        case UserEvent():
            return user_key(record.user_id), f"EVENT#{record.seq:012}"
        case Project():
            return user_key(record.user_id), f"PROJECT#{record.project_id}"
        case OpenWork():
            return user_key(record.user_id), f"{OPEN_WORK}{record.job_id}"
        case Download():
            return user_key(record.user_id), f"{DOWNLOADS}{record.download_id}"
        case Creation():
            return f"CREATION#{record.creation_id}", "CREATION"
        case StoredAnswer():
            return f"ANSWER#{record.key}", "ANSWER"


def _place_in_job(record: Job | Record | Event) -> str:  # noqa: PLR0911 - one line a kind
    match record:
        case Job():
            return "JOB"
        case Clip():
            return f"CLIP#{record.clip_id}"
        case Version():
            return f"CLIP#{record.clip_id}{VERSION_MARK}{record.version_number:06}"
        case Batch():
            return f"BATCH#{record.batch_id}"
        case Regeneration():
            return f"REGENERATION#{record.regeneration_id}"
        case Event():
            return f"EVENT#{record.seq:012}"
        case Deletion():
            return f"DELETION#{record.deletion_id}"


def raw_key(pk: str, sk: str) -> Item:
    """Return a primary key for the low-level client."""
    return {"PK": {"S": pk}, "SK": {"S": sk}}


def to_item(record: Stored, *, now: datetime) -> Item:
    """Return the item that stores a record written ``now``."""
    pk, sk = key_of(record)
    fields: dict[str, Any] = _adapter(type(record)).dump_python(record, mode="json")
    expires_at: datetime | None = getattr(record, "expires_at", None)
    if expires_at is not None:
        fields["expires_at"] = int(expires_at.timestamp())
    else:
        fields.pop("expires_at", None)
    fields |= {"PK": pk, "SK": sk, "record_type": RECORD_TYPES[type(record)], "written_at": instant(now)}
    fields |= _index_keys(record, sk, now)
    return {name: _serializer.serialize(_exact(value)) for name, value in fields.items()}


def _index_keys(record: Stored, sk: str, now: datetime) -> dict[str, str]:
    if isinstance(record, Planned):
        return planned_index_keys(record, user_key(record.user_id))
    if isinstance(record, OwnedRecord):
        return _index_keys_owned(record, sk, now)
    keys: dict[str, str] = {}
    if isinstance(record, Job):
        keys |= {"GSI1PK": user_key(record.user_id), "GSI1SK": _place_in_list(record)}
        keys |= size_keys(JOBS_BY_SIZE, record.counted, record.job_id)
    elif isinstance(record, Batch):
        keys |= {"GSI1PK": job_key(record.job_id), "GSI1SK": f"BATCH#{record.queue_number:06}"}
    if isinstance(record, Event | PastGeneration):
        return keys
    due = due_of(record, now)
    if due is not None:
        kind, at = due
        partition = due_partition(kind, shard_of(kind, record.job_id))
        keys |= {"DUEPK": partition, "DUESK": position_in_index(at, sk, record.job_id)}
    return keys


def _index_keys_owned(record: OwnedRecord, sk: str, now: datetime) -> dict[str, str]:
    match record:
        case UserStorage():
            keys = size_keys(USERS_BY_SIZE, record.stored, record.user_id)
            if record.unsent_percents:
                keys |= {"DUEPK": USAGE_CHANGED, "DUESK": position_in_index(now, sk, record.user_id)}
            return keys
        case Project():
            place = f"{PROJECTS}{instant(record.created_at)}#{record.project_id}"
            return {"GSI1PK": user_key(record.user_id), "GSI1SK": place}
        case _:
            return {}


def _place_in_list(job: Job) -> str:
    """Return where a job stands in its user's list of jobs, or of videos."""
    if job.kind is JobKind.VIDEO:
        return f"{VIDEOS}{instant(job.created_at)}#{job.job_id}"
    return f"JOB#{job.created_at.astimezone(UTC).isoformat()}#{job.job_id}"


def size_keys(partition: str, stored: StoredBytes, owner_id: str) -> dict[str, str]:
    """Return the keys of the ``by_size`` index, which lists users and jobs by the bytes they store."""
    return {"SIZEPK": partition, "SIZESK": f"{stored.total:015}#{owner_id}"}


def due_partition(kind: DueKind, shard: int | None) -> str:
    """Return the partition of the ``due_work`` index that holds a kind's entries, or a part of them."""
    return f"DUE#{kind}" if shard is None else f"DUE#{kind}#{shard}"


def due_before(at: datetime) -> str:
    """Return the sort key that ends a query for what is due."""
    return f"{instant(at)}#~"


def _exact(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Keep numbers exact: DynamoDB's serializer takes no floats."""
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, dict):
        return {name: _exact(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_exact(inner) for inner in value]
    return value


def from_item(kind: type[T], item: Item) -> T:
    """Return the record that an item stores."""
    fields = {name: _plain(_deserializer.deserialize(value)) for name, value in item.items()}
    record: T = _adapter(kind).validate_python(fields)
    return record


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return DynamoDB's decimals as the integers they were, wherever they are nested."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value


def due_from_item(kind: DueKind, item: Item) -> DueWork:
    """Read an entry of the ``due_work`` index, which projects keys only."""
    job_id = item["PK"]["S"].removeprefix("JOB#")
    sk: str = item["SK"]["S"]
    position: str = item["DUESK"]["S"]
    at = datetime.fromisoformat(position.split("#", 1)[0])
    if VERSION_MARK in sk:
        clip_id, number = sk.removeprefix("CLIP#").split(VERSION_MARK)
        return DueWork(kind, job_id, str(int(number)), clip_id, at, position)
    record_id = sk.split("#", 1)[1] if "#" in sk else job_id
    return DueWork(kind, job_id, record_id, None, at, position)
