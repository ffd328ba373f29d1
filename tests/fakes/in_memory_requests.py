"""Uploads, answers and times in dictionaries."""

from collections.abc import Sequence
from datetime import datetime
from threading import Lock

from retake.domain.estimates import KEPT_TIMES
from retake.domain.records.ledger import Upload
from retake.domain.upload_allowance import UploadAllowance
from retake.ports.requests import StoredAnswer
from retake.ports.system import Clock


class InMemoryUploads:
    """An ``UploadRepository`` for tests."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._stored: dict[str, Upload] = {}
        self._allowances: dict[str, UploadAllowance] = {}
        self._lock = Lock()

    def create_upload(self, upload: Upload) -> Upload:
        return self._stored.setdefault(upload.upload_id, upload)

    def create_form_upload(self, upload: Upload, *, most: int) -> Upload:
        with self._lock:
            if upload.upload_id not in self._stored:
                read = self._allowances.get(upload.user_id, UploadAllowance(upload.user_id, {}))
                self._allowances[upload.user_id] = read.with_form(
                    upload.max_bytes, most=most, now=upload.created_at
                )
            return self.create_upload(upload)

    def find_upload(self, upload_id: str) -> Upload | None:
        found = self._stored.get(upload_id)
        return found if found is not None and _lives(found.expires_at, self._clock) else None


class InMemoryAnswers:
    """An ``IdempotencyStore`` for tests."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._stored: dict[str, StoredAnswer] = {}

    def find_answer(self, key: str) -> StoredAnswer | None:
        found = self._stored.get(key)
        return found if found is not None and _lives(found.expires_at, self._clock) else None

    def put_answer(self, answer: StoredAnswer) -> None:
        self._stored[answer.key] = answer

    def forget(self) -> None:
        """Lose every answer, as a crash does before one is written."""
        self._stored.clear()


class InMemoryTimes:
    """``GenerationTimes`` for tests."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[int, ...]] = {}

    def recent_ms(self, model: str) -> Sequence[int]:
        return self._kept.get(model, ())

    def note(self, model: str, duration_ms: int) -> None:
        self._kept[model] = (*self.recent_ms(model), duration_ms)[-KEPT_TIMES:]


def _lives(expires_at: datetime, clock: Clock) -> bool:
    return expires_at > clock.now()
