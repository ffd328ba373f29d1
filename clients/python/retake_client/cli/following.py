"""Follow a batch of regenerations until it ends."""

import time
from collections.abc import Mapping

from rich.console import Console

from retake_client.cli.narration import ClipProgress
from retake_client.cli.take_names import format_clip
from retake_client.client import RetakeClient
from retake_client.events import follow
from retake_client.http import Pause
from retake_client.models import BatchView, JobView

BATCH_TIMEOUT_S = 1_800.0
ENDINGS = frozenset({"batch_succeeded", "batch_partial", "batch_failed", "batch_cancelled", "batch_held"})
"""A batch that is held waits for a user, for as long as it takes."""


def await_batch(
    client: RetakeClient,
    console: Console,
    job: JobView,
    batch_id: str,
    instructions: Mapping[int, str],
    *,
    pause: Pause = time.sleep,
) -> BatchView:
    """Show how each clip of a batch is until the batch ends, or is held; return it as it is then.

    Args:
        client: The session to look with.
        console: Where it is shown.
        job: The job, as read before the batch: what happened until then is not shown again.
        batch_id: Which batch.
        instructions: What to change, by the clip's index.
        pause: Waits so many seconds.

    Raises:
        UnexpectedEndError: If it does not end in time.
    """
    job_id = str(job["job_id"])
    names = {int(clip["clip_index"]): format_clip(clip["clip_index"], clip["title"]) for clip in job["clips"]}
    with ClipProgress(console, instructions, names) as progress:
        for event in follow(
            lambda last: client.events(job_id, last),
            after=int(job["last_event_id"]),
            timeout_s=BATCH_TIMEOUT_S,
            pause=pause,
        ):  # pragma: no branch - ends by itself
            progress.show(event)
            if event.name in ENDINGS and event.data.get("batch_id") == batch_id:
                break
            if event.name == "reset" and event.data.get("active_batch_id") != batch_id:
                break
    return client.batch(job_id, batch_id)
