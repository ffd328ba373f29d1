"""A server that conforms to Acme's documents: every look brings a generation one step further."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from retake.adapters.providers.plugins import MakeVideo

KEY = "acme-0123456789"
STEPS = ("waiting", "working", "done")


@contextmanager
def serve(make_video: MakeVideo) -> Iterator[str]:
    """Give the address of a server that lasts as long as the context."""
    http = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(make_video))
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_address[1]}"
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def _handler_of(make_video: MakeVideo) -> type[BaseHTTPRequestHandler]:
    made: dict[str, dict[str, Any]] = {}
    by_key: dict[str, str] = {}

    class Handler(BaseHTTPRequestHandler):
        """Answers one request."""

        def _serve(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)) or b"{}")
            if self.headers.get("authorization") != f"Bearer {KEY}":
                return self._json(401, {"error": {"message": "This key is not known."}})
            if self.path == "/v1/account":
                return self._json(200, {"account": "acme"})
            if (self.command, self.path) == ("POST", "/v1/generations"):
                return self._create(body)
            found = re.fullmatch(r"/v1/generations/([^/]+)(/video)?", self.path)
            if found is None or found[1] not in made:
                return self._json(404, {"error": {"message": "There is no such generation."}})
            return self._video(made[found[1]]) if found[2] else self._state(made[found[1]])

        do_GET = do_POST = do_DELETE = _serve  # noqa: N815 - the base class's names

        def _create(self, body: dict[str, Any]) -> None:
            if "refuse" in body["prompt"]:
                return self._json(422, {"error": {"message": "Acme does not make this."}})
            key = self.headers.get("idempotency-key") or ""
            name = by_key.setdefault(key, f"gen-{len(made) + 1}")
            made.setdefault(name, {"id": name, "status": STEPS[0], **body})
            return self._json(201, made[name])

        def _state(self, generation: dict[str, Any]) -> None:
            status = generation["status"]
            if self.command == "DELETE":
                if status in {"done", "failed"}:
                    return self._json(409, {"error": {"message": "It has ended."}})
                generation["status"] = "cancelled"
            elif status in STEPS[:-1]:
                generation["status"] = STEPS[STEPS.index(status) + 1]
                if generation["status"] == "done":
                    generation["dollars"] = 0.05 * generation["seconds"]
                    if "fail" in generation["prompt"]:
                        generation |= {"status": "failed", "reason": "Acme ran out of memory."}
            return self._json(200, generation)

        def _video(self, generation: dict[str, Any]) -> None:
            if generation["status"] != "done":
                return self._json(404, {"error": {"message": "There is no video yet."}})
            return self._send(200, "video/mp4", make_video(generation["seconds"]))

        def _json(self, status: int, body: object) -> None:
            self._send(status, "application/json", json.dumps(body).encode())

        def _send(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
