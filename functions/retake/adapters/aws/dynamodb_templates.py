"""Templates in DynamoDB: each with a claim on its name, so that a user's names are unique."""

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from retake.adapters.aws.clients import is_conflict
from retake.adapters.aws.cursors import OWNER_KEYS, decode_cursor, encode_cursor
from retake.adapters.aws.dynamodb_kept import kept_write, read_kept
from retake.adapters.aws.items import Item, from_item, raw_key, to_item, user_key
from retake.adapters.aws.planned_items import TEMPLATES
from retake.domain.errors import ConcurrentUpdateError, ConflictError
from retake.domain.kept import KeptIds, KeptKind
from retake.domain.templates import Template, name_key
from retake.ports.pages import Page

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

NAMES = "TEMPLATENAME#"


class DynamoDbTemplateRepository:
    """Implements ``TemplateRepository``."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table = table_name

    def create_template(self, template: Template, *, most: int) -> Template:
        """Write it, or return the user's own that already has this id.

        Raises:
            ConflictError: If the user has another one of this name.
            TooManyKeptError: If the user has as many as are allowed.
            ConcurrentUpdateError: If another one was created or deleted meanwhile.
        """
        found = self.find_template(template.user_id, template.template_id)
        if found is not None:
            return found
        read = self._read_kept(template.user_id)
        kept = read.with_id(template.template_id, most=most)
        new = {"ConditionExpression": "attribute_not_exists(PK)"}
        writes = [
            {"Put": {"TableName": self._table, "Item": _item(template), **new}},
            {"Put": {"TableName": self._table, "Item": _claim(template), **new}},
            kept_write(self._table, kept, read=read, now=template.changed_at),
        ]
        if self._write(writes):
            return template
        found = self.find_template(template.user_id, template.template_id)
        if found is None:
            raise self._why_not(template)
        return found

    def _read_kept(self, user_id: str) -> KeptIds:
        return read_kept(
            self._client,
            self._table,
            user_id,
            KeptKind.TEMPLATES,
            list_ids=lambda: self._list_ids(user_id),
        )

    def find_template(self, user_id: str, template_id: str) -> Template | None:
        """Return the user's template, or None."""
        key = raw_key(user_key(user_id), f"{TEMPLATES}{template_id}")
        answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return from_item(Template, answer["Item"]) if "Item" in answer else None

    def change_template(self, template: Template, *, read: Template) -> Template:
        """Write it over the one that was read. Raises ``ConcurrentUpdateError``, ``ConflictError``."""
        changed = replace(template, revision=read.revision + 1)
        writes = [{"Put": {"TableName": self._table, "Item": _item(changed), **_unchanged(read)}}]
        if _claim_key(changed) != _claim_key(read):
            new = {"ConditionExpression": "attribute_not_exists(PK)"}
            writes += [
                {"Put": {"TableName": self._table, "Item": _claim(changed), **new}},
                {"Delete": {"TableName": self._table, "Key": _claim_key(read)}},
            ]
        if self._write(writes):
            return changed
        raise self._why_not(changed)

    def delete_template(self, read: Template) -> None:
        """Remove it; removing none is no error. Raises ``ConcurrentUpdateError``."""
        key = raw_key(user_key(read.user_id), f"{TEMPLATES}{read.template_id}")
        before = self._read_kept(read.user_id)
        kept = before.without_id(read.template_id)
        writes = [
            {"Delete": {"TableName": self._table, "Key": key, **_unchanged(read)}},
            {"Delete": {"TableName": self._table, "Key": _claim_key(read)}},
            kept_write(self._table, kept, read=before, now=read.changed_at),
        ]
        if not self._write(writes) and self.find_template(read.user_id, read.template_id) is not None:
            raise ConcurrentUpdateError(f"Template {read.template_id} changed meanwhile.")

    def _list_ids(self, user_id: str) -> list[str]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="PK = :pk AND begins_with(SK, :sk)",
            ExpressionAttributeValues={":pk": {"S": user_key(user_id)}, ":sk": {"S": TEMPLATES}},
            ConsistentRead=True,
        )
        return [item["SK"]["S"].removeprefix(TEMPLATES) for page in pages for item in page["Items"]]

    def list_templates(self, user_id: str, *, limit: int, cursor: str | None) -> Page[Template]:
        """Return a user's templates, newest first. Raises ``InvalidRequestError`` for a bad cursor."""
        start: dict[str, Any] = {}
        if cursor is not None:
            start["ExclusiveStartKey"] = decode_cursor(cursor, OWNER_KEYS, user_key(user_id), TEMPLATES)
        answer = self._client.query(
            TableName=self._table,
            IndexName="by_owner",
            KeyConditionExpression="GSI1PK = :pk AND begins_with(GSI1SK, :sk)",
            ExpressionAttributeValues={":pk": {"S": user_key(user_id)}, ":sk": {"S": TEMPLATES}},
            ScanIndexForward=False,
            Limit=limit,
            **start,
        )
        last = answer.get("LastEvaluatedKey")
        found = [from_item(Template, item) for item in answer["Items"]]
        return Page(found, None if last is None else encode_cursor(last))

    def _why_not(self, template: Template) -> ConflictError | ConcurrentUpdateError:
        """Say why a template was not written: its name is another one's, or somebody was faster."""
        claim = self._client.get_item(TableName=self._table, Key=_claim_key(template), ConsistentRead=True)
        if claim.get("Item", {}).get("template_id", {}).get("S") in {None, template.template_id}:
            return ConcurrentUpdateError(f"Template {template.template_id} changed meanwhile.")
        return ConflictError(
            f"You have a template {template.words.name!r} already; change it, or choose another name."
        )

    def _write(self, writes: list[dict[str, Any]]) -> bool:
        """Write all or nothing; False where a condition does not hold."""
        try:
            self._client.transact_write_items(TransactItems=writes)  # type: ignore[arg-type]
        except ClientError as error:
            if not is_conflict(error):
                raise
            return False
        return True


def _item(template: Template) -> Item:
    return to_item(template, now=template.changed_at)


def _claim_key(template: Template) -> Item:
    # A hash: names are people's words, of any length and letters.
    name = sha256(name_key(template.words.name).encode()).hexdigest()
    return raw_key(user_key(template.user_id), f"{NAMES}{name}")


def _claim(template: Template) -> Item:
    return {**_claim_key(template), "template_id": {"S": template.template_id}}


def _unchanged(read: Template) -> dict[str, Any]:
    return {
        "ConditionExpression": "revision = :read",
        "ExpressionAttributeValues": {":read": {"N": str(read.revision)}},
    }
