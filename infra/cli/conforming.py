"""``retake providers conform``: what an adapter promises, checked one by one."""

import json
import subprocess
import sys

from rich.markup import escape

from infra.assets import installed_ffmpeg
from infra.environment import interpreter_environment
from infra.flavour import ROOT
from retake_client.cli.terminal import Terminal
from retake_client.errors import RetakeError


def run_conform(module: str, *, as_json: bool) -> int:
    """Run the conformance pack on an adapter; return the exit status: 0 if all of it holds.

    Raises:
        RetakeError: If there is no adapter in the module, or it is not installed.
    """
    # In a process of its own: the functions' code is not imported by what runs them.
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "retake_conformance", module, str(installed_ffmpeg())],
        env=interpreter_environment(),
        cwd=ROOT / "functions",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RetakeError(f"The pack did not run to its end: {done.stderr.strip().splitlines()[-1]}")
    found = json.loads(done.stdout)
    if found["fault"] is not None:
        raise RetakeError(found["fault"])
    faults = sum(finding["fault"] is not None for finding in found["findings"])
    if as_json:
        print(json.dumps(found))
        return 1 if faults else 0
    terminal = Terminal()
    for finding in found["findings"]:
        mark = "[green]✓[/]" if finding["fault"] is None else "[red]✗[/]"
        terminal.print(f"{mark} {escape(finding['promise'])}")
        if finding["fault"] is not None:
            terminal.print(f"  [red]{escape(finding['fault'])}[/]")
    held = len(found["findings"]) - faults
    terminal.print(f"{escape(found['kind'])}: {held} of {len(found['findings'])} promises hold.")
    return 1 if faults else 0
