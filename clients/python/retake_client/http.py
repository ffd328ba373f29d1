"""Sends requests, repeating those that failed in a way that passes."""

import random
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import httpx

from retake_client.errors import ApiError, UnreachableError

Json = dict[str, Any]
Answer = Mapping[str, Any]
"""A JSON object that is only read: any of the models is one."""

Pause = Callable[[float], None]

ATTEMPTS = 5
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 5.0
TRY_AGAIN = frozenset({429, 503})


class Repeater:
    """Repeats requests that may be repeated, with growing pauses that differ between clients.

    Args:
        server: Who is asked, for the error that says it does not answer.
        pause: Waits so many seconds.
    """

    def __init__(self, server: str, pause: Pause) -> None:
        self._server = server
        self._pause = pause

    def __call__(self, send: Callable[[], httpx.Response]) -> httpx.Response:
        """Send once, and again while the server cannot be reached or asks to come back later.

        Raises:
            UnreachableError: If it never answered.
        """
        for attempt in range(ATTEMPTS - 1):
            try:
                answer = send()
            except httpx.TransportError:
                self._pause(pause_s(attempt))
            else:
                if answer.status_code not in TRY_AGAIN:
                    return answer
                self._pause(pause_s(attempt, asked_for=answer.headers.get("retry-after")))
        try:
            return send()
        except httpx.TransportError as error:
            what = str(error) or type(error).__name__
            raise UnreachableError(f"{self._server} does not answer ({what}); is it running?") from error


def pause_s(attempt: int, *, asked_for: str | None = None) -> float:
    """Return how long to wait after an attempt, in seconds: what the server asked for, within bounds."""
    if asked_for is not None and asked_for.isdigit():
        return min(float(asked_for), LONGEST_PAUSE_S)
    longest = min(FIRST_PAUSE_S * 2.0**attempt, LONGEST_PAUSE_S)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads requests, hides nothing


def path(*parts: str | int) -> str:
    """Return a path of an API; what people typed as an id stays one part of it.

    >>> path("jobs", "a/b?", "clips", 0)
    '/jobs/a%2Fb%3F/clips/0'
    """
    return "".join(f"/{quote(str(part), safe='')}" for part in parts)


def json_object(answer: httpx.Response) -> Json:
    """Return an answer's JSON object, empty if it is something else."""
    try:
        content = answer.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def problem_of(answer: httpx.Response) -> ApiError:
    """Return the error that a ``problem+json`` tells of; the gateway's own have a ``message`` only."""
    content = json_object(answer)
    return ApiError(
        status=answer.status_code,
        kind=str(content.get("type", "about:blank")),
        detail=str(content.get("detail") or content.get("message") or f"status {answer.status_code}"),
        faults=tuple((str(fault["field"]), str(fault["detail"])) for fault in content.get("errors", ())),
    )
