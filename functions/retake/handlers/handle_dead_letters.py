"""Handler of the dead-letter queues: keep the message, and end the clip that it was about."""

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from retake import bootstrap
from retake.handlers.queue_worker import consumer
from retake.observability import logger
from retake.services.generation.handle_dead_letter import handle_dead_letter


def _handle(record: SQSRecord) -> None:
    handle_dead_letter(record.body, bootstrap.context, message_id=record.message_id)
    logger.error("message put aside", message_id=record.message_id)


handler = consumer(_handle)
