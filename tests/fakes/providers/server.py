"""An HTTP server for tests that answers as an application says, or fails as a test says."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

HUNG_S = 20.0
"""A hung request is let go after this time at the latest: a test that fails must not wait for ever."""

TRICKLE_S = 0.05
"""Between two bytes of an answer that trickles."""


@dataclass(frozen=True)
class Request:
    """What came in. Header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """What goes out."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_json(cls, body: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
        kind = {"Content-Type": "application/json", **(headers or {})}
        return cls(status, json.dumps(body).encode(), kind)


class How(StrEnum):
    """How a request goes wrong."""

    ANSWER = "answer instead"  # nothing was done
    ANSWER_AFTER = "do it, and answer something else"  # as a gateway does that stopped waiting
    LOSE_REQUEST = "close before doing anything"
    LOSE_ANSWER = "do it, and close without an answer"
    HANG = "do it, and never answer"
    TRICKLE = "do it, and answer a byte now and then"
    TRICKLE_HEAD = "do it, and send a header that does not end"
    TRICKLE_SIZE = "do it, and send the size of a chunk that does not end"
    TRUNCATE = "do it, and close half-way through the answer"


_ENDLESS = {
    How.TRICKLE_HEAD: b"HTTP/1.1 200 OK\r\nX-Slow: ",
    How.TRICKLE_SIZE: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
}


@dataclass
class Fault:
    """Something that goes wrong with the next requests of a kind."""

    method: str
    path_part: str
    how: How
    times: int
    reply: Reply | None

    def is_for(self, request: Request) -> bool:
        return self.times > 0 and request.method == self.method and self.path_part in request.path


class ProviderServer:
    """Listens on a free port of the loopback interface until it is closed.

    Args:
        app: Answers requests, one at a time.
        context: Serves TLS.
    """

    def __init__(self, app: Callable[[Request], Reply], *, context: ssl.SSLContext | None = None) -> None:
        self.requests: list[Request] = []
        self._app = app
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._open: set[socket.socket] = set()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = False  # joined when it is closed: nothing outlives a test
        if context is not None:
            self._http.socket = context.wrap_socket(self._http.socket, server_side=True)
        self.port = int(self._http.server_address[1])
        self.url = f"{'https' if context else 'http'}://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        self._http.shutdown()
        for connection in tuple(self._open):  # kept alive by a client that may ask again
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._http.server_close()
        self._thread.join()

    def fail(
        self, method: str, path_part: str, how: How, *, times: int = 1, reply: Reply | None = None
    ) -> None:
        """Let the next requests of a kind go wrong."""
        self._faults.append(Fault(method, path_part, how, times, reply))

    def seen(self, method: str, path_part: str) -> list[Request]:
        """Return the requests of a kind that came in."""
        return [each for each in self.requests if each.method == method and path_part in each.path]

    def _fault_for(self, request: Request) -> Fault | None:
        for fault in self._faults:
            if fault.is_for(request):
                fault.times -= 1
                return fault
        return None

    def _serve(self, request: Request, handler: BaseHTTPRequestHandler) -> None:
        with self._lock:
            self.requests.append(request)
            fault = self._fault_for(request)
            how = fault.how if fault else None
            if how is How.LOSE_REQUEST:
                return _hang_up(handler)
            reply = fault.reply if fault and fault.reply and how is How.ANSWER else self._app(request)
        if fault and fault.reply and how is How.ANSWER_AFTER:
            reply = fault.reply
        if how is How.LOSE_ANSWER:
            return _hang_up(handler)
        if how is How.HANG:
            self._closing.wait(HUNG_S)
            return _hang_up(handler)
        if how in _ENDLESS:
            return self._trickle(handler, _ENDLESS[how])
        return self._send(handler, reply, how)

    def _trickle(self, handler: BaseHTTPRequestHandler, start: bytes) -> None:
        handler.wfile.write(start)
        for _ in range(int(HUNG_S / TRICKLE_S)):
            handler.wfile.write(b"0")
            handler.wfile.flush()
            if self._closing.wait(TRICKLE_S):
                break
        return _hang_up(handler)

    def _send(self, handler: BaseHTTPRequestHandler, reply: Reply, how: How | None) -> None:
        handler.send_response(reply.status)
        if handler.close_connection:  # as servers say that were asked to
            handler.send_header("Connection", "close")
        length = {} if "Transfer-Encoding" in reply.headers else {"Content-Length": str(len(reply.body))}
        for name, value in {**length, **reply.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        if handler.command == "HEAD":
            return None
        if how is How.TRUNCATE:
            handler.wfile.write(reply.body[: len(reply.body) // 2])
            return _hang_up(handler)
        if how is How.TRICKLE:
            for index in range(len(reply.body)):
                handler.wfile.write(reply.body[index : index + 1])
                handler.wfile.flush()
                if self._closing.wait(TRICKLE_S):
                    return _hang_up(handler)
        else:
            handler.wfile.write(reply.body)
        return None

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = HUNG_S
            disable_nagle_algorithm = True  # a kept connection would wait 40 ms between head and body

            def setup(self) -> None:
                super().setup()
                server._open.add(self.connection)

            def finish(self) -> None:
                server._open.discard(self.connection)
                with suppress(OSError):
                    super().finish()

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                request = Request(
                    method=self.command,
                    path=parts.path,
                    query=_joined(parse_qsl(parts.query, keep_blank_values=True)),
                    headers={name.lower(): value for name, value in self.headers.items()},
                    body=self.rfile.read(int(self.headers.get("Content-Length", 0))),
                )
                try:
                    server._serve(request, self)
                except OSError:  # the client has gone
                    self.close_connection = True

            do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - as the library looks for them
            do_HEAD = do_OPTIONS = do_TRACE = do_QUERY = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Return a query as API Gateway hands it on: what is repeated is joined with commas."""
    found: dict[str, str] = {}
    for name, value in pairs:
        found[name] = f"{found[name]},{value}" if name in found else value
    return found


def _hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)
