"""The table, the bucket and the queues in moto: keys and indexes as the template has them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from moto import mock_aws

from retake.adapters.aws.clients import bounded

TABLE = "retake-test"
BUCKET = "retake-test-media"
REGION = "us-east-1"
"""Where S3's old signatures would still be the default."""


@contextmanager
def aws() -> Iterator[None]:
    """Answer every call to AWS in this process."""
    with mock_aws():
        yield


def client(service: Any) -> Any:
    """Return a client configured as the functions' own."""
    return boto3.client(
        service,
        region_name=REGION,
        aws_access_key_id="AKIATEST",
        aws_secret_access_key="secret",  # noqa: S106 - moto takes any
        config=bounded(service),
    )


def make_table() -> Any:
    """Create the table and return its client."""
    dynamodb = client("dynamodb")
    names = ("PK", "SK", "GSI1PK", "GSI1SK", "DUEPK", "DUESK")
    dynamodb.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        KeySchema=_keys("PK", "SK"),
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_owner",
                "KeySchema": _keys("GSI1PK", "GSI1SK"),
                "Projection": {"ProjectionType": "ALL"},
            },
            {
                "IndexName": "due_work",
                "KeySchema": _keys("DUEPK", "DUESK"),
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["record_type"]},
            },
        ],
    )
    return dynamodb


def make_bucket() -> Any:
    """Create the bucket and return its client."""
    s3 = client("s3")
    s3.create_bucket(Bucket=BUCKET)
    return s3


def _keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]
