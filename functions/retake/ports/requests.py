"""What requests leave behind: uploads, answers that are repeated, how long things took.

Ports are protocols; each has one contract suite in ``tests/contract`` that every implementation passes,
the fakes in ``tests/fakes`` included.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from retake.domain.records.ledger import Upload


class UploadRepository(Protocol):
    """Uploads by id; a record outlives its use by a day."""

    def create_upload(self, upload: Upload) -> Upload:
        """Write it, or return the one that already has this id."""
        ...

    def create_form_upload(self, upload: Upload, *, most: int) -> Upload:
        """Write one that a form is given for, and count it, or return the one that already has this id.

        Raises:
            StorageBudgetExceededError: If the user's forms of a day could bring more than ``most`` bytes.
            ConcurrentUpdateError: If another form was given meanwhile.
        """
        ...

    def find_upload(self, upload_id: str) -> Upload | None:
        """Return it, or None when there is none or it expired."""
        ...


class GenerationTimes(Protocol):
    """How long clips took lately, for estimates."""

    def recent_ms(self, model: str) -> Sequence[int]:
        """Return a model's last times, in milliseconds, oldest first; at most ``KEPT_TIMES``."""
        ...

    def note(self, model: str, duration_ms: int) -> None:
        """Remember one more; of two written at the same moment one may be lost."""
        ...


@dataclass(frozen=True)
class StoredAnswer:
    """What a request with an idempotency key was answered.

    Attributes:
        request_hash: Hash of the body: the same key with another body is a fault.
        body: The answer, as JSON text.
    """

    key: str
    request_hash: str
    status_code: int
    body: str
    headers: dict[str, str]
    expires_at: datetime


class IdempotencyStore(Protocol):
    """Answers by idempotency key, for 24 hours."""

    def find_answer(self, key: str) -> StoredAnswer | None:
        """Return what was answered before, or None."""
        ...

    def put_answer(self, answer: StoredAnswer) -> None:
        """Remember an answer."""
        ...
