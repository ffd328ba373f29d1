"""Connections over which an exchange ends in time.

The standard library's ``http.client``: nothing is added to what ships to Lambda nor to its cold start
(botocore imports it anyway), and, unlike larger clients, it distinguishes a connection that was never made
from an answer that never came, and lets an address that was checked be the one that is used.
"""

import io
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPResponse
from typing import Self
from urllib.parse import urlsplit

CHUNK_BYTES = 64 * 1024
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Origin:
    """Scheme, host and port: whom one talks to."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> "Origin":
        """Return a URL's origin.

        Raises:
            ValueError: If it is none of HTTP, has no host, or carries a name or a password.
        """
        parts = urlsplit(url)
        if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
            raise ValueError("This is no address of a web server.")
        if parts.username is not None or parts.password is not None:
            raise ValueError("The address carries a name or a password.")
        parts.hostname.encode("idna")  # what has no such form has no address
        return cls(parts.scheme, parts.hostname.lower(), parts.port or _DEFAULT_PORTS[parts.scheme])


@dataclass(frozen=True)
class Deadline:
    """A moment after which waiting ends.

    Attributes:
        ends_at: On the monotonic clock, in seconds.
        step_s: Seconds to wait at most for any one thing until then.
    """

    ends_at: float
    step_s: float

    @classmethod
    def within(cls, seconds: float, *, step_s: float | None = None) -> "Deadline":
        """Return the deadline so many seconds from now."""
        return cls(time.monotonic() + seconds, seconds if step_s is None else step_s)

    def wait_s(self) -> float:
        """Return how long the next step may take. Raises ``TimeoutError`` when the time is over."""
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("The time is over.")
        return min(left, self.step_s)


class _TimedReader(io.RawIOBase):
    """Reads from a socket until the deadline, however few bytes come at a time.

    ``http.client`` reads lines of the answer's head, and of chunks, from a buffer that asks for more
    bytes again and again: a time-out of the socket alone begins anew with each byte.
    """

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._socket = connected
        self._deadline = deadline

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: "bytearray | memoryview", /) -> int:  # type: ignore[override]
        """Read what there is. Raises ``TimeoutError`` at the deadline."""
        self._socket.settimeout(self._deadline.wait_s())
        return self._socket.recv_into(buffer)


class _TimedSocket:
    """The part of a socket that ``http.client`` uses, with a deadline for all of the exchange."""

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._socket = connected
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        """Send all of it. Raises ``TimeoutError`` at the deadline."""
        self._socket.settimeout(self._deadline.wait_s())  # for all of the data together
        self._socket.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:  # noqa: ARG002 - ``http.client`` asks for "rb"
        """Return what the answer is read from."""
        return io.BufferedReader(_TimedReader(self._socket, self._deadline))

    def close(self) -> None:
        """Leave the socket open: ``http.client`` closes it before a body is read that is to be the last one.

        ``Connection.close`` closes it.
        """


class Connection:
    """One connection for one exchange.

    Args:
        origin: Whom to talk to; TLS certificates are checked against its host.
        address: Where to connect to, if that was decided before; else the host is looked up.
        deadline: When it must be over.
        context: What TLS trusts; by default the system's authorities.

    Raises:
        OSError: If there is no connection; nothing was sent then.
    """

    def __init__(
        self,
        origin: Origin,
        *,
        deadline: Deadline,
        address: str | None = None,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._socket = _connect(address or origin.host, origin.port, deadline)
        if origin.scheme == "https":
            try:
                trusted = context or system_trust()
                self._socket.settimeout(deadline.wait_s())
                self._socket = trusted.wrap_socket(self._socket, server_hostname=origin.host)
            except BaseException:
                self._socket.close()
                raise
        self._http = HTTPConnection(origin.host, origin.port)
        self._http.default_port = _DEFAULT_PORTS[origin.scheme]
        self._http.sock = _TimedSocket(self._socket, deadline)
        self._response: HTTPResponse | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(
        self, method: str, target: str, *, headers: dict[str, str], body: bytes | None = None
    ) -> HTTPResponse:
        """Send the request and return the answer's beginning.

        Raises:
            OSError: If the connection broke, or the deadline came.
            HTTPException: If the answer is not HTTP.
        """
        with suppress(BrokenPipeError):  # it would not hear us out; it may have said why
            self._http.request(method, target, body=body, headers={**headers, "Connection": "close"})
        self._response = self._http.getresponse()
        return self._response

    def chunks(self, response: HTTPResponse) -> Iterator[bytes]:
        """Yield the answer's body as it comes.

        Raises:
            OSError: If the connection broke, or the deadline came.
            HTTPException: If the answer is not HTTP, or a chunked body ended early.
        """
        while True:
            chunk = response.read1(CHUNK_BYTES)
            if not chunk:
                return
            yield chunk

    def close(self) -> None:
        """End the connection; ending it twice is no error."""
        if self._response is not None:
            self._response.close()
        self._http.close()
        self._socket.close()


def _connect(host: str, port: int, deadline: Deadline) -> socket.socket:
    """Connect to a host's first address that answers. Raises ``OSError``."""
    failure: OSError = OSError("It has no address.")
    for family, kind, protocol, _, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        connected = socket.socket(family, kind, protocol)
        try:
            connected.settimeout(deadline.wait_s())
            connected.connect(place)
        except OSError as exc:
            connected.close()
            failure = exc
            continue
        return connected
    raise failure


@cache
def system_trust() -> ssl.SSLContext:
    """Return what the machine trusts."""
    return ssl.create_default_context()


def target_of(url: str) -> str:
    """Return a URL's path and query, as a request line has them."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
