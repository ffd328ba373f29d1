"""The commands about a deployment on AWS."""

# ruff: noqa: PLC0415 - a command pays for its own imports only

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra.cli.options import Data
from infra.cli.paths import DEFAULT_DATA
from infra.flavour import Flavour
from infra.stage import Stage, StageNameError
from retake_client.cli.narration import Narrator
from retake_client.cli.terminal import Terminal
from retake_client.errors import UsageError

if TYPE_CHECKING:
    from infra.cli.aws_session import AwsSession

aws_commands = typer.Typer()
user_commands = typer.Typer(no_args_is_help=True, help="Say who can sign in to a deployed stack.")
aws_commands.add_typer(user_commands, name="user")

Profile = Annotated[str | None, typer.Option(help="An AWS profile of yours.")]
Region = Annotated[str | None, typer.Option(help="An AWS region.")]
StageName = Annotated[
    str | None,
    typer.Option("--stage", metavar="NAME", help="Which deployment of several: dev, prod."),
]


def _stage(name: str | None) -> Stage:
    try:
        return Stage.parse(name)
    except StageNameError as error:
        raise UsageError(f"--stage: {error}") from error


def _parameters(given: Sequence[str]) -> Mapping[str, str]:
    """Return parameters of the template. Raises ``UsageError`` for what is none."""
    pairs = [(name, value) for name, _, value in (one.partition("=") for one in given)]
    for one, (name, value) in zip(given, pairs, strict=True):
        if not name.isalnum() or not value:
            raise UsageError(f"--parameter: {one!r} is no NAME=VALUE, such as PollWorkers=60")
    return dict(pairs)


def _session(profile: str | None, region: str | None, stage: str | None) -> "AwsSession":
    from infra.cli.aws_session import AwsSession

    return AwsSession.open(profile=profile, region=region, stage=_stage(stage))


@aws_commands.command()
def synth(
    *,
    flavour: Annotated[Flavour, typer.Option(help="Where it will run.")] = Flavour.AWS,
    out: Annotated[Path | None, typer.Option(help="Copy the assembly here.")] = None,
    stage: StageName = None,
) -> None:
    """Write the CloudFormation template and its assets."""
    from infra.cli.aws import run_synth

    run_synth(flavour, out, Narrator(Terminal()), _stage(stage))


@aws_commands.command()
def deploy(
    *,
    provider: Annotated[
        str, typer.Option(help="Who makes videos and takes (docs/providers.md); it has no default.")
    ],
    profile: Profile = None,
    region: Region = None,
    stage: StageName = None,
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Go on with the records, users and files of a deleted stack.")
    ] = False,
    parameter: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE", help="A parameter of the template, such as PollWorkers=60; it is kept."
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask about permissions.")] = False,
) -> None:
    """Check the account, deploy to AWS with the CDK command line that is locked, and upload the studio."""
    from infra.cli.aws import require_deployable, run_deploy

    require_deployable(provider)
    parameters = _parameters(parameter or ())
    aws, narrator = _session(profile, region, stage), Narrator(Terminal())
    raise typer.Exit(
        run_deploy(
            aws,
            provider=provider,
            approve=not yes,
            narrator=narrator,
            adopt=adopt,
            parameters=parameters,
        )
    )


@aws_commands.command()
def destroy(
    *,
    everything: Annotated[
        bool, typer.Option("--everything", help="Delete the videos, records and accounts as well.")
    ] = False,
    profile: Profile = None,
    region: Region = None,
    stage: StageName = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
) -> None:
    """Delete a stack on AWS; the table, the user pool and the buckets stay unless everything is to go."""
    from infra.cli.aws import delete_stack
    from infra.cli.aws_destroy import run_destroy

    aws, narrator = _session(profile, region, stage), Narrator(Terminal())
    status = run_destroy(
        aws,
        everything=everything,
        yes=yes,
        ask=typer.confirm,
        delete_stack=lambda: delete_stack(aws, narrator),
        narrator=narrator,
    )
    raise typer.Exit(status)


@aws_commands.command()
def trace(
    batch: Annotated[str, typer.Argument(help="The batch: its id is the name of its execution.")],
    *,
    clip: Annotated[int | None, typer.Option(min=0, help="Only the clip at this place, from 0.")] = None,
    hours: Annotated[int, typer.Option(min=1, max=720, help="On AWS: how far back to look.")] = 24,
    data: Data = DEFAULT_DATA,
    profile: Annotated[str | None, typer.Option(help="Look on AWS instead, with a profile of yours.")] = None,
    region: Annotated[str | None, typer.Option(help="Look on AWS instead, in a region.")] = None,
    stage: StageName = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print each line as it was logged.")] = False,
) -> None:
    """Follow a batch through all functions, line by line, on this machine or on AWS."""
    from infra.cli.trace import run_trace

    aws = _session(profile, region, stage) if profile or region or stage else None
    run_trace(
        batch, clip=clip, hours=hours, data=data, aws=aws, as_json=as_json, narrator=Narrator(Terminal())
    )


@user_commands.command("add")
def add(
    email: Annotated[str, typer.Argument(help="Where the invitation goes; what they sign in with.")],
    *,
    admin: Annotated[
        bool, typer.Option("--admin", help="Let them see what everybody stores, and set limits.")
    ] = False,
    profile: Profile = None,
    region: Region = None,
    stage: StageName = None,
) -> None:
    """Invite a person to a stack on AWS, by e-mail."""
    from infra.cli.aws_users import add_user

    add_user(_session(profile, region, stage), email, admin=admin, narrator=Narrator(Terminal()))
