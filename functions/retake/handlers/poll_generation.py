"""The poll queue's worker."""

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from retake import bootstrap
from retake.handlers.queue_worker import consumer
from retake.observability import logger
from retake.services.generation.poll_generation import PollGeneration


def _poll(record: SQSRecord) -> None:
    message = record.json_body
    poll = PollGeneration(
        jobs=bootstrap.jobs(),
        providers=bootstrap.providers(),
        objects=bootstrap.objects(),
        callbacks=bootstrap.callbacks(),
        queue=bootstrap.queue(),
        workers=bootstrap.workers(),
        models=bootstrap.catalogue(),
        clock=bootstrap.clock(),
        limits=bootstrap.limits(),
    )
    outcome = poll(message["job_id"], message["regeneration_id"], message["poll_seq"])
    logger.info("generation polled", outcome=outcome)


handler = consumer(_poll)
