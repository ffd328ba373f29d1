"""The pipeline's commands are commands, in an order that stops before the next stage."""

import shlex
from typing import Any

import pytest
import typer
import yaml

from infra.flavour import ROOT
from infra.stage import Stage
from retake_client.cli.main import app

WORKFLOWS = ROOT / ".github" / "workflows"
PREFIX = "uv run --no-sync retake "
VALUES = {
    "$STAGE": "staging",
    "$PROVIDER": "replicate",
    "$AWS_REGION": "eu-central-1",
    "$STUDIO_URL": "https://x",
}


def workflow(name: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((WORKFLOWS / name).read_text(encoding="utf-8"))
    return read


def commands(job: dict[str, Any]) -> list[list[str]]:
    """Return the arguments of each ``retake`` that a job runs, in their order."""
    lines = [line.strip() for step in job["steps"] for line in step.get("run", "").splitlines()]
    return [
        [VALUES.get(part, part) for part in shlex.split(line.removeprefix(PREFIX))]
        for line in lines
        if line.startswith(PREFIX)
    ]


def test_a_stage_is_deployed_after_the_one_before_it() -> None:
    jobs = workflow("deploy.yml")["jobs"]
    assert "needs" not in jobs["staging"]
    assert jobs["production"]["needs"] == "staging"
    for name, job in jobs.items():
        assert job["uses"] == "./.github/workflows/deploy-stage.yml"
        assert Stage.parse(job["with"]["stage"]).name == name


def test_a_stage_is_compared_deployed_and_proven() -> None:
    jobs = workflow("deploy-stage.yml")["jobs"]
    assert [one[0] for one in commands(jobs["difference"])] == ["synth"]
    assert any("cdk diff" in step.get("run", "") for step in jobs["difference"]["steps"])
    assert [one[0] for one in commands(jobs["deploy"])] == ["deploy", "demo"]
    assert jobs["deploy"]["needs"] == "difference"
    assert "environment" in jobs["deploy"]


@pytest.mark.parametrize("job", ["difference", "deploy"])
def test_each_command_of_it_is_one(job: str) -> None:
    group = typer.main.get_command(app)
    for name, *arguments in commands(workflow("deploy-stage.yml")["jobs"][job]):
        with group.make_context("retake", [name, *arguments], resilient_parsing=False) as context:
            command = context.command.get_command(context, name)  # type: ignore[attr-defined]
            assert command is not None, name
            command.make_context(name, list(arguments), parent=context)
