"""The commands: what they refuse, and how they say so."""

from __future__ import annotations

import signal
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from infra.cli.aws import run_synth
from infra.cli.check import Check, run_checks
from infra.cli.errors import MissingToolError
from infra.flavour import Flavour
from retake_client.cli.interrupts import STOPPING, StopRequested, stoppable
from retake_client.cli.main import app
from retake_client.cli.narration import Narrator
from retake_client.cli.paths import shown_path
from retake_client.errors import UsageError

NO_AWS = {
    "AWS_ACCESS_KEY_ID": "",
    "AWS_SECRET_ACCESS_KEY": "",
    "AWS_CONFIG_FILE": "/nonexistent",
    "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, env=NO_AWS)


@pytest.fixture
def narrator() -> Narrator:
    return Narrator(Console(file=StringIO(), width=200))


def reported(narrator: Narrator) -> str:
    assert isinstance(narrator.console.file, StringIO)
    return narrator.console.file.getvalue()


def test_says_what_there_is() -> None:
    help_text = run("--help").output
    assert all(name in help_text for name in ("up", "demo", "synth", "deploy", "check"))


def test_deploy_wants_to_be_reported_the_provider() -> None:
    done = run("deploy")
    assert done.exit_code == 2
    assert "--provider" in done.output


@pytest.mark.parametrize("provider", ["local", "scripted"])
def test_deploy_refuses_a_provider_of_one_machine(provider: str) -> None:
    done = run("deploy", "--provider", provider, "--region", "eu-central-1")
    assert done.exit_code == 1
    assert f"The provider '{provider}' runs on one machine only" in " ".join(done.output.split())


def test_deploy_without_a_region_or_credentials_says_what_to_do() -> None:
    done = run("deploy", "--provider", "replicate")
    assert done.exit_code == 1
    assert "error: No AWS region is set" in done.output
    done = run("deploy", "--provider", "replicate", "--region", "eu-central-1")
    assert done.exit_code == 1
    assert "aws configure" in done.output
    assert "Traceback" not in done.output


def test_deploy_with_an_unknown_profile_says_so() -> None:
    done = run("deploy", "--provider", "replicate", "--profile", "unknown")
    assert done.exit_code == 1
    assert "unknown" in done.output


def test_demo_elsewhere_wants_a_sign_in() -> None:
    done = run("demo", "--url", "http://127.0.0.1:9")
    assert done.exit_code == 1
    assert "--user and --password" in done.output


def test_demo_names_a_clip_that_does_not_exist() -> None:
    done = run("demo", "--clip", "/nonexistent/one.mp4")
    assert done.exit_code == 2
    assert "one.mp4" in done.output


def test_demo_where_no_one_answers_says_so(tmp_path: Path) -> None:
    # Nothing listens on port 9 (discard) here; five attempts with growing pauses.
    done = run(
        *("demo", "--url", "http://127.0.0.1:9", "--user", "a@b.c", "--password", "x"),
        *("--data", str(tmp_path)),
    )
    assert done.exit_code == 1
    assert "http://127.0.0.1:9 does not answer" in done.output


def test_data_that_cannot_be_kept_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
    done = run("up", "--data", str(tmp_path / "file"))
    assert (done.exit_code, "choose another --data" in done.output) == (1, True)
    for more in ([], ["--reset"]):
        done = run("up", "--data", str(tmp_path / "thesis"), *more)
        assert done.exit_code == 1
        assert "Traceback" not in done.output
        assert [path.name for path in (tmp_path / "thesis").iterdir()] == ["chapter.txt"]


def test_check_goes_on_after_a_failure_and_names_it(narrator: Narrator) -> None:
    checks = (
        Check("bad", ("python", "-c", "raise SystemExit(3)")),
        Check("good", ("python", "-c", "")),
    )
    assert run_checks((), narrator, checks) == 1
    assert "✗ bad" in reported(narrator)
    assert "✓ good" in reported(narrator)
    assert run_checks(["good"], narrator, checks) == 0


def test_check_knows_its_checks(narrator: Narrator) -> None:
    with pytest.raises(UsageError, match="no check spelling; there are format, lint"):
        run_checks(["spelling"], narrator)
    with pytest.raises(MissingToolError, match="uv sync --all-groups"):
        run_checks((), narrator, (Check("missing", ("no-such-program",)),))


def test_synth_does_not_overwrite_other_files(narrator: Narrator, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError, match="holds other files"):
        run_synth(Flavour.HOST, tmp_path, narrator)
    assert (tmp_path / "thesis.txt").exists()


def test_synth_copies_the_assembly(narrator: Narrator, tmp_path: Path) -> None:
    for _ in range(2):
        assembly = run_synth(Flavour.HOST, tmp_path / "out", narrator)
    assert (assembly / "Retake.template.json").exists()
    assert str(assembly) in reported(narrator)


def test_the_first_signal_unwinds_and_the_next_do_not_disturb() -> None:
    before = [signal.getsignal(number) for number in STOPPING]
    cleaned = list[str]()

    def work() -> None:
        try:
            signal.raise_signal(signal.SIGTERM)
        finally:
            signal.raise_signal(signal.SIGINT)
            cleaned.append("all")

    with pytest.raises(StopRequested) as stopped, stoppable():
        work()
    assert stopped.value.number == signal.SIGTERM
    assert cleaned == ["all"]
    assert [signal.getsignal(number) for number in STOPPING] == before


def test_paths_are_shown_as_one_would_type_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert shown_path(tmp_path / "a" / "b") == "a/b"
    assert shown_path(Path("/elsewhere")) == "/elsewhere"
