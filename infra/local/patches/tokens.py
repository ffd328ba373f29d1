"""Task tokens that say which state machine issued them, as AWS's (opaque) ones do."""

import base64
import json
import secrets


def new_token(state_machine_arn: str) -> str:
    """Make a token for one attempt of one task.

    Args:
        state_machine_arn: The state machine whose execution waits for it.
    """
    issued_by = base64.urlsafe_b64encode(state_machine_arn.encode()).decode()
    return f"{issued_by}.{secrets.token_urlsafe(24)}"


def state_machine_of(token: object) -> str | None:
    """Read the state machine's ARN from a token, or nothing if it is no token of ours."""
    if not isinstance(token, str):
        return None
    try:
        issued_by = base64.urlsafe_b64decode(token.partition(".")[0].encode()).decode()
    except ValueError:
        return None
    return issued_by if issued_by.startswith("arn:aws:states:") else None


def state_machine_of_request(body: bytes) -> str | None:
    """Read the state machine's ARN from the token in a ``SendTask*`` request."""
    try:
        request = json.loads(body)
    except ValueError:
        return None
    return state_machine_of(request.get("taskToken")) if isinstance(request, dict) else None
