"""Ship bytecode beside the sources: a function's directories are read-only, so it never keeps its own."""

import subprocess
import sys
from pathlib import Path

from infra.flavour import Target


def fits(target: Target) -> bool:
    """Return whether the target runs bytecode of this interpreter: it changes with each minor version."""
    return target.python_version == f"{sys.version_info.major}.{sys.version_info.minor}"


def describe(target: Target) -> str:
    """Return what an asset for this target holds, as part of its name."""
    return "compiled" if fits(target) else "sources"


def compile_sources(directory: Path, target: Target) -> None:
    """Compile all modules below a directory, if this interpreter can do it for the target.

    The same sources give the same files, so that an asset's hash says what is in it: nothing in
    them depends on the time or on the place where they were made. They are never checked against their
    source (unpacking gives it another time), which does not change once it is an asset.

    Raises:
        subprocess.CalledProcessError: If a module cannot be compiled.
    """
    if not fits(target):
        return
    # A fresh interpreter that has loaded nothing else: what lives in it already, and the order in
    # which a set of strings is written, would show in the files.
    interpreter = [sys.executable, "-I", "-S"]
    options = ["-q", "-f", "-s", str(directory), "--invalidation-mode", "unchecked-hash"]
    command = [*interpreter, "-m", "compileall", *options, str(directory)]
    subprocess.run(command, check=True)  # noqa: S603 - our own interpreter
