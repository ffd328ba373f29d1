"""HTTP to a provider's API: bounded, never following redirects, and clear about what is certain."""

import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.parse import urlencode

from retake.adapters.providers.http.connections import Connection, Deadline, Origin, target_of
from retake.adapters.providers.http.keys import Credential
from retake.domain.errors import AmbiguousSubmissionError, ProviderUnavailableError

MAX_ANSWER_BYTES = 4 * 1024**2
BEARER = ("Authorization", "Bearer ")
_PASSING = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT})


@dataclass(frozen=True)
class Timeouts:
    """Seconds to wait for a provider's API; both fit into the functions that wait.

    Attributes:
        look_s: For a look at a job, from connecting to the last byte.
        submit_s: For a submission, likewise.
        result_s: For a result that is an answer of the API itself, likewise.
        pause_s: Mean pause before a look is repeated.
    """

    look_s: float = 5.0
    submit_s: float = 45.0
    result_s: float = 45.0
    pause_s: float = 0.5


@dataclass(frozen=True)
class Answer:
    """What a server said. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """Return the body's object. Raises ``ValueError`` when it holds none."""
        body = json.loads(self.body)
        if isinstance(body, dict):
            return body
        raise ValueError("The answer is not a JSON object.")


@dataclass(frozen=True)
class Body:
    """What is sent, and its media type."""

    content: bytes
    content_type: str

    @classmethod
    def of_json(cls, value: object) -> "Body":
        """Return a JSON body."""
        return cls(json.dumps(value).encode(), "application/json")


class ProviderHttp:
    """Talks to one API with one key.

    Args:
        base_url: Where it is, with the path that all requests share.
        key: Sent with every request, where there is one.
        key_header: The header that carries it, and what stands before it there.
        timeouts: How long to wait.
        sleep: Waits for so many seconds.

    Raises:
        ValueError: If ``base_url`` is no address of a web server.
    """

    def __init__(
        self,
        base_url: str,
        *,
        key: Credential,
        key_header: tuple[str, str] = BEARER,
        timeouts: Timeouts | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.origin = Origin.of(base_url)
        self.key = key
        self._key_header = key_header
        self._base_url = base_url.rstrip("/")
        self._timeouts = timeouts or Timeouts()
        self._sleep = sleep

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return f"{self._base_url}{path}"

    def authorization(self) -> dict[str, str]:
        """Return the header that carries the key."""
        key = self.key.reveal()
        name, scheme = self._key_header
        return {name: f"{scheme}{key}"} if key else {}

    def look(self, path: str, query: Mapping[str, str] | None = None) -> Answer:
        """GET a path; once more, after a pause, if there is no answer.

        Raises:
            ProviderUnavailableError: If there was no answer twice.
        """
        return self._repeatable("GET", f"{path}?{urlencode(query)}" if query else path)

    def ask(self, path: str, body: Body, *, is_enough: Callable[[bytes], bool] | None = None) -> Answer:
        """POST what changes nothing at the server, such as a look at a job; once more, likewise.

        Args:
            path: Where to.
            body: The question.
            is_enough: Says of what came so far whether the rest need not be read.
        """
        return self._repeatable("POST", path, body, is_enough)

    def save(self, path: str, body: Body, sink: Callable[[bytes], None]) -> Answer:
        """POST what changes nothing, and hand the answer's body on as it comes; never repeated.

        The body is in the answer that is returned only where the server refuses.

        Raises:
            ProviderUnavailableError: If no whole answer came.
        """
        try:
            with Connection(self.origin, deadline=Deadline.within(self._timeouts.result_s)) as connection:
                return self._exchange(connection, "POST", path, body, sink=sink)
        except (OSError, HTTPException) as exc:
            raise ProviderUnavailableError(f"The result could not be downloaded: {_why(exc)}.") from exc

    def delete(self, path: str) -> Answer:
        """DELETE a path, likewise: deleting twice is deleting once."""
        return self._repeatable("DELETE", path)

    def put(self, path: str) -> Answer:
        """PUT nothing to a path, likewise: it says what shall be, however often."""
        return self._repeatable("PUT", path)

    def submit(self, path: str, body: Body, headers: Mapping[str, str] | None = None) -> Answer:
        """POST once, never more.

        Raises:
            ProviderUnavailableError: If there was no connection: certainly nothing was sent.
            AmbiguousSubmissionError: If something was sent, and no whole answer came.
        """
        deadline = Deadline.within(self._timeouts.submit_s)
        try:
            connection = Connection(self.origin, deadline=deadline)
        except OSError as exc:
            raise ProviderUnavailableError(f"The provider cannot be reached: {_why(exc)}.") from exc
        with connection:
            try:
                return self._exchange(connection, "POST", path, body, headers)
            except (OSError, HTTPException) as exc:
                raise AmbiguousSubmissionError(f"The provider did not answer: {_why(exc)}.") from exc

    def _repeatable(
        self,
        method: str,
        path: str,
        body: Body | None = None,
        is_enough: Callable[[bytes], bool] | None = None,
    ) -> Answer:
        try:
            answer = self._ask_once(method, path, body, is_enough)
            if answer.status not in _PASSING:
                return answer
        except (OSError, HTTPException):
            pass  # reported by the second attempt, if it fails too
        self._sleep(self._timeouts.pause_s * random.uniform(0.5, 1.5))  # noqa: S311 - jitter
        try:
            return self._ask_once(method, path, body, is_enough)
        except (OSError, HTTPException) as exc:
            raise ProviderUnavailableError(f"The provider did not answer: {_why(exc)}.") from exc

    def _ask_once(
        self, method: str, path: str, body: Body | None, is_enough: Callable[[bytes], bool] | None
    ) -> Answer:
        with Connection(self.origin, deadline=Deadline.within(self._timeouts.look_s)) as connection:
            return self._exchange(connection, method, path, body, is_enough=is_enough)

    def _exchange(
        self,
        connection: Connection,
        method: str,
        path: str,
        body: Body | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        is_enough: Callable[[bytes], bool] | None = None,
        sink: Callable[[bytes], None] | None = None,
    ) -> Answer:
        kind = {} if body is None else {"Content-Type": body.content_type}
        response = connection.ask(
            method,
            target_of(self.url(path)),
            headers={"Accept": "application/json", **self.authorization(), **kind, **(headers or {})},
            body=None if body is None else body.content,
        )
        if response.status == HTTPStatus.UNAUTHORIZED:
            self.key.forget()
        names = {name.lower(): value for name, value in response.headers.items()}
        if sink is not None and response.status == HTTPStatus.OK:
            _hand_on(connection, response, sink)
            return Answer(response.status, names, b"")
        return Answer(response.status, names, _collect(connection, response, is_enough))


def _collect(
    connection: Connection, response: HTTPResponse, is_enough: Callable[[bytes], bool] | None
) -> bytes:
    body = bytearray()

    def keep(chunk: bytes) -> bool:
        body.extend(chunk)
        if len(body) > MAX_ANSWER_BYTES:
            raise HTTPException("its answer is too large")
        return is_enough is not None and is_enough(bytes(body))

    _read(connection, response, keep)
    return bytes(body)


def _hand_on(connection: Connection, response: HTTPResponse, sink: Callable[[bytes], None]) -> None:
    def hand_on(chunk: bytes) -> bool:
        sink(chunk)
        return False

    _read(connection, response, hand_on)


def _read(connection: Connection, response: HTTPResponse, take: Callable[[bytes], bool]) -> None:
    """Hand each chunk of a body on until one is enough. Raises ``HTTPException`` if it is cut off."""
    declared, received = response.length, 0
    for chunk in connection.chunks(response):
        received += len(chunk)
        if take(chunk):
            return
    if declared is not None and received < declared:
        raise HTTPException("its answer is cut off")


def _why(exc: Exception) -> str:
    return "it took too long" if isinstance(exc, TimeoutError) else str(exc) or type(exc).__name__
