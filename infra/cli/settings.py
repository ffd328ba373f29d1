"""Check what the shell and the command line say, before anything is started or deployed with it."""

import json
import subprocess
import sys
from collections.abc import Mapping

from infra.environment import interpreter_environment, setting_environment
from infra.flavour import ROOT
from retake_client.errors import UsageError


def check_settings(*, provider: str = "", with_key: bool = False) -> None:
    """Check the settings as the functions will read them, in a process of its own.

    The functions' code is not imported here: what runs on Lambda and what deploys it never know each other.

    Args:
        provider: The video provider; without one its options are not checked.
        with_key: Whether the provider may be given the key in this shell, as on one machine.

    Raises:
        UsageError: Naming each setting that is of no use, and the way out.
    """
    faults = setting_faults(setting_environment(provider=provider, with_key=with_key))
    if faults:
        raise UsageError("\n".join(["These settings are of no use:", *(f"  {fault}" for fault in faults)]))


def setting_faults(environment: Mapping[str, str]) -> list[str]:
    """Return what is wrong with the settings in an environment."""
    done = subprocess.run(
        [sys.executable, "-m", "retake.settings_check"],
        env={**interpreter_environment(), **environment},
        cwd=ROOT / "functions",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        return [f"they cannot be checked: {done.stderr.strip().splitlines()[-1]}"]
    faults: list[str] = json.loads(done.stdout)
    return faults
