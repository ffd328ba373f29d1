"""Records of a provider's jobs in the object store, one object a job."""

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from retake.domain.errors import ObjectMissingError
from retake.domain.frame_rates import simple
from retake.domain.references import ReferenceKind, ReferenceRole, ReferenceRules
from retake.ports.objects import ObjectStore
from retake.ports.providers import GenerationRequest, ProviderJob, ProviderJobStatus, RequestReference
from retake.prefixes import Prefix

_NAMESPACE = uuid.UUID("6f0a1b58-3f2a-5d1c-9a52-5f3c1f0f7a11")
_JSON = "application/json"
_PLACES = frozenset({"source_key", "source_audio_key"})

UNFINISHED = frozenset({ProviderJobStatus.QUEUED, ProviderJobStatus.RUNNING})


@dataclass(frozen=True)
class JobRecord:
    """A job as a provider on our own side of the wire remembers it.

    Attributes:
        provider_job_id: The provider's id.
        request: What was asked for.
        status: Where it is.
        submitted_at: When it was accepted.
        started_at: When work on it began, last.
        finished_at: When it ended, in whichever way.
        error: Reason for people, when failed.
        is_transient: Whether it failed for a reason that passes.
        polls: How often its status was asked for, where the provider counts.
        fetches: How often its result was asked for, likewise.
    """

    provider_job_id: str
    request: GenerationRequest
    status: ProviderJobStatus
    submitted_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    error: str | None = None
    is_transient: bool = False
    polls: int = 0
    fetches: int = 0

    def finish(
        self,
        status: ProviderJobStatus,
        *,
        at: datetime,
        error: str | None = None,
        is_transient: bool = False,
    ) -> "JobRecord":
        """Return the record of the job's end."""
        return replace(self, status=status, finished_at=at, error=error, is_transient=is_transient)

    def to_job(self) -> ProviderJob:
        """Return the job in the port's form."""
        progress = {ProviderJobStatus.SUCCEEDED: 100, ProviderJobStatus.RUNNING: 50}.get(self.status, 0)
        return ProviderJob(
            provider_job_id=self.provider_job_id,
            status=self.status,
            progress=progress,
            error=self.error,
            is_transient=self.is_transient,
            submitted_at=self.submitted_at,
            finished_at=self.finished_at,
        )


def job_id_for(idempotency_key: str, *, turn: int = 0) -> str:
    """Return the job id of a key; of its n-th job where a provider does not de-duplicate."""
    return str(uuid.uuid5(_NAMESPACE, idempotency_key if turn == 0 else f"{idempotency_key}\n{turn}"))


def unknown_job(provider_job_id: str) -> ProviderJob:
    """Return what a provider says of a job that it has no record of: it will never finish."""
    return ProviderJob(
        provider_job_id=provider_job_id,
        status=ProviderJobStatus.FAILED,
        error="The provider has no such job.",
    )


def digest(request: GenerationRequest) -> str:
    """Return a hash that two requests share only if they ask for the same.

    Where the take to change and the references are stored does not count: what is a take may go to the
    archive between two tries.
    """
    asked = {name: value for name, value in asdict(request).items() if name not in _PLACES}
    asked["references"] = [(item.role, item.media_type) for item in request.references]
    return hashlib.sha256(json.dumps(asked, default=_to_text, sort_keys=True).encode()).hexdigest()


class JobRecords:
    """The records of one provider, below ``provider/{name}/jobs/``.

    Args:
        objects: Where they are kept.
        name: The provider's name.
    """

    def __init__(self, objects: ObjectStore, *, name: str) -> None:
        self._objects = objects
        self._prefix = f"{Prefix.PROVIDER}{name}"

    def result_key(self, provider_job_id: str) -> str:
        """Return the object key of a job's result."""
        return f"{self._prefix}/results/{provider_job_id}.mp4"

    def add(self, record: JobRecord) -> bool:
        """Store a new record; False, unchanged, if the job exists."""
        return self._write(record, if_absent=True)

    def update(self, record: JobRecord) -> None:
        """Store the record in place of the one before."""
        self._write(record, if_absent=False)

    def find(self, provider_job_id: str) -> JobRecord | None:
        """Return a job's record, or None."""
        try:
            return _from_json(json.loads(self._objects.read(self._key(provider_job_id))))
        except ObjectMissingError:
            return None

    def list_jobs(self) -> Sequence[JobRecord]:
        """Return every job, in the order of submission."""
        infos = self._objects.list_objects(f"{self._prefix}/jobs/")
        records = [_from_json(json.loads(self._objects.read(info.key))) for info in infos]
        return sorted(records, key=lambda record: (record.submitted_at, record.provider_job_id))

    def _key(self, provider_job_id: str) -> str:
        return f"{self._prefix}/jobs/{provider_job_id}.json"

    def _write(self, record: JobRecord, *, if_absent: bool) -> bool:
        body = json.dumps(asdict(record), default=_to_text, indent=1).encode()
        return self._objects.write(
            self._key(record.provider_job_id), body, content_type=_JSON, if_absent=if_absent
        )


def _to_text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _from_json(body: dict[str, Any]) -> JobRecord:
    moments = {
        name: datetime.fromisoformat(body[name]) if body[name] else None
        for name in ("submitted_at", "started_at", "finished_at")
    }
    asked = dict(body["request"])
    references = asked.pop("references", None)
    # A record of an earlier release, which is kept for a day: one reference, without a role.
    key, media_type = asked.pop("reference_key", None), asked.pop("reference_type", None) or ""
    if references is None:
        kind = media_type.partition("/")[0]
        role = ReferenceRules().role_of(ReferenceKind(kind)) if kind in {*ReferenceKind} else None
        earlier = {"role": role, "key": key, "media_type": media_type}
        references = [] if key is None or role is None else [earlier]
    asked["references"] = tuple(
        RequestReference(ReferenceRole(item["role"]), item["key"], item["media_type"]) for item in references
    )
    request = GenerationRequest(**{**asked, "fps": simple(Fraction(asked["fps"]))})
    return JobRecord(**{**body, **moments, "request": request, "status": ProviderJobStatus(body["status"])})
