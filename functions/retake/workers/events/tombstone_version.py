"""Event of S3 for an archived object that expired: delete the take in its record as well."""

from typing import Any

from retake import bootstrap
from retake.observability import logger
from retake.services.retention.tombstones import tombstone_version
from retake.workers.task import Payload, task


def _tombstone(event: Payload) -> dict[str, Any]:
    key = str(event["detail"]["object"]["key"])
    done = tombstone_version(key, bootstrap.context)
    logger.info("archived object expired", key=key, tombstoned=done)
    return {"tombstoned": done}


handler = task(_tombstone)
