"""What is read to follow one batch through the functions: which of them, and by which keys of their lines."""

BATCH_FUNCTIONS = (
    "api_batches",
    "api_jobs",
    "api_videos",
    "run_schedule",
    "start_batch",
    "submit_generation",
    "poll_generation",
    "ingest_clip",
    "record_clip_failure",
    "recompose_video",
    "finish_batch",
    "finish_preparation",
    "finish_creation",
    "reconcile",
    "handle_dead_letters",
)
"""Those that work on batches of regenerations and on creations of videos, which have a batch of their id."""

BATCH_KEYS = ("batch_id", "creation_id")
"""Either names a batch on a line of the log (``retake.observability``)."""


def log_group(prefix: str, module: str) -> str:
    """Return the log group of a function.

    >>> log_group("retake-dev", "start_batch")
    '/aws/lambda/retake-dev-start-batch'
    """
    return f"/aws/lambda/{prefix}-{module.replace('_', '-')}"


def batch_filter(batch_id: str) -> str:
    """Return the condition of a Logs Insights query for the lines of one batch.

    >>> batch_filter("b-1")
    '(batch_id = "b-1" or creation_id = "b-1")'
    """
    named = " or ".join(f'{key} = "{batch_id}"' for key in BATCH_KEYS)
    return f"({named})"


def clip_filter(clip_index: int) -> str:
    """Return the condition for the lines of one clip, and those about all clips.

    >>> clip_filter(2)
    '(clip_index = 2 or not ispresent(clip_index))'
    """
    return f"(clip_index = {clip_index} or not ispresent(clip_index))"
