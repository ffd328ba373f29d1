"""Which server a command asks, and as whom: the stack that runs on this machine, or any other."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from infra.cli.errors import UsageError
from infra.cli.paths import DEFAULT_DATA, shown_path
from infra.local.clock import running_cloud
from infra.local.directory import DataDirectory


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
        user: Who signs in; on the local stack its own user, if nobody is named.
        password: Their password.
        data: Where the local stack keeps everything.

    Raises:
        UsageError: If a part of the sign-in is missing, ``url`` is none, or no local stack runs.
    """
    if (url or user) and not (user and password):
        raise UsageError(
            "--url needs --user, and that --password (or RETAKE_PASSWORD): whose videos are they?"
        )
    if url:
        return Server(checked_address(url), user or "", password or "")
    directory = DataDirectory(data.resolve())
    cloud, known = running_cloud(directory), directory.read_user()
    if cloud is None or known is None:
        start = "uv run retake up" + ("" if data == DEFAULT_DATA else f" --data {shown_path(data)}")
        raise UsageError(
            f"No stack runs on {shown_path(data)}. Start it in another terminal with `{start}`, "
            "or name a server with --url, --user and --password."
        )
    if user and password:
        return Server(cloud.endpoint, user, password)
    return Server(cloud.endpoint, known["email"], known["password"])


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
