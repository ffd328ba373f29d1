"""Handler of the poll queue: read the status of one job at its provider."""

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from retake import bootstrap
from retake.observability import logger
from retake.services.generation.poll_generation import poll_generation
from retake.workers.queues.consumer import consumer


def _poll(record: SQSRecord) -> None:
    message = record.json_body
    outcome = poll_generation(
        message["job_id"], message["regeneration_id"], message["poll_seq"], bootstrap.context
    )
    logger.info("generation polled", outcome=outcome)


handler = consumer(_poll)
