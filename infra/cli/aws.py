"""``retake synth``, ``deploy`` and ``destroy``: the template on AWS, by the locked CDK command line."""

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from infra.assembly import assemble
from infra.assets import ON_ONE_MACHINE
from infra.cli.aws_adopt import adopt_kept
from infra.cli.aws_checks import SNAPSHOT_COST, check_account
from infra.cli.aws_session import AwsSession, reporting
from infra.cli.publish import publish_studio
from infra.cli.settings import check_settings
from infra.environment import (
    RELEASE_PARAMETER,
    SettingsTooLongError,
    bundled_node,
    npm_command,
    require_short_settings,
    template_parameters,
)
from infra.flavour import ROOT, Flavour
from infra.stage import Stage
from infra.studio import build_studio
from retake_client.cli.narration import Narrator
from retake_client.cli.paths import shown_path
from retake_client.errors import UnexpectedEndError, UsageError

CDK = ROOT / "node_modules" / "aws-cdk"


def run_synth(flavour: Flavour, out: Path | None, narrator: Narrator, stage: Stage = Stage()) -> Path:  # noqa: B008 - immutable
    """Synthesise the stack; copy the assembly to ``out`` if that is given.

    Raises:
        UsageError: If ``out`` holds something that is no assembly.
    """
    if out is not None and out.exists() and any(out.iterdir()) and not (out / "manifest.json").exists():
        raise UsageError(f"{out} holds other files; choose an empty directory with --out")
    check_settings()
    with narrator.step("synth", f"Synthesise the stack for {flavour}"):
        assembly = assemble(flavour=flavour, context={"stage": stage.name} if stage.name else None)
    if out is not None:
        shutil.rmtree(out, ignore_errors=True)
        assembly = shutil.copytree(assembly, out)
    narrator.row("Assembly", shown_path(assembly))
    narrator.row("Template", shown_path(assembly / f"{stage.stack}.template.json"))
    return assembly


def require_deployable(provider: str) -> None:
    """Raise ``UsageError`` for a provider that is no part of what is deployed."""
    if provider in ON_ONE_MACHINE:
        raise UsageError(
            f"The provider {provider!r} runs on one machine only; it is no part of what is deployed to AWS. "
            "Give --provider one that drives a model (docs/providers.md)."
        )


def run_deploy(
    aws: AwsSession,
    *,
    provider: str,
    approve: bool,
    narrator: Narrator,
    adopt: bool = False,
    parameters: Mapping[str, str] | None = None,
) -> int:
    """Deploy to AWS; return the exit status of the CDK command line.

    Args:
        aws: The account, the region and the stage.
        provider: The video provider; it has no default, for takes cost money.
        approve: Whether to ask about changes of permissions.
        narrator: Prints progress.
        adopt: Whether the new stack takes over what a deleted one has kept.
        parameters: Of the template, beside those that the shell and the account decide.

    Raises:
        AwsError: If AWS refuses to be asked about the account.
        StudioBuildError: If the studio cannot be built; the stack is deployed by then.
        UsageError: If the account is not ready or a setting is of no use, with the way out.
    """
    check_settings(provider=provider)
    said = {**template_parameters(), **(parameters or {})}
    try:
        require_short_settings(said)
    except SettingsTooLongError as error:
        raise UsageError(str(error)) from error
    with narrator.step("check", f"Look at {aws.place}"):
        findings = check_account(aws, adopt=adopt)
    for advice in findings.advice():
        narrator.say(f"[yellow]{advice}[/]")
    _install_cdk(narrator)
    assembly = run_synth(Flavour.AWS, None, narrator, aws.stage)
    if adopt:
        adopt_kept(aws, assembly, narrator)
    release = release_of(assembly, aws.stage)
    if release and not _has_release(aws):
        narrator.say(f"[yellow]Snapshots of the API's functions cost {SNAPSHOT_COST} besides.[/]")
    given = {"Provider": provider, **release, **findings.parameters, **said}
    status = _cdk(aws, "deploy", assembly, [*_parameters(given), *_approval(approve=approve)])
    if status == 0:
        _protect(aws)
        _publish(aws, narrator)
        narrator.say(f"Invite a user: uv run retake user add you@example.com --admin{_options(aws)}")
    return status


def delete_stack(aws: AwsSession, narrator: Narrator) -> int:
    """Delete the stage's stack; return the exit status of the CDK command line."""
    _install_cdk(narrator)
    return _cdk(aws, "destroy", run_synth(Flavour.AWS, None, narrator, aws.stage), ["--force"])


def _has_release(aws: AwsSession) -> bool:
    """Whether what is deployed starts from snapshots already."""
    deployed = aws.describe_stack() or {}
    return any(one["ParameterKey"] == RELEASE_PARAMETER for one in deployed.get("Parameters", ()))


def release_of(assembly: Path, stage: Stage) -> Mapping[str, str]:
    """Return another release for each deployment of a template that has one."""
    template = json.loads((assembly / f"{stage.stack}.template.json").read_text(encoding="utf-8"))
    if RELEASE_PARAMETER not in template["Parameters"]:
        return {}
    return {RELEASE_PARAMETER: f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}"}


def _parameters(values: Mapping[str, str]) -> list[str]:
    return [part for name, value in values.items() for part in ("--parameters", f"{name}={value}")]


def _approval(*, approve: bool) -> list[str]:
    return ["--require-approval", "broadening" if approve else "never"]


def _cdk(aws: AwsSession, command: str, assembly: Path, options: Sequence[str]) -> int:
    program = [str(bundled_node()), str(CDK / "bin" / "cdk"), command, "--app", str(assembly), *options]
    profile = aws.session.profile_name
    program += ["--profile", profile] if profile != "default" else []
    program += ["--region", aws.session.region_name]
    return subprocess.run(program, cwd=ROOT, check=False).returncode  # noqa: S603 - our own program


def _protect(aws: AwsSession) -> None:
    """Protect the table from deletion by hand, now that it stands (``infra.stack.storage``)."""
    with reporting():
        aws.client("dynamodb").update_table(
            TableName=aws.outputs["TableName"], DeletionProtectionEnabled=True
        )


def _publish(aws: AwsSession, narrator: Narrator) -> None:
    with narrator.step("studio", "Build the studio and upload it"), reporting():
        publish_studio(
            build_studio(), objects=aws.client("s3"), outputs=aws.outputs, region=aws.session.region_name
        )
    narrator.row("Studio", aws.outputs["StudioUrl"])


def _options(aws: AwsSession) -> str:
    named = {
        "--stage": aws.stage.name,
        "--profile": "" if aws.session.profile_name == "default" else aws.session.profile_name,
        "--region": aws.session.region_name,
    }
    return "".join(f" {name} {value}" for name, value in named.items() if value)


def _install_cdk(narrator: Narrator) -> None:
    locked = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]["aws-cdk"]
    described = CDK / "package.json"
    if described.exists() and json.loads(described.read_text(encoding="utf-8"))["version"] == locked:
        return
    with narrator.step("npm", f"Install the CDK command line {locked}"):
        _run([*npm_command(), "ci", "--no-audit", "--no-fund"])


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(  # noqa: S603 - npm, with fixed arguments
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise UnexpectedEndError(f"npm ci failed:\n{done.stderr.strip() or done.stdout.strip()}")
