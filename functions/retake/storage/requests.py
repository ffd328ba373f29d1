"""What requests leave behind: uploads, answers that are repeated, and how long clips took."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from retake.domain.batch_clips import KEPT_TIMES
from retake.domain.records.answers import StoredAnswer
from retake.domain.records.ledger import Upload
from retake.ports.system import Clock
from retake.ports.table import NEW, ConditionFailedError, Item, Key, Put, Table
from retake.storage.items import concurrent_update, find, from_item, to_item
from retake.storage.kept import kept_write, read_allowance

PIECE_CHARACTERS = 75_000
"""An item holds 400 KB, and a character takes up to four bytes."""


class UploadRepository:
    """Uploads by id; a record outlives its use by a day."""

    def __init__(self, table: Table, *, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def create_upload(self, upload: Upload) -> Upload:
        """Write it, or return the one that already has this id."""
        with suppress(ConditionFailedError):
            self._table.write(_new(upload))
            return upload
        return self.find_upload(upload.upload_id) or upload

    def create_form_upload(self, upload: Upload, *, most: int) -> Upload:
        """Write one that a form is given for, and count it, or return the one that already has this id.

        Raises:
            StorageBudgetExceededError: If the user's forms of a day could bring more than ``most`` bytes.
            ConcurrentUpdateError: If another form was given meanwhile.
        """
        found = self.find_upload(upload.upload_id)
        if found is not None:
            return found
        read = read_allowance(self._table, upload.user_id)
        after = read.with_form(upload.max_bytes, most=most, now=upload.created_at)
        with concurrent_update("Another upload form was given meanwhile."):
            self._table.transact([_new(upload), kept_write(after, read=read, now=upload.created_at)])
        return upload

    def find_upload(self, upload_id: str) -> Upload | None:
        """Return it, or None when there is none or it expired."""
        upload = find(self._table, Upload, (f"UPLOAD#{upload_id}", "UPLOAD"))
        # TTL deletes late.
        return upload if upload is not None and upload.expires_at > self._clock.now() else None


def _new(upload: Upload) -> Put:
    return Put(to_item(upload, now=upload.created_at), NEW)


class GenerationTimes:
    """How long clips took lately, for estimates: one small item a model."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def recent_ms(self, model: str) -> Sequence[int]:
        """Return a model's last times, in milliseconds, oldest first; at most ``KEPT_TIMES``."""
        item = self._table.get(_times_key(model), consistent=False)
        return [] if item is None else list(item["durations_ms"])

    def note(self, model: str, duration_ms: int) -> None:
        """Add a duration; of two written at the same moment one may be lost."""
        kept = [*self.recent_ms(model), duration_ms][-KEPT_TIMES:]
        pk, sk = _times_key(model)
        self._table.write(Put({"PK": pk, "SK": sk, "durations_ms": kept}))


def _times_key(model: str) -> Key:
    return "TIMES", f"GENERATION#{model}"


class IdempotencyStore:
    """Answers by idempotency key, for 24 hours.

    An answer about 300 takes is larger than an item: what follows its first piece is in items of their own,
    written first, under the hash of the whole, so that pieces of two answers are never taken for one.
    """

    def __init__(self, table: Table, *, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def find_answer(self, key: str) -> StoredAnswer | None:
        """Return what was answered before, or None."""
        item = self._read(key, "ANSWER")
        if item is None:
            return None
        stored = from_item(StoredAnswer, item)
        if stored.expires_at <= self._clock.now():
            return None
        count = item.get("pieces", 0)
        pieces = [self._read(key, _piece_key(item["body_hash"], number)) for number in range(count)]
        rest = [piece["body"] for piece in pieces if piece is not None]
        return replace(stored, body="".join([stored.body, *rest])) if len(rest) == count else None

    def put_answer(self, answer: StoredAnswer) -> None:
        """Store an answer."""
        first, *pieces = _cut(answer.body)
        item = to_item(replace(answer, body=first), now=self._clock.now())
        body_hash = hashlib.sha256(answer.body.encode()).hexdigest()
        for number, piece in enumerate(pieces):
            place = {"SK": _piece_key(body_hash, number), "record_type": "AnswerPiece"}
            self._table.write(Put({**item, **place, "body": piece}))
        self._table.write(Put({**item, "pieces": len(pieces), "body_hash": body_hash}))

    def _read(self, key: str, place: str) -> Item | None:
        return self._table.get((f"ANSWER#{key}", place))


def _cut(body: str) -> list[str]:
    """Return a body in pieces that an item can hold; one, empty, of none."""
    return [body[at : at + PIECE_CHARACTERS] for at in range(0, max(1, len(body)), PIECE_CHARACTERS)]


def _piece_key(body_hash: str, number: int) -> str:
    return f"PIECE#{body_hash}#{number:03}"
