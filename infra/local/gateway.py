"""The gateway: the studio, the API and presigned URLs on one loopback port.

Everything that is not the product's own goes to the emulator, if :mod:`infra.local.admission` lets it in.
A web page of another origin reaches nothing: the emulator answers every origin, so it is asked only by ours.
"""

import asyncio
import hmac
import json
import os
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from infra.local.admission import IS_PUBLIC, Admission, RefusedError, request_of
from infra.local.asgi import Application, Message, Receive, Scope, Send
from infra.local.directory import DataDirectory
from infra.local.environment import REGION
from infra.local.forms import FormError
from infra.local.peers import is_same_user
from infra.local.studio_files import StudioFiles
from infra.stack.browser_policy import browser_configuration

# The emulator's own controls, which no signature gives access to.
_CLOSED_PREFIXES = ("/_", "/restapis", "/health", "/ready")


_HTTP_PORT = 80

READS_AT_ONCE = max(4, 2 * (os.cpu_count() or 1))
"""Requests of the API that only read and are answered at the same time; each may need a worker of its own."""

CHANGES_AT_ONCE = 16
"""Requests of the API that change something and are answered at the same time; some wait for a probe."""

FormReceiver = Callable[[Scope, Receive], AbstractAsyncContextManager[tuple[Scope, Receive]]]
"""Receives a form's file; gives what the emulator is asked instead, and removes the file at the end."""


class Gateway:
    """The ASGI application that stands before the emulator."""

    def __init__(
        self,
        emulator: Application,
        *,
        port: int,
        directory: DataDirectory,
        static: Path | None = None,
        allowed_origins: Iterable[str] = (),
        local: Callable[[str, str], Awaitable[dict[str, Any] | None]] | None = None,
        admission: Admission,
        receive_form: FormReceiver,
        is_owner: Callable[[Scope], bool] = is_same_user,
    ) -> None:
        """Stand before an emulator.

        Args:
            emulator: ministack's application.
            port: Where both are served.
            directory: Lists what is deployed.
            static: The studio's built files, if any.
            allowed_origins: More origins that may use the API, such as a development server.
            local: Answers ``/_local/...`` for those who know the root key.
            admission: Decides what reaches the emulator.
            receive_form: Receives the file of an upload form.
            is_owner: Says whether a request comes from a program of the server's own user.
        """
        self._emulator = emulator
        self._directory = directory
        names = ("127.0.0.1", "localhost", "[::1]")
        # Clients leave out the port that is HTTP's own.
        self._hosts = {f"{name}:{port}" for name in names} | (set(names) if port == _HTTP_PORT else set())
        self._origins = {f"http://{host}" for host in self._hosts} | set(allowed_origins)
        self._local = local
        self._admission = admission
        self._receive_form = receive_form
        # In turn, and apart: many readers take neither the processors nor the memory from what is changed.
        self._reading = asyncio.Semaphore(READS_AT_ONCE)
        self._changing = asyncio.Semaphore(CHANGES_AT_ONCE)
        self._is_owner = is_owner
        self._studio = StudioFiles(static, port=port) if static else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
        if scope["type"] == "websocket":
            # The product has none; the emulator would let any web page talk to its MQTT broker.
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._emulator(scope, receive, send)
            return
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        refusal = self._refusal(headers)
        if refusal:
            await _problem(send, 403, "forbidden", refusal)
            return
        origin = headers.get("origin")
        if origin and scope["method"] == "OPTIONS":
            await _preflight(send, origin, headers)
            return
        await self._route(scope, receive, _for_origin(send, origin), headers)

    def _refusal(self, headers: dict[str, str]) -> str | None:
        if headers.get("host", "").lower() not in self._hosts:
            return "This server answers only to the name of this machine itself."
        origin = headers.get("origin")
        if origin is not None and origin.lower() not in self._origins:
            return "Pages of other origins may not use this server; `retake up --allow-origin` allows one."
        return None

    async def _route(self, scope: Scope, receive: Receive, send: Send, headers: dict[str, str]) -> None:
        path: str = scope["path"]
        if path == "/api" or path.startswith("/api/"):
            await self._api(scope, receive, send)
        elif path == "/config.json":
            await _json(send, 200, self._public_configuration(scope, headers["host"]))
        elif (scope["method"], path) == ("POST", "/local-sign-in"):
            await self._tell_sign_in(scope, send, headers)
        elif path.startswith("/_local/"):
            await self._answer_locally(scope, send, headers)
        elif path.startswith(_CLOSED_PREFIXES):
            await _problem(send, 404, "not-found", "There is nothing here.")
        elif self._studio and not _speaks_aws(scope, headers) and (file := self._studio.find(scope, headers)):
            await self._studio.send(send, file, headers, head=scope["method"] == "HEAD")
        elif path == "/" and scope["method"] != "POST" and not _speaks_aws(scope, headers):
            await _problem(send, 404, "not-found", "There is nothing here.")
        else:
            await self._emulate(scope, receive, send, headers)

    async def _emulate(self, scope: Scope, receive: Receive, send: Send, headers: dict[str, str]) -> None:
        """Hand a request on to the emulator if it is let in."""
        try:
            receive = await self._admission.admit(scope, receive)
        except RefusedError as refused:
            await _refuse(send, refused, headers)
            return
        if not self._admission.is_form(scope, request_of(scope)):
            await self._emulator(scope, receive, send)
            return
        try:
            async with self._receive_form(scope, receive) as (inner, body):
                await self._emulator(inner, body, send)
        except FormError as error:
            await _refuse(send, RefusedError(error.status, error.code, str(error), "s3"), headers)

    async def _api(self, scope: Scope, receive: Receive, send: Send) -> None:
        api_id = str(self._outputs().get("ApiId", ""))
        if not api_id:
            await _problem(send, 503, "not-deployed", "The stack is not deployed yet; try again in a moment.")
            return
        prefix = f"/_aws/execute-api/{api_id}/$default"
        raw = scope.get("raw_path") or scope["path"].encode()
        inner = {**scope, "path": prefix + scope["path"], "raw_path": prefix.encode() + raw}
        IS_PUBLIC.set(True)  # its routes check the token
        async with self._reading if scope["method"] in ("GET", "HEAD") else self._changing:
            await self._emulator(inner, receive, send)

    def _outputs(self) -> dict[str, str]:
        deployment = self._directory.read_deployment()
        outputs: dict[str, str] = dict(deployment.get("outputs", {}))
        if "ApiId" not in outputs and "ApiUrl" in outputs:
            # https://{api id}.execute-api.{region}.amazonaws.com/
            outputs["ApiId"] = outputs["ApiUrl"].split("://", 1)[-1].split(".", 1)[0]
        return outputs

    def _public_configuration(self, scope: Scope, host: str) -> dict[str, Any]:
        region = str(self._directory.read_deployment().get("region", REGION))
        configuration = browser_configuration(
            self._outputs(), region=region, cognito_endpoint=f"http://{host}"
        )
        user = self._directory.read_user() if self._is_owner(scope) else None
        return {**configuration, "localUser": user["email"]} if user else {**configuration}

    async def _tell_sign_in(self, scope: Scope, send: Send, headers: dict[str, str]) -> None:
        """Let the studio sign the person at this machine in with one click.

        Browsers send an ``Origin`` with every POST, and pages of other origins were refused by now; so
        are the programs of other users of the machine, who reach the port as well.
        """
        user = self._directory.read_user() if self._is_owner(scope) else None
        if user is None or "origin" not in headers:
            await _problem(send, 404, "not-found", "There is nothing here.")
        else:
            await _json(send, 200, user)

    async def _answer_locally(self, scope: Scope, send: Send, headers: dict[str, str]) -> None:
        key = self._directory.credentials().secret_access_key
        answer = None
        if self._local and hmac.compare_digest(headers.get("x-local-key", ""), key):
            answer = await self._local(scope["method"], scope["path"])
        if answer is None:
            await _problem(send, 404, "not-found", "There is nothing here.")
        else:
            await _json(send, 200, answer)


def _speaks_aws(scope: Scope, headers: dict[str, str]) -> bool:
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    signed = any(name.lower().startswith("x-amz-") or name == "Action" for name in query)
    return signed or "authorization" in headers or "x-amz-target" in headers


def _for_origin(send: Send, origin: str | None) -> Send:
    """Let an answer be read by our own origin instead of by every page."""

    async def to_origin(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [
                pair
                for pair in message.get("headers", [])
                if not pair[0].lower().startswith(b"access-control-")
            ]
            if origin:
                kept += [
                    (b"access-control-allow-origin", origin.encode("latin-1")),
                    (b"access-control-expose-headers", b"*"),
                    (b"vary", b"origin"),
                ]
            message = {**message, "headers": kept}
        await send(message)

    return to_origin


async def _preflight(send: Send, origin: str, headers: dict[str, str]) -> None:
    asked = headers.get("access-control-request-headers", "*")
    answer = [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, PATCH, DELETE"),
        (b"access-control-allow-headers", asked.encode("latin-1")),
        (b"access-control-max-age", b"600"),
        (b"vary", b"origin"),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": answer})
    await send({"type": "http.response.body", "body": b""})


async def _json(
    send: Send, status: int, content: dict[str, Any], media_type: str = "application/json"
) -> None:
    body = json.dumps(content).encode()
    headers = [
        (b"content-type", media_type.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _refuse(send: Send, refused: RefusedError, headers: dict[str, str]) -> None:
    """Say why a request was not let in, as the client of the service that it was meant for reads it."""
    if not refused.service and "x-amz-target" not in headers:
        await _problem(send, refused.status, "forbidden", str(refused))
        return
    content: dict[str, Any] = {"__type": refused.code, "message": str(refused)}
    if "x-amz-target" in headers or headers.get("content-type", "").startswith("application/json"):
        await _json(send, refused.status, content, "application/x-amz-json-1.1")
        return
    fault = f"<Error><Code>{refused.code}</Code><Message>{escape(str(refused))}</Message></Error>"
    body = (fault if refused.service == "s3" else f"<ErrorResponse>{fault}</ErrorResponse>").encode()
    answer = [
        (b"content-type", b"application/xml"),
        (b"content-length", str(len(body)).encode()),
        (b"x-amzn-errortype", refused.code.encode()),
    ]
    await send({"type": "http.response.start", "status": refused.status, "headers": answer})
    await send({"type": "http.response.body", "body": body})


async def _problem(send: Send, status: int, slug: str, detail: str) -> None:
    content = {"type": f"urn:retake:problem:{slug}", "title": slug, "status": status, "detail": detail}
    await _json(send, status, content, "application/problem+json")
