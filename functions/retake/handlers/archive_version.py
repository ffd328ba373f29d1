"""The archive queue's worker."""

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from retake import bootstrap
from retake.handlers.queue_worker import consumer
from retake.observability import logger
from retake.services.versions.archive_version import archive_version


def _archive(record: SQSRecord) -> None:
    message = record.json_body
    done = archive_version(
        message["job_id"],
        message["clip_id"],
        message["version_number"],
        jobs=bootstrap.jobs(),
        objects=bootstrap.objects(),
        clock=bootstrap.clock(),
        ids=bootstrap.ids(),
    )
    logger.info("version archived", **message, archived=done)


handler = consumer(_archive)
