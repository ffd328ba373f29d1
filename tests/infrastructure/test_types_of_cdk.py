"""What is used of CDK is checked with its types: mypy does not read those of all of AWS."""

from __future__ import annotations

import ast
import tomllib

from infra.flavour import ROOT


def _used() -> set[str]:
    found = set()
    for file in [*(ROOT / "infra").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "aws_cdk":
                found |= {f"aws_cdk.{name.name}" for name in node.names if name.name.startswith("aws_")}
            elif isinstance(node, ast.ImportFrom) and str(node.module).startswith("aws_cdk."):
                found.add(str(node.module))
            elif isinstance(node, ast.Import):
                found |= {name.name for name in node.names if name.name.startswith("aws_cdk.")}
    return found


def test_every_module_that_is_used_is_read() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"][
        "overrides"
    ]
    read = {
        name
        for override in settings
        if override.get("follow_imports") == "silent"
        for name in override["module"]
    }
    assert read == _used() | {"aws_cdk"}
