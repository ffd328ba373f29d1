"""What `retake deploy` gives the template besides what the shell and the account say."""

import json
from pathlib import Path

from infra.cli.aws import release_of
from infra.environment import RELEASE_PARAMETER
from infra.stage import Stage


def _assembly(directory: Path, *parameters: str) -> Path:
    template = {"Parameters": {name: {"Type": "String"} for name in parameters}}
    (directory / "Retake-dev.template.json").write_text(json.dumps(template), encoding="utf-8")
    return directory


def test_each_deployment_is_another_release(tmp_path: Path) -> None:
    assembly = _assembly(tmp_path, "Limits", RELEASE_PARAMETER)
    first = release_of(assembly, Stage("dev"))
    second = release_of(assembly, Stage("dev"))
    assert set(first) == set(second) == {RELEASE_PARAMETER}
    assert first[RELEASE_PARAMETER] < second[RELEASE_PARAMETER]


def test_a_template_without_snapshots_has_no_release(tmp_path: Path) -> None:
    assert release_of(_assembly(tmp_path, "Limits"), Stage("dev")) == {}
