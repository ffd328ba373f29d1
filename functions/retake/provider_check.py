"""List the providers that the settings come to, or prove one's address and key; never a generation.

Runs by itself, ``python -m retake.provider_check [NAME]``: it reads the settings from its environment, as
the functions will, and prints JSON: the list, or an object with ``fault``, which is null if all is well.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, cast

from retake import bootstrap
from retake.adapters.providers.registry import build_provider
from retake.adapters.system import SystemClock
from retake.config import ProviderSettings, settings
from retake.domain.errors import RetakeError


def list_providers() -> list[dict[str, Any]]:
    """Return every provider, and those there could be, each with its models and what it lacks."""
    models = bootstrap.catalogue().models
    return [
        {**asdict(state), "models": [model.name for model in models if model.provider == state.name]}
        for state in bootstrap.provider_states()
    ]


def check_provider(name: str) -> str | None:
    """Ask a provider for what costs nothing and needs its key; return what is wrong, if anything is."""
    chosen = settings(ProviderSettings)
    states = {state.name: state for state in chosen.states()}
    if name not in states:
        return f"There is no provider {name!r}; there are {', '.join(states)}."
    missing: str | None = states[name].missing
    if missing is not None:
        return missing
    entry = {entry.name: entry for entry in chosen.entries()}[name]
    try:
        # Neither an object nor a font is needed to be asked who one is.
        build_provider(
            entry.kind_name,
            objects=cast("Any", None),
            clock=SystemClock(),
            font=None,
            remote=bootstrap.remote_of(chosen, entry, bucket_name="unused"),
        ).check()
    except (RetakeError, LookupError) as error:
        return str(error.args[0]) if error.args else str(error)
    return None


def main(arguments: Sequence[str]) -> None:
    """Print what was asked for."""
    found = {"fault": check_provider(arguments[0])} if arguments else list_providers()
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
