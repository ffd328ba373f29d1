"""fal's queue, as it is published: submit, status, result, cancel.

A request is in the queue, then in progress, then completed: one step a look. Words in the prompt decide
otherwise: ``refuse`` is refused at once, ``fail`` is completed without a result, ``stuck`` never ends.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.providers.server import Reply, Request
from tests.fakes.providers.videos import finished_video

KEY = "fal-key-id:fal-secret-0123456789"


@dataclass
class FalApp:
    """The application.

    Attributes:
        base_url: Where it listens; known once it does.
        result_url: Where results are said to lie, in place of here.
    """

    base_url: str = ""
    result_url: str | None = None
    queued: dict[str, dict[str, Any]] = field(default_factory=dict)
    looks: dict[str, int] = field(default_factory=dict)

    def __call__(self, request: Request) -> Reply:
        found = re.fullmatch(r"/delivery/([^/]+)\.mp4", request.path)
        if found:
            return Reply(200, finished_video(self._seconds(found[1])), {"Content-Type": "video/mp4"})
        if request.headers.get("authorization") != f"Key {KEY}":
            return _problem(401, "Authentication is required to access this application.")
        found = re.fullmatch(r"/([^/]+/[^/]+)/requests/([^/]+)(/status|/cancel)?", request.path)
        if found is None:
            return self._submit(request.path.removeprefix("/"), request.json())
        if found[2] not in self.queued or not self.queued[found[2]]["endpoint"].startswith(found[1]):
            return _problem(404, "Request not found")
        return self._answer(request.method, found[2], found[3])

    def _submit(self, endpoint: str, values: dict[str, Any]) -> Reply:
        if "refuse" in values["prompt"]:
            return _problem(422, [{"loc": ["body", "prompt"], "msg": "flagged by a content checker"}])
        is_edit = endpoint.endswith("/edit")
        wanted = (
            {"prompt", "resolution", "video_url"} if is_edit else {"prompt", "resolution", "aspect_ratio"}
        )
        if not wanted <= values.keys():
            return _problem(422, [{"loc": ["body"], "msg": f"{sorted(wanted - values.keys())} required"}])
        request_id = f"{len(self.queued) + 1:08}-0000-4000-8000-000000000000"
        self.queued[request_id] = {"endpoint": endpoint, "input": values, "state": "IN_QUEUE"}
        app = "/".join(endpoint.split("/")[:2])
        url = f"https://queue.fal.run/{app}/requests/{request_id}"
        return Reply.of_json({"request_id": request_id, "response_url": url, "status_url": f"{url}/status"})

    def _answer(self, method: str, request_id: str, part: str | None) -> Reply:
        if part == "/status":
            return self._status(request_id)
        if part == "/cancel":
            return self._cancel(request_id) if method == "PUT" else _problem(405, "Method not allowed")
        return self._result(request_id)

    def _status(self, request_id: str) -> Reply:
        queued = self.queued[request_id]
        looks = self.looks[request_id] = self.looks.get(request_id, 0) + 1
        if "stuck" not in queued["input"]["prompt"] and queued["state"] != "COMPLETED":
            queued["state"] = {1: "IN_QUEUE", 2: "IN_PROGRESS"}.get(looks, "COMPLETED")
        said = {"status": queued["state"], "request_id": request_id}
        return Reply.of_json({**said, **({"error": queued["error"]} if "error" in queued else {})})

    def _cancel(self, request_id: str) -> Reply:
        if self.queued[request_id]["state"] == "COMPLETED":
            return Reply.of_json({"status": "ALREADY_COMPLETED"}, status=400)
        self.queued[request_id] |= {"state": "COMPLETED", "error": "The request was cancelled."}
        return Reply.of_json({"status": "CANCELLATION_REQUESTED"}, status=202)

    def _result(self, request_id: str) -> Reply:
        queued = self.queued[request_id]
        if queued["state"] != "COMPLETED":
            return _problem(400, "Request is still in progress")
        if "fail" in queued["input"]["prompt"]:
            return _problem(422, "The video could not be generated")
        url = self.result_url or f"{self.base_url}/delivery/{request_id}.mp4"
        return Reply.of_json({"video": {"url": url, "content_type": "video/mp4"}})

    def _seconds(self, request_id: str) -> int:
        """Return a result's length; an edited clip keeps its own, which is here the shortest."""
        return int(str(self.queued[request_id]["input"].get("duration", 3)).removesuffix("s"))


def _problem(status: int, detail: object) -> Reply:
    return Reply.of_json({"detail": detail}, status=status)
