"""No request passes the local cloud's check unsigned: every service, every user, every wrong signature."""

from __future__ import annotations

import base64
import contextlib
import hmac
import importlib.util
import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import boto3
import botocore.session
import httpx
import pytest
from botocore.exceptions import ClientError
from botocore.serialize import create_serializer
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from infra.local.cloud import LocalCloud
from infra.local.deployer import Deployment, LocalUser, deploy, sign_in
from tests.local_cloud import BUCKET, TABLE, free_port, write_assembly

REFUSED = 403
_FORGED = {
    "nothing": {},
    "a word": {"Authorization": "x"},
    "a token": {"Authorization": "Bearer x"},
    "a basic password": {"Authorization": "Basic eDp4"},
    "an empty key": {
        "Authorization": "AWS4-HMAC-SHA256 Credential=/20260101/us-east-1/{service}/aws4_request, "
        "SignedHeaders=host, Signature=00"
    },
    "a well-known key": {
        "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{service}/aws4_request, "
        "SignedHeaders=host, Signature=00",
        "X-Amz-Date": "20260101T000000Z",
    },
    "an account's number": {
        "Authorization": "AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/{service}/"
        "aws4_request, SignedHeaders=host, Signature=00",
        "X-Amz-Date": "20260101T000000Z",
    },
    "an older signature": {"Authorization": "AWS test:x"},
}


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LocalCloud, Deployment]]:
    root = tmp_path_factory.mktemp("access")
    with LocalCloud(port=free_port(), data=root / "data") as cloud:
        deployment = deploy(cloud, write_assembly(root / "cdk.out"))
        cloud.clients.client("dynamodb").put_item(
            TableName=TABLE, Item={"PK": {"S": "secret"}, "SK": {"S": "-"}}
        )
        cloud.clients.client("s3").put_object(Bucket=BUCKET, Key="secret", Body=b"secret")
        yield cloud, deployment


@pytest.fixture(scope="module")
def cloud(deployed: tuple[LocalCloud, Deployment]) -> LocalCloud:
    return deployed[0]


def _services() -> set[str]:
    """Return the services that the emulator has, by boto3's names, as far as the names agree."""
    spec = importlib.util.find_spec("ministack.services")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    emulated = {
        path.stem.replace("_", "-")
        for root in spec.submodule_search_locations
        for path in Path(root).iterdir()
    }
    known = set(boto3.Session().get_available_services())
    return (emulated & known) | {"cognito-idp", "events", "lambda", "logs", "scheduler", "stepfunctions"}


@pytest.fixture(scope="module")
def requests() -> dict[str, httpx.Request]:
    """The first operation of each service that needs nothing, as boto3 writes it, unsigned."""
    core = botocore.session.get_session()
    return {service: request for service in _services() if (request := _request(core, service))}


def _request(core: botocore.session.Session, service: str) -> httpx.Request | None:
    model = core.get_service_model(service)
    for name in model.operation_names:
        operation = model.operation_model(name)
        if operation.input_shape is None or not operation.input_shape.required_members:
            written: dict[str, Any] = create_serializer(model.metadata["protocol"]).serialize_to_request(
                {}, operation
            )
            body = written["body"]
            content = body if isinstance(body, bytes) else urlencode(body).encode()
            return httpx.Request(
                written["method"],
                "http://x" + written["url_path"],
                headers=written["headers"],
                content=content,
            )
    return None


@pytest.mark.parametrize("forged", _FORGED)
def test_no_service_answers_what_is_not_signed(
    cloud: LocalCloud, requests: dict[str, httpx.Request], forged: str
) -> None:
    answered = []
    # A connection of its own for each: the server may close one that waits, just when it is used again.
    with httpx.Client(limits=httpx.Limits(max_keepalive_connections=0)) as http:
        for service, request in requests.items():
            headers = {name: value.format(service=service) for name, value in _FORGED[forged].items()}
            answer = http.request(
                request.method,
                cloud.endpoint + request.url.raw_path.decode(),
                headers={**request.headers, **headers, "host": f"127.0.0.1:{cloud.port}"},
                content=request.content,
            )
            assert "secret" not in answer.text
            if answer.status_code not in (REFUSED, 404):
                answered.append((service, answer.status_code))
    assert not answered
    assert len(requests) > 60


@pytest.mark.parametrize(
    ("target", "body"),
    [
        ("DynamoDB_20120810.Scan", {"TableName": TABLE}),
        ("AWSCognitoIdentityProviderService.ListUserPools", {"MaxResults": 5}),
        ("AWSCognitoIdentityProviderService.SignUp", {"Username": "a", "Password": "Aa1!aaaaaaaa"}),
        ("AWSCognitoIdentityProviderService.ForgotPassword", {"Username": "you@retake.local"}),
        ("AmazonSQS.ListQueues", {}),
        ("AWSStepFunctions.ListStateMachines", {}),
        ("AWSEvents.ListRules", {}),
        ("secretsmanager.ListSecrets", {}),
    ],
)
@pytest.mark.parametrize("path", ["/", "/?x=1", f"/{BUCKET}", "/api/../", "//"])
def test_no_call_by_name_is_answered(cloud: LocalCloud, target: str, body: dict[str, Any], path: str) -> None:
    for forged in _FORGED.values():
        headers = {name: value.format(service="dynamodb") for name, value in forged.items()}
        answer = httpx.post(
            cloud.endpoint + path,
            headers={"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.0", **headers},
            content=json.dumps(body),
        )
        assert answer.status_code in (REFUSED, 404, 405), answer.text
        assert "secret" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/?Action=ListQueues",
        "/?Action=GetCallerIdentity&Version=2011-06-15",
        "/?x-amz-signature=1",
        "/logout?client_id=x&logout_uri=https://evil.example",
        "/oauth2/authorize?client_id=x",
        "/login",
        "/health",
        "/_ministack/health",
        "/_aws/execute-api/x/$default/api/v1/whoami",
        f"/{BUCKET}/secret?AWSAccessKeyId=test&Signature=x&Expires=9999999999",
        f"/{BUCKET}/secret?X-Amz-Algorithm=AWS4-HMAC-SHA256",
        f"/{BUCKET}?list-type=2",
        "/2015-03-31/functions/",
    ],
)
def test_no_address_is_answered(cloud: LocalCloud, path: str) -> None:
    for method in ("GET", "POST", "PUT", "DELETE", "HEAD"):
        answer = httpx.request(method, cloud.endpoint + path)
        assert answer.status_code in (REFUSED, 404), (method, answer.status_code, answer.text)
        assert "location" not in answer.headers


def test_an_unsigned_form_stores_nothing(cloud: LocalCloud) -> None:
    answer = httpx.post(
        f"{cloud.endpoint}/{BUCKET}", data={"key": "uploads/forged"}, files={"file": ("a", b"forged")}
    )
    assert answer.status_code in (400, REFUSED)
    found = cloud.clients.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]
    assert [entry["Key"] for entry in found if "forged" in entry["Key"]] == []


def test_a_web_socket_is_refused(cloud: LocalCloud) -> None:
    handshake = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "x3JJHMbDL1EzLkh9GBhXDw==",
        "Sec-WebSocket-Protocol": "mqtt",
    }
    for host in (f"127.0.0.1:{cloud.port}", "data-ats.iot.us-east-1.amazonaws.com"):
        answer = httpx.get(cloud.endpoint + "/mqtt", headers={**handshake, "Host": host})
        assert answer.status_code == REFUSED


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _token(head: object, claims: object, sign: Callable[[bytes], bytes]) -> str:
    text = f"{_encoded(json.dumps(head).encode())}.{_encoded(json.dumps(claims).encode())}"
    return f"{text}.{_encoded(sign(text.encode()))}"


def _decoded(part: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=="))
    return content


@pytest.fixture(scope="module")
def forgeries(deployed: tuple[LocalCloud, Deployment]) -> dict[str, str]:
    """Tokens that are not the API's, each but for one thing like one that is."""
    cloud, deployment = deployed
    assert deployment.user is not None
    valid = sign_in(cloud, deployment.user)
    head, claims = map(_decoded, valid.split(".")[:2])
    pool = cloud.outputs["UserPoolId"]
    keys = cloud.directory.state / "cognito-pool-keys"
    loaded = serialization.load_pem_private_key((keys / f"{pool}-id.pem").read_bytes(), None)
    assert isinstance(loaded, rsa.RSAPrivateKey)
    own = loaded
    public = own.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def by(key: rsa.RSAPrivateKey) -> Callable[[bytes], bytes]:
        return lambda text: key.sign(text, padding.PKCS1v15(), hashes.SHA256())

    def with_claims(**changes: object) -> str:
        return _token(head, {**claims, **changes}, by(own))

    answer = httpx.get(
        cloud.endpoint + "/api/v1/whoami", headers={"Authorization": f"Bearer {with_claims()}"}
    )
    assert answer.status_code == 200, "a token that is made like the others, and of which nothing is wrong"
    refresh = cloud.clients.client("cognito-idp").initiate_auth(
        ClientId=cloud.outputs["UserPoolClientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": deployment.user.email, "PASSWORD": deployment.user.password},
    )["AuthenticationResult"]["RefreshToken"]
    hour = 3600
    return {
        "no signature": valid.rsplit(".", 1)[0] + ".",
        "two parts": valid.rsplit(".", 1)[0],
        "no algorithm": _token({**head, "alg": "none"}, claims, lambda _text: b""),
        "none with a signature": _token({**head, "alg": "none"}, claims, by(own)),
        "signed with the public key": _token(
            {**head, "alg": "HS256"}, claims, lambda text: hmac.new(public, text, "sha256").digest()
        ),
        "signed with nothing": _token(
            {**head, "alg": "HS256"}, claims, lambda text: hmac.new(b"", text, "sha256").digest()
        ),
        "another's key": _token(head, claims, by(stranger)),
        "an unknown key": _token({**head, "kid": "other"}, claims, by(own)),
        "no key named": _token({name: head[name] for name in head if name != "kid"}, claims, by(stranger)),
        "a key of its own": _token(
            {**head, "jwk": {"kty": "RSA", "n": "AQAB", "e": "AQAB"}, "kid": "x"}, claims, by(stranger)
        ),
        "other claims": ".".join(
            [valid.split(".")[0], _encoded(json.dumps({**claims, "sub": "x"}).encode()), valid.split(".")[2]]
        ),
        "expired": with_claims(exp=int(time.time()) - hour),
        "without an end": _token(head, {name: claims[name] for name in claims if name != "exp"}, by(own)),
        "not yet good": with_claims(nbf=int(time.time()) + hour),
        "another issuer": with_claims(iss=f"https://cognito-idp.us-east-1.amazonaws.com/{pool}x"),
        "an issuer elsewhere": with_claims(iss="https://evil.example"),
        "another audience": with_claims(aud="another"),
        "a refresh token": refresh,
        "of another use": _token(head, {**claims, "token_use": "refresh"}, by(own)),
        "of no use": _token(head, {name: claims[name] for name in claims if name != "token_use"}, by(own)),
        "no audience": with_claims(aud=""),
        "the issuer as a list": with_claims(iss=[claims["iss"]]),
        "nothing": "",
        "a word": "nonsense",
        "empty parts": "..",
        "a list as its head": _token(["RS256"], claims, by(own)),
        "a list as its claims": _token(head, ["admin"], by(own)),
        "a number as its head": _token(1, claims, by(own)),
    }


_FORGERIES = [
    "no signature",
    "two parts",
    "no algorithm",
    "none with a signature",
    "signed with the public key",
    "signed with nothing",
    "another's key",
    "an unknown key",
    "no key named",
    "a key of its own",
    "other claims",
    "expired",
    "without an end",
    "not yet good",
    "another issuer",
    "an issuer elsewhere",
    "another audience",
    "a refresh token",
    "of another use",
    "of no use",
    "no audience",
    "the issuer as a list",
    "nothing",
    "a word",
    "empty parts",
    "a list as its head",
    "a list as its claims",
    "a number as its head",
]


@pytest.mark.parametrize("forgery", _FORGERIES)
def test_no_forged_token_is_accepted(cloud: LocalCloud, forgeries: dict[str, str], forgery: str) -> None:
    assert set(_FORGERIES) == set(forgeries)
    for written in ("Bearer {}", "bearer {}", "{}"):
        header = {"Authorization": written.format(forgeries[forgery]).strip()}
        answer = httpx.get(cloud.endpoint + "/api/v1/whoami", headers=header)
        assert answer.status_code in (401, REFUSED), (written, answer.text)


def test_only_programs_of_the_same_user_learn_the_local_sign_in(
    deployed: tuple[LocalCloud, Deployment],
) -> None:
    cloud, deployment = deployed
    assert deployment.user is not None
    assert httpx.get(cloud.endpoint + "/config.json").json()["localUser"] == deployment.user.email
    if os.geteuid() != 0:
        pytest.skip("only root can be another user")
    ask = (
        "import encodings.idna, http.client, os, sys, urllib.request, urllib.error\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "url = sys.argv[1]\n"
        "print(urllib.request.urlopen(url + '/config.json').read().decode())\n"
        "request = urllib.request.Request(url + '/local-sign-in', method='POST', headers={'Origin': url})\n"
        "try:\n    print(urllib.request.urlopen(request).read().decode())\n"
        "except urllib.error.HTTPError as error:\n    print(error.code)\n"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", ask, cloud.endpoint], capture_output=True, text=True, check=True, timeout=60
    )
    configuration, status = done.stdout.strip().rsplit("\n", 1)
    assert "localUser" not in json.loads(configuration)
    assert status == "404"
    assert deployment.user.password not in done.stdout


def test_only_the_owner_can_read_what_is_kept(cloud: LocalCloud) -> None:
    root = cloud.directory.root
    assert root.stat().st_mode & 0o077 == 0
    open_to_others = [
        str(path.relative_to(root))
        for path, mode in _modes_below(root)
        if mode & 0o077 and not stat.S_ISLNK(mode)
    ]
    assert not open_to_others


def _modes_below(root: Path) -> Iterator[tuple[Path, int]]:
    """Give what is below a folder and its mode; not what a function that ended meanwhile has removed."""
    for path in root.rglob("*"):
        if ".build" not in path.parts and not path.is_socket():
            with contextlib.suppress(FileNotFoundError):
                yield path, path.lstat().st_mode


def test_no_secret_stands_in_a_log(
    deployed: tuple[LocalCloud, Deployment], forgeries: dict[str, str]
) -> None:
    """After all of the above, and after what else carries a secret: neither side's log repeats it."""
    cloud, deployment = deployed
    assert deployment.user is not None
    credentials = cloud.directory.credentials()
    token = sign_in(cloud, deployment.user)
    wrong = "Wrong-pass1!word"
    for password in (wrong, deployment.user.password):
        with contextlib.suppress(ClientError):
            sign_in(cloud, LocalUser(deployment.user.email, password))
    url = cloud.clients.client("s3").generate_presigned_url(
        "get_object", Params={"Bucket": BUCKET, "Key": "secret"}
    )
    assert httpx.get(url).text == "secret"
    assert httpx.get(url + "0").status_code == REFUSED
    failed = httpx.get(cloud.endpoint + "/api/v1/whoami?fail=1", headers={"Authorization": f"Bearer {token}"})
    assert failed.status_code == 500
    logs = "".join(path.read_text() for path in cloud.directory.root.glob("*.log"))
    assert logs, "the failed function was logged"
    signature = url.partition("X-Amz-Signature=")[2].partition("&")[0]
    secrets = [credentials.secret_access_key, deployment.user.password, wrong, token, signature]
    secrets += [part for forged in forgeries.values() for part in forged.split(".") if len(part) > 40]
    assert not [secret for secret in secrets if secret in logs]
