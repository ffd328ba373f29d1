"""Synthesise the stack, unless exactly this stack was synthesised before.

``aws_cdk`` is not imported here: asking for an assembly that exists costs some milliseconds.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from infra.assets import digest_files, installed_ffmpeg, keep_last_used, locked
from infra.bytecode import describe
from infra.environment import synth_environment
from infra.flavour import BUILD, ROOT, Flavour, target_of

ASSEMBLIES = BUILD / "assemblies"

INPUTS = (
    "cdk.json",
    "uv.lock",
    "functions",
    "layers",
    "infra/app.py",
    "infra/assets.py",
    "infra/batch_log.py",
    "infra/bytecode.py",
    "infra/environment.py",
    "infra/flavour.py",
    "infra/stack",
    "infra/stage.py",
    "infra/workflows",
)
"""What an assembly is made from; the command and the local cloud do not change it."""

ATTEMPTS = 2
"""Syntheses before an assembly of files that keep changing is used as it is, and not kept."""


class SynthesisError(Exception):
    """The CDK app failed; its own words say why."""


def assemble(
    *,
    flavour: Flavour | str,
    out: Path = ASSEMBLIES,
    context: Mapping[str, str] | None = None,
) -> Path:
    """Return the cloud assembly of the stack as the checkout is now.

    Args:
        flavour: ``host`` for the local cloud, ``aws`` for AWS.
        out: Where assemblies are kept.
        context: CDK context besides ``cdk.json``'s, such as ``{"archive_class": "GLACIER"}``.

    Returns:
        A directory as ``cdk synth`` writes it, with ``manifest.json``, ``Retake.template.json`` and
        ``Retake.assets.json``. It is not to be changed.

    Raises:
        SynthesisError: If the app failed.
        ToolMissingError: If uv or Node is missing.
    """
    flavour = Flavour(flavour)
    given = {**(context or {}), "flavour": flavour.value}
    assembly = _name(out, flavour, given)
    if not assembly.is_dir():
        out.mkdir(parents=True, exist_ok=True)
        with locked(out / ".lock"):
            assembly = _synthesise_once(out, flavour, given)
            assembly.touch()
            keep_last_used(out.glob(f"{flavour}-*"))
    assembly.touch()  # the last used are kept
    return assembly


def _name(out: Path, flavour: Flavour, context: Mapping[str, str]) -> Path:
    return out / f"{flavour}-{_fingerprint(flavour, context)[:20]}"


def _synthesise_once(out: Path, flavour: Flavour, context: Mapping[str, str]) -> Path:
    making = out / f"{flavour}-unsettled"
    for _ in range(ATTEMPTS):
        # Named under the lock: another process may have made it while we waited.
        assembly = _name(out, flavour, context)
        if assembly.is_dir():
            return assembly
        shutil.rmtree(making, ignore_errors=True)
        _synthesise(making, context)
        # A file saved meanwhile must not be found later under the name of its former content.
        if _name(out, flavour, context) == assembly:
            return making.rename(assembly)
    return making


def _fingerprint(flavour: Flavour, context: Mapping[str, str]) -> str:
    target = target_of(flavour)
    parts = [digest_files(*(ROOT / name for name in INPUTS)), json.dumps(context, sort_keys=True)]
    parts += [target.machine, target.python_version, describe(target)]
    if flavour is Flavour.HOST:
        # The host's layer and environment name files of this installation.
        parts += [str(ROOT), sys.prefix, str(installed_ffmpeg())]
    return sha256("\0".join(parts).encode()).hexdigest()


def _synthesise(directory: Path, context: Mapping[str, str]) -> None:
    stored = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    # As a module, from the checkout: run as a file, its folder would shadow other packages.
    finished = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "infra.app", str(directory)],
        cwd=ROOT,
        env=synth_environment(json.dumps({**stored, **context})),
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode != 0:
        raise SynthesisError(f"The stack could not be synthesised:\n{finished.stderr}{finished.stdout}")
