"""A cold start of the API pays for no media tool and no provider: what answers people imports neither."""

import json
import subprocess
import sys

import pytest

from infra.bench.imports import FIRST_REQUEST
from infra.local.environment import inherited
from infra.stack.functions.api import API_FUNCTIONS
from tests.lambda_calls import MODULES

OF_THE_API = [spec.name for spec in API_FUNCTIONS]
NOT_FOR_THE_API = ("retake.adapters.media", "retake.adapters.providers", "PIL", "numpy", "httpx", "fontTools")
NOT_AT_A_START = ("retake_local", "PIL", "numpy", "fontTools")
"""What even the workers import only when it is needed."""

PROGRAM = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
"""
LISTED = "\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))\n"


def imported_by(program: str, *arguments: str) -> list[str]:
    done = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", program + LISTED, *arguments],
        env={**inherited(), "POWERTOOLS_SERVICE_NAME": "test"},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded: list[str] = json.loads(done.stdout.splitlines()[-1])
    return loaded


@pytest.mark.parametrize(
    ("modules", "unwanted"),
    [
        ([MODULES[name] for name in OF_THE_API], NOT_FOR_THE_API),
        ([module for name, module in MODULES.items() if name not in OF_THE_API], NOT_AT_A_START),
    ],
    ids=["api", "workers"],
)
def test_what_a_start_does_not_import(modules: list[str], unwanted: tuple[str, ...]) -> None:
    assert len(modules) > 10
    loaded = imported_by(PROGRAM, *modules)
    assert "aws_lambda_powertools" in loaded
    assert [name for name in loaded if name.startswith(unwanted)] == []


def test_a_request_that_no_route_takes_imports_no_other_function() -> None:
    loaded = imported_by(FIRST_REQUEST.format(module=MODULES["api_system"].removeprefix("retake.")))
    others = [MODULES[name] for name in OF_THE_API if name != "api_system"]
    assert [name for name in loaded if name in others] == []
