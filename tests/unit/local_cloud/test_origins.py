"""A frontend of another origin uses the API where it was allowed to, and reads its errors too."""

import asyncio
from pathlib import Path

import pytest

from infra.local.admission import Admission
from infra.local.asgi import Message, Receive, Scope, Send
from infra.local.directory import DataDirectory
from infra.local.gateway import Gateway

THEIRS = "http://localhost:3000"


async def emulator(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer as the emulator does: every page may read it."""
    del scope, receive
    headers = [(b"access-control-allow-origin", b"*"), (b"content-type", b"application/problem+json")]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": b"{}"})


def ask(front: Gateway, method: str, path: str, **headers: str) -> tuple[int, dict[str, str]]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        await asyncio.sleep(0)
        sent.append(message)

    async def receive() -> Message:
        await asyncio.sleep(0)
        return {"type": "http.request", "body": b"", "more_body": False}

    given = {"host": "localhost:8005", **headers}
    scope: Scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8005),
    }
    asyncio.run(front(scope, receive, send))
    start = sent[0]
    return start["status"], {name.decode().lower(): value.decode() for name, value in start["headers"]}


@pytest.fixture
def front(tmp_path: Path) -> Gateway:
    directory = DataDirectory(tmp_path)
    directory.prepare()

    async def receive_form(*_: object) -> None:
        raise AssertionError("no form is sent")

    return Gateway(
        emulator,
        port=8005,
        directory=directory,
        allowed_origins=(THEIRS,),
        admission=Admission(secret_of=lambda *_: None, is_bucket=lambda _: False),
        receive_form=receive_form,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("path", ["/api/v1/jobs", "/api/v1/events", "/api/v1/nothing", "/config.json"])
def test_every_answer_can_be_read_by_an_allowed_page(front: Gateway, path: str) -> None:
    _, headers = ask(front, "GET", path, origin=THEIRS)
    assert headers["access-control-allow-origin"] == THEIRS
    assert headers["access-control-expose-headers"] == "*"
    assert headers["vary"] == "origin"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_every_preflight_is_granted(front: Gateway, method: str) -> None:
    asked = "authorization, idempotency-key, if-match, last-event-id"
    status, headers = ask(
        front,
        "OPTIONS",
        "/api/v1/jobs",
        origin=THEIRS,
        access_control_request_method=method,
        access_control_request_headers=asked,
    )
    assert (status, headers["access-control-allow-origin"]) == (204, THEIRS)
    assert method in headers["access-control-allow-methods"]
    assert headers["access-control-allow-headers"] == asked


@pytest.mark.parametrize("origin", ["http://localhost:3001", "https://localhost:3000", "null"])
def test_another_page_gets_nothing(front: Gateway, origin: str) -> None:
    for method in ("GET", "OPTIONS"):
        status, headers = ask(front, method, "/api/v1/jobs", origin=origin)
        assert status == 403
        assert "access-control-allow-origin" not in headers
