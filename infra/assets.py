"""Build what the functions run: their code, its dependencies, and the ffmpeg layer.

Everything lies under ``.build/assets``, one directory for each content, so an unchanged asset is
never built twice and its hash in the template stays the same.
"""

import fcntl
import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from infra.bytecode import compile_sources, describe
from infra.environment import ToolMissingError, find_uv
from infra.flavour import BUILD, ROOT, Flavour, Target, target_of
from layers.ffmpeg.build import build_for_aws, build_for_host, installed_font

ASSETS = BUILD / "assets"

KEPT = 3
"""Builds kept of each thing: the last ones, so that going back a commit costs nothing."""

IN_THE_RUNTIME = ("botocore", "python-dateutil", "six", "urllib3")
"""Dependencies of aws-xray-sdk that come with Lambda's boto3: 25 MB that need not be shipped."""

ON_THE_HOST = ("cryptography", "cffi", "pycparser")
"""What the interpreter of the local cloud has itself, which runs its functions: 15 MB, and a download of a
second build for the one provider that signs."""


PACKAGES = {Flavour.HOST: ("retake", "retake_local"), Flavour.AWS: ("retake",)}
"""What ships: the providers that need no model are for one machine only."""

ON_ONE_MACHINE = ("local", "scripted")
"""The providers of ``retake_local``."""


@dataclass(frozen=True)
class Assets:
    """The directories that go into the template.

    Attributes:
        code: The packages of the flavour at its root (``PACKAGES``).
        dependencies: Layer with ``python/``.
        ffmpeg: Layer with ``bin/ffmpeg``, ``fonts/`` and ``licenses/``.
        font_path: Where a function of this flavour finds the font.
    """

    code: Path
    dependencies: Path
    ffmpeg: Path
    font_path: str


def build_assets(flavour: Flavour, *, directory: Path = ASSETS) -> Assets:
    """Build what is missing and say where everything lies."""
    on_lambda = f"/opt/fonts/{installed_font().name}"
    return Assets(
        code=_build_code(flavour, directory),
        dependencies=_build_dependencies(flavour, directory),
        ffmpeg=_build_ffmpeg(flavour, directory),
        # The local cloud has no /opt.
        font_path=on_lambda if flavour is Flavour.AWS else str(installed_font()),
    )


def digest_files(*roots: Path) -> str:
    """Return a hash over the names and contents of files, bytecode left out."""
    digest = hashlib.sha256()
    for root in roots:
        for path in [root] if root.is_file() else sorted(root.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                content = path.read_bytes()
                digest.update(f"{path.relative_to(root.parent)}\0{len(content)}\0".encode())
                digest.update(content)
    return digest.hexdigest()


def build_once(directory: Path, build: Callable[[Path], None]) -> Path:
    """Return ``directory``, built whole or not at all, by one process while the others wait for it.

    Its name ends in a hash of what it is built from; former builds of the same thing are removed.
    """
    if not directory.is_dir():
        kind, _, _ = directory.name.rpartition("-")
        directory.parent.mkdir(parents=True, exist_ok=True)
        with locked(directory.parent / f".{kind}.lock"):
            if not directory.is_dir():
                _build(directory, build)
                keep_last_used(directory.parent.glob(f"{kind}-*"))
    directory.touch()  # the last used are kept
    return directory


def _build(directory: Path, build: Callable[[Path], None]) -> None:
    with tempfile.TemporaryDirectory(dir=directory.parent, prefix=".building-") as workspace:
        made = Path(workspace) / directory.name
        made.mkdir()
        build(made)
        made.rename(directory)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock that other processes wait for, on a file that stays."""
    with path.open("w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def keep_last_used(directories: Iterable[Path], *, count: int = KEPT) -> None:
    """Remove all directories but the ``count`` that were touched last."""
    oldest_last = sorted(directories, key=lambda path: path.stat().st_mtime, reverse=True)
    for old in oldest_last[count:]:
        shutil.rmtree(old, ignore_errors=True)


def _build_code(flavour: Flavour, directory: Path) -> Path:
    target = target_of(flavour)
    packages = [ROOT / "functions" / name for name in PACKAGES[flavour]]
    digest = hashlib.sha256("".join(digest_files(package) for package in packages).encode()).hexdigest()[:16]

    def build(destination: Path) -> None:
        for package in packages:
            ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
            shutil.copytree(package, destination / package.name, ignore=ignored)
        compile_sources(destination, target)

    return build_once(directory / f"code-{_kind(target)}-{digest}", build)


def _kind(target: Target) -> str:
    # No dot in it: CDK would take what follows for a file extension.
    return f"py{target.python_version.replace('.', '')}-{describe(target)}"


def _build_dependencies(flavour: Flavour, directory: Path) -> Path:
    target = target_of(flavour)
    elsewhere = (*IN_THE_RUNTIME, *(ON_THE_HOST if flavour is Flavour.HOST else ()))
    lock = digest_files(ROOT / "uv.lock")[:16]
    name = f"dependencies-{flavour}-{target.machine}-{_kind(target)}-{lock}"

    def build(destination: Path) -> None:
        requirements = destination.parent / "requirements.txt"
        uv = find_uv()
        export = [uv, "export", "--quiet", "--frozen", "--only-group", "functions", "--no-emit-project"]
        for package in elsewhere:
            export += ["--no-emit-package", package]
        _run([*export, "--output-file", str(requirements)])
        install = [uv, "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
        install += ["--python-platform", target.python_platform, "--python-version", target.python_version]
        # Copies: a layer must not share files with the package cache.
        install += ["--no-compile-bytecode", "--link-mode", "copy", "--target", str(destination / "python")]
        _run([*install, "--requirement", str(requirements)])
        _remove_leftovers(destination / "python")
        compile_sources(destination, target)

    return build_once(directory / name, build)


def _remove_leftovers(packages: Path) -> None:
    (packages / ".lock").unlink(missing_ok=True)
    shutil.rmtree(packages / "bin", ignore_errors=True)
    for bytecode in list(packages.rglob("__pycache__")):
        shutil.rmtree(bytecode)


def _build_ffmpeg(flavour: Flavour, directory: Path) -> Path:
    recipe = digest_files(ROOT / "layers" / "ffmpeg")[:16]
    if flavour is Flavour.AWS:
        return build_once(
            directory / f"ffmpeg-aws-{recipe}", lambda destination: build_for_aws(destination, uv=find_uv())
        )
    ffmpeg = installed_ffmpeg()
    where = hashlib.sha256(f"{recipe}{ffmpeg}".encode()).hexdigest()[:16]
    return build_once(
        directory / f"ffmpeg-host-{where}",
        lambda destination: build_for_host(destination, ffmpeg=ffmpeg),
    )


def installed_ffmpeg() -> Path:
    """Return the ffmpeg that the locked ``imageio-ffmpeg`` ships.

    The package's own ``get_ffmpeg_exe`` is not asked: it prefers ``IMAGEIO_FFMPEG_EXE``, and returns the
    machine's ffmpeg where the package has none. Another version encodes other bytes (ADR 0005).

    Raises:
        ToolMissingError: If the package is not installed, or ships no program for this processor.
    """
    spec = find_spec("imageio_ffmpeg")
    if spec is None or spec.origin is None:
        raise ToolMissingError("imageio-ffmpeg is not installed; `uv sync` provides it.")
    programs = sorted((Path(spec.origin).parent / "binaries").glob("ffmpeg-*"))
    if len(programs) != 1:
        raise ToolMissingError(
            "imageio-ffmpeg ships no ffmpeg for this processor; Linux on x86_64 and aarch64 have one."
        )
    return programs[0]


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, cwd=ROOT)  # noqa: S603 - fixed arguments
