"""Two clients, generated from the OpenAPI document by different tools, run a batch on the stack."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from infra.environment import bundled_node
from tests.api_user import ApiUser, small_clip
from tests.stack import Stack

pytestmark = pytest.mark.local_cloud

REPOSITORY = Path(__file__).parents[2]
DOCUMENT = REPOSITORY / "frontend/openapi.json"
OUTCOME = {"status": "succeeded", "clips": 2}


@pytest.fixture
def clips(tmp_path: Path) -> list[str]:
    files = [tmp_path / f"clip-{number}.mp4" for number in range(2)]
    for number, file in enumerate(files):
        file.write_bytes(small_clip(number))
    return [str(file) for file in files]


def run(*command: str, **environment: str) -> dict[str, object]:
    finished = subprocess.run(  # noqa: S603 - all of it is written here
        command, capture_output=True, text=True, timeout=300, check=False, env=environment, cwd=REPOSITORY
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    reported: dict[str, object] = json.loads(finished.stdout)
    assert isinstance(reported.pop("charged"), int | float)
    return reported


@pytest.mark.skipif(
    find_spec("openapi_python_client") is None,
    reason="openapi-python-client is not installed: uv sync --group api",
)
def test_a_python_client(stack: Stack, ada: ApiUser, clips: list[str], tmp_path: Path) -> None:
    # The generator knows no playlists; one is text.
    settings = tmp_path / "settings.json"
    settings.write_text(
        json.dumps({"content_type_overrides": {"application/vnd.apple.mpegurl": "text/plain"}})
    )
    made = subprocess.run(  # noqa: S603 - all of it is written here
        (
            *(sys.executable, "-m", "openapi_python_client", "generate", "--path", str(DOCUMENT)),
            *("--config", str(settings)),
            *("--output-path", str(tmp_path / "retake_api"), "--meta", "none"),
        ),
        capture_output=True,
        text=True,
        check=False,
    )
    reported = made.stdout + made.stderr
    assert (tmp_path / "retake_api/client.py").is_file(), reported
    assert "WARNING parsing" not in reported, reported

    script = str(REPOSITORY / "tests/openapi/python_client.py")
    outcome = run(
        sys.executable, script, stack.cloud.endpoint, ada.token, *clips, PYTHONPATH=str(tmp_path), PATH=""
    )
    assert outcome == OUTCOME


@pytest.mark.skipif(
    not (REPOSITORY / "clients/typescript/node_modules/openapi-fetch").is_dir(),
    reason="openapi-fetch is not installed: npm ci --prefix clients/typescript",
)
def test_a_typescript_client(stack: Stack, ada: ApiUser, clips: list[str]) -> None:
    script = str(REPOSITORY / "clients/typescript/tests/batch.ts")
    assert run(str(bundled_node()), script, stack.cloud.endpoint, ada.token, *clips, PATH="") == OUTCOME
