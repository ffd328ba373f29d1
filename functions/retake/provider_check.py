"""List the providers that the settings come to, prove one's address and key, or list its models.

Runs by itself, ``python -m retake.provider_check [check|models NAME]``: it reads the settings from its
environment, as the functions will, and prints JSON: the list of providers, or an object with ``fault``, which
is null if all is well, and for ``models`` with ``models``. Nothing is ever generated.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, cast

from retake import bootstrap
from retake.adapters.providers.parts import Remote
from retake.adapters.providers.registry import build_provider, list_models
from retake.adapters.system import SystemClock
from retake.config import settings
from retake.domain.errors import RetakeError
from retake.installed_providers import provider_states, remote_of
from retake.provider_settings import ProviderSettings


def list_providers() -> list[dict[str, Any]]:
    """Return every provider, and those there could be, each with its models and what it lacks."""
    models = bootstrap.context.catalogue.models
    return [
        {**asdict(state), "models": [model.name for model in models if model.provider == state.name]}
        for state in provider_states()
    ]


def check_provider(name: str) -> str | None:
    """Ask a provider for what costs nothing and needs its key; return what is wrong, if anything is."""
    try:
        kind, remote = _usable(name)
        # Neither an object nor a font is needed to be asked who one is.
        build_provider(kind, objects=cast("Any", None), clock=SystemClock(), font=None, remote=remote).check()
    except (RetakeError, LookupError) as error:
        return _sentence(error)
    return None


def list_models_of(name: str) -> dict[str, Any]:
    """Return a provider's models by its own word, as entries for ``RETAKE_MODELS``, or what is wrong."""
    try:
        return {"fault": None, "models": list_models(*_usable(name))}
    except (RetakeError, LookupError) as error:
        return {"fault": _sentence(error), "models": []}


def _usable(name: str) -> tuple[str, Remote]:
    """Return a provider's kind and settings. Raises ``LookupError`` if it cannot be asked."""
    chosen = settings(ProviderSettings)
    states = {state.name: state for state in chosen.states()}
    if name not in states:
        raise LookupError(f"There is no provider {name!r}; there are {', '.join(states)}.")
    if states[name].missing is not None:
        raise LookupError(states[name].missing)
    entry = {entry.name: entry for entry in chosen.entries()}[name]
    return entry.kind_name, remote_of(
        chosen, entry, bucket_name="unused", catalogue=bootstrap.context.catalogue
    )


def _sentence(error: Exception) -> str:
    return str(error.args[0]) if error.args else str(error)


def main(arguments: Sequence[str]) -> None:
    """Print what was asked for."""
    found: object = list_providers()
    if arguments:
        command, name = arguments
        found = list_models_of(name) if command == "models" else {"fault": check_provider(name)}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
