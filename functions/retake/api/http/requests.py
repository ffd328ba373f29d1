"""The context of a request: its user, its preconditions, and whether it repeats an earlier request."""

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any, TypeVar

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import BaseModel

from retake import bootstrap
from retake.api.http.parameters import is_number
from retake.domain.errors import (
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
    PreconditionFailedError,
)
from retake.domain.records.answers import StoredAnswer
from retake.domain.records.jobs import Job

ANSWER_RETENTION = timedelta(hours=24)
ADMINS = "admin"
IDS = uuid.UUID("6f0e3fd4-7f3a-4f0a-9a52-0b7f6d1c5a11")
"""Namespace of the ids that are derived from idempotency keys."""


def _claims(router: APIGatewayHttpRouter) -> Mapping[str, Any]:
    authorizer = router.current_event.request_context.authorizer
    return authorizer.jwt_claim if authorizer is not None else {}


def user_id(router: APIGatewayHttpRouter) -> str:
    """Return who asks: the token's subject, which the gateway has checked."""
    return str(_claims(router)["sub"])


def groups_in(claim: str) -> frozenset[str]:
    """Return the groups of a token's ``cognito:groups``, as an HTTP API hands it on: in one text.

    A group's name has no spaces (Cognito takes none), so that what stands between them is a whole name.

    >>> sorted(groups_in("[admin editors]"))
    ['admin', 'editors']
    """
    if not (claim.startswith("[") and claim.endswith("]")):
        return frozenset()
    return frozenset(claim[1:-1].split(" ")) - {""}


def require_admin(router: APIGatewayHttpRouter) -> None:
    """Require that the user is an admin. Raises ``ForbiddenError``."""
    if ADMINS not in groups_in(str(_claims(router).get("cognito:groups", ""))):
        raise ForbiddenError("This is for admins; ask one to add you to the group 'admin'.")


def own_job(router: APIGatewayHttpRouter, job_id: str) -> Job:
    """Return the job if it is the user's. Raises ``NotFoundError``, also for another user's."""
    job = bootstrap.context.jobs.get_job(job_id)
    if job.user_id != user_id(router):
        raise NotFoundError(f"There is no job {job_id!r}.")
    return job


def revision_of(if_match: str | None) -> int | None:
    """Return the revision that ``If-Match`` names, or None. Raises ``PreconditionFailedError``."""
    if if_match is None or if_match.strip() == "*":
        return None
    digits = if_match.strip().removeprefix("W/").strip('"')
    if not is_number(digits):
        raise PreconditionFailedError(
            f'If-Match takes an ETag as it was answered, such as "3"; it was {if_match}.'
        )
    return int(digits)


def etag(job: Job) -> str:
    """Return the ETag of a job's timeline."""
    return f'"{job.timeline_revision}"'


M = TypeVar("M", bound=BaseModel)


def canonical(body: BaseModel | None) -> str:
    """Return a request's body in the one form that all bodies have that ask for the same.

    Neither the order of keys, spaces between them, nor the way in which a number, a moment or a character is
    written tells two requests apart, and a field with its default value is one that was left out.
    """
    if body is None:
        return ""
    asked = _plain(body.model_dump(exclude_defaults=True))
    return json.dumps(asked, sort_keys=True, separators=(",", ":"))


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    match value:
        case dict():
            return {name: _plain(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case datetime():
            return value.astimezone(UTC).isoformat()
        case Decimal() | float():
            return int(value) if isfinite(value) and value == int(value) else str(value)
        case _:
            return value


class Submission:
    """A POST that may be repeated: its key, the hash of what it asks for, and ids derived from them."""

    def __init__(
        self,
        router: APIGatewayHttpRouter,
        key: str | None,
        body: BaseModel | None = None,
        *,
        asker: str | None = None,
    ) -> None:
        """Describe a request.

        Args:
            router: Whose request it is.
            key: Its ``Idempotency-Key``; None for one that is never repeated.
            body: What it asks for; None for a route that takes no body.
            asker: Whose keys these are, on a route without a sign-in; the user by default.
        """
        event = router.current_event
        self._key = key
        self._scope = f"{asker or user_id(router)}|{event.http_method}|{event.path}"
        self._name = hashlib.sha256(f"{self._scope}|{key}".encode()).hexdigest()
        self.request_hash = hashlib.sha256(canonical(body).encode()).hexdigest()

    def new_id(self) -> str:
        """Return the id of what is made: always the same for the same key."""
        if self._key is None:
            return bootstrap.context.ids.new()
        return str(uuid.uuid5(IDS, f"{self._scope}|{self._key}"))

    def answer_once(self, carry_out: Callable[[], Response[M]]) -> Response[M]:
        """Answer, or repeat the answer given to the same key before.

        Raises:
            InvalidRequestError: If the key was used with another body.
        """
        if self._key is None:
            return carry_out()
        stored = bootstrap.context.answers.find_answer(self._name)
        if stored is not None:
            return self._repeat(stored)
        answer = carry_out()
        bootstrap.context.answers.put_answer(
            StoredAnswer(
                key=self._name,
                request_hash=self.request_hash,
                status_code=answer.status_code,
                body="" if answer.body is None else answer.body.model_dump_json(),
                headers={name: str(value) for name, value in answer.headers.items()},
                expires_at=bootstrap.context.clock.now() + ANSWER_RETENTION,
            )
        )
        return answer

    def _repeat(self, stored: StoredAnswer) -> Response[Any]:
        if stored.request_hash != self.request_hash:
            raise InvalidRequestError(
                "This Idempotency-Key was used with another body; use a new key for a new request."
            )
        headers = {**stored.headers, "Idempotency-Replayed": "true"}
        return Response(stored.status_code, body=json.loads(stored.body), headers=headers)


def answered(
    status_code: int, body: M, *, location: str | None = None, tag: str | None = None
) -> Response[M]:
    """Return an answer with the headers it needs."""
    headers: dict[str, str | list[str]] = {}
    if location is not None:
        headers["Location"] = location
    if tag is not None:
        headers["ETag"] = tag
    return Response(status_code, content_type="application/json", body=body, headers=headers)
