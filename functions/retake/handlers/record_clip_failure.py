"""The workflows: record a clip that failed; the others continue."""

import json
from dataclasses import asdict
from typing import Any

from retake import bootstrap
from retake.handlers.worker import Payload, task
from retake.observability import count, logger
from retake.services.generation.record_clip_failure import (
    ClipOutcome,
    record_clip_failure,
    record_preparation_failure,
)


def _record(event: Payload) -> dict[str, Any]:
    outcome = _ended(event)
    logger.warning("clip failed", clip_index=outcome.clip_index, reason=outcome.reason)
    count("ClipsFailed")
    return asdict(outcome)


def _ended(event: Payload) -> ClipOutcome:
    cause = readable_cause(event.get("cause", ""))
    if "regeneration_id" in event:
        return record_clip_failure(
            event["job_id"], event["regeneration_id"], bootstrap.context, error=event["error"], cause=cause
        )
    return record_preparation_failure(event["job_id"], event["clip_id"], bootstrap.context, cause=cause)


def readable_cause(cause: str) -> str:
    """Return the sentence in a cause: Lambda wraps it in JSON with a stack trace."""
    try:
        wrapped = json.loads(cause)
    except ValueError:
        return cause
    return str(wrapped["errorMessage"]) if isinstance(wrapped, dict) and "errorMessage" in wrapped else cause


def recompose_error(event: Payload) -> str | None:
    """Return why the video could not be recomposed, as a sentence; None if it could."""
    caught = event.get("recompose_error")
    return readable_cause(caught.get("cause") or caught["error"]) if caught else None


handler = task(_record)
