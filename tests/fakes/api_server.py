"""The real routes on every port in memory, behind a real HTTP server: what a client sees of a stack."""

from __future__ import annotations

import email.parser
import email.policy
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from urllib.parse import unquote

from retake.routes import PREFIX
from tests.fakes.providers.server import ProviderServer, Reply, Request
from tests.fakes.stack import Stack
from tests.http_api import Api

OBJECTS = "https://objects.test/"
"""What the object store in memory signs its addresses with."""

EMAIL = "ada@example.com"
PASSWORD = "right"  # noqa: S105 - a test's


class ApiServer:
    """Answers as a deployed stack does: its configuration, sign-ins, the API, and what is stored.

    After each answer the stack does all that it can, so that the next look finds it done.

    Attributes:
        tokens: Those that are accepted; take them away, and every session has expired.
        is_held: While true the stack does nothing: everything that is asked for stays under way.
        http: The requests that came in, and the way to let some of them fail.
    """

    def __init__(self, stack: Stack, *, groups: str | None = None) -> None:
        """Serve a stack; ``groups`` is the claim of who signs in, as the gateway hands it on."""
        self._stack = stack
        self._groups = groups
        self._api = Api(stack.world)
        self._numbers = count(1)
        self.tokens: set[str] = set()
        self.is_held = False
        self.http = ProviderServer(self._answer)
        self.url = self.http.url

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let nothing end meanwhile."""
        self.is_held = True
        yield
        self.is_held = False

    def wait_for(self, method: str, path_part: str, *, within_s: float = 30) -> None:
        """Wait until a request of a kind came in."""
        deadline = time.monotonic() + within_s
        while not self.http.seen(method, path_part):
            assert time.monotonic() < deadline, f"no {method} {path_part} within {within_s} s"
            time.sleep(0.02)

    def _answer(self, request: Request) -> Reply:
        if request.path == "/config.json":
            return Reply.of_json(
                {"userPoolClientId": "client", "cognitoEndpoint": self.url, "apiBasePath": PREFIX}
            )
        if request.path == "/" and "x-amz-target" in request.headers:
            return self._sign_in(request)
        if request.path.startswith("/objects/"):
            return self._object(request)
        if not request.path.startswith(f"{PREFIX}/"):
            return Reply(404, b"<html>")
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            challenge = {"WWW-Authenticate": "Bearer"}
            return Reply.of_json({"message": "Unauthorized"}, status=401, headers=challenge)
        return self._call(request)

    def _sign_in(self, request: Request) -> Reply:
        said = request.json()["AuthParameters"]
        if (said["USERNAME"], said["PASSWORD"]) != (EMAIL, PASSWORD):
            return Reply.of_json({"message": "Incorrect username or password."}, status=400)
        token = f"token-{next(self._numbers)}"
        self.tokens.add(token)
        return Reply.of_json({"AuthenticationResult": {"IdToken": token}})

    def _call(self, request: Request) -> Reply:
        is_text = _is_text(request.body)
        answer = self._api.call(
            request.method,
            request.path.removeprefix(PREFIX),
            text=request.body.decode(errors="surrogateescape") or None,
            encoded=not is_text,
            # The text is changed before it is sent, so it must not be compressed.
            headers={name: value for name, value in request.headers.items() if name != "accept-encoding"},
            groups=self._groups,
            query=request.query,
        )
        if not self.is_held:
            self._stack.run()
        text = answer.text.replace(OBJECTS, f"{self.url}/objects/")
        return Reply(answer.status, text.encode(), answer.headers)

    def _object(self, request: Request) -> Reply:
        objects = self._stack.world.objects
        if request.method == "GET":
            return Reply(200, objects.read(unquote(request.path.removeprefix("/objects/"))))
        head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
        form = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + request.body)
        parts = {
            str(part.get_param("name", header="content-disposition")): part.get_content()
            for part in form.iter_parts()
        }
        key = re.sub(r"\s+$", "", str(parts["key"]))
        content = parts["file"]
        body = content if isinstance(content, bytes) else str(content).encode()
        objects.write(key, body, content_type=str(parts["Content-Type"]).strip())
        return Reply(204)


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
