"""Options that several commands share, each told in one place."""

from pathlib import Path
from typing import Annotated

import typer

from infra.cli.paths import DEFAULT_DATA
from infra.flavour import ROOT

SHOWN_DATA = str(DEFAULT_DATA.relative_to(ROOT))
"""What ``--help`` says of ``DEFAULT_DATA``: below the checkout, wherever that is."""

Url = Annotated[str | None, typer.Option(help="Use a running server instead of the stack of `retake up`.")]
User = Annotated[str | None, typer.Option(help="The e-mail of who signs in there.")]
Password = Annotated[str | None, typer.Option(help="Their password.", envvar="RETAKE_PASSWORD")]
Data = Annotated[
    Path,
    typer.Option(help="Where the stack on this machine keeps everything.", show_default=SHOWN_DATA),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and ask nothing.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask once the price is shown.")]
Wait = Annotated[
    bool, typer.Option("--wait/--no-wait", help="Wait until it is done; Ctrl-C ends the waiting only.")
]
At = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="Not now but then, such as 2026-12-01T08:00+01:00; priced now."),
]
Limit = Annotated[int | None, typer.Option(help="How many a page has, 100 at most.")]
Cursor = Annotated[str | None, typer.Option(help="Go on where a page ended, which says with what.")]
