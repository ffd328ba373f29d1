"""Where a template is going to run, and what its assets must fit."""

import platform
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""The checkout."""

BUILD = ROOT / ".build"
"""Everything that is built and may be deleted: assets, assemblies, caches. Nothing is kept below HOME."""


class Flavour(StrEnum):
    """The two places one template is made for."""

    HOST = "host"
    AWS = "aws"


@dataclass(frozen=True)
class Target:
    """The interpreter and processor that the assets are built for.

    Attributes:
        python_version: Such as ``3.13``.
        machine: ``aarch64`` or ``x86_64``.
    """

    python_version: str
    machine: str

    @property
    def python_platform(self) -> str:
        """Name the platform as uv does."""
        return f"{self.machine}-manylinux_2_28"


def target_of(flavour: Flavour) -> Target:
    """Return what the functions of a flavour run on."""
    if flavour is Flavour.AWS:
        return Target(python_version="3.13", machine="aarch64")
    machine = {"arm64": "aarch64", "amd64": "x86_64"}.get(platform.machine().lower(), platform.machine())
    return Target(python_version=f"{sys.version_info.major}.{sys.version_info.minor}", machine=machine)
