"""Every patch still fits the installed ministack: a new version fails here, by name."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import pytest

from infra.local.errors import LocalCloudChangedError
from infra.local.patches import tokens
from infra.local.patches.guard import MINISTACK_VERSION, PatchGuard, require_version

APPLY = """
import json, sys
from pathlib import Path
from infra.local.directory import DataDirectory
from infra.local.environment import ServerSettings, enter_server_environment
from infra.local.errors import LocalCloudChangedError

directory = DataDirectory(Path(sys.argv[1]))
directory.prepare()
settings = ServerSettings(port=1, directory=directory, credentials=directory.credentials())
enter_server_environment(settings)
exec(sys.argv[2])
try:
    from infra.local.patches.apply import apply_all
    apply_all(settings)
    from infra.local.state_store import StateStore
    StateStore(directory, interval_s=0).install()
    from infra.local.idle_gate import IdleGate
    IdleGate().install()
except LocalCloudChangedError as error:
    print(json.dumps({"patch": error.patch}))
else:
    print(json.dumps({"patch": None}))
"""


def _failing_patch(data: Path, change: str) -> str | None:
    """Apply all patches in a fresh process to a ministack that was changed first."""
    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", APPLY, str(data), change],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    named: str | None = json.loads(done.stdout)["patch"]
    return named


def test_the_installed_ministack_is_the_one_the_patches_were_written_for() -> None:
    assert version("ministack") == MINISTACK_VERSION
    require_version()


def test_all_patches_fit(tmp_path: Path) -> None:
    assert _failing_patch(tmp_path, "") is None


@pytest.mark.parametrize(
    ("change", "patch"),
    [
        pytest.param(
            "import infra.local.patches.guard as a; a.MINISTACK_VERSION = '0'",
            "version",
            id="another version",
        ),
        pytest.param(
            "from ministack.core import lambda_runtime as m; m._PYTHON_WORKER_SCRIPT = ''",
            "typed_errors",
            id="another worker script",
        ),
        pytest.param(
            "from ministack.core.lambda_runtime import Worker; Worker._drain_stderr_bounded = print",
            "quick_logs",
            id="other waits",
        ),
        pytest.param(
            "from ministack.services import stepfunctions as m; m._execute_task = m._execute_pass",
            "task_tokens",
            id="another task loop",
        ),
        pytest.param(
            "from ministack.services import dynamodb as m; m._query = m._get_item",
            "narrow_queries",
            id="another query",
        ),
        pytest.param(
            "from ministack.services import stepfunctions as m; m._call_lambda = lambda name: None",
            "own_role",
            id="another call",
        ),
        pytest.param(
            "from ministack.services.cloudformation import provisioners as m;"
            "m._RESOURCE_HANDLERS['AWS::Logs::QueryDefinition'] = {}",
            "saved_queries",
            id="saved queries of its own",
        ),
        pytest.param(
            "from ministack.core import iam_actions as m; m.extract_resource_arn = lambda service: '*'",
            "scoped_resources",
            id="other resources",
        ),
    ],
)
def test_a_changed_ministack_is_refused_by_the_name_of_the_patch(
    tmp_path: Path, change: str, patch: str
) -> None:
    assert _failing_patch(tmp_path, change) == patch


def test_a_passage_must_be_there_exactly_once() -> None:
    guard = PatchGuard("a patch")
    assert guard.replaced("one two", "two", "three") == "one three"
    for text in ("one", "two two"):
        with pytest.raises(LocalCloudChangedError, match="a patch"):
            guard.replaced(text, "two", "three")


def test_a_signature_must_be_the_same() -> None:
    def known(first: int, second: int) -> int:
        return first + second

    guard = PatchGuard("a patch")
    guard.signature(known, "first", "second")
    with pytest.raises(LocalCloudChangedError, match="known"):
        guard.signature(known, "first")


def test_a_rewritten_function_needs_its_passage() -> None:
    with pytest.raises(LocalCloudChangedError, match="a patch"):
        PatchGuard("a patch").rewrite(sys.modules[__name__], "_failing_patch", [("not in there", "")])
    assert isinstance(sys.modules[__name__], ModuleType)


def test_a_token_reports_its_state_machine_and_is_never_the_same() -> None:
    arn = "arn:aws:states:us-east-1:000000000000:stateMachine:one"
    first, second = tokens.new_token(arn), tokens.new_token(arn)
    assert first != second
    assert tokens.state_machine_of(first) == arn
    assert tokens.state_machine_of_request(json.dumps({"taskToken": first}).encode()) == arn


@pytest.mark.parametrize("token", [None, "", "abc", "YWJj.x", "é.x", 7])
def test_another_token_reports_nothing(token: object) -> None:
    assert tokens.state_machine_of(token) is None


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"not json"])
def test_a_request_without_a_token_reports_nothing(body: bytes) -> None:
    assert tokens.state_machine_of_request(body) is None


def test_a_templates_parameter_bounds_an_event_source_as_a_number(tmp_path: Path) -> None:
    script = (
        APPLY
        + """
from ministack.services import lambda_svc

given = [{"ScalingConfig": {"MaximumConcurrency": value}} for value in ("2", 3)] + [{}]
print(json.dumps([lambda_svc._sqs_esm_concurrency(esm, {}, {}) for esm in given]))
"""
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", script, str(tmp_path), ""],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert json.loads(done.stdout.splitlines()[-1]) == [2, 3, 5]


def test_every_worker_that_was_idle_for_a_minute_ends(tmp_path: Path) -> None:
    script = (
        APPLY
        + """
import time
from ministack.core import lambda_runtime

class Worker:
    def __init__(self, idle_s, in_use=False):
        self.last_used, self.in_use, self.config = time.time() - idle_s, in_use, {}
        self._proc = None

ended = []
lambda_runtime.kill_workers = ended.extend
pools = {"one": [Worker(61), Worker(61, in_use=True), Worker(30)], "two": [Worker(61)]}
lambda_runtime._workers.update(pools)
lambda_runtime.reap_idle_workers()
print(json.dumps([len(ended), {name: len(pool) for name, pool in lambda_runtime._workers.items()}]))
"""
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", script, str(tmp_path), ""],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert json.loads(done.stdout.splitlines()[-1]) == [2, {"one": 2}]
