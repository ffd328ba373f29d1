"""What users are told, in DynamoDB: numbered by the transactions that change their videos."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from retake.adapters.aws.clients import is_conflict
from retake.adapters.aws.items import FEED, from_item, raw_key, to_item, user_key
from retake.domain.changes import FinalChange
from retake.domain.errors import ConcurrentUpdateError
from retake.domain.user_events import UserEvent, UserEventDraft, UserFeed, number_events

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

ATTEMPTS = 5
"""Of an event that meets other writers of the same feed."""


def user_event_writes(
    client: "DynamoDBClient", table_name: str, final: FinalChange, now: datetime
) -> list[dict[str, Any]]:
    """Return what a commit's transaction writes besides: events for the user, and the feed's new end."""
    return feed_writes(client, table_name, final.job.user_id, final.user_events, now)


def feed_writes(
    client: "DynamoDBClient", table_name: str, user_id: str, drafts: Sequence[UserEventDraft], now: datetime
) -> list[dict[str, Any]]:
    """Return what a transaction writes that tells a user something.

    The feed is written only where nobody else has moved it since it was read here; otherwise the
    transaction is cancelled, as when what it changes was changed meanwhile.
    """
    if not drafts:
        return []
    read = _read_feed(client, table_name, user_id)
    feed, events = number_events(read, drafts, now)
    put: dict[str, Any] = {"TableName": table_name, "Item": to_item(feed, now=now)}
    if read.seq == 0:
        put["ConditionExpression"] = "attribute_not_exists(PK)"
    else:
        put["ConditionExpression"] = "seq = :read"
        put["ExpressionAttributeValues"] = {":read": {"N": str(read.seq)}}
    told = [{"Put": {"TableName": table_name, "Item": to_item(event, now=now)}} for event in events]
    return [{"Put": put}, *told]


def _read_feed(client: "DynamoDBClient", table_name: str, user_id: str) -> UserFeed:
    answer = client.get_item(TableName=table_name, Key=raw_key(user_key(user_id), FEED), ConsistentRead=True)
    return from_item(UserFeed, answer["Item"]) if "Item" in answer else UserFeed(user_id)


class DynamoDbUserEvents:
    """Implements ``UserEvents``."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table = table_name

    def get_feed(self, user_id: str) -> UserFeed:
        """Return how far the user's stream is; a new feed for somebody unknown."""
        return _read_feed(self._client, self._table, user_id)

    def list_user_events(self, user_id: str, *, after: int, limit: int) -> Sequence[UserEvent]:
        """Return events with a number above ``after``, in order."""
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="PK = :pk AND SK BETWEEN :first AND :last",
            ExpressionAttributeValues={
                ":pk": {"S": user_key(user_id)},
                ":first": {"S": f"EVENT#{after + 1:012}"},
                ":last": {"S": "EVENT#~"},
            },
            ConsistentRead=True,
            Limit=limit,
        )
        return [from_item(UserEvent, item) for item in answer["Items"]]

    def append(self, user_id: str, draft: UserEventDraft, *, now: datetime) -> None:
        """Write an event that no job's commit writes. Raises ``ConcurrentUpdateError``."""
        for _ in range(ATTEMPTS):
            writes: Any = feed_writes(self._client, self._table, user_id, [draft], now)
            try:
                self._client.transact_write_items(TransactItems=writes)
            except ClientError as error:
                if is_conflict(error):
                    continue  # somebody else has moved the feed
                raise
            return
        raise ConcurrentUpdateError(f"The feed of {user_id} changed meanwhile, again and again.")
