"""What people asked videos for, and their projects, in DynamoDB."""

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from retake.adapters.aws.clients import error_code
from retake.adapters.aws.cursors import OWNER_KEYS, decode_cursor, encode_cursor
from retake.adapters.aws.items import PROJECTS, Item, from_item, raw_key, to_item, user_key
from retake.domain.videos import Creation, Project
from retake.ports.pages import Page

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


class DynamoDbCreationRepository:
    """Implements ``CreationRepository``."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table = table_name

    def create_creation(self, creation: Creation) -> Creation:
        """Write it, or return the one that already has this id."""
        item = to_item(creation, now=creation.created_at)
        if _put_new(self._client, self._table, item):
            return creation
        return self.find_creation(creation.creation_id) or creation

    def find_creation(self, creation_id: str) -> Creation | None:
        """Return it, or None."""
        key = raw_key(f"CREATION#{creation_id}", "CREATION")
        answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return from_item(Creation, answer["Item"]) if "Item" in answer else None


class DynamoDbProjectRepository:
    """Implements ``ProjectRepository``."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table = table_name

    def create_project(self, project: Project) -> Project:
        """Write it, or return the user's own that already has this id."""
        item = to_item(project, now=project.created_at)
        if _put_new(self._client, self._table, item):
            return project
        return self.find_project(project.user_id, project.project_id) or project

    def find_project(self, user_id: str, project_id: str) -> Project | None:
        """Return the user's project, or None."""
        key = raw_key(user_key(user_id), f"{PROJECTS}{project_id}")
        answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return from_item(Project, answer["Item"]) if "Item" in answer else None

    def list_projects(self, user_id: str, *, limit: int, cursor: str | None) -> Page[Project]:
        """Return a user's projects, newest first. Raises ``InvalidRequestError`` for a bad cursor."""
        start: dict[str, Any] = {}
        if cursor is not None:
            start["ExclusiveStartKey"] = decode_cursor(cursor, OWNER_KEYS, user_key(user_id), PROJECTS)
        answer = self._client.query(
            TableName=self._table,
            IndexName="by_owner",
            KeyConditionExpression="GSI1PK = :pk AND begins_with(GSI1SK, :sk)",
            ExpressionAttributeValues={":pk": {"S": user_key(user_id)}, ":sk": {"S": PROJECTS}},
            ScanIndexForward=False,
            Limit=limit,
            **start,
        )
        last = answer.get("LastEvaluatedKey")
        found = [from_item(Project, item) for item in answer["Items"]]
        return Page(found, None if last is None else encode_cursor(last))


def _put_new(client: "DynamoDBClient", table_name: str, item: Item) -> bool:
    """Write an item unless there is one already; False where there is."""
    try:
        client.put_item(TableName=table_name, Item=item, ConditionExpression="attribute_not_exists(PK)")
    except ClientError as error:
        if error_code(error) != "ConditionalCheckFailedException":
            raise
        return False
    return True
