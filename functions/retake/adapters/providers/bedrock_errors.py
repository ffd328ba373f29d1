"""What Bedrock's errors mean, for a submission and for a look at one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, HTTPClientError
from botocore.exceptions import ConnectionError as AwsConnectionError

from retake.adapters.aws.clients import error_code
from retake.domain.errors import (
    AmbiguousSubmissionError,
    ProviderRejectedError,
    ProviderThrottledError,
    ProviderUnavailableError,
)

NO_SUCH_INVOCATION = frozenset({"ValidationException", "ResourceNotFoundException"})
REFUSED = frozenset({"AccessDeniedException", "UnrecognizedClientException", "InvalidSignatureException"})
_THROTTLED = frozenset({"ThrottlingException", "ServiceQuotaExceededException", "TooManyRequestsException"})
_REJECTED = frozenset({"ValidationException", "AccessDeniedException", "ResourceNotFoundException"})
_OTHER_REQUEST = "ConflictException"


@contextmanager
def submission() -> Iterator[None]:
    """Translate what goes wrong when an invocation is started.

    Raises:
        ProviderRejectedError: Bedrock refuses it.
        ProviderThrottledError: A quota is reached.
        ProviderUnavailableError: There was no connection.
        AmbiguousSubmissionError: Anything else that may have happened underway.
    """
    try:
        yield
    except (ConnectTimeoutError, EndpointConnectionError) as exc:
        raise ProviderUnavailableError("Bedrock cannot be reached.") from exc
    except (HTTPClientError, AwsConnectionError) as exc:
        raise AmbiguousSubmissionError("Bedrock did not answer.") from exc
    except ClientError as exc:
        _refuse_submission(exc)


def _refuse_submission(exc: ClientError) -> NoReturn:
    code, reason = error_code(exc), _reason(exc)
    if code in _THROTTLED:
        raise ProviderThrottledError(reason) from exc
    if code == _OTHER_REQUEST:
        raise ProviderRejectedError(f"This idempotency key was used for another request: {reason}") from exc
    if code in _REJECTED:
        raise ProviderRejectedError(reason) from exc
    raise AmbiguousSubmissionError(f"Bedrock failed underway: {reason}") from exc


@contextmanager
def look() -> Iterator[None]:
    """Translate what goes wrong when Bedrock is asked about one: it says nothing of the invocation.

    Raises:
        ProviderThrottledError: A quota is reached.
        ProviderUnavailableError: Anything else.
    """
    try:
        yield
    except (HTTPClientError, AwsConnectionError) as exc:
        raise ProviderUnavailableError("Bedrock did not answer.") from exc
    except ClientError as exc:
        if error_code(exc) in _THROTTLED:
            raise ProviderThrottledError(_reason(exc)) from exc
        raise ProviderUnavailableError(_reason(exc)) from exc


def _reason(exc: ClientError) -> str:
    return str(exc.response.get("Error", {}).get("Message", "")) or error_code(exc)
