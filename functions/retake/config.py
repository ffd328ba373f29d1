"""The settings of each function, read from its environment once and checked.

The only place under ``retake`` that reads the environment.
"""

import json
import os
from dataclasses import fields
from functools import cache
from typing import Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, Json, SecretStr, field_validator, model_validator

from retake.domain.limits import Limits
from retake.domain.providers import PROVIDER_KINDS, ProviderKind, ProviderState
from retake.domain.storage_costs import StorageClass

ENVIRONMENT_KEY = "env"
"""How a ``key_reference`` to a variable begins (``env:RETAKE_KEY_FARM``); on one machine only."""


class Settings(BaseModel):
    """Base: an environment holds much else, and an empty value is a missing one."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class TableSettings(Settings):
    """The table."""

    table_name: str = Field(alias="RETAKE_TABLE_NAME", min_length=1)


class BucketSettings(Settings):
    """The bucket."""

    bucket_name: str = Field(alias="RETAKE_BUCKET_NAME", min_length=1)


class QueueSettings(Settings):
    """The queues a function sends to."""

    submit_url: str | None = Field(default=None, alias="RETAKE_SUBMIT_QUEUE_URL")
    poll_url: str | None = Field(default=None, alias="RETAKE_POLL_QUEUE_URL")
    archive_url: str | None = Field(default=None, alias="RETAKE_ARCHIVE_QUEUE_URL")


class WorkflowSettings(Settings):
    """The state machines a function starts or describes."""

    regenerate_arn: str | None = Field(default=None, alias="RETAKE_REGENERATE_MACHINE_ARN")
    prepare_arn: str | None = Field(default=None, alias="RETAKE_PREPARE_MACHINE_ARN")
    create_arn: str | None = Field(default=None, alias="RETAKE_CREATE_MACHINE_ARN")


class WorkerSettings(Settings):
    """The functions that a function calls."""

    probe: str | None = Field(default=None, alias="RETAKE_PROBE_FUNCTION")
    ingest: str | None = Field(default=None, alias="RETAKE_INGEST_FUNCTION")
    recompose: str | None = Field(default=None, alias="RETAKE_RECOMPOSE_FUNCTION")
    compare: str | None = Field(default=None, alias="RETAKE_COMPARE_FUNCTION")
    rehydrate: str | None = Field(default=None, alias="RETAKE_REHYDRATE_FUNCTION")
    pack: str | None = Field(default=None, alias="RETAKE_PACK_FUNCTION")


class ScheduleSettings(Settings):
    """How schedules are woken up, by whom, and the function that starts them."""

    group: str = Field(alias="RETAKE_SCHEDULE_GROUP", min_length=1)
    target_arn: str = Field(alias="RETAKE_SCHEDULE_TARGET_ARN", min_length=1)
    role_arn: str = Field(alias="RETAKE_SCHEDULE_ROLE_ARN", min_length=1)


class ScheduleRunnerSettings(Settings):
    """The function that starts schedules, for those that call it themselves."""

    function: str = Field(alias="RETAKE_RUN_SCHEDULE_FUNCTION", min_length=1)


class UserPoolSettings(Settings):
    """The pool of the people who may sign in."""

    pool_id: str = Field(alias="RETAKE_USER_POOL_ID", min_length=1)


class AlertSettings(Settings):
    """The topic that operators listen to."""

    topic_arn: str = Field(alias="RETAKE_ALERT_TOPIC_ARN", min_length=1)


class ClockSettings(Settings):
    """The clock. Nothing on AWS sets this: only the local cloud lets time be moved."""

    file: str | None = Field(default=None, alias="RETAKE_CLOCK_FILE")


class ArchiveSettings(Settings):
    """The storage class that old takes move to: how long they take to come back, and what they cost."""

    storage_class: StorageClass = Field(alias="RETAKE_ARCHIVE_CLASS")


class ProviderOptions(BaseModel):
    """Settings of providers on the network; docs/providers.md says which provider needs which.

    The key stands nowhere in here: what is in a function's environment, everybody reads who may look
    at the function. It is named by a reference.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = ""
    base_url: str = ""
    key_reference: str = ""
    body: Literal["multipart", "json"] = "multipart"
    extensions: bool = False
    honours_keys: bool = False
    trusted_server: str = ""


class ProviderEntry(ProviderOptions):
    """One of several providers.

    Attributes:
        name: What models name it by, and records keep.
        kind: Its adapter (``retake.domain.providers``); by default the one of its name.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    kind: str = ""

    @model_validator(mode="after")
    def _known(self) -> Self:
        kind = PROVIDER_KINDS.get(self.kind_name)
        if kind is None:
            raise ValueError(
                f"{self.name}: kind is {self.kind_name!r}; there are {', '.join(PROVIDER_KINDS)}"
            )
        if kind.is_single and self.name != kind.name:
            raise ValueError(f"{self.name}: the provider {kind.name!r} can only have its own name")
        return self

    @property
    def kind_name(self) -> str:
        """Return the kind, said or not."""
        return self.kind or self.name


class ProviderSettings(Settings):
    """The video providers; there is no default, so that the local one is never used by accident.

    ``RETAKE_PROVIDERS`` lists any number. ``RETAKE_PROVIDER`` names the one for requests that name no
    model; where the list does not hold it, ``RETAKE_PROVIDER_OPTIONS`` and ``RETAKE_PROVIDER_KEY``
    describe it. A provider whose usual key variable is set needs no entry at all.
    """

    provider: str = Field(alias="RETAKE_PROVIDER", min_length=1)
    font_path: str | None = Field(default=None, alias="RETAKE_FONT_PATH")
    options: Json[ProviderOptions] = Field(default=ProviderOptions(), alias="RETAKE_PROVIDER_OPTIONS")
    api_key: SecretStr = Field(default=SecretStr(""), alias="RETAKE_PROVIDER_KEY")
    more: Json[tuple[ProviderEntry, ...]] = Field(default=(), alias="RETAKE_PROVIDERS")

    @field_validator("more", mode="after")
    @classmethod
    def _different(cls, more: tuple[ProviderEntry, ...]) -> tuple[ProviderEntry, ...]:
        names = [entry.name for entry in more]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)}: each provider has a name of its own")
        return more

    def entries(self) -> tuple[ProviderEntry, ...]:
        """Return every provider, the default one first."""
        listed = {entry.name: entry for entry in self.more}
        # As it was before there were several: not checked, since building it says what is wrong.
        single = ProviderEntry.model_construct(name=self.provider, **self.options.model_dump())
        default = listed.pop(self.provider, single)
        found = (default, *listed.values())
        named = {entry.name for entry in found} | {entry.kind_name for entry in found}
        usual = [
            ProviderEntry(name=kind.name)
            for kind in PROVIDER_KINDS.values()
            if kind.name not in named and kind.key_variable and raw_settings(kind.key_variable)
        ]
        return (*found, *usual)

    def plain_key(self, entry: ProviderEntry) -> str:
        """Return a provider's key as this environment holds it, or nothing."""
        if entry.key_reference:
            source, _, variable = entry.key_reference.partition(":")
            return raw_settings(variable) if source == ENVIRONMENT_KEY else ""
        own = self.api_key.get_secret_value() if entry.name == self.provider else ""
        kind = PROVIDER_KINDS.get(entry.kind_name)
        return own or (raw_settings(kind.key_variable) if kind and kind.key_variable else "")

    def states(self) -> tuple[ProviderState, ...]:
        """Return every provider, and those there could be, with what each lacks."""
        entries = self.entries()
        here = [self._state(entry) for entry in entries]
        taken = {entry.kind_name for entry in entries}
        return (
            *here,
            *(
                ProviderState(kind.name, kind.name, kind.title, missing=_missing_key(kind))
                for kind in PROVIDER_KINDS.values()
                if kind.key_variable and kind.name not in taken
            ),
        )

    def _state(self, entry: ProviderEntry) -> ProviderState:
        kind = PROVIDER_KINDS.get(entry.kind_name, ProviderKind(entry.kind_name, entry.kind_name))
        title = kind.title if entry.name == kind.name else f"{entry.name} ({kind.title})"
        stored = entry.key_reference.partition(":")[0] not in {"", ENVIRONMENT_KEY}
        missing = None
        if kind.needs_address and not entry.base_url:
            missing = "base_url, the address of its server, is not set (docs/providers.md)."
        elif entry.key_reference and not stored and not self.plain_key(entry):
            missing = f"{entry.key_reference.partition(':')[2]}, named by its key_reference, is not set."
        elif kind.needs_key and not stored and not self.plain_key(entry):
            missing = _missing_key(kind)
        return ProviderState(entry.name, kind.name, title, entry.name == self.provider, missing)


def _missing_key(kind: ProviderKind) -> str:
    return (
        f"It has no key: set {kind.key_variable} on one machine, or key_reference in RETAKE_PROVIDERS "
        "(docs/providers.md)."
    )


class PromptSettings(Settings):
    """What words prompts: a model on Bedrock, or an inference profile; nothing for the plain merge."""

    model: str = Field(default="", alias="RETAKE_PROMPT_MODEL")


class CatalogueSettings(Settings):
    """What an installation adds to the model catalogue: a JSON list, as ``parse_models`` reads it."""

    own_models: Json[list[dict[str, Any]]] = Field(default=[], alias="RETAKE_MODELS")


class LimitSettings(Settings):
    """What is allowed: any of the fields of ``retake.domain.limits.Limits``, as a JSON object."""

    limits: Limits = Field(default_factory=Limits, alias="RETAKE_LIMITS")

    @field_validator("limits", mode="before")
    @classmethod
    def _parsed(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        given = json.loads(value or "{}")
        known = {item.name for item in fields(Limits)}
        if not isinstance(given, dict) or not known.issuperset(given):
            raise ValueError(f"RETAKE_LIMITS is a JSON object of some of: {', '.join(sorted(known))}")
        return given


def raw_settings(name: str) -> str:
    """Return a setting as it is written, or nothing where it is not set."""
    return os.environ.get(name, "").strip()  # noqa: TID251 - the one place


S = TypeVar("S", bound=Settings)


@cache
def settings(kind: type[S]) -> S:
    """Return a group of settings. Raises ``pydantic.ValidationError`` naming what is missing."""
    return kind.model_validate(dict(os.environ))  # noqa: TID251 - the one place
