"""Archives that are downloaded, in DynamoDB: one item each, in their owner's partition."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from retake.adapters.aws.clients import error_code
from retake.adapters.aws.items import DOWNLOADS, from_item, raw_key, to_item, user_key
from retake.domain.downloads import Download
from retake.domain.errors import ConcurrentUpdateError
from retake.ports.system import Clock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


class DynamoDbDownloadRepository:
    """Implements ``DownloadRepository``."""

    def __init__(self, client: "DynamoDBClient", table_name: str, *, clock: Clock) -> None:
        self._client = client
        self._table = table_name
        self._clock = clock

    def find_download(self, user_id: str, download_id: str) -> Download | None:
        """Return the user's archive, or None."""
        key = raw_key(user_key(user_id), f"{DOWNLOADS}{download_id}")
        answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return from_item(Download, answer["Item"]) if "Item" in answer else None

    def save_download(self, download: Download) -> Download:
        """Write an archive as it was read and changed. Raises ``ConcurrentUpdateError``."""
        saved = replace(download, revision=download.revision + 1)
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(PK)"}
        if download.revision:
            condition = {
                "ConditionExpression": "revision = :read",
                "ExpressionAttributeValues": {":read": {"N": str(download.revision)}},
            }
        try:
            self._client.put_item(
                TableName=self._table, Item=to_item(saved, now=self._clock.now()), **condition
            )
        except ClientError as error:
            if error_code(error) != "ConditionalCheckFailedException":
                raise
            raise ConcurrentUpdateError(
                f"The download {download.download_id} was changed meanwhile."
            ) from error
        return saved

    def count_downloads(self, user_id: str, *, now: datetime) -> int:
        """Return how many archives of the user have not expired."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="PK = :pk AND begins_with(SK, :sk)",
            FilterExpression="expires_at > :now",
            ExpressionAttributeValues={
                ":pk": {"S": user_key(user_id)},
                ":sk": {"S": DOWNLOADS},
                ":now": {"N": str(int(now.timestamp()))},
            },
            Select="COUNT",
            ConsistentRead=True,
        )
        return sum(page["Count"] for page in pages)
