"""A service account's key: what is refused of it and in which words, and how long a token is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from retake.adapters.providers.google_account import AccessToken, parse_account
from retake.adapters.providers.http.client import ProviderHttp
from retake.adapters.providers.http.keys import ApiKey
from retake.domain.errors import ProviderRejectedError, ProviderThrottledError, ProviderUnavailableError
from tests.fakes.providers import vertex
from tests.fakes.providers.server import How, ProviderServer, Reply
from tests.fakes.providers.world import PATIENT

URI = "https://oauth2.googleapis.com/token"
OTHER_KIND = (
    ec.generate_private_key(ec.SECP256R1())
    .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    .decode()
)


@pytest.fixture
def app() -> vertex.VertexApp:
    return vertex.VertexApp()


@pytest.fixture
def server(app: vertex.VertexApp) -> Iterator[ProviderServer]:
    server = ProviderServer(app)
    app.base_url = server.url
    yield server
    server.close()


class Now:
    """The real time of a test."""

    s = 1_790_000_000.0

    def __call__(self) -> float:
        return self.s


Sign = Callable[..., AccessToken]


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def sign(server: ProviderServer, app: vertex.VertexApp, now: Now) -> Sign:
    assert server.url == app.base_url

    def token(read: Callable[[], str] = lambda: vertex.key_file(app.token_uri)) -> AccessToken:
        return AccessToken(
            ApiKey(read), connect=lambda uri: ProviderHttp(uri, key=ApiKey(str), timeouts=PATIENT), now=now
        )

    return token


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "is not set"),
        ("[]", "neither JSON nor the path of a file"),
        ('{"type": ', "is no JSON object"),
        ("/nowhere/key.json", "neither JSON nor the path of a file that can be read (No such file"),
        ("a\0b", "neither JSON nor the path of a file that can be read (it is no text)"),
        ('{"type": "authorized_user"}', "is of the type 'authorized_user', and only a 'service_account'"),
        ("{}", "is of the type 'None'"),
        (vertex.key_file(URI, client_email=None), "has no client_email."),
        (vertex.key_file(URI, client_email=1, private_key=2), "has no client_email and no private_key."),
        (vertex.key_file(URI, private_key="-----BEGIN"), "holds a private key that cannot be read"),
        (vertex.key_file(URI, private_key=OTHER_KIND), "holds a private key of another kind than RSA"),
    ],
)
def test_a_key_of_no_use_is_refused_with_its_setting_and_the_way_out(text: str, fault: str) -> None:
    with pytest.raises(ProviderRejectedError) as refused:
        parse_account(text)

    said = str(refused.value)
    assert fault in said
    assert "GOOGLE_APPLICATION_CREDENTIALS" in said
    assert "Google Cloud's console" in said
    assert "PRIVATE KEY" not in f"{said} {refused.value.__cause__!r}"


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[1]"])
def test_a_file_that_holds_no_key_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    path.write_bytes(content)

    with pytest.raises(ProviderRejectedError, match="GOOGLE_APPLICATION_CREDENTIALS"):
        parse_account(str(path))


def test_a_file_is_read_and_nothing_of_it_shown(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    path.write_text(vertex.key_file(URI), encoding="utf-8")

    account = parse_account(str(path))

    assert (account.email, account.project, account.token_uri) == (vertex.EMAIL, vertex.PROJECT, URI)
    assert "RSAPrivateKey" not in repr(account)


def test_a_token_is_asked_for_as_googles_page_says(sign: Sign, app: vertex.VertexApp, now: Now) -> None:
    assert sign().reveal() == "ya29.c.token-number-1"
    assert app.assertions == [
        {
            "iss": vertex.EMAIL,
            "scope": vertex.SCOPE,
            "aud": app.token_uri,
            "iat": int(now.s),
            "exp": int(now.s) + 3600,
        }
    ]


def test_a_token_is_kept_until_shortly_before_its_end(sign: Sign, app: vertex.VertexApp, now: Now) -> None:
    token = sign()
    first = token.reveal()

    now.s += app.lasts_s - 301
    assert token.reveal() == first
    now.s += 1
    assert token.reveal() != first
    assert len(app.tokens) == 2


def test_a_token_that_was_refused_is_signed_for_with_the_key_as_it_is_then(
    sign: Sign, app: vertex.VertexApp
) -> None:
    keys = iter([vertex.key_file(app.token_uri, number=1), vertex.key_file(app.token_uri)])
    token = sign(lambda: next(keys))

    with pytest.raises(ProviderRejectedError, match=r"refuses our key .400.: invalid_grant: Invalid JWT"):
        token.reveal()
    assert token.reveal() == "ya29.c.token-number-1"  # the key was rotated meanwhile


def test_neither_token_nor_key_is_shown(sign: Sign, app: vertex.VertexApp) -> None:
    token = sign()
    secret, key = token.reveal(), vertex.key_file(app.token_uri)

    assert token.redact(f"{secret}, {key}") == "***, ***"
    assert secret not in f"{token!r} {token.key!r}"


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(500), ProviderUnavailableError),
        (Reply(503), ProviderUnavailableError),
        (Reply(429, headers={"Retry-After": "9"}), ProviderThrottledError),
        (Reply(200, b"<html>"), ProviderUnavailableError),
        (Reply.of_json({"access_token": "t"}), ProviderUnavailableError),
        (Reply.of_json({"access_token": "t", "expires_in": "soon"}), ProviderUnavailableError),
        (Reply(400, b"Bad Request"), ProviderRejectedError),
    ],
    ids=lambda value: value.body.decode()[:20] if isinstance(value, Reply) else value.__name__,
)
def test_a_token_server_that_fails_has_started_nothing(
    reply: Reply, error: type[Exception], sign: Sign, server: ProviderServer
) -> None:
    server.fail("POST", "/token", How.ANSWER, times=2, reply=reply)

    with pytest.raises(error):
        sign().reveal()


def test_the_project_is_the_accounts(sign: Sign, app: vertex.VertexApp) -> None:
    assert sign().project == vertex.PROJECT
    assert (
        sign(lambda: json.dumps({**json.loads(vertex.key_file(app.token_uri)), "project_id": ""})).project
        == ""
    )
    assert app.tokens == []
