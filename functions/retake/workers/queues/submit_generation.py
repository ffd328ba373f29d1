"""Handler of the submit queue: submit one generation to its provider."""

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from retake import bootstrap
from retake.observability import logger
from retake.services.generation.submit_generation import submit_generation
from retake.workers.queues.consumer import consumer


def _submit(record: SQSRecord) -> None:
    message = record.json_body
    step = submit_generation(
        message["job_id"], message["regeneration_id"], message["task_token"], bootstrap.context
    )
    logger.info("generation submitted", step=step)


handler = consumer(_submit)
