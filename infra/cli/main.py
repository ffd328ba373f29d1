"""The commands that operate a stack, which extend the ``retake`` command of the client."""

# ruff: noqa: PLC0415 - a command pays for its own imports only

from pathlib import Path
from typing import Annotated

import typer

from infra.assembly import SynthesisError
from infra.cli.aws_commands import StageName, aws_commands
from infra.cli.options import Data
from infra.cli.paths import DEFAULT_DATA, DEFAULT_DEMO_DATA
from infra.cli.provider_commands import provider_commands
from infra.cli.sweeps import Sweep
from infra.environment import ToolMissingError
from infra.local.errors import LocalCloudError
from infra.studio import StudioBuildError
from retake_client.cli.extension import Extension
from retake_client.cli.narration import Narrator
from retake_client.cli.options import Password, User
from retake_client.cli.terminal import Terminal
from retake_client.errors import UsageError

app = typer.Typer()
app.add_typer(aws_commands)
app.add_typer(provider_commands, name="providers")


@app.command()
def up(
    *,
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="Loopback port that everything is served on.")
    ] = 8005,
    data: Data = DEFAULT_DATA,
    reset: Annotated[bool, typer.Option("--reset", help="Delete what is kept first.")] = False,
    provider: Annotated[str, typer.Option(help="Who makes videos and takes (docs/providers.md).")] = "local",
    clock: Annotated[
        str | None, typer.Option(metavar="SPAN", help="Put the clock ahead of the real time: +8d, +36h.")
    ] = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Set damaged data aside in a copy first, and say what is lost.")
    ] = False,
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ORIGIN",
            help="Let pages of another origin use the API, such as http://localhost:3000; repeat the option.",
        ),
    ] = None,
) -> None:
    """Run the whole stack on this machine, until Ctrl-C."""
    from infra.cli.up import repair_data, run_up

    if repair:
        repair_data(data, Narrator(Terminal()))
    run_up(
        port=port,
        data=data,
        reset=reset,
        provider=provider,
        clock=clock,
        allowed_origins=allow_origin or (),
        narrator=Narrator(Terminal()),
    )


# Without this "-0" would be taken for an option that there is not.
@app.command(context_settings={"ignore_unknown_options": True})
def clock(
    to: Annotated[
        str | None,
        typer.Argument(metavar="[SPAN]", help="How far ahead of the real time: +8d, +36h; forward only."),
    ] = None,
    *,
    data: Data = DEFAULT_DATA,
) -> None:
    """Show the clock of the stack on this machine, or move it and run what is due then."""
    from infra.cli.clock import run_clock

    run_clock(to=to, data=data, narrator=Narrator(Terminal()))


@app.command()
def demo(
    *,
    clip: Annotated[
        list[Path] | None,
        typer.Option(
            help="Your own video; repeat the option. Fewer than five are repeated in turn.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    aging: Annotated[
        bool, typer.Option("--aging", help="Show what becomes of old takes, on a stack of its own.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="Port of the local cloud; any free one by default."),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(help="Where everything is kept: .retake/demo, or .retake/aging, by default."),
    ] = None,
    url: Annotated[str | None, typer.Option(help="Use a running server.")] = None,
    user: User = None,
    password: Password = None,
) -> None:
    """Regenerate three clips of a job, recompose it, restore one."""
    if aging:
        from infra.cli.aging_command import run_aging

        if url:
            raise UsageError("--aging runs a stack of its own, whose clock it moves: leave --url out")
        raise typer.Exit(run_aging(port=port, data=data, own_clips=clip or [], as_json=as_json))
    from infra.cli.demo_command import run_demo
    from retake_client.cli.server import PASSWORD_VARIABLE, Server

    if url and not (user and password):
        raise UsageError(f"--url needs --user and --password (or {PASSWORD_VARIABLE}): whose jobs are they?")
    status = run_demo(
        server=Server(url, user or "", password or "") if url else None,
        port=port,
        data=data or DEFAULT_DEMO_DATA,
        own_clips=clip or [],
        as_json=as_json,
    )
    raise typer.Exit(status)


@app.command()
def sweep(
    what: Annotated[
        Sweep,
        typer.Argument(
            help="versions: archive and delete old takes; orphans: find what crashes left behind and "
            "recount; budgets: send alerts of those that are used up."
        ),
    ],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    repair: Annotated[
        bool, typer.Option("--repair", help="Correct counters that differ from what S3 holds.")
    ] = False,
    verify: Annotated[
        bool | None,
        typer.Option(
            "--verify/--no-verify",
            help="With orphans: read every object and say which are damaged. Done by default on this "
            "machine; on AWS, where S3 itself checks, each read is charged.",
        ),
    ] = None,
    data: Data = DEFAULT_DATA,
    profile: Annotated[
        str | None, typer.Option(help="Run it on AWS instead, with a profile of yours.")
    ] = None,
    region: Annotated[str | None, typer.Option(help="Run it on AWS instead, in a region.")] = None,
    stage: StageName = None,
) -> None:
    """Run by hand what a schedule runs every day, to its end, and say what it did."""
    from infra.cli.sweep import run_sweep

    run_sweep(
        what,
        dry_run=dry_run,
        repair=repair,
        verify=verify,
        data=data,
        profile=profile,
        region=region,
        stage=stage,
        narrator=Narrator(Terminal()),
    )


@app.command()
def openapi(
    *,
    out: Annotated[Path | None, typer.Option(help="Write it here; printed by default.")] = None,
    update: Annotated[
        bool, typer.Option("--update", help="Write it, and generate both clients and the studio's types.")
    ] = False,
    against: Annotated[
        Path | None,
        typer.Option(help="Fail where clients of this document would break.", exists=True, dir_okay=False),
    ] = None,
) -> None:
    """Write the OpenAPI document of this checkout's routes, or compare it with a released one."""
    from infra.cli.openapi import run_against, run_openapi, run_update

    if against is not None:
        raise typer.Exit(run_against(against, Narrator(Terminal())))
    if update:
        run_update()
    else:
        run_openapi(out)


@app.command()
def check(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Some of: format, lint, types, imports, openapi, client, studio, tests."),
    ] = None,
) -> None:
    """Check everything that CI checks."""
    from infra.cli.check import run_checks

    raise typer.Exit(run_checks(names or (), Narrator(Terminal())))


@app.command()
def bench(
    *,
    only: Annotated[
        list[str] | None,
        typer.Option(
            help="One of: recompose, imports, versions, overhead, archive, generations, sweep, fuzz, chaos, "
            "load, soak, scale, cost; repeat the option."
        ),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Join 60 clips as well; load for a minute; 500 batches.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure the speed of Retake beside that of others."""
    from infra.cli.bench import run_bench

    run_bench(only=only or (), full=full, as_json_object=as_json, console=Terminal())


EXTENSION = Extension(
    commands=app,
    panels={
        "The stack on this machine": ("up", "providers", "clock", "demo", "sweep"),
        "AWS, and this checkout": (
            "synth",
            "deploy",
            "destroy",
            "user",
            "trace",
            "openapi",
            "check",
            "bench",
        ),
    },
    errors=(LocalCloudError, StudioBuildError, SynthesisError, ToolMissingError),
    data=DEFAULT_DATA,
    program="uv run retake",
)
