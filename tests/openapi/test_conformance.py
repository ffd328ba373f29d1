"""The API held against its own document, from outside, with all of schemathesis' checks.

The routes are the real ones, on every port in memory; one server for each test, with a job, its versions
and a video to start from.
"""

import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from retake.routes import PREFIX
from tests.builders import store_ready_job
from tests.documented import document, is_documented, template_of
from tests.fakes.api_server import ApiServer
from tests.fakes.providers.server import Request
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.handler_world import world

__all__ = ["world"]

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
TOKEN = "token"  # noqa: S105 - a test's
TIMEOUT_S = 1800

pytestmark = pytest.mark.skipif(
    find_spec("schemathesis") is None, reason="schemathesis is not installed: uv sync --group api"
)


@pytest.fixture
def server(world: World) -> Iterator[ApiServer]:
    store_ready_job(world.jobs, world.objects, seconds=(2, 3, 4))
    server = ApiServer(Stack(world), groups="[admin]")
    server.tokens.add(TOKEN)
    yield server
    server.http.close()


@pytest.fixture
def examples(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--openapi-examples"))


@pytest.mark.parametrize(
    ("phases", "reached"), [("examples,coverage,fuzzing", 1.0), ("stateful", 0.5)], ids=["each", "histories"]
)
def test_every_answer_is_as_documented(
    server: ApiServer, tmp_path: Path, examples: int, phases: str, reached: float
) -> None:
    finished = subprocess.run(  # noqa: S603 - all of it is written here
        (
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIGURATION), "run"),
            *(f"{server.url}{PREFIX}/openapi.json", "--phases", phases, "--max-examples", str(examples)),
        ),
        cwd=tmp_path,
        env={"RETAKE_TOKEN": TOKEN, "PATH": ""},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout[-20_000:] + finished.stderr[-2_000:]
    asked = {(request.method, template_of(request.method, request.path)) for request in known(server)}
    assert len(asked) >= reached * operations(), f"only {len(asked)} of {operations()} operations were asked"


def known(server: ApiServer) -> list[Request]:
    """Return the requests of documented operations."""
    return [each for each in server.http.requests if is_documented(each.method, each.path)]


def operations() -> int:
    return sum(len(methods) for methods in document()["paths"].values())
