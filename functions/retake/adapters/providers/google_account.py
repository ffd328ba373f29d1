"""A Google service account: what its key file says, and access tokens that its key is exchanged for.

References:
    developers.google.com/identity/protocols/oauth2/service-account, "HTTP/REST" (read at
    developers.google.cn/accounts/docs/OAuth2ServiceAccount, 29 November 2026): the JWT bearer grant, signed
    with RS256, its claims (``iss``, ``scope``, ``aud``, ``iat``, ``exp`` of an hour at most), the form of the
    request and of its answer. RFC 7523, sections 2.1 and 3. The fields of the key file: the public client
    github.com/googleapis/google-auth-library-python (``google/oauth2/service_account.py``).
"""

import base64
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlencode

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from retake.adapters.providers.http.client import Answer, Body, ProviderHttp
from retake.adapters.providers.http.keys import HIDDEN, ApiKey
from retake.adapters.providers.http.refusals import is_success, refuse_look
from retake.domain.errors import ProviderRejectedError, ProviderUnavailableError
from retake.domain.providers import PROVIDER_KINDS
from retake.domain.reasons import short_reason

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
ASSERTED_S = 3600
"""Seconds an assertion holds: the longest that Google takes."""

RENEW_BEFORE_S = 300
"""Seconds before its end at which a token is not used any more: the longest request and a clock's fault."""

_MAX_KEY_BYTES = 64 * 1024
_HOW = (
    "Create one in Google Cloud's console (IAM & Admin, Service Accounts, Keys, Add key, JSON); "
    "docs/providers.md has the steps."
)


@dataclass(frozen=True)
class ServiceAccount:
    """What a key file says.

    Attributes:
        email: Who signs in.
        key_id: Which of its keys.
        private_key: Signs.
        token_uri: Where an assertion is exchanged for a token.
        project: The project that the account is of.
    """

    email: str
    key_id: str
    private_key: RSAPrivateKey = field(repr=False)
    token_uri: str
    project: str

    def assertion(self, now: float) -> str:
        """Return a signed JWT that asks for a token of this account.

        Args:
            now: The real time, in seconds since 1970: Google compares it with its own.
        """
        issued = int(now)
        header = {"alg": "RS256", "typ": "JWT", "kid": self.key_id}
        claims = {
            "iss": self.email,
            "scope": SCOPE,
            "aud": self.token_uri,
            "iat": issued,
            "exp": issued + ASSERTED_S,
        }
        signed = b".".join(_encode(json.dumps(part).encode()) for part in (header, claims))
        return b".".join((signed, _encode(self.private_key.sign(signed, PKCS1v15(), SHA256())))).decode()


class AccessToken:
    """A service account's access token, exchanged when it is needed and kept until shortly before its end.

    Args:
        key: The account's key: the text of its JSON file, or the file's path on one machine.
        connect: Returns the client of a token server.
        now: The real time, in seconds; never a clock that can be moved.
    """

    def __init__(
        self, key: ApiKey, *, connect: Callable[[str], ProviderHttp], now: Callable[[], float] = time.time
    ) -> None:
        self.key = key
        self._connect = connect
        self._now = now
        self._value = ""
        self._ends_at = 0.0

    def __repr__(self) -> str:
        return f"AccessToken({HIDDEN})"

    @property
    def project(self) -> str:
        """Return the project of the account. Raises ``ProviderRejectedError`` if its key is of no use."""
        return parse_account(self.key.reveal()).project

    def reveal(self) -> str:
        """Return the token.

        Raises:
            ProviderRejectedError: If the key is of no use, or refused.
            ProviderUnavailableError, ProviderThrottledError: If there is no token just now.
        """
        if self._now() >= self._ends_at - RENEW_BEFORE_S:
            self._value, lasts_s = self._sign_in()
            self.key.hide(self._value)
            self._ends_at = self._now() + lasts_s
        return self._value

    def forget(self) -> None:
        """Sign in anew next time, with the key as it is then."""
        self._ends_at = 0.0
        self.key.forget()

    def redact(self, text: str) -> str:
        """Return a text without the token and the key."""
        return self.key.redact(text)

    def _sign_in(self) -> tuple[str, float]:
        account = parse_account(self.key.reveal())
        asked = {"grant_type": GRANT, "assertion": account.assertion(self._now())}
        body = Body(urlencode(asked).encode(), "application/x-www-form-urlencoded")
        answer = self._connect(account.token_uri).ask("", body)
        if not is_success(answer):
            self._refuse(answer)
        try:
            said = answer.json()
            return str(said["access_token"]), float(said["expires_in"])
        except (KeyError, TypeError, ValueError) as exc:
            raise ProviderUnavailableError("Google's answer to signing in cannot be read.") from exc

    def _refuse(self, answer: Answer) -> NoReturn:
        if answer.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            self.key.forget()
            raise ProviderRejectedError(f"The provider refuses our key ({answer.status}): {_reason(answer)}")
        refuse_look(answer)


def _reason(answer: Answer) -> str:
    """Return what OAuth 2.0 has for it: a code, and words (RFC 6749, section 5.2)."""
    try:
        said = answer.json()
    except ValueError:
        said = {}
    words = [str(said.get(name) or "") for name in ("error", "error_description")]
    return short_reason(": ".join(word for word in words if word)) or "without a reason."


def parse_account(text: str) -> ServiceAccount:
    """Read a service account's key.

    Args:
        text: The JSON, or the path of a file that holds it.

    Raises:
        ProviderRejectedError: If it is none, or of no use; the reason names the setting and the way out.
    """
    said = _parse_json(text)
    kind = said.get("type")
    if kind != "service_account":
        _refuse_key(f"is of the type {str(kind)[:40]!r}, and only a 'service_account' can sign in here")
    missing = [name for name in ("client_email", "private_key") if not isinstance(said.get(name), str)]
    if missing:
        _refuse_key(f"has no {' and no '.join(missing)}")
    return ServiceAccount(
        email=said["client_email"],
        key_id=str(said.get("private_key_id") or ""),
        private_key=_load_key(said["private_key"]),
        token_uri=str(said.get("token_uri") or TOKEN_URI),
        project=str(said.get("project_id") or ""),
    )


def _parse_json(text: str) -> dict[str, Any]:
    if not text:
        _refuse_key("is not set")
    if not text.lstrip().startswith("{"):
        text = _read_file(text)
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        _refuse_key("is no JSON object")
    return said


def _read_file(path: str) -> str:
    try:
        with Path(path).open(encoding="utf-8") as file:
            return file.read(_MAX_KEY_BYTES)
    except (OSError, ValueError) as exc:
        why = exc.strerror if isinstance(exc, OSError) and exc.strerror else "it is no text"
        _refuse_key(f"is neither JSON nor the path of a file that can be read ({why})")


def _load_key(pem: str) -> RSAPrivateKey:
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        _refuse_key("holds a private key that cannot be read: the file was cut off or changed")
    if not isinstance(key, RSAPrivateKey):
        _refuse_key("holds a private key of another kind than RSA")
    return key


def _refuse_key(fault: str) -> NoReturn:
    variable = PROVIDER_KINDS["vertex"].key_variable
    # Without its cause, which may repeat the key.
    raise ProviderRejectedError(
        f"The key of the service account ({variable}, or what key_reference names) {fault}. {_HOW}"
    ) from None


def _encode(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")
