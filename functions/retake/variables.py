"""The environment variables of the functions, once: ``retake.config`` reads them, the stack sets them."""

from enum import StrEnum


class Setting(StrEnum):
    """What the functions read; the stack gives each function those that its spec names."""

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
    PLATFORM = "RETAKE_PLATFORM"
    """Where the functions run: ``aws``, which is paid for, or ``host``."""
    REQUESTS_A_MINUTE = "RETAKE_REQUESTS_A_MINUTE"
    FONT_PATH = "RETAKE_FONT_PATH"
    PROVIDER_KEY = "RETAKE_PROVIDER_KEY"
    """The default provider's key; on one machine only, as are those that ``OWN_KEYS`` begin."""
    RELEASE = "RETAKE_RELEASE"
    """Read by no code: it lets Lambda publish a version of a function although nothing else has changed."""
    CLOCK_FILE = "RETAKE_CLOCK_FILE"
    """How far the clock was moved; nothing on AWS sets it."""


PACKED = "z:"
"""How a value begins that is compressed (zlib) and written in base64, as it is deployed where that is
shorter: Lambda gives all variables of a function 4 KB."""

OWN_KEYS = "RETAKE_KEY_"
"""How variables begin that a ``key_reference`` may name: ``env:RETAKE_KEY_FARM``."""


class Powertools(StrEnum):
    """What the library for logs, metrics and traces reads."""

    SERVICE_NAME = "POWERTOOLS_SERVICE_NAME"
    METRICS_NAMESPACE = "POWERTOOLS_METRICS_NAMESPACE"
    LOG_LEVEL = "POWERTOOLS_LOG_LEVEL"
    TRACE_DISABLED = "POWERTOOLS_TRACE_DISABLED"
