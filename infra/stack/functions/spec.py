"""The form in which each function says what it is: size, environment and grants."""

from dataclasses import dataclass
from enum import StrEnum

from infra.stack.grants import Grant, Queue

MAX_MEMORY_MB = 3008
"""New AWS accounts refuse more."""

API_TIMEOUT_S = 29
"""An HTTP API times out after 30 s; the function should be the one that says why."""


class Setting(StrEnum):
    """The environment variables a function can ask for."""

    TABLE_NAME = "RETAKE_TABLE_NAME"
    BUCKET_NAME = "RETAKE_BUCKET_NAME"
    SUBMIT_QUEUE_URL = "RETAKE_SUBMIT_QUEUE_URL"
    POLL_QUEUE_URL = "RETAKE_POLL_QUEUE_URL"
    ARCHIVE_QUEUE_URL = "RETAKE_ARCHIVE_QUEUE_URL"
    REGENERATE_MACHINE_ARN = "RETAKE_REGENERATE_MACHINE_ARN"
    PREPARE_MACHINE_ARN = "RETAKE_PREPARE_MACHINE_ARN"
    CREATE_MACHINE_ARN = "RETAKE_CREATE_MACHINE_ARN"
    PROBE_FUNCTION = "RETAKE_PROBE_FUNCTION"
    INGEST_FUNCTION = "RETAKE_INGEST_FUNCTION"
    RECOMPOSE_FUNCTION = "RETAKE_RECOMPOSE_FUNCTION"
    REHYDRATE_FUNCTION = "RETAKE_REHYDRATE_FUNCTION"
    COMPARE_FUNCTION = "RETAKE_COMPARE_FUNCTION"
    PACK_FUNCTION = "RETAKE_PACK_FUNCTION"
    ALERT_TOPIC_ARN = "RETAKE_ALERT_TOPIC_ARN"
    USER_POOL_ID = "RETAKE_USER_POOL_ID"
    ARCHIVE_CLASS = "RETAKE_ARCHIVE_CLASS"
    SCHEDULE_GROUP = "RETAKE_SCHEDULE_GROUP"
    SCHEDULE_TARGET_ARN = "RETAKE_SCHEDULE_TARGET_ARN"
    SCHEDULE_ROLE_ARN = "RETAKE_SCHEDULE_ROLE_ARN"
    RUN_SCHEDULE_FUNCTION = "RETAKE_RUN_SCHEDULE_FUNCTION"
    PROVIDER = "RETAKE_PROVIDER"
    PROVIDER_OPTIONS = "RETAKE_PROVIDER_OPTIONS"
    PROVIDERS = "RETAKE_PROVIDERS"
    MODELS = "RETAKE_MODELS"
    PROMPT_MODEL = "RETAKE_PROMPT_MODEL"
    LIMITS = "RETAKE_LIMITS"
    FONT_PATH = "RETAKE_FONT_PATH"


@dataclass(frozen=True)
class QueueSource:
    """A queue that feeds a function, one message at a time.

    Attributes:
        queue: Which one.
        dead_letters: Read the queue's dead-letter queue instead.
    """

    queue: Queue
    dead_letters: bool = False


@dataclass(frozen=True, kw_only=True)
class FunctionSpec:
    """One Lambda function.

    Attributes:
        module: Its file under ``retake/handlers``; the entry point is ``handler`` in it.
        purpose: One sentence for the console.
        timeout_s: Seconds it may run.
        memory_mb: Memory, and with it the share of a processor (one at 1,769 MB).
        storage_mb: Size of ``/tmp``.
        uses_ffmpeg: Whether it gets the ffmpeg layer.
        settings: Its environment.
        grants: What it may do besides logging and tracing.
        sources: Queues that feed it.
    """

    module: str
    purpose: str
    timeout_s: int
    memory_mb: int = 512
    storage_mb: int = 512
    uses_ffmpeg: bool = False
    settings: tuple[Setting, ...] = ()
    grants: tuple[Grant, ...] = ()
    sources: tuple[QueueSource, ...] = ()
