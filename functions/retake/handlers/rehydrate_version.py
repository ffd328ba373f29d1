"""The API, S3's events and the reconciliation: bring an archived take back."""

from retake import bootstrap
from retake.handlers.worker import Payload, task
from retake.observability import logger
from retake.services.versions.rehydrate_take import RehydrateTake
from retake.services.versions.rehydrate_version import RehydrateVersion


def _rehydrate(event: Payload) -> dict[str, str]:
    rehydrate = RehydrateVersion(
        jobs=bootstrap.jobs(),
        rehydrate=RehydrateTake(
            jobs=bootstrap.jobs(),
            objects=bootstrap.objects(),
            normalizer=bootstrap.normalizer(),
            encoder=bootstrap.archive_encoder(),
            clock=bootstrap.clock(),
            ids=bootstrap.ids(),
        ),
        workers=bootstrap.workers(),
        queue=bootstrap.queue(),
        clock=bootstrap.clock(),
        ids=bootstrap.ids(),
        limits=bootstrap.limits(),
    )
    if event.get("detail-type") == "Object Restore Completed":
        asked_for = {"key": event["detail"]["object"]["key"]}
        outcome = rehydrate.of_object(asked_for["key"])
    else:
        asked_for = {name: event[name] for name in ("job_id", "clip_id", "version_number")}
        outcome = rehydrate(event["job_id"], event["clip_id"], event["version_number"])
    logger.info("version brought back", **asked_for, outcome=outcome)
    return {"outcome": outcome}


handler = task(_rehydrate)
