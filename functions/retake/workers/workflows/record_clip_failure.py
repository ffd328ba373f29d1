"""The workflows: record a clip that failed; the others continue."""

from dataclasses import asdict
from typing import Any

from retake import bootstrap
from retake.domain.errors import SubmissionUnknownError
from retake.domain.statuses import RegenerationStatus
from retake.observability import count, logger
from retake.services.generation.record_clip_failure import (
    ClipOutcome,
    record_clip_failure,
    record_preparation_failure,
)
from retake.workers.task import Payload, task
from retake.workers.workflows.causes import readable_cause


def _record(event: Payload) -> dict[str, Any]:
    outcome = _ended(event)
    if outcome.status == RegenerationStatus.QUEUED:
        logger.info("clip passed over: its batch is held", clip_index=outcome.clip_index)
        return asdict(outcome)
    logger.warning("clip failed", clip_index=outcome.clip_index, reason=outcome.reason)
    count("ClipsFailed")
    if event.get("error") == SubmissionUnknownError.__name__:
        count("SubmissionUnknown")
    return asdict(outcome)


def _ended(event: Payload) -> ClipOutcome:
    cause = readable_cause(event.get("cause", ""))
    if "regeneration_id" in event:
        return record_clip_failure(
            event["job_id"], event["regeneration_id"], bootstrap.context, error=event["error"], cause=cause
        )
    return record_preparation_failure(event["job_id"], event["clip_id"], bootstrap.context, cause=cause)


handler = task(_record)
