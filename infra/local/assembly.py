"""Read a CDK cloud assembly: its template, its assets, and what identifies them."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.local.environment import ACCOUNT, REGION
from infra.local.errors import DeploymentError

_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Asset:
    """A file or directory that the template refers to by bucket and key."""

    source: Path
    zipped: bool
    bucket: str
    key: str

    def content(self) -> bytes:
        """Read the file, or pack the directory."""
        return (
            zip_directory(self.source) if self.zipped and self.source.is_dir() else self.source.read_bytes()
        )


@dataclass(frozen=True)
class Assembly:
    """One stack of a cloud assembly."""

    stack: str
    template: dict[str, Any]
    template_asset: Asset | None
    assets: tuple[Asset, ...]
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Hash of what is deployed: template, parameters and the keys (content hashes) of its assets."""
        parts = [json.dumps([self.template, dict(self.parameters)], sort_keys=True)]
        parts += sorted(asset.key for asset in self.assets)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def parameter(self, name: str) -> str | list[str] | None:
        """Read a parameter's value as the template sees it, or nothing if there is none such."""
        declared = self.template.get("Parameters", {}).get(name)
        if declared is None:
            return None
        value = str(self.parameters.get(name, declared.get("Default", "")))
        return value.split(",") if declared["Type"] == "CommaDelimitedList" else value


def zip_directory(directory: Path) -> bytes:
    """Pack a directory so that the same content gives the same bytes.

    Nothing is compressed: it never leaves this machine. Modes are kept, for the
    binaries of a layer.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(directory.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(directory).as_posix(), _EPOCH)
                executable = path.stat().st_mode & 0o111
                entry.external_attr = (0o755 if executable else 0o644) << 16
                archive.writestr(entry, path.read_bytes())
    return packed.getvalue()


def read_assembly(
    directory: Path, *, stack: str | None = None, parameters: Mapping[str, str] | None = None
) -> Assembly:
    """Read one stack of ``cdk.out``.

    Args:
        directory: The cloud assembly.
        stack: Name of the stack; may be left out if there is one only.
        parameters: Values of the template's parameters that differ from their defaults.

    Raises:
        DeploymentError: If the assembly holds no such stack.
    """
    try:
        manifest = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DeploymentError(f"{directory} is no cloud assembly: synthesise the stack first") from None
    stacks = {
        artifact.get("properties", {}).get("stackName", name): artifact
        for name, artifact in manifest.get("artifacts", {}).items()
        if artifact["type"] == "aws:cloudformation:stack"
    }
    if stack is None and len(stacks) == 1:
        stack = next(iter(stacks))
    if stack is None or stack not in stacks:
        raise DeploymentError(f"{directory} holds the stacks {sorted(stacks)}, not {stack}")
    template_file = stacks[stack]["properties"]["templateFile"]
    assets = tuple(_assets(directory))
    template_path = (directory / template_file).resolve()
    return Assembly(
        stack=stack,
        template=json.loads(template_path.read_text(encoding="utf-8")),
        template_asset=next((asset for asset in assets if asset.source == template_path), None),
        assets=assets,
        parameters=dict(parameters or {}),
    )


def _assets(directory: Path) -> Iterator[Asset]:
    for manifest in sorted(directory.glob("*.assets.json")):
        for file in json.loads(manifest.read_text(encoding="utf-8")).get("files", {}).values():
            source = (directory / file["source"]["path"]).resolve()
            for destination in file["destinations"].values():
                yield Asset(
                    source=source,
                    zipped=file["source"]["packaging"] == "zip",
                    bucket=_resolved(destination["bucketName"]),
                    key=_resolved(destination["objectKey"]),
                )


def _resolved(name: str) -> str:
    values = {"${AWS::AccountId}": ACCOUNT, "${AWS::Region}": REGION, "${AWS::Partition}": "aws"}
    for placeholder, value in values.items():
        name = name.replace(placeholder, value)
    return name
