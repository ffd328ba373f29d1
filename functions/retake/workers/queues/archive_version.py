"""Handler of the archive queue: move one old take to the archive."""

from dataclasses import asdict

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from retake import bootstrap
from retake.observability import logger
from retake.services.versions.archive_version import archive_version
from retake.workers.queues.consumer import consumer


def _archive(record: SQSRecord) -> None:
    message = record.json_body
    take = archive_version(
        message["job_id"], message["clip_id"], message["version_number"], bootstrap.context
    )
    logger.info("version archived", **message, archived=None if take is None else asdict(take))


handler = consumer(_archive)
