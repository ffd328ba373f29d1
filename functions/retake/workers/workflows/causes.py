"""What a state machine hands on of an error that it caught, as sentences."""

import json

from retake.workers.task import Payload


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
