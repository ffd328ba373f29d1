"""Patches of the emulated API Gateway."""

# ruff: noqa: ANN401 - ministack is untyped

from typing import Any

from ministack.services import apigateway

from infra.local.patches.guard import PatchGuard

_BAD_GATEWAY = 502


def internal_errors() -> None:
    """Answer for a failed function as an HTTP API does: 500, and nothing of the error.

    The function's exception was shown to the caller, under status 502.
    """
    guard = PatchGuard("internal_errors")
    original = apigateway.handle_execute
    parameters = ("api_id", "stage", "path", "method", "headers", "body", "query_params", "raw_query_string")
    guard.signature(original, *parameters)

    async def handle_execute(*arguments: Any, **options: Any) -> Any:
        status, headers, body = await original(*arguments, **options)
        if status == _BAD_GATEWAY:
            return 500, {"Content-Type": "application/json"}, b'{"message":"Internal Server Error"}'
        return status, headers, body

    apigateway.handle_execute = handle_execute


_KEY_ID = '    kid = header.get("kid")\n'
_CHECKED_KEY_ID = (
    "    if not (isinstance(header, dict) and isinstance(claims, dict)) or "
    'header.get("alg") != "RS256":\n        return None, None, _jwt_unauthorized()\n'
)
_MAY_LACK_END = 'if "exp" in claims and int(claims["exp"]) <= now:'
_NEEDS_END = 'if int(claims.get("exp", 0)) <= now or claims.get("token_use") not in ("id", "access"):'


def whole_tokens() -> None:
    """Refuse a token that names another algorithm, has no end, is no object (a 500 before), or refreshes.

    The emulated Cognito signs refresh tokens with the key of access tokens, so one was accepted as a sign-in
    for its thirty days. Cognito's own are encrypted, which no authorizer can read.
    """
    PatchGuard("whole_tokens").rewrite(
        apigateway,
        "_validate_jwt_authorizer",
        [(_KEY_ID, _CHECKED_KEY_ID + _KEY_ID), (_MAY_LACK_END, _NEEDS_END)],
    )
