"""Verify AWS Signature Version 4, in a header or in a presigned URL, from the request as it arrived.

References:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
    https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import quote, unquote_plus

ALGORITHM = "AWS4-HMAC-SHA256"
CLOCK_SKEW = timedelta(minutes=15)
"""How far the time of a header signature may be from ours."""

LONGEST_PRESIGNED_S = 7 * 24 * 3600
"""The longest that AWS lets a presigned URL live."""

UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
OPEN_PAYLOADS = (UNSIGNED_PAYLOAD, "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
"""What S3 lets a client write in place of the payload's hash."""

_TERMINATOR = "aws4_request"
_TIME = "%Y%m%dT%H%M%SZ"
_SCOPE_PARTS = 5
_QUERY_PREFIX = "X-Amz-"


class SignatureError(Exception):
    """The request is not signed, or not by a key that is known.

    Attributes:
        code: AWS's name of the fault.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Request:
    """A request as it arrived.

    Attributes:
        method: HTTP method.
        raw_path: The path, percent-encoded as it was sent.
        query: The query string as it was sent.
        headers: Pairs of lower-case names and values, in order.
    """

    method: str
    raw_path: str
    query: str
    headers: Sequence[tuple[str, str]]

    def header(self, name: str) -> str:
        """Return a header's value; more than one are joined by commas, as they are signed."""
        return ",".join(" ".join(value.split()) for given, value in self.headers if given == name)

    def parameters(self) -> list[tuple[str, str]]:
        """Return the decoded query parameters, in order."""
        pairs = (part.partition("=") for part in self.query.split("&") if part)
        return [(unquote_plus(name), unquote_plus(value)) for name, _, value in pairs]


@dataclass(frozen=True)
class Signature:
    """The parts of a signature.

    Attributes:
        access_key_id: Whose key.
        day: Of the credential's scope, as is ``region`` and ``service``.
        region: See ``day``.
        service: See ``day``.
        signed_headers: Names of the headers that are signed.
        value: The signature itself, in hexadecimal.
        time: When it was made, as it was written.
        token: Of a temporary key; else empty.
        payload: The payload's hash, what stands in its place, or nothing if the request does not say it.
        not_before: The time from which it is good.
        not_after: The time until which it is good.
    """

    access_key_id: str
    day: str
    region: str
    service: str
    signed_headers: tuple[str, ...]
    value: str
    time: str
    token: str
    payload: str
    not_before: datetime
    not_after: datetime


SecretOf = Callable[[str, str], str | None]
"""Returns the secret of an access key, given the session token that came with it, if both are known."""


def read_signature(request: Request) -> Signature:
    """Read the signature that a request carries.

    Raises:
        SignatureError: If there is none, more than one, or a part of it is missing or malformed.
    """
    parameters = dict(request.parameters())
    presigned = any(name in parameters for name in ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature"))
    authorization = request.header("authorization")
    if authorization and presigned:
        raise SignatureError("InvalidRequest", "Only one signature is allowed: a header or a presigned URL.")
    if authorization:
        return _from_header(request, authorization)
    if presigned:
        return _from_query(request, parameters)
    raise SignatureError("MissingAuthenticationToken", "The request is not signed.")


def _from_header(request: Request, authorization: str) -> Signature:
    algorithm, _, rest = authorization.partition(" ")
    fields = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    time = request.header("x-amz-date")
    signed_at = _checked_time(algorithm, time)
    return _assembled(
        credential=fields.get("Credential", ""),
        signed_headers=fields.get("SignedHeaders", ""),
        value=fields.get("Signature", ""),
        time=time,
        token=request.header("x-amz-security-token"),
        payload=request.header("x-amz-content-sha256"),
        until=(signed_at - CLOCK_SKEW, signed_at + CLOCK_SKEW),
    )


def _from_query(request: Request, parameters: Mapping[str, str]) -> Signature:
    given = [name for name, _ in request.parameters() if name.startswith(_QUERY_PREFIX)]
    if len(given) != len(set(given)):
        raise SignatureError("AuthorizationQueryParametersError", "A parameter of the signature is repeated.")
    time = parameters.get("X-Amz-Date", "")
    signed_at = _checked_time(parameters.get("X-Amz-Algorithm", ""), time)
    lifetime = parameters.get("X-Amz-Expires", "")
    if not (lifetime.isascii() and lifetime.isdigit() and int(lifetime) <= LONGEST_PRESIGNED_S):
        raise SignatureError("AuthorizationQueryParametersError", "X-Amz-Expires is not a number of seconds.")
    return _assembled(
        credential=parameters.get("X-Amz-Credential", ""),
        signed_headers=parameters.get("X-Amz-SignedHeaders", ""),
        value=parameters.get("X-Amz-Signature", ""),
        time=time,
        token=parameters.get("X-Amz-Security-Token", ""),
        payload=UNSIGNED_PAYLOAD,
        until=(signed_at - CLOCK_SKEW, signed_at + timedelta(seconds=int(lifetime))),
    )


def _checked_time(algorithm: str, time: str) -> datetime:
    if algorithm != ALGORITHM:
        raise SignatureError("IncompleteSignature", f"Only {ALGORITHM} is accepted.")
    try:
        return datetime.strptime(time, _TIME).replace(tzinfo=UTC)
    except ValueError:
        raise SignatureError("IncompleteSignature", "The time of the signature cannot be read.") from None


def _assembled(
    *,
    credential: str,
    signed_headers: str,
    value: str,
    time: str,
    token: str,
    payload: str,
    until: tuple[datetime, datetime],
) -> Signature:
    scope = credential.split("/")
    if len(scope) != _SCOPE_PARTS or not all(scope) or not signed_headers or not value:
        raise SignatureError("IncompleteSignature", "A part of the signature is missing.")
    key, day, region, service, terminator = scope
    if terminator != _TERMINATOR or day != time[:8]:
        raise SignatureError("SignatureDoesNotMatch", "The scope of the credential is of another day.")
    names = tuple(signed_headers.split(";"))
    return Signature(key, day, region, service, names, value, time, token, payload, until[0], until[1])


def verify(
    request: Request, signature: Signature, *, secret_of: SecretOf, now: datetime, body: bytes = b""
) -> None:
    """Verify a signature and the payload it was made for.

    Args:
        request: The request it came with.
        signature: What :func:`read_signature` read from it.
        secret_of: Knows the keys.
        now: The time.
        body: The whole payload.

    Raises:
        SignatureError: If it is not good.
    """
    secret = known_secret(request, signature, secret_of=secret_of, now=now)
    payload = signature.payload or hashlib.sha256(body).hexdigest()
    expected = hmac.new(
        _signing_key(secret, signature.day, signature.region, signature.service),
        _string_to_sign(request, signature, payload).encode(),
        hashlib.sha256,
    ).hexdigest()
    if not hmac.compare_digest(expected.encode(), signature.value.encode("utf-8", "replace")):
        raise SignatureError("SignatureDoesNotMatch", "The signature does not match the request.")
    if payload not in OPEN_PAYLOADS and payload != hashlib.sha256(body).hexdigest():
        raise SignatureError("XAmzContentSHA256Mismatch", "The payload is not the one that was signed.")


def known_secret(request: Request, signature: Signature, *, secret_of: SecretOf, now: datetime) -> str:
    """Return the secret that a request must be signed with; all that is checked before its payload is read.

    Raises:
        SignatureError: If the time, the signed headers or the key are not good.
    """
    if not signature.not_before <= now <= signature.not_after:
        raise SignatureError("RequestTimeTooSkewed", "The signature has expired, or is not valid yet.")
    own = {name for name, _ in request.headers if name.startswith("x-amz-")}
    if missing := ({"host"} | own) - set(signature.signed_headers):
        raise SignatureError("AccessDenied", f"These headers are not signed: {', '.join(sorted(missing))}.")
    if signature.payload in OPEN_PAYLOADS and signature.service != "s3":
        raise SignatureError("SignatureDoesNotMatch", "Only S3 accepts a payload that is not signed.")
    secret = secret_of(signature.access_key_id, signature.token)
    if not secret:
        raise SignatureError("InvalidClientTokenId", "The key of the signature is not known.")
    return secret


def _string_to_sign(request: Request, signature: Signature, payload: str) -> str:
    scope = f"{signature.day}/{signature.region}/{signature.service}/{_TERMINATOR}"
    canonical = hashlib.sha256(canonical_request(request, signature, payload).encode()).hexdigest()
    return f"{ALGORITHM}\n{signature.time}\n{scope}\n{canonical}"


def canonical_request(request: Request, signature: Signature, payload: str) -> str:
    """Return the text whose hash was signed."""
    headers = "".join(f"{name}:{request.header(name)}\n" for name in signature.signed_headers)
    return "\n".join(
        (
            request.method,
            _canonical_path(request.raw_path, signature.service),
            _canonical_query(request),
            headers,
            ";".join(signature.signed_headers),
            payload,
        )
    )


def _canonical_path(raw_path: str, service: str) -> str:
    if service == "s3":  # keys keep their dots and double slashes, and are encoded once
        return raw_path
    parts: list[str] = []
    for part in raw_path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    trailing = "/" if parts and raw_path.endswith("/") else ""
    return _encoded("/" + "/".join(parts) + trailing, safe="/")


def _canonical_query(request: Request) -> str:
    pairs = sorted(
        (_encoded(name), _encoded(value)) for name, value in request.parameters() if name != "X-Amz-Signature"
    )
    return "&".join(f"{name}={value}" for name, value in pairs)


def _encoded(text: str, *, safe: str = "") -> str:
    return quote(text, safe=safe + "-_.~")


@lru_cache(maxsize=256)
def _signing_key(secret: str, day: str, region: str, service: str) -> bytes:
    key = ("AWS4" + secret).encode()
    for part in (day, region, service, _TERMINATOR):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key
