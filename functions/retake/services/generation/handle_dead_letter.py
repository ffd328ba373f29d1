"""Keep a message that failed repeatedly, and end its clip, or land a result that was paid for."""

import json
from collections.abc import Mapping

from retake.domain.errors import GenerationMessagePoisonedError, NotFoundError
from retake.prefixes import Prefix
from retake.services.context import Context
from retake.services.generation.claims import hand_over_result

REASON = "The clip's work failed repeatedly and was put aside. Retry the failed clips."


def handle_dead_letter(body: str, ctx: Context, *, message_id: str) -> None:
    """Keep the body, whatever it is, under ``dead-letters/`` and fail the step that waits for it.

    A regeneration whose result is kept already is handed over instead: it was paid for.
    The token is the regeneration's, as stored: a message that was redriven may carry an old one.
    An archive message has none; the reconciliation sends another.
    """
    ctx.objects.write(
        f"{Prefix.DEAD_LETTERS}{message_id}.json",
        body.encode(),
        content_type="application/json",
    )
    message = _read(body)
    regeneration_id = message.get("regeneration_id")
    if not isinstance(regeneration_id, str):
        return
    try:
        regeneration = ctx.jobs.get_regeneration(str(message.get("job_id")), regeneration_id)
    except NotFoundError:
        return
    if regeneration.result_key is not None and regeneration.version_number is None:
        hand_over_result(regeneration, ctx)
        return
    token = regeneration.task_token or message.get("task_token")
    if isinstance(token, str) and not regeneration.status.is_terminal:
        ctx.callbacks.fail(token, error=GenerationMessagePoisonedError.__name__, cause=REASON)


def _read(body: str) -> Mapping[str, object]:
    """Return the message, or nothing where the body is not one: that may be why no worker could read it."""
    try:
        message = json.loads(body)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}
