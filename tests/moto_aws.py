"""The table, the bucket and the queues in moto: keys and indexes as the template has them."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.local.clients import LocalClients
from retake.adapters.aws.clients import bounded
from tests.fakes.in_memory_table import SHOWN_BY_SIZE

TABLE = "retake-test"
BUCKET = "retake-test-media"
REGION = "us-east-1"
"""Where S3's old signatures would still be the default."""

EVERYWHERE = ["memory", "moto", pytest.param("local cloud", marks=pytest.mark.local_cloud)]
"""What a contract suite runs on."""


@contextmanager
def aws() -> Iterator[None]:
    """Answer every call to AWS in this process."""
    with mock_aws():
        yield


def client(service: Any) -> Any:
    """Return a client configured as the functions' own; moto answers one call at a time."""
    made: Any = boto3.client(
        service,
        region_name=REGION,
        aws_access_key_id="AKIATEST",
        aws_secret_access_key="secret",  # noqa: S106 - moto takes any
        config=bounded(service),
    )
    call, lock = made._make_api_call, Lock()

    def call_alone(*arguments: Any) -> Any:
        # Moto's tables are plain dictionaries: two threads at once break it, not us.
        with lock:
            return call(*arguments)

    made._make_api_call = call_alone
    return made


def client_on(clients: LocalClients, service: Any) -> Any:
    """Return a client of a local cloud, configured as the functions' own."""
    return boto3.client(
        service,
        region_name=clients.region,
        endpoint_url=clients.endpoint,
        aws_access_key_id=clients.credentials.access_key_id,
        aws_secret_access_key=clients.credentials.secret_access_key,
        config=bounded(service),
    )


def make_table(dynamodb: Any = None) -> Any:
    """Create the table, by this client or one of moto's, and return the client."""
    dynamodb = dynamodb or client("dynamodb")
    names = ("PK", "SK", "GSI1PK", "GSI1SK", "DUEPK", "DUESK", "SIZEPK", "SIZESK")
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
            {
                "IndexName": "by_size",
                "KeySchema": _keys("SIZEPK", "SIZESK"),
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(SHOWN_BY_SIZE)},
            },
        ],
    )
    return dynamodb


def make_bucket(s3: Any = None) -> Any:
    """Create the bucket, by this client or one of moto's, and return the client."""
    s3 = s3 or client("s3")
    s3.create_bucket(Bucket=BUCKET)
    return s3


@contextmanager
def table_on(clients: LocalClients) -> Iterator[Any]:
    """Have the table on the local cloud for one test."""
    dynamodb = make_table(client_on(clients, "dynamodb"))
    try:
        yield dynamodb
    finally:
        dynamodb.delete_table(TableName=TABLE)


@contextmanager
def bucket_on(clients: LocalClients) -> Iterator[Any]:
    """Have the bucket on the local cloud for one test."""
    s3 = make_bucket(client_on(clients, "s3"))
    try:
        yield s3
    finally:
        for entry in s3.list_objects_v2(Bucket=BUCKET).get("Contents", []):
            s3.delete_object(Bucket=BUCKET, Key=entry["Key"])
        s3.delete_bucket(Bucket=BUCKET)


def _keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]
