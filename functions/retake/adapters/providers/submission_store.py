"""Stores submissions before they are sent, so that one whose answer was lost can be found."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from retake.adapters.providers.records import job_id_for
from retake.domain.errors import ObjectMissingError
from retake.ports.objects import ObjectStore
from retake.prefixes import Prefix


@dataclass(frozen=True)
class Note:
    """One submission.

    Attributes:
        asked_at: When, by our clock; before the request was sent.
        content: What identifies it in the provider's list.
    """

    asked_at: datetime
    content: dict[str, Any]


class SubmissionStore:
    """The notes of one provider, one object a key, below ``provider/{name}/asked/``.

    Args:
        objects: Where they are kept; like all below ``provider/``, for a day.
        name: The provider's name.
    """

    def __init__(self, objects: ObjectStore, *, name: str) -> None:
        self._objects = objects
        self._prefix = f"{Prefix.PROVIDER}{name}/asked/"

    def write(self, idempotency_key: str, note: Note) -> None:
        """Store a submission; the last one of a key counts."""
        body = json.dumps({"asked_at": note.asked_at.isoformat(), "content": note.content}).encode()
        self._objects.write(self._key(idempotency_key), body, content_type="application/json")

    def find(self, idempotency_key: str) -> Note | None:
        """Return the note of a key, or None: then nothing was asked."""
        try:
            body = json.loads(self._objects.read(self._key(idempotency_key)))
        except ObjectMissingError:
            return None
        return Note(datetime.fromisoformat(body["asked_at"]), body["content"])

    def _key(self, idempotency_key: str) -> str:
        return f"{self._prefix}{job_id_for(idempotency_key)}.json"
