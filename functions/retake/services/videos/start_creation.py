"""Start the execution that makes the videos of one request, and say why one ended that it did not end."""

from retake.domain.videos import Creation
from retake.services.context import Context

NEVER_ACCEPTED = "The request was interrupted before it was accepted; nothing was charged. Ask again."
INTERRUPTED = "The service was interrupted before the video was done. Retry it."


def start_creation(creation: Creation, ctx: Context) -> None:
    """Start it; starting one that runs or ran is no error. Raises ``WorkflowUnavailableError``."""
    ctx.workflow.start_creation(creation.creation_id, creation.video_ids, at_once=ctx.limits.videos_at_once)
