"""What a provider's HTTP answer means: refused for good, not now, or not known.

The rule for submissions: only what the provider's application itself says is certain. A gateway's page
of 502, 503 or 504 says nothing of what happened behind it.
"""

import json
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from math import isfinite
from typing import Any, NoReturn

from retake.adapters.providers.http.client import Answer
from retake.domain.errors import (
    AmbiguousSubmissionError,
    ProviderRejectedError,
    ProviderThrottledError,
    ProviderUnavailableError,
)
from retake.domain.reasons import short_reason

MAX_RETRY_AFTER_S = 3600

OUT_OF_MONEY = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
"""OpenAI's codes of a 429 that waiting does not resolve."""

_ELSEWHERE = frozenset(range(HTTPStatus.MULTIPLE_CHOICES, HTTPStatus.BAD_REQUEST))
_NO_KEY = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


def is_success(answer: Answer) -> bool:
    """Whether the server did what it was asked for."""
    return HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES


def refuse_submission(answer: Answer) -> NoReturn:
    """Raise what an answer that is no success means for a submission.

    Raises:
        ProviderThrottledError: It says: not now.
        ProviderRejectedError: It says: no.
        ProviderUnavailableError: It says that it did not begin.
        AmbiguousSubmissionError: The provider, or a proxy before it, failed underway.
    """
    reason = reason_of(answer)
    if is_throttled(answer):
        raise ProviderThrottledError(reason, retry_after_s=retry_after_s(answer))
    if answer.status in _NO_KEY:
        raise ProviderRejectedError(f"The provider refuses our key ({answer.status}): {reason}")
    if answer.status == HTTPStatus.SERVICE_UNAVAILABLE and own_words(answer):
        raise ProviderUnavailableError(reason)
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status == HTTPStatus.REQUEST_TIMEOUT:
        raise AmbiguousSubmissionError(f"The provider failed underway ({answer.status}): {reason}")
    if answer.status < HTTPStatus.BAD_REQUEST:
        reason = f"It answers {answer.status}: the provider's address in the settings is wrong."
    raise ProviderRejectedError(reason)


def refuse_look(answer: Answer) -> NoReturn:
    """Raise what an answer that is no success means for a look at a job: it says nothing of the job.

    Raises:
        ProviderThrottledError: It says: not now.
        ProviderUnavailableError: Anything else.
    """
    reason = reason_of(answer)
    if is_throttled(answer):
        raise ProviderThrottledError(reason, retry_after_s=retry_after_s(answer))
    raise ProviderUnavailableError(f"The provider answers {answer.status}: {reason}")


def object_of(answer: Answer, provider: str) -> dict[str, Any]:
    """Return what a look at a job was answered with.

    Raises:
        ProviderThrottledError, ProviderUnavailableError: It says nothing of the job.
    """
    if not is_success(answer):
        refuse_look(answer)
    try:
        return answer.json()
    except ValueError as exc:
        raise ProviderUnavailableError(f"{provider}'s answer cannot be read.") from exc


def judge_check(answer: Answer) -> None:
    """Judge the answer to a call that only proves the address and the key.

    Raises:
        ProviderRejectedError: The key or the address is wrong.
        ProviderThrottledError, ProviderUnavailableError: It says nothing of either just now.
    """
    if is_success(answer):
        return
    reason = reason_of(answer)
    if answer.status in _NO_KEY:
        raise ProviderRejectedError(f"The provider refuses our key ({answer.status}): {reason}")
    if is_throttled(answer) or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        refuse_look(answer)
    if answer.status in {HTTPStatus.NOT_FOUND, *_ELSEWHERE}:
        reason = f"its address seems wrong; {reason}"
    raise ProviderRejectedError(f"The provider refuses to be asked ({answer.status}): {reason}")


def is_throttled(answer: Answer) -> bool:
    """Whether it asks to wait, and waiting can help."""
    if answer.status == HTTPStatus.SERVICE_UNAVAILABLE:
        return "retry-after" in answer.headers
    return answer.status == HTTPStatus.TOO_MANY_REQUESTS and not OUT_OF_MONEY & _codes(answer)


def retry_after_s(answer: Answer) -> int | None:
    """Return the seconds it asks for, 1 to 3600; None where it does not say."""
    said = answer.headers.get("retry-after") or _field(answer, "retry_after")
    if said is None:
        return None
    try:
        seconds = float(said)
    except (TypeError, ValueError):
        try:  # a moment, by the server's own clock
            there = parsedate_to_datetime(answer.headers.get("date", ""))
            seconds = (parsedate_to_datetime(str(said)) - there).total_seconds()
        except (TypeError, ValueError):
            return None
    return max(1, min(MAX_RETRY_AFTER_S, round(seconds))) if isfinite(seconds) else None


def reason_of(answer: Answer) -> str:
    """Return the provider's own reason, in one line, as long as it is fit to show."""
    found = own_words(answer)
    if not found and "text/plain" in answer.headers.get("content-type", ""):
        found = answer.body.decode("utf-8", errors="replace")
    return short_reason(found) or f"HTTP {answer.status}, without a reason."


def own_words(answer: Answer) -> str:
    """Return the message of a structured error, in the shapes that providers use."""
    error = _field(answer, "error")
    if isinstance(error, dict):
        return str(error.get("message") or error.get("code") or "")
    for words in (error, _field(answer, "detail"), _field(answer, "message")):
        if isinstance(words, str) and words:
            return words
    detail = _field(answer, "detail")
    if isinstance(detail, dict):
        return str(detail.get("message") or "")
    if isinstance(detail, list):  # FastAPI's validation faults
        faults = [item for item in detail if isinstance(item, dict)]
        return "; ".join(f"{_place(fault)}: {fault.get('msg', '')}" for fault in faults)
    return ""


def _place(fault: dict[str, Any]) -> str:
    return ".".join(str(part) for part in fault.get("loc", ()) if part != "body") or "request"


def _codes(answer: Answer) -> set[str]:
    error = _field(answer, "error")
    return {str(error.get("code")), str(error.get("type"))} if isinstance(error, dict) else set()


def _field(answer: Answer, name: str) -> Any:  # noqa: ANN401 - whatever the server sends
    try:
        body = json.loads(answer.body)
    except ValueError:
        return None
    if isinstance(body, list) and body:  # as Google's front end writes errors
        body = body[0]
    return body.get(name) if isinstance(body, dict) else None
