"""Every call of ``submit`` that a provider saw, whatever became of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from retake.adapters.providers.records import job_id_for
from retake.ports.objects import ObjectStore
from retake.prefixes import Prefix
from retake_local.script import Outcome


@dataclass(frozen=True)
class Submission:
    """One call of ``submit``, as the provider saw it.

    Attributes:
        idempotency_key: Whose.
        at: When, by the provider's clock.
        outcome: What became of it.
        provider_job_id: The job it made or met, if any.
    """

    idempotency_key: str
    at: datetime
    outcome: Outcome
    provider_job_id: str | None


class SubmissionLog:
    """The log of one provider, one object a call, below ``provider/{name}/submissions/``.

    Args:
        objects: Where it is kept.
        name: The provider's name.
    """

    def __init__(self, objects: ObjectStore, *, name: str) -> None:
        self._objects = objects
        self._prefix = f"{Prefix.PROVIDER}{name}/submissions/"

    def add(self, call: Submission) -> None:
        """Store a call; two at the same moment are two calls."""
        body = json.dumps(
            {
                "idempotency_key": call.idempotency_key,
                "at": call.at.isoformat(),
                "outcome": call.outcome.value,
                "provider_job_id": call.provider_job_id,
            }
        ).encode()
        for number in count():
            key = f"{self._prefix_of(call.idempotency_key)}{number:04}.json"
            if self._objects.write(key, body, content_type="application/json", if_absent=True):
                return

    def _prefix_of(self, idempotency_key: str) -> str:
        return f"{self._prefix}{job_id_for(idempotency_key)}-"

    def list(self, idempotency_key: str | None = None) -> Sequence[Submission]:
        """Return every call, or those with a key, in order."""
        prefix = self._prefix if idempotency_key is None else self._prefix_of(idempotency_key)
        bodies = [json.loads(self._objects.read(info.key)) for info in self._objects.list_objects(prefix)]
        calls = [
            Submission(
                idempotency_key=body["idempotency_key"],
                at=datetime.fromisoformat(body["at"]),
                outcome=Outcome(body["outcome"]),
                provider_job_id=body["provider_job_id"],
            )
            for body in bodies
        ]
        return sorted(calls, key=lambda call: call.at)
