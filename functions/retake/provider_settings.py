"""The settings of the video providers, and what each provider lacks by them."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, Json, SecretStr, field_validator, model_validator

from retake.config import Settings, raw_settings
from retake.domain.providers import PROVIDER_KINDS, ProviderKind, ProviderState
from retake.variables import Setting

ENVIRONMENT_KEY = "env"
"""How a ``key_reference`` to a variable begins (``env:RETAKE_KEY_FARM``); on one machine only."""


def _find_kind(name: str) -> ProviderKind | None:
    """Return a kind, built in or installed as a package; None where there is none. Raises ``LookupError``."""
    if name in PROVIDER_KINDS:
        return PROVIDER_KINDS[name]
    from retake.adapters.providers.plugins import find_plugin  # noqa: PLC0415 - paid by who has one

    plugin = find_plugin(name)
    return None if plugin is None else plugin.kind


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
    project: str = ""
    location: str = ""


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
        try:
            kind = _find_kind(self.kind_name)
        except LookupError as error:
            raise ValueError(f"{self.name}: {error.args[0]}") from error
        if kind is None:
            raise ValueError(
                f"{self.name}: kind is {self.kind_name!r}; there are {', '.join(PROVIDER_KINDS)}, and what "
                "is installed as a package of its own"
            )
        if kind.is_single and self.name != kind.name:
            raise ValueError(f"{self.name}: the provider {kind.name!r} can only have its own name")
        return self

    @property
    def kind_name(self) -> str:
        """Return the kind, said or not."""
        return self.kind or self.name


class ProviderListSettings(Settings):
    """The providers that ``RETAKE_PROVIDERS`` lists."""

    more: Json[tuple[ProviderEntry, ...]] = Field(default=(), alias=Setting.PROVIDERS)


class ProviderSettings(ProviderListSettings):
    """The video providers; there is no default, so that the local one is never used by accident.

    ``RETAKE_PROVIDERS`` lists any number. ``RETAKE_PROVIDER`` names the one for requests that name no
    model; where the list does not hold it, ``RETAKE_PROVIDER_OPTIONS`` and ``RETAKE_PROVIDER_KEY``
    describe it. A provider whose usual key variable is set needs no entry at all.
    """

    provider: str = Field(alias=Setting.PROVIDER, min_length=1)
    font_path: str | None = Field(default=None, alias=Setting.FONT_PATH)
    options: Json[ProviderOptions] = Field(default=ProviderOptions(), alias=Setting.PROVIDER_OPTIONS)
    api_key: SecretStr = Field(default=SecretStr(""), alias=Setting.PROVIDER_KEY)

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
        kind = _find_kind(entry.kind_name)
        return own or (raw_settings(kind.key_variable) if kind and kind.key_variable else "")

    def options_of(self, entry: ProviderEntry) -> dict[str, Any]:
        """Return a provider's options, with those that only this environment says."""
        kind = _find_kind(entry.kind_name)
        options = entry.model_dump(exclude={"name", "kind", "key_reference"})
        for option, variable in kind.option_variables if kind else ():
            options[option] = options[option] or raw_settings(variable)
        return options

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
        kind = _find_kind(entry.kind_name) or ProviderKind(entry.kind_name, entry.kind_name)
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
        f"It has no key: set {kind.key_variable} on one machine, or key_reference in {Setting.PROVIDERS} "
        "(docs/providers.md)."
    )
