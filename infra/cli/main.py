"""The `retake` command."""

# ruff: noqa: PLC0415 - a command pays for its own imports only

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from typer.core import TyperGroup

from infra.assembly import SynthesisError
from infra.cli.errors import CommandError, UsageError
from infra.cli.narration import Narrator
from infra.cli.paths import DEFAULT_DATA, DEFAULT_DEMO_DATA
from infra.environment import ToolMissingError
from infra.local.errors import LocalCloudError

EXPECTED = (CommandError, LocalCloudError, SynthesisError, ToolMissingError)


class Commands(TyperGroup):
    """Tells expected errors in a sentence and not as a traceback."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - Typer's own class is private
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except EXPECTED as error:
            Console(stderr=True).print(
                f"[red]error:[/] {escape(str(error))}", highlight=False, soft_wrap=True
            )
            raise typer.Exit(1) from None


app = typer.Typer(
    cls=Commands,
    help="Regenerate, version and recompose video clips, on AWS or on this machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def up(
    *,
    port: Annotated[int, typer.Option(help="Loopback port that everything is served on.")] = 8005,
    data: Annotated[Path, typer.Option(help="Where everything is kept.")] = DEFAULT_DATA,
    reset: Annotated[bool, typer.Option("--reset", help="Delete what is kept first.")] = False,
    provider: Annotated[str, typer.Option(help="Who makes the new takes.")] = "local",
) -> None:
    """Run the whole stack on this machine, until Ctrl-C."""
    from infra.cli.up import run_up

    run_up(port=port, data=data, reset=reset, provider=provider, narrator=Narrator(Console()))


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
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    port: Annotated[
        int | None, typer.Option(help="Port of the local cloud; any free one by default.")
    ] = None,
    data: Annotated[Path, typer.Option(help="Where everything is kept.")] = DEFAULT_DEMO_DATA,
    url: Annotated[str | None, typer.Option(help="Use a running server.")] = None,
    user: Annotated[str | None, typer.Option(help="Who signs in there.")] = None,
    password: Annotated[str | None, typer.Option(help="Their password.", envvar="RETAKE_PASSWORD")] = None,
) -> None:
    """Regenerate three clips of a job, recompose it, restore one."""
    from infra.cli.demo_command import Server, run_demo

    if url and not (user and password):
        raise UsageError("--url needs --user and --password (or RETAKE_PASSWORD): whose jobs are they?")
    status = run_demo(
        server=Server(url, user or "", password or "") if url else None,
        port=port,
        data=data,
        own_clips=clip or [],
        as_json=as_json,
    )
    raise typer.Exit(status)
