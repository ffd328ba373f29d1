"""An adapter of another author's, installed as a package and run through the conformance pack."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.environment import find_uv, interpreter_environment
from infra.flavour import ROOT
from tests.media_samples import ffmpeg_executable

EXAMPLE = ROOT / "tests" / "acme_provider"
SUBMIT = "answer = self._http.submit(PATH, Body.of_json(body), headers)"
TWICE = f"""try:
            {SUBMIT}
        except AmbiguousSubmissionError:
            {SUBMIT}"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the example where nothing else is, as its users do."""
    source, target = (tmp_path_factory.mktemp(name) for name in ("source", "site-packages"))
    shutil.copytree(EXAMPLE, source, dirs_exist_ok=True)
    command = [find_uv(), "pip", "install", "--offline", "--quiet", "--no-deps", "--target", str(target), "."]
    subprocess.run(command, cwd=source, check=True, timeout=60)  # noqa: S603 - our own arguments
    return target


def run(place: Path, *arguments: str, **environment: str) -> Any:
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", *arguments],
        cwd=ROOT / "functions",
        env={**interpreter_environment(), "PYTHONPATH": str(place), **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return json.loads(done.stdout)


def faults(place: Path) -> dict[str, str]:
    found = run(place, "retake_conformance", "acme_retake", str(ffmpeg_executable()))
    assert (found["kind"], found["fault"]) == ("acme", None)
    assert len(found["findings"]) >= 15
    return {each["name"]: each["fault"] for each in found["findings"] if each["fault"] is not None}


def test_the_example_keeps_every_promise(installed: Path) -> None:
    assert faults(installed) == {}


@pytest.mark.parametrize(
    ("right", "wrong", "broken"),
    [
        (SUBMIT, TWICE, "survives_lose_answer"),
        ("SubmissionRecovery.TOKEN", "SubmissionRecovery.NONE", "knows_keys_as_it_says"),
        ("judge_check(self._http", "str(self._http", "proves_address_and_key"),
        ("refuse_submission(answer)", "raise ProviderUnavailableError", "refuses_in_its_own_words"),
        ("return unknown_job(provider_job_id)", "pass", "fails_what_it_does_not_know"),
    ],
    ids=lambda text: text if text.isidentifier() else "",
)
def test_a_broken_promise_is_found(
    installed: Path, tmp_path: Path, right: str, wrong: str, broken: str
) -> None:
    place = tmp_path / "site-packages"
    shutil.copytree(installed, place)
    module = place / "acme_retake" / "__init__.py"
    text = module.read_text(encoding="utf-8")
    assert right in text
    module.write_text(text.replace(right, wrong), encoding="utf-8")
    assert broken in faults(place)


def test_the_settings_load_it_by_its_entry_point(installed: Path) -> None:
    entry = {"name": "acme", "key_reference": "env:RETAKE_KEY_ACME"}
    environment = {
        "RETAKE_PROVIDER": "local",
        "RETAKE_PROVIDERS": json.dumps([entry]),
        "RETAKE_KEY_ACME": "a-key",
    }
    listed = {each["name"]: each for each in run(installed, "retake.provider_check", **environment)}
    assert (listed["acme"]["title"], listed["acme"]["missing"]) == ("Acme Video", None)
    assert listed["acme"]["models"] == ["acme-one"]
    assert run(installed, "retake.settings_check", **environment) == []


def test_one_that_is_not_installed_is_named(tmp_path: Path) -> None:
    found = run(tmp_path, "retake_conformance", "acme_retake", "ffmpeg")
    assert "acme_retake cannot be imported" in found["fault"]
    entry = json.dumps([{"name": "acme"}])
    (fault,) = run(tmp_path, "retake.settings_check", RETAKE_PROVIDER="local", RETAKE_PROVIDERS=entry)
    assert "kind is 'acme'" in fault
