"""A stack on this machine is found by its data directory, and by nothing else of the checkout."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from retake_client.cli.server import Server, find_server
from retake_client.errors import UsageError

USER = {"email": "you@retake.local", "password": "secret"}


class Front(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/config.json" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), Front) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "user.json").write_text(json.dumps(USER))
    return tmp_path


def found(data: Path, user: str | None = None, password: str | None = None) -> Server:
    return find_server(url=None, user=user, password=password, data=data)


def test_a_stack_that_runs(data: Path, port: int) -> None:
    (data / "running").write_text(json.dumps({"pid": 1, "port": port}))
    assert found(data) == Server(f"http://127.0.0.1:{port}", USER["email"], USER["password"])
    assert found(data, "a@b.c", "p").email == "a@b.c"


@pytest.mark.parametrize("running", [None, "", "[]", "{}", '{"port": 1}'])
def test_a_stack_that_does_not(data: Path, running: str | None) -> None:
    if running is not None:
        (data / "running").write_text(running)
    with pytest.raises(UsageError, match="No stack runs on"):
        found(data)


def test_a_stack_without_a_user(data: Path, port: int) -> None:
    (data / "running").write_text(json.dumps({"port": port}))
    (data / "user.json").unlink()
    with pytest.raises(UsageError, match="No stack runs on"):
        found(data)
