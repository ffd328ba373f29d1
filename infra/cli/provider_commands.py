"""The commands about video providers, read from this shell's settings."""

# ruff: noqa: PLC0415 - a command pays for its own imports only

from typing import Annotated

import typer

from retake_client.cli.options import AsJson

provider_commands = typer.Typer()

Provider = Annotated[str, typer.Option(help="The one for requests that name no model, as of `retake up`.")]


@provider_commands.callback(invoke_without_command=True)
def providers(context: typer.Context, *, provider: Provider = "local", as_json: AsJson = False) -> None:
    """List the video providers that this shell's settings come to, and what others lack."""
    if context.invoked_subcommand is None:
        from infra.cli.providers import run_providers

        run_providers(provider, as_json=as_json)


@provider_commands.command()
def check(
    name: Annotated[str, typer.Argument(help="A name of `retake providers`.")],
    *,
    provider: Provider = "local",
    as_json: AsJson = False,
) -> None:
    """Prove a provider's address and key by the cheapest call that does; nothing is generated."""
    from infra.cli.providers import run_check

    run_check(name, provider, as_json=as_json)


@provider_commands.command()
def conform(
    module: Annotated[str, typer.Argument(help="The module of an installed adapter, such as acme_retake.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Hold an adapter of one's own against what every provider promises, with its own trial server."""
    from infra.cli.conforming import run_conform

    raise typer.Exit(run_conform(module, as_json=as_json))


@provider_commands.command()
def models(
    name: Annotated[
        str, typer.Argument(help="A name of `retake providers`; only OpenRouter has such a list.")
    ],
    only: Annotated[
        list[str] | None, typer.Argument(metavar="[MODEL]...", help="The provider's names of those wanted.")
    ] = None,
    *,
    provider: Provider = "local",
) -> None:
    """Print a provider's own list of models, with prices, as RETAKE_MODELS takes it."""
    from infra.cli.providers import run_listed_models

    run_listed_models(name, only or (), provider)
