"""What a submission sends after its commit: the next message, or the answer to the step that waits."""

from datetime import datetime

from retake.domain.batches import charge_doubt, doubt_regeneration
from retake.domain.errors import (
    ClipError,
    GenerationFailedError,
    ProviderThrottledError,
    ProviderUnavailableError,
    SubmissionUnknownError,
)
from retake.domain.events.base import JobEvent
from retake.domain.records.batches import Regeneration
from retake.services.context import Context
from retake.services.generation.claims import end_clip

LONGEST_BACKOFF_S = 60


def answer_step(regeneration: Regeneration, token: str, ctx: Context) -> None:
    """Answer a step that was tried again with what its clip has become: nothing else would."""
    if regeneration.version_number is not None or not regeneration.status.is_terminal:
        ctx.callbacks.succeed(token, {"regeneration_id": regeneration.regeneration_id})
    else:
        error = GenerationFailedError(regeneration.error or regeneration.status)
        end_clip(regeneration, error, ctx, token=token)


def put_in_doubt(regeneration: Regeneration, now: datetime) -> tuple[Regeneration, tuple[JobEvent, ...]]:
    """Put a generation in doubt, with one event for it."""
    doubted, event = doubt_regeneration(regeneration, now=now)
    return doubted, (() if regeneration.doubt is not None else (event,))


def unknown_outcome(regeneration: Regeneration) -> SubmissionUnknownError:
    """Return the error of a generation of which it cannot be found out whether it was paid for."""
    doubt = charge_doubt(regeneration)
    return SubmissionUnknownError(
        f"The provider did not answer{doubt}; it was not asked again. Retry this clip to ask once more."
    )


def reason_of_end(regeneration: Regeneration, error: ClipError) -> ClipError:
    """Return why the clip ends; where it may have been charged, that is said."""
    in_doubt = regeneration.answer_lost or regeneration.submit_lease_until is not None
    return unknown_outcome(regeneration) if in_doubt else error


def backoff_s(regeneration: Regeneration, error: ProviderThrottledError | ProviderUnavailableError) -> int:
    """Return the seconds until it is submitted again: those the provider asks for, or ever more."""
    asked = error.retry_after_s if isinstance(error, ProviderThrottledError) else None
    return min(LONGEST_BACKOFF_S, asked or 2 ** min(regeneration.attempt, 6))
