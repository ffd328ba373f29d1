"""The settings of each function, read from its environment once and checked.

The only place under ``retake`` that reads the environment.
"""

import base64
import json
import os
import zlib
from dataclasses import fields
from functools import cache
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, Json, field_validator

from retake.domain.limits import Limits
from retake.domain.storage_costs import StorageClass
from retake.variables import PACKED, Setting


class Settings(BaseModel):
    """Base: an environment holds much else, and an empty value is a missing one."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class TableSettings(Settings):
    """The table."""

    table_name: str = Field(alias=Setting.TABLE_NAME, min_length=1)


class BucketSettings(Settings):
    """The bucket."""

    bucket_name: str = Field(alias=Setting.BUCKET_NAME, min_length=1)


class QueueSettings(Settings):
    """The queues a function sends to."""

    submit_url: str | None = Field(default=None, alias=Setting.SUBMIT_QUEUE_URL)
    poll_url: str | None = Field(default=None, alias=Setting.POLL_QUEUE_URL)
    archive_url: str | None = Field(default=None, alias=Setting.ARCHIVE_QUEUE_URL)


class WorkflowSettings(Settings):
    """The state machines a function starts or describes."""

    regenerate_arn: str | None = Field(default=None, alias=Setting.REGENERATE_MACHINE_ARN)
    prepare_arn: str | None = Field(default=None, alias=Setting.PREPARE_MACHINE_ARN)
    create_arn: str | None = Field(default=None, alias=Setting.CREATE_MACHINE_ARN)


class WorkerSettings(Settings):
    """The functions that a function calls."""

    probe: str | None = Field(default=None, alias=Setting.PROBE_FUNCTION)
    ingest: str | None = Field(default=None, alias=Setting.INGEST_FUNCTION)
    recompose: str | None = Field(default=None, alias=Setting.RECOMPOSE_FUNCTION)
    compare: str | None = Field(default=None, alias=Setting.COMPARE_FUNCTION)
    rehydrate: str | None = Field(default=None, alias=Setting.REHYDRATE_FUNCTION)
    pack: str | None = Field(default=None, alias=Setting.PACK_FUNCTION)


class ScheduleSettings(Settings):
    """How schedules are woken up, by whom, and the function that starts them."""

    group: str = Field(alias=Setting.SCHEDULE_GROUP, min_length=1)
    target_arn: str = Field(alias=Setting.SCHEDULE_TARGET_ARN, min_length=1)
    role_arn: str = Field(alias=Setting.SCHEDULE_ROLE_ARN, min_length=1)


class ScheduleRunnerSettings(Settings):
    """The function that starts schedules, for those that call it themselves."""

    function: str = Field(alias=Setting.RUN_SCHEDULE_FUNCTION, min_length=1)


class UserPoolSettings(Settings):
    """The pool of the people who may sign in."""

    pool_id: str = Field(alias=Setting.USER_POOL_ID, min_length=1)


class AlertSettings(Settings):
    """The topic that operators listen to."""

    topic_arn: str = Field(alias=Setting.ALERT_TOPIC_ARN, min_length=1)


class PlatformSettings(Settings):
    """Where the functions run, and whether that is paid for."""

    platform: Literal["aws", "host"] = Field(default="host", alias=Setting.PLATFORM)

    @property
    def is_paid(self) -> bool:
        """Whether what is made costs something besides its provider."""
        return self.platform == "aws"


class RequestSettings(Settings):
    """How often one user may ask the API; 0 for as often as the gateway lets all together."""

    a_minute: int = Field(default=0, alias=Setting.REQUESTS_A_MINUTE, ge=0)


class StartSettings(Settings):
    """How this copy of a function was started; Lambda says so, and nothing else does."""

    kind: str = Field(default="", alias="AWS_LAMBDA_INITIALIZATION_TYPE")
    bucket_name: str = Field(default="", alias=Setting.BUCKET_NAME)


class ClockSettings(Settings):
    """The clock. Nothing on AWS sets this: only the local cloud lets time be moved."""

    file: str | None = Field(default=None, alias=Setting.CLOCK_FILE)


class ArchiveSettings(Settings):
    """The storage class that old takes move to: how long they take to come back, and what they cost."""

    storage_class: StorageClass = Field(alias=Setting.ARCHIVE_CLASS)


class PromptSettings(Settings):
    """What words prompts: a model on Bedrock, or an inference profile; nothing for the plain merge."""

    model: str = Field(default="", alias=Setting.PROMPT_MODEL)


class CatalogueSettings(Settings):
    """What an installation adds to the model catalogue: a JSON list, as ``parse_models`` reads it."""

    own_models: Json[list[dict[str, Any]]] = Field(default=[], alias=Setting.MODELS)


class LimitSettings(Settings):
    """What is allowed: any of the fields of ``retake.domain.limits.Limits``, as a JSON object."""

    limits: Limits = Field(default_factory=Limits, alias=Setting.LIMITS)

    @field_validator("limits", mode="before")
    @classmethod
    def _parsed(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        given = json.loads(value or "{}")
        known = {item.name for item in fields(Limits)}
        if not isinstance(given, dict) or not known.issuperset(given):
            raise ValueError(f"{Setting.LIMITS} is a JSON object of some of: {', '.join(sorted(known))}")
        return given


def raw_settings(name: str) -> str:
    """Return a setting as it is written, or nothing where it is not set."""
    return unpacked(os.environ.get(name, "").strip())  # noqa: TID251 - the one place


def unpacked(value: str) -> str:
    """Return a value as it was written before it was compressed for a function's environment."""
    if not value.startswith(PACKED):
        return value
    return zlib.decompress(base64.urlsafe_b64decode(value.removeprefix(PACKED))).decode()


S = TypeVar("S", bound=Settings)


@cache
def settings(kind: type[S]) -> S:
    """Return a group of settings. Raises ``pydantic.ValidationError`` naming what is missing."""
    found = os.environ  # noqa: TID251 - the one place
    return kind.model_validate(
        {name: unpacked(value) if name.startswith("RETAKE_") else value for name, value in found.items()}
    )
