"""Build the layer that gives functions ffmpeg and a font.

On AWS the layer is ``bin/ffmpeg`` (arm64, cut from the locked ``imageio-ffmpeg`` wheel) and
``fonts/``. On the host it is a launcher of two lines for the ffmpeg that is installed already:
the local cloud unpacks a layer for every worker, and a binary of 173 MB each would fill the disk.
"""

import hashlib
import importlib.resources
import json
import os
import shlex
import shutil
import struct
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

HERE = Path(__file__).parent
LICENSES = HERE / "licenses"
ELF_MACHINES = {62: "x86_64", 183: "aarch64"}
"""``e_machine`` of the ELF header, by number."""


class LayerBuildError(Exception):
    """What was fetched is not the ffmpeg that ``versions.json`` names."""


@dataclass(frozen=True)
class FfmpegVersion:
    """The one ffmpeg that goes to AWS.

    Attributes:
        binary: File name inside the wheel.
        machine: Processor it is for, such as ``aarch64``.
        sha256: Checksum of the binary, hex.
        size_bytes: Its size.
        font: File name of the font, inside the ``font_hanken_grotesk`` package.
    """

    binary: str
    machine: str
    sha256: str
    size_bytes: int
    font: str

    @classmethod
    def load(cls) -> Self:
        """Read ``versions.json``."""
        stored = json.loads((HERE / "versions.json").read_text(encoding="utf-8"))
        return cls(**{name: stored[name] for name in cls.__dataclass_fields__})


def installed_font() -> Path:
    """Return where the font lies in this environment."""
    files = importlib.resources.files("font_hanken_grotesk") / "files"
    return Path(str(files / FfmpegVersion.load().font))


def elf_machine(path: Path) -> str:
    """Return the processor an ELF file is for; ``unknown`` for anything else."""
    with path.open("rb") as file:
        header = file.read(20)
    if not header.startswith(b"\x7fELF") or len(header) < 20:  # noqa: PLR2004 - up to e_machine
        return "unknown"
    (machine,) = struct.unpack_from("<H", header, 18)
    return ELF_MACHINES.get(machine, "unknown")


def verify_binary(path: Path, version: FfmpegVersion) -> None:
    """Check processor, size and checksum.

    Raises:
        LayerBuildError: If one of them is not as ``versions.json`` says.
    """
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    found = (elf_machine(path), path.stat().st_size, digest)
    wanted = (version.machine, version.size_bytes, version.sha256)
    if found != wanted:
        raise LayerBuildError(f"ffmpeg is {found}, but versions.json says {wanted}.")


def build_for_aws(destination: Path, *, uv: str) -> None:
    """Write the layer for Lambda on arm64 into an empty directory.

    Args:
        destination: The directory; becomes ``/opt``.
        uv: The uv program, which fetches the wheel and checks its hash.

    Raises:
        LayerBuildError: If the binary is not the expected one.
    """
    version = FfmpegVersion.load()
    with tempfile.TemporaryDirectory(dir=destination.parent) as fetched:
        command = [uv, "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--target", fetched]
        command += ["--python-platform", "aarch64-manylinux_2_28", "--python-version", "3.13"]
        command += ["--only-binary", ":all:", "--requirement", str(HERE / "requirements.txt")]
        subprocess.run(command, check=True)  # noqa: S603 - fixed arguments
        binary = Path(fetched) / "imageio_ffmpeg" / "binaries" / version.binary
        verify_binary(binary, version)
        (destination / "bin").mkdir()
        # A copy, never a link: the package cache must not change with the layer's file.
        shutil.copyfile(binary, destination / "bin" / "ffmpeg")
    _finish(destination)


def build_for_host(destination: Path, *, ffmpeg: Path) -> None:
    """Write the layer for the local cloud into an empty directory.

    Args:
        destination: The directory.
        ffmpeg: The installed ffmpeg.
    """
    (destination / "bin").mkdir()
    launcher = f'#!/bin/sh\nexec {shlex.quote(str(ffmpeg))} "$@"\n'
    # As the path's bytes are, whatever this locale takes them for.
    (destination / "bin" / "ffmpeg").write_bytes(os.fsencode(launcher))
    _finish(destination)


def _finish(destination: Path) -> None:
    # CDK does not hash file modes, so a wrong one would go unnoticed until ffmpeg does not start.
    (destination / "bin" / "ffmpeg").chmod(0o755)
    (destination / "fonts").mkdir()
    shutil.copyfile(installed_font(), destination / "fonts" / installed_font().name)
    shutil.copytree(LICENSES, destination / "licenses")
