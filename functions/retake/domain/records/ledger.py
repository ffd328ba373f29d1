"""Events, the deletion ledger, and uploads."""

from dataclasses import dataclass, field
from datetime import datetime

from retake.domain.records.schema import SCHEMA_VERSION


@dataclass(frozen=True)
class Event:
    """One line of a job's history, numbered without gaps."""

    job_id: str
    seq: int
    name: str
    created_at: datetime
    data: dict[str, object] = field(default_factory=dict)
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Deletion:
    """Objects that should go once nothing refers to them any more (the deletion ledger).

    Written in the commit that makes them unneeded, or before they are made at all, so that a crash
    half-way leaves nothing behind without a record.
    """

    job_id: str
    deletion_id: str
    keys: tuple[str, ...]
    due_at: datetime
    reason: str
    schema_version: int = SCHEMA_VERSION


@dataclass(frozen=True)
class Upload:
    """A file that a user may send, or has sent."""

    upload_id: str
    user_id: str
    key: str
    kind: str
    file_name: str
    content_type: str
    max_bytes: int
    created_at: datetime
    expires_at: datetime
    request_hash: str = ""
