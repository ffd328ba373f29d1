"""Signatures that botocore makes are accepted; anything changed, left out or too old is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from infra.local.signatures import Request, SignatureError, read_signature, verify

KEY, SECRET, TOKEN = "AKIAKNOWN", "its secret", "its token"
URL = "http://127.0.0.1:8005"
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)


def secret_of(key: str, token: str) -> str | None:
    known = {(KEY, ""): SECRET, ("ASIAROLE", TOKEN): "the role's"}
    return known.get((key, token))


def signed(
    service: str = "dynamodb",
    *,
    method: str = "POST",
    path: str = "/",
    params: dict[str, str] | None = None,
    body: bytes = b"{}",
    headers: dict[str, str] | None = None,
    credentials: Credentials | None = None,
) -> Request:
    """Sign a request as boto3 does, and return it as it arrives."""
    # S3's signer always signs the body where the connection is not encrypted.
    signer = S3SigV4Auth if service == "s3" and "X-Amz-Content-SHA256" not in (headers or {}) else SigV4Auth
    given_headers = {"Host": "127.0.0.1:8005", **(headers or {})}
    request = AWSRequest(method, URL + path, given_headers, body, params)
    signer(credentials or Credentials(KEY, SECRET), service, "us-east-1").add_auth(request)
    return arrived(request)


def presigned(
    path: str = "/bucket/key", *, expires_s: int = 60, credentials: Credentials | None = None
) -> Request:
    request = AWSRequest("GET", URL + path, {"Host": "127.0.0.1:8005"})
    S3SigV4QueryAuth(credentials or Credentials(KEY, SECRET), "s3", "us-east-1", expires=expires_s).add_auth(
        request
    )
    return arrived(request)


def arrived(request: AWSRequest) -> Request:
    prepared = request.prepare()
    parts = urlsplit(prepared.url)
    pairs = [
        (name.lower(), value if isinstance(value, str) else value.decode())
        for name, value in prepared.headers.items()
    ]
    return Request(prepared.method, parts.path or "/", parts.query, pairs)


def check(request: Request, body: bytes = b"{}", *, at: datetime | None = None) -> None:
    verify(request, read_signature(request), secret_of=secret_of, now=at or datetime.now(UTC), body=body)


def refusal(request: Request, body: bytes = b"{}", *, at: datetime | None = None) -> str:
    with pytest.raises(SignatureError) as refused:
        check(request, body, at=at)
    return refused.value.code


@given(
    st.sampled_from(["dynamodb", "lambda", "s3", "sqs"]),
    st.lists(TEXT.filter(lambda part: part not in ("", ".", "..")), max_size=3),
    st.dictionaries(TEXT.filter(bool), TEXT, max_size=3),
    st.binary(max_size=40),
)
def test_what_botocore_signs_is_accepted(
    service: str, parts: list[str], params: dict[str, str], body: bytes
) -> None:
    path = "/" + "/".join(quote(part, safe="-_.~") for part in parts)
    params = {name: value for name, value in params.items() if not name.startswith("X-Amz-")}
    request = signed(
        service, path=path, params=params, body=body, headers={"X-Amz-Target": "A.B", "X-Spaced": " a   b "}
    )
    check(request, body)


@given(st.lists(TEXT.filter(lambda part: part not in ("", ".", "..")), min_size=1, max_size=3))
def test_what_botocore_presigns_is_accepted(parts: list[str]) -> None:
    check(presigned("/" + "/".join(quote(part, safe="-_.~") for part in parts)), b"")


def test_a_temporary_key_is_good_with_its_token_only() -> None:
    check(signed(credentials=Credentials("ASIAROLE", "the role's", TOKEN)))
    check(presigned(credentials=Credentials("ASIAROLE", "the role's", TOKEN)), b"")
    for token in ("", "another"):
        wrong = Credentials("ASIAROLE", "the role's", token or None)
        assert refusal(signed(credentials=wrong)) == "InvalidClientTokenId"
        assert refusal(presigned(credentials=wrong), b"") == "InvalidClientTokenId"


@pytest.mark.parametrize("key", ["", "test", "000000000000", "AKIAUNKNOWN"])
def test_an_unknown_key_is_refused(key: str) -> None:
    made = Credentials(key or "x", SECRET)
    request = signed(credentials=made)
    if not key:
        request = with_header(
            request, "authorization", request.header("authorization").replace("Credential=x/", "Credential=/")
        )
    assert refusal(request) in ("InvalidClientTokenId", "IncompleteSignature")


def with_header(request: Request, name: str, value: str) -> Request:
    return replace(request, headers=[*((n, v) for n, v in request.headers if n != name), (name, value)])


CHANGES: dict[str, Any] = {
    "another method": lambda request: replace(request, method="PUT"),
    "another path": lambda request: replace(request, raw_path="/other"),
    "another query": lambda request: replace(request, query="a=1"),
    "another signed header": lambda request: with_header(
        request, "x-amz-target", "DynamoDB_20120810.DeleteTable"
    ),
    "one of AWS's headers that is not signed": lambda request: with_header(
        request, "x-amz-acl", "public-read"
    ),
    "another host": lambda request: with_header(request, "host", "elsewhere:80"),
    "a host that is not signed": lambda request: with_header(
        request, "authorization", request.header("authorization").replace("host;", "")
    ),
    "another signature": lambda request: with_header(
        request, "authorization", request.header("authorization")[:-4] + "beef"
    ),
    "another region": lambda request: with_header(
        request, "authorization", request.header("authorization").replace("us-east-1", "eu-west-1")
    ),
    "another day": lambda request: with_header(request, "x-amz-date", "20200101T000000Z"),
    "no time": lambda request: with_header(request, "x-amz-date", ""),
    "no signature": lambda request: with_header(request, "authorization", ""),
    "a token": lambda request: with_header(request, "authorization", "Bearer x"),
    "a word": lambda request: with_header(request, "authorization", "x"),
    "an older algorithm": lambda request: with_header(request, "authorization", "AWS AKIAKNOWN:x"),
    "another algorithm": lambda request: with_header(
        request,
        "authorization",
        request.header("authorization").replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"),
    ),
    "both kinds of signature": lambda request: replace(request, query="X-Amz-Signature=a"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_request_is_refused(change: str) -> None:
    request = signed(headers={"X-Amz-Target": "DynamoDB_20120810.Scan"})
    check(request)
    assert refusal(CHANGES[change](request))


@pytest.mark.parametrize("service", ["dynamodb", "s3"])
def test_another_body_is_refused(service: str) -> None:
    request = signed(service, body=b"{}")
    check(request, b"{}")
    assert refusal(request, b"{ }") in ("SignatureDoesNotMatch", "XAmzContentSHA256Mismatch")


def test_a_body_may_be_left_unsigned_for_s3_only() -> None:
    unsigned = {"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"}
    check(signed("s3", headers=unsigned), b"anything")
    assert refusal(signed("dynamodb", headers=unsigned)) == "SignatureDoesNotMatch"


def test_a_signature_is_good_for_a_quarter_of_an_hour() -> None:
    request, now = signed(), datetime.now(UTC)
    for minutes in (-14, 14):
        check(request, at=now + timedelta(minutes=minutes))
    for minutes in (-16, 16):
        assert refusal(request, at=now + timedelta(minutes=minutes)) == "RequestTimeTooSkewed"


def test_a_presigned_url_ends_when_it_says() -> None:
    request, now = presigned(expires_s=60), datetime.now(UTC)
    check(request, b"", at=now + timedelta(seconds=58))
    assert refusal(request, b"", at=now + timedelta(seconds=62)) == "RequestTimeTooSkewed"


@pytest.mark.parametrize(
    "change",
    [
        ("X-Amz-Expires=60", "X-Amz-Expires=600"),
        ("X-Amz-Expires=60", "X-Amz-Expires=99999999"),
        ("X-Amz-Expires=60", "X-Amz-Expires=-1"),
        ("X-Amz-Expires=60", "X-Amz-Expires=%D9%A3"),
        ("X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders="),
        ("X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Algorithm=none"),
        ("X-Amz-Signature=", "X-Amz-Signature=0"),
        ("X-Amz-Signature=", "X-Amz-Expires=60&X-Amz-Signature="),
        ("X-Amz-Signature=", "versionId=1&X-Amz-Signature="),
    ],
)
def test_a_changed_presigned_url_is_refused(change: tuple[str, str]) -> None:
    request = presigned(expires_s=60)
    assert change[0] in request.query
    assert refusal(replace(request, query=request.query.replace(*change)), b"")


def test_a_presigned_url_takes_no_more_of_awss_headers() -> None:
    request = presigned()
    assert refusal(with_header(request, "x-amz-acl", "public-read"), b"") == "AccessDenied"
