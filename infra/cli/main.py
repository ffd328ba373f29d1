"""The `retake` command."""

import typer

app = typer.Typer()
