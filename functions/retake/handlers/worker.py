"""What every worker function shares, those of queues apart: logging, metrics and tracing around one call."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from retake import bootstrap
from retake.domain.errors import StorageUnavailableError
from retake.observability import flush_counts, logger, tracer

Payload = dict[str, Any]
Handler = Callable[[Payload, LambdaContext], Any]


def task(carry_out: Callable[[Payload], Any]) -> Handler:
    """Return the handler of a function that is called with a payload."""

    @logger.inject_lambda_context(clear_state=True)
    @tracer.capture_lambda_handler(capture_response=False)
    def handler(event: Payload, context: LambdaContext) -> Any:  # noqa: ANN401, ARG001
        try:
            return carry_out(event)
        except Exception as error:
            if bootstrap.is_transient(error):  # a name that the state machines retry
                raise StorageUnavailableError(str(error)) from error
            raise
        finally:
            flush_counts()

    return handler
