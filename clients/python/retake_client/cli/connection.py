"""The connection of a command: the server, the sign-in, and how answers are printed."""

import json
import shlex
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import httpx
import typer
from rich.console import RenderableType
from rich.markup import escape

from retake_client.cli.extension import default_data, program
from retake_client.cli.interrupts import StopRequested, stoppable
from retake_client.cli.narration import Narrator
from retake_client.cli.paths import shown_path
from retake_client.cli.server import find_server
from retake_client.cli.terminal import Terminal
from retake_client.client import RetakeClient
from retake_client.http import Answer, Pause


@dataclass(frozen=True)
class Connection:
    """Options that name the server and how its answer is printed.

    Attributes:
        url: A running server; without one, the stack that runs on this machine.
        user: Who signs in.
        password: Their password.
        data: Where the stack on this machine keeps everything.
        as_json: Print one JSON object to stdout, and tell the rest to stderr.
        transport: Replaces the network, for tests.
        pause: Waits so many seconds.
    """

    url: str | None = None
    user: str | None = None
    password: str | None = None
    data: Path = field(default_factory=default_data)
    as_json: bool = False
    transport: httpx.BaseTransport | None = None
    pause: Pause = time.sleep

    @cached_property
    def narrator(self) -> Narrator:
        """Prints progress; to standard error where a program reads standard output."""
        return Narrator(Terminal(stderr=self.as_json))

    @contextmanager
    def client(self) -> Iterator[RetakeClient]:
        """Return a session, which signs in with its first request.

        Raises:
            UsageError: If there is no server to ask.
        """
        server = find_server(url=self.url, user=self.user, password=self.password, data=self.data)
        with RetakeClient(
            server.url,
            email=server.email,
            password=server.password,
            transport=self.transport,
            pause=self.pause,
        ) as client:
            yield client

    def answer(self, content: Answer, shown: Sequence[RenderableType]) -> None:
        """Print an answer: as one JSON object for programs, or as it is shown to people."""
        if self.as_json:
            print(json.dumps(content))
            return
        for item in shown:
            self.narrator.console.print(item, highlight=False, soft_wrap=isinstance(item, str))

    def ask_to_go_on(self, *, yes: bool) -> None:
        """Ask before money is spent, where a person can answer; a program is not asked.

        Raises:
            typer.Abort: If the answer is no.
        """
        if not (yes or self.as_json) and sys.stdin.isatty():
            typer.confirm("Go on?", abort=True)

    @contextmanager
    def waiting(self, look_again: str) -> Iterator[None]:
        """Wait for something that goes on without us: Ctrl-C ends the waiting only.

        Args:
            look_again: The command that shows how it is, such as ``videos``.

        Raises:
            typer.Exit: If a signal stopped it, with the status that shells expect.
        """
        try:
            with stoppable():
                yield
        except StopRequested as stopped:
            self.narrator.say("Stopped waiting; what the server accepted goes on.")
            self.narrator.say(self.go_on(look_again))
            raise typer.Exit(128 + stopped.number) from None

    def typed(self, command: str) -> str:
        """Return a command as one would type it to ask the same server; never the password."""
        named = {"--url": self.url, "--user": self.user}
        if self.data != default_data():
            named["--data"] = shown_path(self.data)
        options = [f"{name} {shlex.quote(value)}" for name, value in named.items() if value]
        return " ".join([program(), command, *options])

    def go_on(self, command: str) -> str:
        """Return a line that names what to do next, for ``Narrator.say`` or ``answer``."""
        return f"[bold]Go on[/]    {escape(self.typed(command))}"
