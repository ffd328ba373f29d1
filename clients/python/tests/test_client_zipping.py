"""``retake download --zip``: what it asks for, waits for, and never replaces."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from retake_client.cli.connection import Connection
from retake_client.cli.zipping import run_zip
from retake_client.errors import ApiError, UnexpectedEndError, UsageError

URL = "http://127.0.0.1:8005"
CONFIGURATION = {
    "userPoolClientId": "client",
    "cognitoEndpoint": "https://cognito.example/",
    "apiBasePath": "/api/v1",
}

NOTHING = {"batch_id": "nothing"}
KNOWN = {"/config.json": CONFIGURATION, "/videos/v1": {}, "/videos/v2": {}, "/jobs/j": {}}


class Server:
    """Knows two videos, a job and a batch; an archive is ready at the third look."""

    def __init__(self, *, error: str | None = None) -> None:
        self.specs: list[Any] = []
        self.looks = 0
        self.error = error

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api/v1")
        if request.url.host == "cognito.example":
            return httpx.Response(200, json={"AuthenticationResult": {"IdToken": "token"}})
        if path == "/archive":
            return httpx.Response(200, content=b"PK")
        if path == "/downloads":
            self.specs.append(json.loads(request.read()))
            return _missing() if NOTHING in self.specs else httpx.Response(202, json=self._archive())
        if path.startswith("/downloads/"):
            self.looks += 1
            ended = "failed" if self.error else "ready"
            return httpx.Response(200, json=self._archive("processing" if self.looks % 3 else ended))
        return httpx.Response(200, json=KNOWN[path]) if path in KNOWN else _missing()

    def _archive(self, status: str = "processing") -> dict[str, Any]:
        return {
            "download_id": "d",
            "status": status,
            "progress": 40,
            "file_name": f"../../Füchse {len(self.specs)}.zip",
            "url": f"{URL}/archive" if status == "ready" else None,
            "left_out": ["a hare: failed"],
            "error": self.error,
        }


def _missing() -> httpx.Response:
    return httpx.Response(404, json={"type": "not-found", "detail": "There is nothing like it."})


def connect(server: Server, waits: list[float]) -> Connection:
    transport = httpx.MockTransport(server)
    return Connection(URL, "a@b.c", "right", as_json=True, transport=transport, pause=waits.append)


def test_videos_are_one_archive_and_jobs_and_batches_one_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server, waits = Server(), list[float]()
    run_zip(connect(server, waits), ["v1", "j", "v2", "b", "v1"], to=tmp_path)
    assert server.specs == [{"video_ids": ["v1", "v2"]}, {"job_id": "j"}, {"batch_id": "b"}]
    names = [f"Füchse {number}.zip" for number in (1, 2, 3)]
    assert sorted(file.name for file in tmp_path.iterdir()) == names
    answer = json.loads(capsys.readouterr().out)
    assert [Path(file).name for file in answer["files"]] == names
    assert answer["left_out"] == ["a hare: failed"] * 3
    assert len(waits) == 9


def test_a_file_that_is_there_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "Füchse 1.zip").write_bytes(b"mine")
    with pytest.raises(UsageError, match="is there already"):
        run_zip(connect(Server(), []), ["v1"], to=tmp_path)
    assert (tmp_path / "Füchse 1.zip").read_bytes() == b"mine"


def test_the_reason_for_a_failed_archive_is_raised(tmp_path: Path) -> None:
    with pytest.raises(UnexpectedEndError, match="was deleted"):
        run_zip(connect(Server(error="01 a.mp4 was deleted."), []), ["v1"], to=tmp_path)
    assert not list(tmp_path.iterdir())


def test_an_unknown_video_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ApiError, match="nothing like it"):
        run_zip(connect(Server(), []), ["nothing"], to=tmp_path)
