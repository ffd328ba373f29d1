"""``retake providers``: which video providers this shell's settings come to, and whether one can be asked."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from rich.markup import escape

from infra.cli.settings import check_settings
from infra.environment import account_environment, interpreter_environment, setting_environment
from infra.flavour import ROOT
from retake_client.cli.tables import Column, listing, named
from retake_client.cli.terminal import Terminal
from retake_client.errors import RetakeError


def run_providers(provider: str, *, as_json: bool) -> None:
    """List the providers, and what those lack that cannot be used.

    Raises:
        UsageError: If the settings are of no use.
    """
    check_settings(provider=provider, with_key=True)
    found = _asked(provider)
    if as_json:
        print(json.dumps({"providers": found}))
        return
    table = listing(
        "Providers",
        found,
        Column("provider", _described),
        Column("models", lambda state: "\n".join(state["models"]) or "none"),
    )
    Terminal().print(table)


def _described(state: Mapping[str, Any]) -> str:
    default = " (the default)" if state["is_default"] else ""
    return named(
        f"{state['name']}{default}", "\n".join((state["title"], state["missing"] or "Ready; not checked."))
    )


def run_check(name: str, provider: str, *, as_json: bool) -> None:
    """Prove a provider's address and key by the cheapest call that does; nothing is generated.

    Raises:
        RetakeError: If it cannot be asked, with the reason.
        UsageError: If the settings are of no use.
    """
    check_settings(provider=provider, with_key=True)
    _answered(name, provider, "check")
    if as_json:
        print(json.dumps({"provider": name, "fault": None}))
    else:
        Terminal().print(f"[green]{escape(name)} answers, and takes the key.[/] Nothing was generated.")


def run_listed_models(name: str, only: Sequence[str], provider: str) -> None:
    """Print a provider's own models as one line of JSON, as ``RETAKE_MODELS`` takes it.

    Raises:
        RetakeError: If it has no list, cannot be asked, or does not list one that is wanted.
        UsageError: If the settings are of no use.
    """
    check_settings(provider=provider, with_key=True)
    listed = {entry["provider_model"]: entry for entry in _answered(name, provider, "models")["models"]}
    unknown = [model for model in only if model not in listed]
    if unknown:
        raise RetakeError(
            f"{name} does not list {', '.join(unknown)}; it lists {', '.join(listed) or 'none'}"
        )
    print(json.dumps([listed[model] for model in only or listed]))


def _answered(name: str, provider: str, command: str) -> Any:  # noqa: ANN401 - JSON
    found = _asked(provider, command, name)
    if found["fault"] is not None:
        raise RetakeError(f"{name}: {found['fault']}")
    return found


def _asked(provider: str, *arguments: str) -> Any:  # noqa: ANN401 - JSON
    # In a process of its own: the functions' code is not imported by what runs them.
    settings = setting_environment(provider=provider, with_key=True)
    environment = {**interpreter_environment(), **account_environment(), **settings}
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "retake.provider_check", *arguments],
        env=environment,
        cwd=ROOT / "functions",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RetakeError(f"The providers cannot be read: {done.stderr.strip().splitlines()[-1]}")
    return json.loads(done.stdout)
