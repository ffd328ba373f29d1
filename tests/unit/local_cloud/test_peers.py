"""The kernel says whose program is at the other end of a connection."""

from __future__ import annotations

import os
import socket
import sys

import pytest

from infra.local.peers import connection_owner, is_same_user

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the table of connections is Linux's")


@pytest.mark.parametrize(("family", "host"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
def test_the_owner_of_a_connection_is_known(family: socket.AddressFamily, host: str) -> None:
    with socket.socket(family) as listener:
        try:
            listener.bind((host, 0))
        except OSError:
            pytest.skip(f"this machine has no {host}")
        listener.listen()
        with socket.create_connection(listener.getsockname()[:2]) as client:
            local, remote = client.getsockname()[:2], client.getpeername()[:2]
            assert connection_owner(local, remote) == os.getuid()
            assert is_same_user({"client": local, "server": remote})
            assert connection_owner((host, 1), remote) is None
            assert not is_same_user({"client": (host, 1), "server": remote})


def test_a_request_from_nowhere_is_no_ones() -> None:
    assert not is_same_user({"client": None, "server": None})
    assert not is_same_user({})
