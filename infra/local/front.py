"""What people and browsers reach: the studio, the API and presigned URLs on one loopback port.

Everything that is not the product's own goes to the emulator. A web page of another
origin reaches nothing: the emulator answers every origin, so it is asked only by ours.
"""

import hmac
import json
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from infra.local.asgi import Application, Message, Receive, Scope, Send
from infra.local.directory import DataDirectory
from infra.local.environment import REGION
from infra.local.studio_files import StudioFiles
from infra.stack.browser_policy import browser_configuration

# The emulator's own controls answer anybody; only these two may be reached.
_CLOSED_PREFIXES = ("/_ministack", "/_localstack", "/_aws", "/restapis")
_OPEN_PREFIXES = ("/_aws/execute-api/", "/_ministack/health")


class Front:
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
    ) -> None:
        """Stand before an emulator.

        Args:
            emulator: ministack's application.
            port: Where both are served.
            directory: Tells what is deployed.
            static: The studio's built files, if any.
            allowed_origins: More origins that may use the API, such as a development server.
            local: Answers ``/_local/...`` for whoever knows the root key.
        """
        self._emulator = emulator
        self._directory = directory
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}"}
        self._suffix = f".localhost:{port}"
        self._origins = {f"http://{host}" for host in self._hosts} | set(allowed_origins)
        self._local = local
        self._studio = StudioFiles(static, port=port) if static else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
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
        host = headers.get("host", "").lower()
        if host not in self._hosts and not host.endswith(self._suffix):
            return "This server answers only to the name of this machine itself."
        origin = headers.get("origin")
        if origin is not None and origin.lower() not in self._origins:
            return "Pages of other origins may not use this server."
        return None

    async def _route(self, scope: Scope, receive: Receive, send: Send, headers: dict[str, str]) -> None:
        path: str = scope["path"]
        if path == "/api" or path.startswith("/api/"):
            await self._api(scope, receive, send)
        elif path == "/config.json":
            await _json(send, 200, self._public_configuration(headers["host"]))
        elif (scope["method"], path) == ("POST", "/local-sign-in"):
            await self._tell_sign_in(send, headers)
        elif path.startswith("/_local/"):
            await self._answer_locally(scope, send, headers)
        elif path.startswith(_CLOSED_PREFIXES) and not path.startswith(_OPEN_PREFIXES):
            await _problem(send, 404, "not-found", "There is nothing here.")
        elif self._studio and not _speaks_aws(scope, headers) and (file := self._studio.find(scope, headers)):
            await self._studio.send(send, file, head=scope["method"] == "HEAD")
        elif path == "/" and scope["method"] != "POST" and not _speaks_aws(scope, headers):
            # The emulator would list its buckets to anybody.
            await _problem(send, 404, "not-found", "There is nothing here.")
        else:
            await self._emulator(scope, receive, send)

    async def _api(self, scope: Scope, receive: Receive, send: Send) -> None:
        api_id = str(self._outputs().get("ApiId", ""))
        if not api_id:
            await _problem(send, 503, "not-deployed", "The stack is not deployed yet; try again in a moment.")
            return
        prefix = f"/_aws/execute-api/{api_id}/$default"
        raw = scope.get("raw_path") or scope["path"].encode()
        inner = {**scope, "path": prefix + scope["path"], "raw_path": prefix.encode() + raw}
        await self._emulator(inner, receive, send)

    def _outputs(self) -> dict[str, str]:
        deployment = self._directory.read_deployment()
        outputs: dict[str, str] = dict(deployment.get("outputs", {}))
        if "ApiId" not in outputs and "ApiUrl" in outputs:
            # https://{api id}.execute-api.{region}.amazonaws.com/
            outputs["ApiId"] = outputs["ApiUrl"].split("://", 1)[-1].split(".", 1)[0]
        return outputs

    def _public_configuration(self, host: str) -> dict[str, Any]:
        region = str(self._directory.read_deployment().get("region", REGION))
        told = browser_configuration(self._outputs(), region=region, cognito_endpoint=f"http://{host}")
        user = self._directory.read_user()
        return {**told, "localUser": user["email"]} if user else {**told}

    async def _tell_sign_in(self, send: Send, headers: dict[str, str]) -> None:
        """Let the studio sign the person at this machine in with one click.

        Browsers send an ``Origin`` with every POST, and pages of other origins were refused by now.
        """
        user = self._directory.read_user()
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


async def _problem(send: Send, status: int, slug: str, detail: str) -> None:
    content = {"type": f"urn:retake:problem:{slug}", "title": slug, "status": status, "detail": detail}
    await _json(send, status, content, "application/problem+json")
