"""A release has one version, its notes, and clients that were generated from its document."""

import json
import re
import subprocess
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import pytest

from infra.cli.openapi import PYTHON_MODELS, RELEASED, TYPESCRIPT_CLIENT, document_version, write_models
from infra.flavour import ROOT
from retake.version import __version__


def test_the_version_is_one() -> None:
    package = json.loads((TYPESCRIPT_CLIENT / "package.json").read_bytes())
    lock = json.loads((TYPESCRIPT_CLIENT / "package-lock.json").read_bytes())
    stated = {
        "the distribution": version("retake"),
        "the Python client": version("retake-client"),
        "the TypeScript client": package["version"],
        "its lock": lock["version"],
        "the OpenAPI document": document_version(),
    }
    assert stated == dict.fromkeys(stated, __version__), "uv run retake openapi --update"


@pytest.mark.parametrize("client", ["python", "typescript"])
def test_each_client_has_the_licence(client: str) -> None:
    assert (ROOT / "clients" / client / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_its_notes_are_dated() -> None:
    notes = subprocess.run(  # noqa: S603 - our own script
        [str(ROOT / ".ci/notes"), __version__], capture_output=True, text=True, check=True
    ).stdout
    assert "### Added" in notes
    assert "## [" not in notes


def test_a_version_without_notes_is_refused() -> None:
    refused = subprocess.run(  # noqa: S603 - our own script
        [str(ROOT / ".ci/notes"), "Unreleased"], capture_output=True, text=True, check=False
    )
    assert refused.returncode == 1


def test_the_released_document_is_of_this_version_or_an_earlier_one() -> None:
    released = json.loads(RELEASED.read_bytes())["info"]["version"]
    assert _numbers(released) <= _numbers(__version__)


def _numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", text)]


@pytest.mark.skipif(
    find_spec("datamodel_code_generator") is None,
    reason="datamodel-code-generator is not installed: uv sync --group api",
)
def test_the_python_models_are_generated_from_the_document(tmp_path: Path) -> None:
    write_models(tmp_path / "models.py")
    made = (tmp_path / "models.py").read_text(encoding="utf-8")
    assert made == PYTHON_MODELS.read_text(encoding="utf-8"), "uv run retake openapi --update"
