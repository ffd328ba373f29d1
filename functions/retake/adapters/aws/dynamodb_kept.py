"""What a user keeps of one kind, in DynamoDB: an item that is written in the transactions that change it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from retake.adapters.aws.items import from_item, raw_key, to_item, user_key
from retake.adapters.aws.planned_items import KEPT, UPLOADS
from retake.domain.kept import KeptIds, KeptKind
from retake.domain.upload_allowance import UploadAllowance

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


Counted = KeptIds | UploadAllowance


def read_kept(
    client: "DynamoDBClient",
    table_name: str,
    user_id: str,
    kind: KeptKind,
    *,
    list_ids: Callable[[], Sequence[str]],
) -> KeptIds:
    """Return what a user keeps; where an earlier release wrote it, by ``list_ids``."""
    key = raw_key(user_key(user_id), f"{KEPT}{kind}")
    answer = client.get_item(TableName=table_name, Key=key, ConsistentRead=True)
    if "Item" in answer:
        return from_item(KeptIds, answer["Item"])
    return KeptIds(user_id, kind, tuple(list_ids()))


def read_allowance(client: "DynamoDBClient", table_name: str, user_id: str) -> UploadAllowance:
    """Return what a user's upload forms may bring."""
    key = raw_key(user_key(user_id), f"{KEPT}{UPLOADS}")
    answer = client.get_item(TableName=table_name, Key=key, ConsistentRead=True)
    return from_item(UploadAllowance, answer["Item"]) if "Item" in answer else UploadAllowance(user_id, {})


def kept_write(table_name: str, after: Counted, *, read: Counted, now: datetime) -> dict[str, Any]:
    """Return the write of a transaction, which fails where somebody else was faster."""
    put: dict[str, Any] = {"TableName": table_name, "Item": to_item(after, now=now)}
    if read.revision == 0:
        put["ConditionExpression"] = "attribute_not_exists(PK)"
    else:
        put["ConditionExpression"] = "revision = :read"
        put["ExpressionAttributeValues"] = {":read": {"N": str(read.revision)}}
    return {"Put": put}
