"""The handler of a function that reads a queue; apart, as the batch utility takes 40 ms to import."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from retake.observability import correlate, count, flush_counts, forget_correlation, logger, tracer
from retake.workers.task import Handler, Payload

MESSAGES_FAILED = "MessagesFailed"
"""Metric of deliveries that failed, watched by an alarm for each worker."""


def consumer(carry_out: Callable[[SQSRecord], None]) -> Handler:
    """Return the handler of a function fed by a queue; only failed messages are delivered again."""
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

    def carry_out_or_report(record: SQSRecord) -> None:
        forget_correlation()
        correlate(_message_of(record))
        try:
            carry_out(record)
        except Exception as error:
            # The processor only answers which message failed: for Lambda that is no error of the function,
            # so neither its log nor its metric of errors would show it.
            logger.exception("message failed", message_id=record.message_id, error=type(error).__name__)
            count(MESSAGES_FAILED)
            raise

    @logger.inject_lambda_context(clear_state=True)
    @tracer.capture_lambda_handler(capture_response=False)
    def handler(event: Payload, context: LambdaContext) -> Any:  # noqa: ANN401
        try:
            return process_partial_response(
                event=event, record_handler=carry_out_or_report, processor=processor, context=context
            )
        finally:
            flush_counts()

    return handler


def _message_of(record: SQSRecord) -> Mapping[str, object]:
    """Return a message's object, or what a failed call asked for, or nothing: the worker refuses it."""
    try:
        message = json.loads(record.body)
    except ValueError:
        return {}
    asked = message.get("requestPayload", message) if isinstance(message, dict) else {}
    return asked if isinstance(asked, dict) else {}
