"""Projects in DynamoDB: each with a claim on its name, so that a user's names are unique."""

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from retake.adapters.aws.clients import is_conflict
from retake.adapters.aws.cursors import OWNER_KEYS, decode_cursor, encode_cursor
from retake.adapters.aws.items import PROJECTS, Item, from_item, raw_key, to_item, user_key
from retake.domain.errors import ConcurrentUpdateError, ConflictError
from retake.domain.templates import name_key
from retake.domain.videos import Project
from retake.ports.pages import Page

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

NAMES = "PROJECTNAME#"


class DynamoDbProjectRepository:
    """Implements ``ProjectRepository``.

    Projects that are older than claims have none: their names are claimed when they are changed. Until then
    they are found among the user's projects, which no request adds to any more.
    """

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table = table_name

    def create_project(self, project: Project) -> Project:
        """Write it, or return the user's own that already has this id. Raises ``ConflictError``."""
        found = self.find_project(project.user_id, project.project_id)
        if found is not None:
            return found
        self._require_free(project)
        new = {"ConditionExpression": "attribute_not_exists(PK)"}
        if self._write(
            {"Put": {"Item": to_item(project, now=project.created_at), **new}},
            {"Put": {"Item": _claim(project), **new}},
        ):
            return project
        found = self.find_project(project.user_id, project.project_id)
        if found is None:
            raise _taken(project.name)
        return found

    def find_project(self, user_id: str, project_id: str) -> Project | None:
        """Return the user's project, or None."""
        key = raw_key(user_key(user_id), f"{PROJECTS}{project_id}")
        answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return from_item(Project, answer["Item"]) if "Item" in answer else None

    def rename_project(self, read: Project, name: str) -> Project:
        """Give it another name. Raises ``ConflictError``, ``ConcurrentUpdateError``."""
        renamed = replace(read, name=name)
        self._require_free(renamed)
        writes = [{"Put": {"Item": to_item(renamed, now=read.created_at), **_unchanged(read)}}]
        if _claim_key(renamed) != _claim_key(read):
            writes += [{"Put": {"Item": _claim(renamed), **_free_for(read)}}, _release(read)]
        if self._write(*writes):
            return renamed
        now = self.find_project(read.user_id, read.project_id)
        if now is not None and now.name == read.name:
            raise _taken(name)
        raise ConcurrentUpdateError(f"Project {read.project_id} changed meanwhile.")

    def delete_project(self, read: Project) -> None:
        """Remove it; removing none is no error. Raises ``ConcurrentUpdateError``."""
        key = raw_key(user_key(read.user_id), f"{PROJECTS}{read.project_id}")
        gone = self._write({"Delete": {"Key": key, **_unchanged(read)}}, _release(read))
        if not gone and self.find_project(read.user_id, read.project_id) is not None:
            raise ConcurrentUpdateError(f"Project {read.project_id} changed meanwhile.")

    def list_projects(self, user_id: str, *, limit: int, cursor: str | None) -> Page[Project]:
        """Return a user's projects, newest first. Raises ``InvalidRequestError`` for a bad cursor."""
        start: dict[str, Any] = {}
        if cursor is not None:
            start["ExclusiveStartKey"] = decode_cursor(cursor, OWNER_KEYS, user_key(user_id), PROJECTS)
        answer = self._client.query(**self._of(user_id), Limit=limit, **start)
        last = answer.get("LastEvaluatedKey")
        found = [from_item(Project, item) for item in answer["Items"]]
        return Page(found, None if last is None else encode_cursor(last))

    def _require_free(self, project: Project) -> None:
        """Refuse the name of another project of the user, which may be too old to have claimed it."""
        name = name_key(project.name)
        for page in self._client.get_paginator("query").paginate(**self._of(project.user_id)):
            others = (from_item(Project, item) for item in page["Items"])
            for other in others:
                if other.project_id == project.project_id or name_key(other.name) != name:
                    continue
                # The index is late: it may have been renamed or deleted.
                now = self.find_project(project.user_id, other.project_id)
                if now is not None and name_key(now.name) == name:
                    raise _taken(project.name)

    def _of(self, user_id: str) -> dict[str, Any]:
        return {
            "TableName": self._table,
            "IndexName": "by_owner",
            "KeyConditionExpression": "GSI1PK = :pk AND begins_with(GSI1SK, :sk)",
            "ExpressionAttributeValues": {":pk": {"S": user_key(user_id)}, ":sk": {"S": PROJECTS}},
            "ScanIndexForward": False,
        }

    def _write(self, *writes: dict[str, dict[str, Any]]) -> bool:
        """Write all or nothing; False where a condition does not hold."""
        named = [
            {verb: {"TableName": self._table, **write} for verb, write in entry.items()} for entry in writes
        ]
        try:
            self._client.transact_write_items(TransactItems=named)  # type: ignore[arg-type]
        except ClientError as error:
            if not is_conflict(error):
                raise
            return False
        return True


def _taken(name: str) -> ConflictError:
    return ConflictError(f"You have a project {name!r} already; choose another name.")


def _claim_key(project: Project) -> Item:
    # A hash: names are people's words, of any length and letters.
    name = sha256(name_key(project.name).encode()).hexdigest()
    return raw_key(user_key(project.user_id), f"{NAMES}{name}")


def _claim(project: Project) -> Item:
    return {**_claim_key(project), "project_id": {"S": project.project_id}}


def _free_for(project: Project) -> dict[str, Any]:
    return {
        "ConditionExpression": "attribute_not_exists(PK) OR project_id = :own",
        "ExpressionAttributeValues": {":own": {"S": project.project_id}},
    }


def _release(project: Project) -> dict[str, dict[str, Any]]:
    """Give a name back, unless it is claimed by another project, which an older one can share it with."""
    return {"Delete": {"Key": _claim_key(project), **_free_for(project)}}


def _unchanged(read: Project) -> dict[str, Any]:
    return {
        "ConditionExpression": "#name = :read",
        "ExpressionAttributeNames": {"#name": "name"},
        "ExpressionAttributeValues": {":read": {"S": read.name}},
    }
