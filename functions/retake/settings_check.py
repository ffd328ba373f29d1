"""Check an installation's settings before anything is started or deployed with them.

Runs by itself, ``python -m retake.settings_check``: it reads the settings from its environment, as the
functions will, and prints a JSON list of faults, each of which names the setting and the way out.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import fields
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError

from retake.adapters.providers.parts import Remote
from retake.adapters.providers.plugins import models_of
from retake.adapters.providers.registry import PROVIDERS, build_provider
from retake.adapters.system import SystemClock
from retake.config import raw_settings as raw
from retake.config import settings
from retake.domain.catalogue import Catalogue
from retake.domain.limits import Limits
from retake.domain.models import MODELS
from retake.domain.own_models import parse_models
from retake.domain.reasons import MOST_TAKES
from retake.provider_settings import ProviderEntry, ProviderOptions, ProviderSettings
from retake.variables import Setting

_MAY_BE_NOTHING = {"generation_retries", "monthly_spend_limit", "archive_after_days", "undelete_minutes"}
_AS_TEXT = {"archive_when", "monthly_spend_limit"}


def setting_faults() -> list[str]:
    """Return what is wrong with the settings in this process's environment."""
    return [*_limit_faults(), *_provider_faults()]


def _limit_faults() -> Iterator[str]:
    given, fault = _parsed(Setting.LIMITS, {}, dict, "an object")
    if fault:
        yield fault
        return
    known = {item.name for item in fields(Limits)}
    for name in sorted(given.keys() - known):
        yield f"{Setting.LIMITS}: there is no limit {name!r}; there are {', '.join(sorted(known))}"
    values = {name: given[name] for name in given.keys() & known}
    for name, value in sorted(values.items()):
        if isinstance(value, bool) or (isinstance(value, str) and name not in _AS_TEXT):
            yield f"{Setting.LIMITS}: {name} is {json.dumps(value)}; write a number"
    yield from _value_faults(values)


def _value_faults(values: dict[str, Any]) -> Iterator[str]:
    try:
        limits = TypeAdapter(Limits).validate_python(values)
    except ValidationError as error:
        for one in error.errors():
            given = json.dumps(one["input"], default=str)
            yield f"{Setting.LIMITS}: {one['loc'][0]} is {given}: {one['msg']}"
        return
    for name in sorted(values):
        value = getattr(limits, name)
        least = 0 if name in _MAY_BE_NOTHING else 1
        if value is not None and name != "archive_when" and value < least:
            yield f"{Setting.LIMITS}: {name} is {value}; it is {least} at least"
    if limits.max_clips * limits.max_takes > MOST_TAKES:
        yield (
            f"{Setting.LIMITS}: max_clips ({limits.max_clips}) times max_takes ({limits.max_takes}) is more "
            f"than {MOST_TAKES}, the takes that the record of one batch can list"
        )
    if limits.delete_after_days < limits.archive_after_days:
        yield (
            f"{Setting.LIMITS}: delete_after_days ({limits.delete_after_days}) comes before "
            f"archive_after_days ({limits.archive_after_days}); a take is archived first"
        )


def _parsed(name: str, default: Any, kind: type, kind_name: str) -> tuple[Any, str]:  # noqa: ANN401 - any JSON
    text = raw(name)
    try:
        given = json.loads(text) if text else default
    except ValueError as error:
        return default, f"{name} is not JSON: {error}"
    if not isinstance(given, kind):
        return default, f"{name} is JSON, but not {kind_name}"
    return given, ""


def _provider_faults() -> Iterator[str]:
    name = raw(Setting.PROVIDER)
    listed, _ = _parsed(Setting.PROVIDERS, [], list, "")
    own = [str(entry.get("name")) for entry in listed if isinstance(entry, dict)]
    if name and name not in {*PROVIDERS, *own}:
        yield f"there is no provider {name!r}; give --provider one of: {', '.join([*PROVIDERS, *own])}"
        name = ""
    models, fault = _parsed(Setting.MODELS, [], list, "a list of models")
    if fault:
        yield fault
        return
    try:
        kinds = {str(entry.get("kind") or entry.get("name")) for entry in listed if isinstance(entry, dict)}
        catalogue = Catalogue((*MODELS, *models_of(kinds), *parse_models(models)))
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        yield f"{Setting.MODELS}: {error}"
        return
    unread = [
        fault
        for _, fault in (
            _parsed(Setting.PROVIDER_OPTIONS, {}, dict, "an object"),
            _parsed(Setting.PROVIDERS, [], list, "a list of providers"),
        )
        if fault
    ]
    yield from unread
    if name and not unread:
        yield from _chosen_faults(catalogue)


def _chosen_faults(catalogue: Catalogue) -> Iterator[str]:
    try:
        chosen = settings(ProviderSettings)
    except ValidationError as error:
        for one in error.errors():
            setting, *place = (str(part) for part in one["loc"])
            kind = ProviderEntry if setting == Setting.PROVIDERS else ProviderOptions
            yield f"{setting}: {'.'.join(place)}: {one['msg']}; there are {', '.join(kind.model_fields)}"
        return
    for entry in chosen.entries():
        yield from _entry_faults(chosen, entry, catalogue)


def _entry_faults(chosen: ProviderSettings, entry: ProviderEntry, catalogue: Catalogue) -> Iterator[str]:
    is_listed = entry.name in {item.name for item in chosen.more}
    setting = f"{Setting.PROVIDERS}: {entry.name}" if is_listed else Setting.PROVIDER_OPTIONS
    offered = [model.name for model in catalogue.of_providers({entry.name}).models]
    if entry.model and entry.model not in offered:
        yield (
            f"{setting}: model is {entry.model!r}, and the provider {entry.name!r} has "
            f"{', '.join(offered) or 'none'}; choose one, or describe it in {Setting.MODELS}"
        )
    missing = {state.name: state.missing for state in chosen.states()}.get(entry.name)
    if missing is not None:
        # A provider that lacks something is left out of what is offered; requests go to the default one.
        if entry.name == chosen.provider:
            yield (
                f"{setting}: the default provider {entry.name!r} cannot be used: {missing} Its key may also "
                f"be in {Setting.PROVIDER_KEY}, on one machine"
            )
        return
    remote = Remote(name=entry.name, catalogue=catalogue, bucket_name="bucket", **chosen.options_of(entry))
    try:
        # Nothing is asked of the stored objects while a provider is made.
        build_provider(
            entry.kind_name, objects=cast("Any", None), clock=SystemClock(), font=None, remote=remote
        )
    except LookupError as error:
        yield f"{setting}: {error}"


if __name__ == "__main__":
    json.dump(setting_faults(), sys.stdout)
