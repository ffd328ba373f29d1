"""Which server a command asks, and as whom: a stack that runs on this machine, or any other."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from retake_client.cli.extension import default_data
from retake_client.cli.paths import shown_path
from retake_client.errors import UsageError

PASSWORD_VARIABLE = "RETAKE_PASSWORD"  # noqa: S105 - its name
"""The environment variable that keeps a password out of the shell's history."""

_PATIENCE_S = 5.0


@dataclass(frozen=True)
class Server:
    """A server and a sign-in.

    Attributes:
        url: Where the server is.
        email: Who signs in.
        password: Their password.
    """

    url: str
    email: str
    password: str


def find_server(*, url: str | None, user: str | None, password: str | None, data: Path) -> Server:
    """Return the server that was named, or the stack that runs on this machine.

    Args:
        url: A running server; without one, the local stack.
        user: Who signs in; on the local stack its own user, if none is named.
        password: Their password.
        data: Where the local stack keeps everything.

    Raises:
        UsageError: If a part of the sign-in is missing, ``url`` is none, or no local stack runs.
    """
    if (url or user) and not (user and password):
        raise UsageError(
            f"--url needs --user, and that --password (or {PASSWORD_VARIABLE}): whose videos are they?"
        )
    if url:
        return Server(checked_address(url), user or "", password or "")
    found = _running_on(data.resolve())
    if found is None:
        start = "uv run retake up" + ("" if data == default_data() else f" --data {shown_path(data)}")
        raise UsageError(
            f"No stack runs on {shown_path(data)}. Start it in another terminal with `{start}`, "
            "or name a server with --url, --user and --password."
        )
    return Server(found.url, user, password) if user and password else found


def _running_on(data: Path) -> Server | None:
    """Return the stack that uses a data directory, as two of the files there describe it."""
    running, user = _read(data / "running"), _read(data / "user.json")
    if not {"port"} <= running.keys() or not {"email", "password"} <= user.keys():
        return None
    url = f"http://127.0.0.1:{running['port']}"
    try:
        answer = httpx.get(f"{url}/config.json", timeout=_PATIENCE_S, trust_env=False)
    except httpx.TransportError:  # it was killed, which leaves the file
        return None
    return Server(url, user["email"], user["password"]) if answer.is_success else None


def _read(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def checked_address(url: str) -> str:
    """Return an address that can be asked. Raises ``UsageError`` for anything else."""
    write = "write --url https://retake.example, with what it begins with"
    try:
        parts = urlsplit(url)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        httpx.URL(url)  # it is who asks
    except (ValueError, httpx.InvalidURL) as error:
        raise UsageError(f"{url} is no address ({error}); {write}") from error
    if not is_one:
        raise UsageError(f"{url} is no address; {write}")
    return url
