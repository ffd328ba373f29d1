"""What passes is distinguished from what is wrong: the state machines try the first again."""

from collections.abc import Callable

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import ClientError, EndpointConnectionError, ParamValidationError, ReadTimeoutError

from retake.adapters.aws.clients import is_transient
from retake.domain.errors import MediaToolError, StorageUnavailableError
from retake.workers.task import Payload, task


def refused(code: str, status: int) -> ClientError:
    answer = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "PutItem")  # type: ignore[arg-type]


PASSES = [
    refused("ThrottlingException", 400),
    refused("SlowDown", 503),
    refused("SomethingNew", 500),
    EndpointConnectionError(endpoint_url="https://example.com"),
    ReadTimeoutError(endpoint_url="https://example.com"),
]
STAYS = [
    refused("AccessDeniedException", 400),
    refused("ValidationException", 400),
    ParamValidationError(report="a typo"),
    MediaToolError("No such filter."),
    KeyError("job_id"),
]


@pytest.mark.parametrize("error", PASSES, ids=repr)
def test_what_passes(error: Exception) -> None:
    assert is_transient(error)
    with pytest.raises(StorageUnavailableError):
        task(raiser(error))({}, Context())


@pytest.mark.parametrize("error", STAYS, ids=repr)
def test_what_stays(error: Exception) -> None:
    assert not is_transient(error)
    with pytest.raises(type(error)):
        task(raiser(error))({}, Context())


def raiser(error: Exception) -> Callable[[Payload], None]:
    def carry_out(_: Payload) -> None:
        raise error

    return carry_out


class Context(LambdaContext):
    """As much of Lambda's context as the logger reads."""

    def __init__(self) -> None:
        self._function_name = "test"
        self._memory_limit_in_mb = 128
        self._invoked_function_arn = "arn:aws:lambda:here:me:function:test"
        self._aws_request_id = "request-1"
