"""A shell in which the server is named and signed in at, as people set it up once."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence

from typer.testing import CliRunner, Result

from retake_client.cli.main import app
from tests.api_user import Json
from tests.commands import RETAKE
from tests.fakes.api_server import EMAIL, PASSWORD, ApiServer

WIDE = {"COLUMNS": "250"}
"""Tables are as wide as the terminal: nothing that a test looks for is cut off."""


class Shell:
    """Runs commands against a server."""

    def __init__(self, server: ApiServer) -> None:
        self.server = server

    def run(self, command: str, *arguments: str, env: Mapping[str, str] | None = None) -> Result:
        """Run a command in this process; what it needs to find the server is added."""
        written = [command, *_with_options(arguments, *self._server)]
        return CliRunner().invoke(app, written, env={**self._environment, **(env or {})})

    def json(self, command: str, *arguments: str) -> Json:
        """Run a command for a program: stdout is one line, and that is one object."""
        done = self.run(command, *_with_options(arguments, "--json"))
        assert done.exit_code == 0, done.output
        (line,) = done.stdout.splitlines()
        content = json.loads(line)
        assert isinstance(content, dict)
        return content

    def refused(self, command: str, *arguments: str) -> str:
        """Run a command that cannot be carried out; return what it says, which is never a traceback."""
        done = self.run(command, *arguments)
        assert isinstance(done.exception, SystemExit), done.output
        assert done.exit_code in {1, 2}, done.output
        return done.stderr

    def start(self, command: str, *arguments: str) -> subprocess.Popen[str]:
        """Start a command as a process of its own; its output and errors are one stream."""
        return subprocess.Popen(  # noqa: S603 - our own command
            [*RETAKE, command, *self._server, "--password", PASSWORD, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @property
    def _server(self) -> tuple[str, ...]:
        return ("--url", self.server.url, "--user", EMAIL)

    @property
    def _environment(self) -> dict[str, str]:
        return {"RETAKE_PASSWORD": PASSWORD, **WIDE}


def _with_options(arguments: Sequence[str], *options: str) -> list[str]:
    """Return arguments with options behind those of their command, before what ``--`` says is no option."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    return [*arguments[:end], *options, *arguments[end:]]
