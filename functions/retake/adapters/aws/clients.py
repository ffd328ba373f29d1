"""AWS clients with bounded waiting."""

from functools import cache
from typing import TYPE_CHECKING, Any, Literal, overload

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as AwsConnectionError

if TYPE_CHECKING:  # the stubs are not installed where the functions run
    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_lambda.client import LambdaClient
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_sqs.client import SQSClient
    from mypy_boto3_stepfunctions.client import SFNClient

CONNECT_TIMEOUT_S = 3
READ_TIMEOUT_S = 15
ATTEMPTS = 4
"""``standard`` mode backs off exponentially with full jitter between them."""

SERVER_FAULT = 500

Unstubbed = Literal["sns", "scheduler", "ssm", "secretsmanager", "bedrock-runtime", "cognito-idp"]
Service = Literal["dynamodb", "s3", "sqs", "stepfunctions", "lambda"] | Unstubbed


def bounded(service: Service, *, read_timeout_s: int = READ_TIMEOUT_S, attempts: int = ATTEMPTS) -> Config:
    """Return the configuration of a client that cannot hang."""
    return Config(
        # Left to itself, boto3 signs S3's URLs and forms for us-east-1 with the retired version 2.
        signature_version="s3v4" if service == "s3" else None,
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=read_timeout_s,
        retries={"mode": "standard", "total_max_attempts": attempts},
        # The bucket's regional host everywhere: it is the one that the pages' policy allows, and with any
        # other style botocore signs URLs for the global one. An address of numbers stays as it is.
        s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
    )


@overload
def client(
    service: Literal["dynamodb"], *, read_timeout_s: int = ..., attempts: int = ...
) -> "DynamoDBClient": ...
@overload
def client(service: Literal["s3"], *, read_timeout_s: int = ..., attempts: int = ...) -> "S3Client": ...
@overload
def client(service: Literal["sqs"], *, read_timeout_s: int = ..., attempts: int = ...) -> "SQSClient": ...
@overload
def client(
    service: Literal["stepfunctions"], *, read_timeout_s: int = ..., attempts: int = ...
) -> "SFNClient": ...
@overload
def client(
    service: Literal["lambda"], *, read_timeout_s: int = ..., attempts: int = ...
) -> "LambdaClient": ...
@overload
def client(service: Unstubbed, *, read_timeout_s: int = ..., attempts: int = ...) -> Any: ...  # noqa: ANN401 - there are no stubs among the tools
@cache
def client(service: Service, *, read_timeout_s: int = READ_TIMEOUT_S, attempts: int = ATTEMPTS) -> object:
    """Return the process's client of a service; connections are kept while the function is warm."""
    return boto3.client(service, config=bounded(service, read_timeout_s=read_timeout_s, attempts=attempts))


TRANSIENT_CODES = {
    "InternalError",
    "InternalServerError",
    "InternalServerException",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestTimeout",
    "ServiceException",
    "ServiceUnavailable",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
}


def is_transient(error: Exception) -> bool:
    """Whether AWS failed in a way that passes: throttling, a fault of its own, a lost connection."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return error_code(error) in TRANSIENT_CODES or status >= SERVER_FAULT
    return isinstance(error, HTTPClientError | AwsConnectionError)


def error_code(error: Exception) -> str:
    """Return the service's name of an error, such as ``ConditionalCheckFailedException``."""
    response = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Code", ""))


def is_conflict(error: ClientError) -> bool:
    """Whether a transaction lost against another writer, as opposed to being wrong."""
    if error_code(error) == "TransactionConflictException":
        return True
    if error_code(error) != "TransactionCanceledException":
        return False
    reasons = error.response.get("CancellationReasons", [])
    codes = {reason.get("Code") for reason in reasons}
    return bool(codes & {"ConditionalCheckFailed", "TransactionConflict"})
