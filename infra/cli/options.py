"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from infra.cli.paths import DEFAULT_DATA
from infra.flavour import ROOT

SHOWN_DATA = str(DEFAULT_DATA.relative_to(ROOT))
"""What ``--help`` says of ``DEFAULT_DATA``: below the checkout, wherever that is."""

Data = Annotated[
    Path,
    typer.Option(help="Where the stack on this machine keeps everything.", show_default=SHOWN_DATA),
]
