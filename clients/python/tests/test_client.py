"""The client: what it repeats, what it reports, and what it never sends twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from retake_client.client import RetakeClient
from retake_client.errors import ApiError, SignInError, UnreachableError, UsageError
from retake_client.http import LONGEST_PAUSE_S

URL = "http://127.0.0.1:8005"
CONFIGURATION = {
    "userPoolClientId": "client",
    "cognitoEndpoint": "https://cognito.example/",
    "apiBasePath": "/api/v1",
}
Answer = httpx.Response | Exception


class Server:
    """Answers API requests from a list; signs everybody in who knows the password."""

    def __init__(self, *answers: Answer) -> None:
        self._answers: Iterator[Answer] = iter(answers)
        self.requests: list[httpx.Request] = []
        self.sign_ins = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/config.json":
            return httpx.Response(200, json=CONFIGURATION)
        if request.url.host == "cognito.example":
            return self._sign_in(request)
        request.read()
        self.requests.append(request)
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _sign_in(self, request: httpx.Request) -> httpx.Response:
        assert request.headers["x-amz-target"] == "AWSCognitoIdentityProviderService.InitiateAuth"
        asked = json.loads(request.content)
        assert (asked["ClientId"], asked["AuthFlow"]) == ("client", "USER_PASSWORD_AUTH")
        if asked["AuthParameters"]["PASSWORD"] != "right":  # noqa: S105 - a test's
            return httpx.Response(400, json={"message": "Incorrect username or password."})
        self.sign_ins += 1
        return httpx.Response(200, json={"AuthenticationResult": {"IdToken": f"token-{self.sign_ins}"}})


MakeClient = Callable[..., RetakeClient]


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def connect(waits: list[float]) -> Iterator[MakeClient]:
    made: list[RetakeClient] = []

    def make(handler: Callable[[httpx.Request], httpx.Response], **changed: Any) -> RetakeClient:
        options = {"email": "ada@example.com", "password": "right", **changed}
        transport = httpx.MockTransport(handler)
        made.append(RetakeClient(URL, transport=transport, pause=waits.append, **options))
        return made[-1]

    yield make
    for client in made:
        client.__exit__(None, None, None)


def ok(**content: Any) -> httpx.Response:
    return httpx.Response(200, json=content)


def test_signs_in_by_itself_and_sends_the_token(connect: MakeClient) -> None:
    server = Server(ok(job_id="j"))
    assert connect(server).job("j")["job_id"] == "j"
    assert server.requests[0].url == f"{URL}/api/v1/jobs/j"
    assert server.requests[0].headers["authorization"] == "Bearer token-1"


def test_a_wrong_password_is_refused(connect: MakeClient) -> None:
    with pytest.raises(SignInError, match=r"ada@example\.com cannot sign in .* Incorrect username"):
        connect(Server(), password="wrong").sign_in()  # noqa: S106 - a test's


@pytest.mark.parametrize(
    ("challenge", "sentence"),
    [("NEW_PASSWORD_REQUIRED", "choose a password"), ("SOFTWARE_TOKEN_MFA", "turn the app off")],
)
def test_a_sign_in_that_needs_another_step_is_refused(
    connect: MakeClient, challenge: str, sentence: str
) -> None:
    def server(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/config.json":
            return httpx.Response(200, json=CONFIGURATION)
        return httpx.Response(200, json={"ChallengeName": challenge})

    with pytest.raises(SignInError, match=sentence):
        connect(server).sign_in()


def test_another_server_is_recognised(connect: MakeClient) -> None:
    with pytest.raises(UnreachableError, match="no Retake server"):
        connect(lambda _: httpx.Response(404)).sign_in()


def test_a_server_that_does_not_answer_is_reported_after_a_few_attempts(
    connect: MakeClient, waits: list[float]
) -> None:
    def unreachable(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(UnreachableError, match=r"does not answer \(refused\); is it running\?"):
        connect(unreachable).sign_in()
    assert len(waits) == 4
    assert all(0 < wait <= LONGEST_PAUSE_S for wait in waits)


def test_a_token_that_ran_out_is_renewed(connect: MakeClient) -> None:
    server = Server(httpx.Response(401), ok(a=1))
    assert connect(server).ask("GET", "/x").json() == {"a": 1}
    assert [request.headers["authorization"] for request in server.requests] == [
        "Bearer token-1",
        "Bearer token-2",
    ]


@pytest.mark.parametrize("trouble", [httpx.Response(503), httpx.Response(429), httpx.ReadError("cut")])
def test_a_post_is_repeated_under_the_same_key(connect: MakeClient, trouble: Answer) -> None:
    server = Server(trouble, ok(batch_id="b"))
    assert connect(server).regenerate("j", {2: "brighter", 0: "darker"})["batch_id"] == "b"
    first, second = server.requests
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert json.loads(first.content) == {
        "clips": [
            {"clip_index": 0, "instruction": "darker"},
            {"clip_index": 2, "instruction": "brighter"},
        ]
    }


def test_two_posts_have_two_keys(connect: MakeClient) -> None:
    server = Server(ok(), ok())
    client = connect(server)
    client.restore("j", 0, "v")
    client.restore("j", 0, "v")
    assert len({request.headers["idempotency-key"] for request in server.requests}) == 2


def test_waits_as_long_as_it_is_asked_to_within_bounds(connect: MakeClient, waits: list[float]) -> None:
    asked = [httpx.Response(503, headers={"retry-after": seconds}) for seconds in ("2", "3600")]
    connect(Server(*asked, ok())).ask("GET", "/x")
    assert waits == [2.0, LONGEST_PAUSE_S]


def test_a_problem_is_raised_with_all_its_faults(connect: MakeClient) -> None:
    problem = {
        "type": "urn:retake:problem:invalid-request",
        "status": 422,
        "detail": "The request cannot be accepted.",
        "errors": [{"field": "clips[0].clip_index", "detail": "There is no clip 9."}],
    }
    with pytest.raises(ApiError) as raised:
        connect(Server(httpx.Response(422, json=problem))).estimate("j", {9: "x"})
    assert raised.value.status == 422
    assert raised.value.kind == "urn:retake:problem:invalid-request"
    assert str(raised.value) == (
        "The request cannot be accepted.\n  clips[0].clip_index: There is no clip 9."
    )


def test_an_answer_that_is_no_problem_is_raised_with_its_status(connect: MakeClient) -> None:
    with pytest.raises(ApiError, match="status 500"):
        connect(Server(httpx.Response(500, text="<html>"))).ask("GET", "/x")


def test_uploads_the_fields_before_the_file(connect: MakeClient, tmp_path: Path) -> None:
    clip = tmp_path / "one.mov"
    clip.write_bytes(b"moving pictures")
    form = {"upload_id": "u", "url": f"{URL}/bucket", "fields": {"key": "k", "policy": "p"}}
    server = Server(httpx.Response(201, json=form), httpx.Response(503), httpx.Response(204))
    assert connect(server).upload(clip) == "u"
    asked, _, sent = server.requests
    assert json.loads(asked.content) == {
        "file_name": "one.mov",
        "content_type": "video/quicktime",
        "size_bytes": 15,
    }
    assert b'name="policy"' in sent.content.split(b'name="file"')[0]
    assert b"moving pictures" in sent.content
    assert "authorization" not in sent.headers


def test_refuses_files_that_cannot_be_videos(connect: MakeClient, tmp_path: Path) -> None:
    text, empty = tmp_path / "notes.txt", tmp_path / "empty.mp4"
    text.write_text("words")
    empty.touch()
    with pytest.raises(UsageError, match=r"notes\.txt is not a kind of file"):
        connect(Server()).upload(text)
    with pytest.raises(UsageError, match=r"empty\.mp4 is empty"):
        connect(Server()).upload(empty)


def test_a_download_appears_when_it_is_whole(connect: MakeClient, tmp_path: Path) -> None:
    to = tmp_path / "new" / "video.mp4"
    connect(Server(httpx.ReadError("cut"), httpx.Response(200, content=b"v"))).download(f"{URL}/v", to)
    assert to.read_bytes() == b"v"
    assert list(to.parent.iterdir()) == [to]


def test_a_download_that_fails_leaves_nothing(connect: MakeClient, tmp_path: Path) -> None:
    with pytest.raises(UnreachableError, match="status 403"):
        connect(Server(httpx.Response(403))).download(f"{URL}/v", tmp_path / "video.mp4")
    assert list(tmp_path.iterdir()) == []


def test_asks_for_events_after_the_last(connect: MakeClient) -> None:
    server = Server(httpx.Response(200, text="a"), httpx.Response(200, text="b"))
    client = connect(server)
    assert [client.events("j", 0), client.events("j", 4)] == ["a", "b"]
    assert [request.headers.get("last-event-id") for request in server.requests] == [None, "4"]


def test_reads_the_rest(connect: MakeClient) -> None:
    server = Server(
        ok(versions=[{"version_number": 1}]),
        ok(similarity=1),
        ok(status="succeeded"),
        httpx.Response(202, json={"job_id": "j"}),
    )
    client = connect(server)
    assert [take["version_number"] for take in client.versions("j", 2)] == [1]
    assert client.compare("j", 2, left="a", right="b")["similarity"] == 1
    assert client.batch("j", "b")["status"] == "succeeded"
    assert client.create_job([{"upload_id": "u"}], title="T")["job_id"] == "j"
    assert server.requests[1].url.params["right"] == "b"
