"""What people asked videos for, in DynamoDB."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from retake.adapters.aws.clients import error_code
from retake.adapters.aws.items import Item, from_item, raw_key, to_item
from retake.domain.videos import Creation

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


def _put_new(client: "DynamoDBClient", table_name: str, item: Item) -> bool:
    """Write an item unless there is one already; False where there is."""
    try:
        client.put_item(TableName=table_name, Item=item, ConditionExpression="attribute_not_exists(PK)")
    except ClientError as error:
        if error_code(error) != "ConditionalCheckFailedException":
            raise
        return False
    return True
