"""The Gemini API's interactions, as Google's client knows them: create in the background, read, cancel.

An interaction is queued, then in progress, then completed: one step a look. Words in the prompt decide
otherwise: ``refuse`` is refused at once, ``fail`` is completed with words in place of a video, ``stuck``
never ends.
"""

import base64
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.fakes.providers.server import Reply, Request
from tests.fakes.providers.videos import finished_video

KEY = "AIza-test-0123456789"
_TASKS = {
    "text_to_video": [{"text"}],
    "image_to_video": [{"text", "image"}],
    "reference_to_video": [{"text", "image"}, {"text", "video"}, {"text", "image", "video"}],
    "edit": [{"text", "video"}, {"text", "image", "video"}],
}
_TAG = re.compile(r"<(FIRST_FRAME|LAST_FRAME|VIDEO_0|(?:IMAGE|VIDEO)_REF_\d+)>@(Image|Video)(\d+)")
_FINAL = frozenset({"completed", "failed", "cancelled"})


@dataclass
class GeminiApp:
    """The application.

    Attributes:
        base_url: Where it listens; known once it does.
        result_url: Where results are said to lie, in place of here.
        begun_at: Its time; every event is a second after the one before.
    """

    base_url: str = ""
    result_url: str | None = None
    begun_at: datetime = field(default_factory=lambda: datetime(2026, 11, 1, tzinfo=UTC))
    interactions: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: dict[str, dict[str, Any]] = field(default_factory=dict)
    looks: dict[str, int] = field(default_factory=dict)
    _ticks: int = 0

    def __call__(self, request: Request) -> Reply:
        if request.headers.get("x-goog-api-key") != KEY:
            return _error(400, "API key not valid. Please pass a valid API key.", "INVALID_ARGUMENT")
        if request.path == "/v1beta/models":
            return Reply.of_json({"models": [{"name": "models/gemini-omni-1.1-flash"}]})
        found = re.fullmatch(r"/v1beta/files/([^/]+):download", request.path)
        if found and request.query.get("alt") == "media":
            return Reply(200, finished_video(self._seconds(found[1])), {"Content-Type": "video/mp4"})
        return self._interact(request)

    def _interact(self, request: Request) -> Reply:
        if (request.method, request.path) == ("POST", "/v1beta/interactions"):
            return self._create(request.json())
        found = re.fullmatch(r"/v1beta/interactions/([^/]+)(/cancel)?", request.path)
        if not found or found[1] not in self.interactions:
            return _error(400, "Invalid interaction name.", "invalid_request")
        return self._cancel(found[1]) if found[2] else self._look(found[1])

    def _create(self, body: dict[str, Any]) -> Reply:
        fault = _fault_of(body)
        if fault:
            return _error(400, fault, "invalid_request")
        name = f"v1_{len(self.interactions) + 1:08}"
        self.asked[name] = body
        self.interactions[name] = {
            "id": name,
            "object": "interaction",
            "model": body["model"],
            "status": "queued",
            "created": self._now(),
            "updated": self._now(),
        }
        return Reply.of_json(self.interactions[name])

    def _look(self, name: str) -> Reply:
        interaction, words = self.interactions[name], _words_of(self.asked[name])
        looks = self.looks[name] = self.looks.get(name, 0) + 1
        if "stuck" not in words and interaction["status"] not in _FINAL:
            interaction["status"] = {1: "queued", 2: "in_progress"}.get(looks, "completed")
            if interaction["status"] == "completed":
                url = self.result_url or f"{self.base_url}/v1beta/files/{name}:download?alt=media"
                part = {"type": "video", "uri": url, "mime_type": "video/mp4"}
                if "fail" in words:
                    part = {"type": "text", "text": "I cannot make videos of that person."}
                steps = [{"type": "thought", "signature": "abc"}, {"type": "model_output", "content": [part]}]
                interaction |= {"steps": steps, "updated": self._now()}
        return Reply.of_json(interaction)

    def _cancel(self, name: str) -> Reply:
        interaction = self.interactions[name]
        if interaction["status"] in _FINAL:
            return _error(400, "The interaction is not running.", "invalid_request")
        interaction |= {"status": "cancelled", "updated": self._now()}
        return Reply.of_json(interaction)

    def _seconds(self, name: str) -> int:
        """Return a result's length; an edited clip keeps its own, which is here the shortest."""
        return int(self.asked[name]["response_format"].get("duration", "3s").removesuffix("s"))

    def _now(self) -> str:
        self._ticks += 1
        return (self.begun_at + timedelta(seconds=self._ticks)).isoformat().replace("+00:00", "Z")


def _fault_of(body: dict[str, Any]) -> str:
    wanted, task = (
        body["response_format"],
        body.get("generation_config", {}).get("video_config", {}).get("task"),
    )
    kinds = {part["type"] for part in body["input"]}
    if body.get("background") is not True or wanted.get("delivery") != "uri":
        return "The test server answers interactions in the background by address only."
    if task is not None and kinds not in _TASKS.get(task, []):
        return f"The task {task} does not go with {sorted(kinds)}."
    fault = _fault_of_tags(body["input"], _words_of(body))
    if fault:
        return fault
    if wanted["resolution"] not in {"360p", "720p", "1080p", "4k"}:
        return "response_format.resolution: invalid value"
    if task != "edit" and not re.fullmatch(r"([3-9]|10)s", wanted["duration"]):
        return "response_format.duration: not a duration from 3s to 10s"
    for part in body["input"]:
        if part["type"] != "text":
            base64.b64decode(part["data"], validate=True)
    return "The prompt was blocked for safety reasons." if "refuse" in _words_of(body) else ""


def _fault_of_tags(parts: list[dict[str, Any]], words: str) -> str:
    """Return what is wrong with the tags: each file has one, by its number among its kind."""
    tags = _TAG.findall(words)
    files = [part["type"] for part in parts if part["type"] != "text"]
    there = {(kind, number + 1) for kind in ("image", "video") for number in range(files.count(kind))}
    named = {(kind.lower(), int(number)) for _, kind, number in tags}
    names = [name for name, _, _ in tags]
    if "LAST_FRAME" in names and "FIRST_FRAME" not in names:
        return "LAST_FRAME goes with FIRST_FRAME only."
    return "A tag names no file, or a file has no tag." if tags and named != there else ""


def _words_of(body: dict[str, Any]) -> str:
    return " ".join(part["text"] for part in body["input"] if part["type"] == "text")


def _error(status: int, message: str, code: str) -> Reply:
    return Reply.of_json({"error": {"code": code, "message": message}}, status=status)
