"""Handler of the dead-letter queues and of failed calls: keep what failed, and end the clip it was about."""

import json
from collections.abc import Mapping

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from retake import bootstrap
from retake.domain.reasons import short_reason
from retake.observability import logger
from retake.services.generation.handle_dead_letter import handle_dead_letter
from retake.workers.queues.consumer import consumer


def _handle(record: SQSRecord) -> None:
    handle_dead_letter(record.body, bootstrap.context, message_id=record.message_id)
    logger.error("message put aside", message_id=record.message_id, call=_call_of(record.body))


def _call_of(body: str) -> Mapping[str, object] | None:
    """Return which function's call failed, how and why, where it is one that no caller waited for."""
    try:
        record = json.loads(body)
        called, answered = record["requestContext"], record.get("responsePayload") or {}
        return {
            "function": str(called["functionArn"]).removesuffix(":$LATEST").rpartition(":")[2],
            "condition": called["condition"],
            "error": answered.get("errorType"),
            "reason": short_reason(str(answered.get("errorMessage", ""))),
        }
    except (ValueError, LookupError, TypeError, AttributeError):
        return None


handler = consumer(_handle)
