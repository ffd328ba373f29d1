"""A cold start of the API pays for no media tool and no provider: what answers people imports neither."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from infra.local.environment import inherited
from retake import handlers

MODULES = sorted(
    path.stem for path in Path(str(handlers.__path__[0])).glob("*.py") if path.stem != "__init__"
)
NOT_FOR_THE_API = ("retake.adapters.media", "retake.adapters.providers", "PIL", "numpy", "httpx", "fontTools")
NOT_AT_A_START = ("retake_local", "PIL", "numpy", "fontTools")
"""What even the workers import only when it is needed."""

PROGRAM = """
import importlib, json, sys
for name in sys.argv[1:]:
    importlib.import_module(f"retake.handlers.{name}")
print(json.dumps(sorted(sys.modules)))
"""


def imported_by(*modules: str) -> list[str]:
    done = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", PROGRAM, *modules],
        env={**inherited(), "POWERTOOLS_SERVICE_NAME": "test"},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded: list[str] = json.loads(done.stdout)
    return loaded


@pytest.mark.parametrize(
    ("modules", "unwanted"),
    [
        ([name for name in MODULES if name.startswith("api_")], NOT_FOR_THE_API),
        ([name for name in MODULES if not name.startswith("api_")], NOT_AT_A_START),
    ],
    ids=["api", "workers"],
)
def test_what_a_start_does_not_import(modules: list[str], unwanted: tuple[str, ...]) -> None:
    assert len(modules) > 10
    loaded = imported_by(*modules)
    assert "aws_lambda_powertools" in loaded
    assert [name for name in loaded if name.startswith(unwanted)] == []
