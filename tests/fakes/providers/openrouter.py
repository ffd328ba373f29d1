"""OpenRouter's video API, as it is published: ``/videos``, ``/videos/{jobId}``, ``/content`` and ``/key``.

A job is pending, then in progress, then completed: one step a look. Words in the prompt decide
otherwise: ``refuse`` is refused at once, ``fail`` fails, ``stuck`` never ends.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.providers.server import Reply, Request
from tests.fakes.providers.videos import finished_video

KEY = "sk-or-v1-test0123456789"
_RATIOS = {"16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9", "9:21"}
_RESOLUTIONS = {"480p", "720p", "768p", "1080p", "1K", "2K", "4K"}
_KNOWN = {
    *("model", "prompt", "duration", "resolution", "aspect_ratio", "generate_audio", "seed"),
    *("frame_images", "input_references"),
}


@dataclass
class OpenRouterApp:
    """The application.

    Attributes:
        content_url: Where the content is said to lie, in place of here.
        cost: What a job is charged with, in US dollars.
        models: What its list of models says.
    """

    content_url: str | None = None
    cost: float = 0.25
    models: list[dict[str, Any]] = field(default_factory=list)
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: dict[str, dict[str, Any]] = field(default_factory=dict)
    looks: dict[str, int] = field(default_factory=dict)

    def __call__(self, request: Request) -> Reply:
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return _error(401, "No auth credentials found")
        if request.path == "/api/v1/videos/models":
            return Reply.of_json({"data": self.models})
        if request.path == "/api/v1/key":
            return Reply.of_json({"data": {"label": "sk-or-v1-te...789", "limit_remaining": 74.5}})
        if (request.method, request.path) == ("POST", "/api/v1/videos"):
            return self._create(request.json())
        found = re.fullmatch(r"/api/v1/videos/([^/]+)(/content)?", request.path)
        if request.method != "GET" or not found or found[1] not in self.jobs:
            return _error(404, "Job not found")
        return self._content(found[1]) if found[2] else self._look(found[1])

    def _create(self, body: dict[str, Any]) -> Reply:
        fault = _fault_of(body)
        if fault:
            return _error(400, fault)
        job_id = f"job{len(self.jobs) + 1:017}"
        self.asked[job_id] = body
        self.jobs[job_id] = {
            "id": job_id,
            "polling_url": f"https://openrouter.ai/api/v1/videos/{job_id}",
            "status": "pending",
        }
        return Reply.of_json(self.jobs[job_id], status=202)

    def _look(self, job_id: str) -> Reply:
        job, prompt = self.jobs[job_id], self.asked[job_id]["prompt"]
        looks = self.looks[job_id] = self.looks.get(job_id, 0) + 1
        if "stuck" not in prompt and job["status"] not in {"completed", "failed"}:
            job["status"] = {1: "pending", 2: "in_progress"}.get(looks, "completed")
            if job["status"] == "completed":
                self._end(job_id, failed="fail" in prompt)
        return Reply.of_json(job)

    def _end(self, job_id: str, *, failed: bool) -> None:
        if failed:
            self.jobs[job_id] |= {"status": "failed", "error": "Content policy violation"}
            return
        url = f"https://openrouter.ai/api/v1/videos/{job_id}/content?index=0"
        self.jobs[job_id] |= {
            "generation_id": f"gen-{job_id}",
            "unsigned_urls": [url],
            "usage": {"cost": self.cost, "is_byok": False},
        }

    def _content(self, job_id: str) -> Reply:
        if self.jobs[job_id]["status"] != "completed":
            return _error(404, "Video not ready")
        if self.content_url is not None:
            return Reply(302, headers={"Location": self.content_url})
        return Reply(200, finished_video(self.asked[job_id]["duration"]), {"Content-Type": "video/mp4"})


def _fault_of(body: dict[str, Any]) -> str:
    if unknown := body.keys() - _KNOWN:
        return f"Unrecognized keys: {sorted(unknown)}"
    if not isinstance(body.get("duration"), int) or not isinstance(body.get("model"), str):
        return "duration: expected a number; model: expected a string"
    if body.get("resolution") not in _RESOLUTIONS or body.get("aspect_ratio") not in _RATIOS:
        return "resolution, aspect_ratio: invalid option"
    pictures = [*body.get("frame_images", []), *body.get("input_references", [])]
    if any(not picture["image_url"]["url"].startswith(("https://", "data:image/")) for picture in pictures):
        return "image_url: invalid url"
    return "Your request was blocked by our moderation filter" if "refuse" in body["prompt"] else ""


def _error(status: int, message: str) -> Reply:
    return Reply.of_json({"error": {"code": status, "message": message}}, status=status)
