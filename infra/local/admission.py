"""One check in front of the emulator: what is signed by a known key, what is public, and nothing else."""

import contextvars
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from infra.local.asgi import Message, Receive, Scope
from infra.local.signatures import Request, SecretOf, SignatureError, known_secret, read_signature, verify

IS_PUBLIC: contextvars.ContextVar[bool] = contextvars.ContextVar("retake_is_public", default=False)
"""Whether the request that is being answered was let in without a signature."""

# The public keys of a user pool, which the API checks tokens by.
_PUBLIC_KEYS = re.compile(r"/[a-z]{2}-[a-z]+-\d_\w+/\.well-known/(jwks\.json|openid-configuration)", re.ASCII)
_COGNITO = "AWSCognitoIdentityProviderService."
_SIGN_IN_BYTES = 64_000
# A call of a service other than S3: functions take 6 MB, a template 1 MB.
_CALL_BYTES = 16_000_000

_PUBLIC_CALLS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "InitiateAuth": ("AuthFlow", ("USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN")),
    "RespondToAuthChallenge": ("ChallengeName", ("NEW_PASSWORD_REQUIRED", "SOFTWARE_TOKEN_MFA")),
    "RevokeToken": ("", ()),
}
"""What a browser asks Cognito without a key, and the field that says in which of the allowed ways."""

_CALLS_BY_TOKEN = frozenset(
    {
        "AssociateSoftwareToken",
        "ChangePassword",
        "GetUser",
        "SetUserMFAPreference",
        "VerifySoftwareToken",
    }
)
"""What the studio's account page asks Cognito, which checks the access token in each: it says for whom."""


class RefusedError(Exception):
    """The request is refused.

    Attributes:
        status: HTTP status.
        code: AWS's name of the fault.
        service: The service that the request was meant for, as far as it says so.
    """

    def __init__(self, status: int, code: str, message: str, service: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.service = service


@dataclass(frozen=True)
class Admission:
    """Decides which requests reach the emulator.

    Args:
        secret_of: Knows the keys: the root key and those of the functions' roles.
        is_bucket: Says whether there is a bucket of a name.
        now: Returns the time.
    """

    secret_of: SecretOf
    is_bucket: Callable[[str], bool]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def admit(self, scope: Scope, receive: Receive) -> Receive:
        """Admit a request, or raise ``RefusedError``.

        Args:
            scope: Of the request.
            receive: Gives its body.

        Returns:
            What gives the emulator the same body.

        Raises:
            RefusedError: If it is not let in; its body may have been read then.
        """
        request = request_of(scope)
        IS_PUBLIC.set(False)
        if _is_cognito(scope, request):
            body = await read_body(receive, _SIGN_IN_BYTES)
            if is_public_call(request.header("x-amz-target"), body):
                IS_PUBLIC.set(True)
                return replayed(body)
            return await self._signed(request, replayed(body))
        if request.method == "GET" and not request.query and _PUBLIC_KEYS.fullmatch(request.raw_path):
            IS_PUBLIC.set(True)
            return receive
        if self.is_form(scope, request):
            # Whose policy it carries, and whether that is signed, stands in the form: `forms` reads it.
            IS_PUBLIC.set(True)
            return receive
        return await self._signed(request, receive)

    def is_form(self, scope: Scope, request: Request) -> bool:
        """Return whether a request is a browser's form that uploads one file to a bucket."""
        is_form = request.header("content-type").lower().startswith("multipart/form-data")
        signed = request.header("authorization") or request.query
        bucket = str(scope["path"]).strip("/")
        return scope["method"] == "POST" and is_form and not signed and self.is_bucket(bucket)

    async def _signed(self, request: Request, receive: Receive) -> Receive:
        service = ""
        try:
            signature = read_signature(request)
            service = signature.service
            known_secret(request, signature, secret_of=self.secret_of, now=self.now())
            limit = None if service == "s3" else _CALL_BYTES
            body = await read_body(receive, limit)
            verify(request, signature, secret_of=self.secret_of, now=self.now(), body=body)
        except SignatureError as error:
            raise RefusedError(403, error.code, str(error), service) from error
        return replayed(body)


def request_of(scope: Scope) -> Request:
    """Return a request as it arrived."""
    return Request(
        method=scope["method"],
        raw_path=(scope.get("raw_path") or scope["path"].encode()).decode("latin-1"),
        query=scope.get("query_string", b"").decode("latin-1"),
        headers=[(name.decode("latin-1").lower(), _text(value)) for name, value in scope["headers"]],
    )


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _is_cognito(scope: Scope, request: Request) -> bool:
    return (
        (scope["method"], scope["path"]) == ("POST", "/")
        and not request.query
        and not request.header("authorization")
        and request.header("x-amz-target").startswith(_COGNITO)
    )


def is_public_call(target: str, body: bytes) -> bool:
    """Return whether a call of Cognito is one that a browser makes: to sign in or out, or by a user's token.

    Sign-up and forgotten passwords are not among them: people are made by the operator, and one machine
    sends no e-mails.
    """
    action = target.removeprefix(_COGNITO)
    allowed = ("AccessToken", ()) if action in _CALLS_BY_TOKEN else _PUBLIC_CALLS.get(action)
    try:
        content: Any = json.loads(body)
    except ValueError:
        return False
    if allowed is None or not isinstance(content, dict):
        return False
    field, values = allowed
    if field == "AccessToken":
        return _has_text(content, field)
    if field == "ChallengeName" and not _has_text(content, "Session"):
        return False
    return not field or content.get(field) in values


def _has_text(content: dict[str, Any], field: str) -> bool:
    return isinstance(content.get(field), str) and bool(content[field])


async def read_body(receive: Receive, limit_bytes: int | None) -> bytes:
    """Read a request's body.

    Raises:
        RefusedError: If it is longer than the limit.
    """
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise RefusedError(400, "RequestTimeout", "The request ended early.")
        part: bytes = message.get("body", b"")
        size += len(part)
        if limit_bytes is not None and size > limit_bytes:
            raise RefusedError(413, "RequestEntityTooLarge", f"The body exceeds {limit_bytes} bytes.")
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


def replayed(body: bytes) -> Receive:
    """Return a ``receive`` that gives a body that was read, and then that the client is gone."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive
