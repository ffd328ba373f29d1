"""A proxy in front of a trial server: it counts submissions, and makes one go wrong when asked to."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

TIMEOUT_S = 20


class Fault(Enum):
    """What becomes of one request."""

    LOSE_REQUEST = auto()
    """It is closed before the server sees it."""
    LOSE_ANSWER = auto()
    """The server does it, and the connection is closed without an answer."""
    HALVE_ANSWER = auto()
    """The server does it, and half of its answer arrives."""
    GATEWAY_PAGE = auto()
    """The server does it, and a gateway answers 502 in its place."""
    THROTTLE = auto()
    """429, with a number of seconds; the server sees nothing."""
    NO_KEY = auto()
    """401; the server sees nothing."""
    BROKEN = auto()
    """500, with words; the server sees nothing."""


RETRY_AFTER_S = 7

_ANSWERS: Mapping[Fault, tuple[int, bytes]] = {
    Fault.GATEWAY_PAGE: (502, b"<html>Bad Gateway</html>"),
    Fault.THROTTLE: (429, b'{"error": {"message": "Too many requests."}}'),
    Fault.NO_KEY: (401, b'{"error": {"message": "This key is not valid."}}'),
    Fault.BROKEN: (500, b'{"error": {"message": "Something broke."}}'),
}
_UNSEEN = frozenset({Fault.LOSE_REQUEST, Fault.THROTTLE, Fault.NO_KEY, Fault.BROKEN})
_HOP_BY_HOP = frozenset({"connection", "transfer-encoding", "content-length", "keep-alive"})


@dataclass
class Proxy:
    """What a running proxy knows.

    Attributes:
        url: Where it listens.
        submission: A part of the path of submissions.
        submissions: How many the adapter sent.
        accepted: How many of them the server accepted.
        next_submission: What becomes of the next one.
        next_look: What becomes of the next ``GET``.
    """

    url: str
    submission: str
    submissions: int = 0
    accepted: int = 0
    next_submission: Fault | None = None
    next_look: Fault | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def take(self, method: str, path: str) -> Fault | None:
        """Count a request, and return what is to become of it."""
        with self._lock:
            if method == "GET":
                fault, self.next_look = self.next_look, None
                return fault
            if method != "POST" or self.submission not in path:
                return None
            self.submissions += 1
            fault, self.next_submission = self.next_submission, None
            return fault

    def note(self, method: str, path: str, status: int) -> None:
        """Count what the server accepted."""
        if method == "POST" and self.submission in path and 200 <= status < 300:  # noqa: PLR2004 - HTTP's own
            with self._lock:
                self.accepted += 1


@contextmanager
def proxy_of(base_url: str, submission: str) -> Iterator[Proxy]:
    """Run a proxy in front of a server for as long as the context lasts."""
    target = urlsplit(base_url)
    proxy = Proxy("", submission)
    http = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(proxy, str(target.hostname), target.port or 80))
    proxy.url = f"http://127.0.0.1:{http.server_address[1]}{target.path}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def _handler_of(proxy: Proxy, host: str, port: int) -> type[BaseHTTPRequestHandler]:  # noqa: C901 - a class
    class Handler(BaseHTTPRequestHandler):
        """Hands requests on; one connection for each."""

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            fault = proxy.take(self.command, self.path)
            self.close_connection = True
            if fault in _UNSEEN:
                self._go_wrong(fault, b"")
                return
            status, headers, answer = self._forward(body)
            proxy.note(self.command, self.path, status)
            if fault is not None:
                self._go_wrong(fault, answer)
                return
            self._answer(status, headers, answer)

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _serve  # noqa: N815 - the base class's names

        def _forward(self, body: bytes) -> tuple[int, Mapping[str, str], bytes]:
            connection = HTTPConnection(host, port, timeout=TIMEOUT_S)
            try:
                kept = {name: value for name, value in self.headers.items() if name.lower() != "host"}
                connection.request(
                    self.command, self.path, body=body, headers={**kept, "Host": f"{host}:{port}"}
                )
                answer = connection.getresponse()
                return answer.status, dict(answer.getheaders()), answer.read()
            finally:
                connection.close()

        def _go_wrong(self, fault: Fault, answer: bytes) -> None:
            if fault in _ANSWERS:
                status, body = _ANSWERS[fault]
                kind = "text/html" if fault is Fault.GATEWAY_PAGE else "application/json"
                more = {"Retry-After": str(RETRY_AFTER_S)} if fault is Fault.THROTTLE else {}
                self._answer(status, {"Content-Type": kind, **more}, body)
            elif fault is Fault.HALVE_ANSWER:
                head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(answer)}\r\n\r\n"
                self.wfile.write(head.encode() + answer[: len(answer) // 2])

        def _answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                if name.lower() not in _HOP_BY_HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
