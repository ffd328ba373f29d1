"""Uploads, answered requests and recent times in DynamoDB."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from retake.adapters.aws.clients import error_code, is_conflict
from retake.adapters.aws.dynamodb_kept import kept_write, read_allowance
from retake.adapters.aws.items import Item, from_item, raw_key, to_item
from retake.domain.errors import ConcurrentUpdateError
from retake.domain.estimates import KEPT_TIMES
from retake.domain.records.ledger import Upload
from retake.ports.requests import StoredAnswer
from retake.ports.system import Clock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

PIECE_CHARACTERS = 75_000
"""An item holds 400 KB, and a character takes up to four bytes."""


class DynamoDbUploadRepository:
    """Implements ``UploadRepository``."""

    def __init__(self, client: "DynamoDBClient", table_name: str, *, clock: Clock) -> None:
        self._client = client
        self._table = table_name
        self._clock = clock

    def create_upload(self, upload: Upload) -> Upload:
        """Write it, or return the one that already has this id."""
        try:
            self._client.put_item(
                TableName=self._table,
                Item=to_item(upload, now=upload.created_at),
                ConditionExpression="attribute_not_exists(PK)",
            )
        except ClientError as error:
            if error_code(error) != "ConditionalCheckFailedException":
                raise
            return self.find_upload(upload.upload_id) or upload
        return upload

    def create_form_upload(self, upload: Upload, *, most: int) -> Upload:
        """Write it and count it, or return the one that already has this id.

        Raises:
            StorageBudgetExceededError: If the user's forms of a day could bring more than ``most`` bytes.
            ConcurrentUpdateError: If another form was given meanwhile.
        """
        found = self.find_upload(upload.upload_id)
        if found is not None:
            return found
        now = upload.created_at
        read = read_allowance(self._client, self._table, upload.user_id)
        after = read.with_form(upload.max_bytes, most=most, now=now)
        new = {"ConditionExpression": "attribute_not_exists(PK)"}
        writes: Any = [
            {"Put": {"TableName": self._table, "Item": to_item(upload, now=now), **new}},
            kept_write(self._table, after, read=read, now=now),
        ]
        try:
            self._client.transact_write_items(TransactItems=writes)
        except ClientError as error:
            if not is_conflict(error):
                raise
            raise ConcurrentUpdateError("Another upload form was given meanwhile.") from error
        return upload

    def find_upload(self, upload_id: str) -> Upload | None:
        """Return it, or None when there is none or it expired (TTL deletes late)."""
        answer = self._client.get_item(
            TableName=self._table, Key=raw_key(f"UPLOAD#{upload_id}", "UPLOAD"), ConsistentRead=True
        )
        if "Item" not in answer:
            return None
        upload = from_item(Upload, answer["Item"])
        return upload if upload.expires_at > self._clock.now() else None


class DynamoDbGenerationTimes:
    """Implements ``GenerationTimes`` as one small item a model."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table = table_name

    def recent_ms(self, model: str) -> Sequence[int]:
        """Return a model's last times, in milliseconds, oldest first."""
        item = self._client.get_item(TableName=self._table, Key=_times_key(model)).get("Item")
        return [int(value["N"]) for value in item["durations_ms"]["L"]] if item else []

    def note(self, model: str, duration_ms: int) -> None:
        """Remember one more."""
        kept = [*self.recent_ms(model), duration_ms][-KEPT_TIMES:]
        durations = {"L": [{"N": str(value)} for value in kept]}
        self._client.put_item(TableName=self._table, Item={**_times_key(model), "durations_ms": durations})


def _times_key(model: str) -> Item:
    return raw_key("TIMES", f"GENERATION#{model}")


class DynamoDbIdempotencyStore:
    """Implements ``IdempotencyStore``.

    An answer about 300 takes is larger than an item: what follows its first piece is in items of their own,
    written first, under the hash of the whole, so that pieces of two answers are never taken for one.
    """

    def __init__(self, client: "DynamoDBClient", table_name: str, *, clock: Clock) -> None:
        self._client = client
        self._table = table_name
        self._clock = clock

    def find_answer(self, key: str) -> StoredAnswer | None:
        """Return what was answered before, or None."""
        item = self._read(key, "ANSWER")
        if item is None:
            return None
        stored = from_item(StoredAnswer, item)
        if stored.expires_at <= self._clock.now():
            return None
        count = int(item["pieces"]["N"]) if "pieces" in item else 0
        pieces = [self._read(key, _piece_key(item["body_hash"]["S"], number)) for number in range(count)]
        rest = [piece["body"]["S"] for piece in pieces if piece is not None]
        return replace(stored, body="".join([stored.body, *rest])) if len(rest) == count else None

    def put_answer(self, answer: StoredAnswer) -> None:
        """Remember an answer."""
        first, *pieces = _cut(answer.body)
        item = to_item(replace(answer, body=first), now=self._clock.now())
        body_hash = hashlib.sha256(answer.body.encode()).hexdigest()
        for number, piece in enumerate(pieces):
            sort_key = {"S": _piece_key(body_hash, number)}
            self._put({**item, "SK": sort_key, "body": {"S": piece}, "record_type": {"S": "AnswerPiece"}})
        self._put({**item, "pieces": {"N": str(len(pieces))}, "body_hash": {"S": body_hash}})

    def _read(self, key: str, sort_key: str) -> Item | None:
        found = self._client.get_item(
            TableName=self._table, Key=raw_key(f"ANSWER#{key}", sort_key), ConsistentRead=True
        )
        return found.get("Item")

    def _put(self, item: Item) -> None:
        self._client.put_item(TableName=self._table, Item=item)


def _cut(body: str) -> list[str]:
    """Return a body in pieces that an item can hold; one, empty, of none."""
    return [body[at : at + PIECE_CHARACTERS] for at in range(0, max(1, len(body)), PIECE_CHARACTERS)]


def _piece_key(body_hash: str, number: int) -> str:
    return f"PIECE#{body_hash}#{number:03}"
