"""Restore an archived take to active storage: for the API, an event of S3, or the reconciliation."""

from retake import bootstrap
from retake.observability import logger
from retake.services.versions.rehydrate_version import rehydrate_object, rehydrate_version
from retake.workers.task import Payload, task


def _rehydrate(event: Payload) -> dict[str, str]:
    if event.get("detail-type") == "Object Restore Completed":
        asked_for = {"key": event["detail"]["object"]["key"]}
        outcome = rehydrate_object(asked_for["key"], bootstrap.context)
    else:
        asked_for = {name: event[name] for name in ("job_id", "clip_id", "version_number")}
        outcome = rehydrate_version(
            event["job_id"], event["clip_id"], event["version_number"], bootstrap.context
        )
    logger.info("version brought back", **asked_for, outcome=outcome)
    return {"outcome": outcome}


handler = task(_rehydrate)
