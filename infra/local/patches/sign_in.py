"""Patches of the emulated Cognito: each challenge has its session, and passwords are hashed."""

# ruff: noqa: SLF001, ANN401 - patches ministack's untyped insides; every patch asserts its anchor first

import hashlib
import hmac
import json
import re
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from ministack.core.responses import error_response_json, json_response
from ministack.services import cognito

from infra.local.patches.guard import PatchGuard

_SESSION_S = 180.0
"""As long as Cognito waits for the answer to a challenge, unless a client says otherwise."""

_WRONG_ANSWERS = 5
_NEW_PASSWORD, _CODE = "NEW_PASSWORD_REQUIRED", "SOFTWARE_TOKEN_MFA"

_HASHED = re.compile(r"scrypt\$[0-9a-f]{32}\$[0-9a-f]{128}")
_COST = {"n": 2**14, "r": 8, "p": 1}
"""The least that OWASP recommends for scrypt with 16 MB: tens of milliseconds a password.

References:
    https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt
"""


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    salt = secrets.token_bytes(16)
    return f"scrypt${salt.hex()}${hashlib.scrypt(password.encode(), salt=salt, **_COST).hex()}"


def is_password(kept: object, password: object) -> bool:
    """Return whether a password matches its stored hash; without a hash none does."""
    if not (isinstance(kept, str) and isinstance(password, str) and _HASHED.fullmatch(kept)):
        return False
    _, salt, digest = kept.split("$")
    found = hashlib.scrypt(password.encode("utf-8", "replace"), salt=bytes.fromhex(salt), **_COST)
    return hmac.compare_digest(found, bytes.fromhex(digest))


def hash_passwords() -> int:
    """Hash the passwords that an earlier version has kept as they are; return how many there were."""
    users = [user for pool in cognito._user_pools.all_values() for user in pool["_users"].values()]
    plain = [user for user in users if user.get("_password") and not _HASHED.fullmatch(user["_password"])]
    for user in plain:
        user["_password"] = hashed(user["_password"])
    return len(plain)


_COMPARED = 'if user.get("_password") and user["_password"] != password:'
_COMPARED_HASHED = 'if not _retake_is_password(user.get("_password"), password):'


def hashed_passwords() -> None:
    """Store hashes of passwords; the state on the disk held them all in plain text.

    A user without a password, such as one of another identity provider, could sign in with any.
    """
    guard = PatchGuard("hashed_passwords")
    names = {"_retake_is_password": is_password, "_retake_hashed": hashed}
    changes: dict[str, list[tuple[str, str]]] = {
        "_initiate_auth": [(_COMPARED, _COMPARED_HASHED)],
        "_admin_initiate_auth": [(_COMPARED, _COMPARED_HASHED)],
        "_admin_create_user": [('"_password": temp_password', '"_password": _retake_hashed(temp_password)')],
        "_sign_up": [('"_password": password', '"_password": _retake_hashed(password)')],
        "_change_password": [
            ('if previous != user["_password"]:', 'if not _retake_is_password(user["_password"], previous):'),
            ('user["_password"] = proposed', 'user["_password"] = _retake_hashed(proposed)'),
        ],
        "_admin_set_user_password": [
            ('user["_password"] = new_pw', 'user["_password"] = _retake_hashed(new_pw)')
        ],
    }
    for name in (
        "_respond_to_auth_challenge",
        "_admin_respond_to_auth_challenge",
        "_confirm_forgot_password",
    ):
        changes[name] = [
            ('user["_password"] = new_password', 'user["_password"] = _retake_hashed(new_password)')
        ]
    for name, replaced in changes.items():
        guard.rewrite(cognito, name, replaced, **names)


@dataclass
class _Pending:
    """A challenge that waits for its answer.

    Attributes:
        challenge: Its name.
        client: The app client that was asked.
        user: The user whose password was right.
        until: Of the monotonic clock.
        wrong: How many answers were wrong.
    """

    challenge: str
    client: str
    user: str
    until: float
    wrong: int = 0


class Sessions:
    """The challenges that wait for an answer, by the session in which each was put."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pending: dict[str, _Pending] = {}

    def remembered(self, answer: Any, client: str, user: dict[str, Any]) -> Any:
        """Store the challenge of an answer of Cognito, if it has one; one without a reply is forgotten."""
        content = json.loads(answer[2])
        now = time.monotonic()
        with self._lock:
            self._pending = {name: one for name, one in self._pending.items() if one.until > now}
            if challenge := content.get("ChallengeName"):
                pending = _Pending(challenge, client, user["Username"], now + _SESSION_S)
                self._pending[content["Session"]] = pending
        return answer

    def find(self, session: object) -> _Pending | None:
        """Return the challenge that was put in a session, while it waits."""
        with self._lock:
            found = self._pending.get(session) if isinstance(session, str) else None
            return found if found is not None and found.until > time.monotonic() else None

    def end(self, session: str, *, right: bool) -> None:
        """Record a reply to a challenge, which ends it if it was right, or wrong too often."""
        with self._lock:
            found = self._pending.get(session)
            if found is not None:
                found.wrong += 1
                if right or found.wrong >= _WRONG_ANSWERS:
                    del self._pending[session]


def own_sessions() -> None:
    """Take the answer to a challenge only in the session in which it was put, from the user it was put to.

    ``RespondToAuthChallenge`` gave tokens to any caller who named a user, and set a new password for them
    at that; it took any code from a user without an authenticator app. A new password let its user in
    without the code that they are to give as well.
    """
    guard = PatchGuard("own_sessions")
    sessions = Sessions()
    asked = cognito._password_auth_result
    guard.signature(asked, "pool", "pid", "cid", "user", "username", "client_metadata", "data")
    guard.signature(cognito._mfa_challenge_for_user, "pool", "user", "pid", "username")

    def password_auth_result(  # noqa: PLR0917 - ministack's signature
        pool: dict[str, Any],
        pid: str,
        cid: str,
        user: dict[str, Any],
        username: str,
        client_metadata: Any = None,
        data: Any = None,
    ) -> Any:
        return sessions.remembered(asked(pool, pid, cid, user, username, client_metadata, data), cid, user)

    cognito._password_auth_result = password_auth_result

    for name in ("_respond_to_auth_challenge", "_admin_respond_to_auth_challenge"):
        guard.signature(getattr(cognito, name), "data")
        setattr(cognito, name, _in_session(getattr(cognito, name), sessions))


def verified_apps() -> None:
    """Ask for codes only where an app has shown one, as Cognito does; else its user is locked out.

    Of a key that was asked for with an access token nothing else is kept than what waits for its code: each
    request left an entry for good.
    """
    guard = PatchGuard("verified_apps")
    prefer = cognito._set_user_mfa_preference
    guard.signature(prefer, "data")

    def set_user_mfa_preference(data: dict[str, Any]) -> Any:
        user = cognito._user_for_access_token(data.get("AccessToken"))
        wanted = (data.get("SoftwareTokenMfaSettings") or {}).get("Enabled")
        if user is not None and wanted and not user.get("_totp_secret"):
            message = "User has not verified software token mfa"
            return error_response_json("InvalidParameterException", message, 400)
        return prefer(data)

    cognito._set_user_mfa_preference = set_user_mfa_preference
    kept = "    _totp_session_secrets[session] = secret\n"
    guard.rewrite(
        cognito,
        "_associate_software_token",
        [(kept, f"    if user is None:\n    {kept}")],
    )


def _in_session(
    respond: Callable[[dict[str, Any]], Any], sessions: Sessions
) -> Callable[[dict[str, Any]], Any]:
    def answer(data: dict[str, Any]) -> Any:
        pool, pool_id = cognito._pool_for_client(data.get("ClientId"))
        pending = sessions.find(data.get("Session"))
        user = _asked_user(pool, pending, data)
        if pool is None or pending is None or user is None:
            return _refused("Invalid session for the user.")
        answered = _wrong(pool, user, data) or respond(data)
        is_right = answered[0] == HTTPStatus.OK
        sessions.end(data["Session"], right=is_right)
        if is_right and pending.challenge == _NEW_PASSWORD:
            code = cognito._mfa_challenge_for_user(pool, user, pool_id, user["Username"])
            return sessions.remembered(json_response(code), pending.client, user) if code else answered
        return answered

    return answer


def _asked_user(
    pool: dict[str, Any] | None, pending: _Pending | None, data: dict[str, Any]
) -> dict[str, Any] | None:
    """Return the user whose challenge is answered, if it is the one that waits for its answer."""
    if pool is None or pending is None or pending.challenge not in (_NEW_PASSWORD, _CODE):
        return None
    if (pending.challenge, pending.client) != (data.get("ChallengeName"), data.get("ClientId")):
        return None
    user: dict[str, Any] | None = pool["_users"].get(pending.user)
    named = (data.get("ChallengeResponses") or {}).get("USERNAME")
    return user if user is not None and cognito._resolve_user(pool, named)[0] is user else None


def _wrong(pool: dict[str, Any], user: dict[str, Any], data: dict[str, Any]) -> Any:
    """Return the refusal of what was answered, where ministack itself would let it pass."""
    responses = data["ChallengeResponses"]
    if data["ChallengeName"] == _NEW_PASSWORD:
        return cognito._validate_password(pool, responses.get("NEW_PASSWORD") or "")
    if not user.get("_totp_secret"):
        return _refused("The user has no authenticator app.")
    return None


def _refused(message: str) -> Any:
    return error_response_json("NotAuthorizedException", message, 400)
