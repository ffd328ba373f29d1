"""Answers that are repeated for an idempotency key."""

from dataclasses import dataclass
from datetime import datetime


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
