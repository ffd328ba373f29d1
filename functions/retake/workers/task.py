"""The handler of a function that is called with a payload: logging, metrics and tracing around one call."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from retake import bootstrap
from retake.domain.errors import StorageUnavailableError
from retake.observability import correlate, flush_counts, logger, tracer

Payload = dict[str, Any]
Handler = Callable[[Payload, LambdaContext], Any]


RESERVE = timedelta(seconds=45)
"""What a function that works until its time is up keeps for the page at hand and its last words."""


def task(carry_out: Callable[[Payload], Any]) -> Handler:
    """Return the handler of a function that is called with a payload."""
    return _guarded(lambda event, _: carry_out(event))


def timed_task(carry_out: Callable[[Payload, timedelta], Any]) -> Handler:
    """Return the handler of a function that does as much as it has time for, which is its second argument."""

    def within(event: Payload, context: LambdaContext) -> Any:  # noqa: ANN401
        left = timedelta(milliseconds=context.get_remaining_time_in_millis())
        return carry_out(event, left - RESERVE)

    return _guarded(within)


def _guarded(carry_out: Callable[[Payload, LambdaContext], Any]) -> Handler:
    @logger.inject_lambda_context(clear_state=True)
    @tracer.capture_lambda_handler(capture_response=False)
    def handler(event: Payload, context: LambdaContext) -> Any:  # noqa: ANN401
        correlate(event)
        try:
            return carry_out(event, context)
        except Exception as error:
            logger.exception("failed", error=type(error).__name__)
            if bootstrap.is_transient(error):  # a name that the state machines retry
                raise StorageUnavailableError(str(error)) from error
            raise
        finally:
            flush_counts()

    return handler
