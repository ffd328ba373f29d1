"""``retake providers``: what this shell's settings come to, over real HTTP where a provider is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from infra.environment import KEY_VARIABLES
from retake_client.cli.main import app
from tests.fakes.providers import openrouter, vertex
from tests.fakes.providers.server import ProviderServer


@pytest.fixture
def server() -> Iterator[ProviderServer]:
    application = openrouter.OpenRouterApp(models=[{"id": "a/b", "supported_durations": [5]}])
    server = ProviderServer(application)
    yield server
    server.close()


@pytest.fixture(autouse=True)
def shell(monkeypatch: pytest.MonkeyPatch, server: ProviderServer) -> pytest.MonkeyPatch:
    for name in (*KEY_VARIABLES, "RETAKE_PROVIDER_OPTIONS", "RETAKE_MODELS", "RETAKE_LIMITS"):
        monkeypatch.delenv(name, raising=False)
    listed = [{"name": "openrouter", "base_url": f"{server.url}/api/v1"}]
    monkeypatch.setenv("RETAKE_PROVIDERS", json.dumps(listed))
    monkeypatch.setenv("OPENROUTER_API_KEY", openrouter.KEY)
    return monkeypatch


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["providers", *arguments], env={"COLUMNS": "250"})


def test_the_list_says_who_is_ready_and_what_others_lack(server: ProviderServer) -> None:
    shown = run().stdout
    said = " ".join(shown.split())
    place = next(
        line.index("models") for line in shown.splitlines() if line.split() == ["provider", "models"]
    )
    column = " ".join(" ".join(line[:place] for line in shown.splitlines()).split())

    assert "local (the default)" in said
    assert "openrouter-seedance-2.0-fast" in said
    assert "set GEMINI_API_KEY on one machine" in column
    assert openrouter.KEY not in said
    assert server.requests == []


def test_programs_get_one_object() -> None:
    (line,) = run("--json").stdout.splitlines()

    listed = {each["name"]: each for each in json.loads(line)["providers"]}
    assert listed["openrouter"]["missing"] is None
    assert listed["fal"]["missing"]


def test_a_check_asks_for_nothing_that_costs(server: ProviderServer, shell: pytest.MonkeyPatch) -> None:
    done = run("check", "openrouter")
    assert (done.exit_code, "takes the key" in done.stdout) == (0, True)
    assert [(request.method, request.path) for request in server.requests] == [("GET", "/api/v1/key")]

    shell.setenv("OPENROUTER_API_KEY", "sk-or-v1-a-wrong-key-that-stays-hidden")
    refused = run("check", "openrouter")
    assert refused.exit_code == 1
    assert "refuses our key (401)" in refused.stderr
    assert "wrong-key" not in refused.output


def test_a_key_in_a_file_is_found_from_where_one_is(shell: pytest.MonkeyPatch, tmp_path: Path) -> None:
    application = vertex.VertexApp()
    with closing(ProviderServer(application)) as google:
        application.base_url = google.url
        (tmp_path / "key.json").write_text(vertex.key_file(application.token_uri), encoding="utf-8")
        shell.chdir(tmp_path)
        shell.setenv("RETAKE_PROVIDERS", json.dumps([{"name": "vertex", "base_url": google.url}]))
        shell.setenv("GOOGLE_APPLICATION_CREDENTIALS", "key.json")

        done = run("check", "vertex")
        assert (done.exit_code, "takes the key" in done.stdout) == (0, True), done.output
        assert [request.path for request in google.requests] == [
            "/token",
            f"/v1/projects/{vertex.PROJECT}/locations/us-central1/operations",
        ]
        shell.setenv("GOOGLE_APPLICATION_CREDENTIALS", "other.json")
        refused = run("check", "vertex")
        assert refused.exit_code == 1
        assert "GOOGLE_APPLICATION_CREDENTIALS" in refused.stderr


@pytest.mark.parametrize(
    ("name", "reason"), [("gemini", "GEMINI_API_KEY"), ("unknown", "There is no provider 'unknown'")]
)
def test_what_cannot_be_asked_is_said(name: str, reason: str, server: ProviderServer) -> None:
    done = run("check", name)

    assert done.exit_code == 1
    assert reason in done.stderr
    assert server.requests == []


def test_a_list_of_models_is_what_the_settings_take(shell: pytest.MonkeyPatch) -> None:
    printed = run("models", "openrouter").stdout
    shell.setenv("RETAKE_MODELS", printed)

    assert "openrouter-a-b" in run().stdout


def test_only_what_is_wanted_is_printed() -> None:
    (entry,) = json.loads(run("models", "openrouter", "a/b").stdout)
    refused = run("models", "openrouter", "a/c")

    assert entry["provider_model"] == "a/b"
    assert "does not list a/c; it lists a/b" in refused.stderr


def test_settings_that_are_wrong_are_named_first(shell: pytest.MonkeyPatch) -> None:
    shell.setenv("RETAKE_PROVIDERS", '[{"name": "farm", "kind": "nope"}]')

    done = run()
    assert done.exit_code == 1
    assert "RETAKE_PROVIDERS" in done.stderr
    assert "'nope'" in done.stderr
