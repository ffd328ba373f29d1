"""Identifies the peer of a loopback connection: a program of the server's own user, or another's."""

import ipaddress
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from infra.local.asgi import Scope

_TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
_ROOT = 0


def is_same_user(scope: Scope) -> bool:
    """Return whether a request comes from a program of the user who runs the server, or of root.

    The kernel's table of connections names the user who opened each. Where there is none (not on
    Linux), no process counts as the same user's.

    Args:
        scope: Of the request.
    """
    client, server = scope.get("client"), scope.get("server")
    if client is None or server is None:
        return False
    owner = connection_owner((client[0], client[1]), (server[0], server[1]))
    return owner is not None and owner in (os.getuid(), _ROOT)


def connection_owner(local: tuple[str, int], remote: tuple[str, int]) -> int | None:
    """Return the id of the user who opened a connection, if this machine knows.

    Args:
        local: Address and port of the end that is looked for.
        remote: Those of the other end.
    """
    ends = (_key(*local), _key(*remote))
    for table in _TABLES:
        for found, owner in _connections(table):
            if found == ends:
                return owner
    return None


def _connections(table: Path) -> Iterator[tuple[tuple[str, str], int]]:
    try:
        lines = table.read_text(encoding="ascii").splitlines()[1:]
    except OSError:
        return
    for line in lines:
        fields = line.split()
        yield (fields[1], fields[2]), int(fields[7])


def _key(address: str, port: int) -> str:
    """Write an address and a port as the kernel does: words in the machine's order, in hexadecimal."""
    packed = ipaddress.ip_address(address).packed
    words = [packed[at : at + 4] for at in range(0, len(packed), 4)]
    if sys.byteorder == "little":
        words = [word[::-1] for word in words]
    return f"{b''.join(words).hex().upper()}:{port:04X}"
