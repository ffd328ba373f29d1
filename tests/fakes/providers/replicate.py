"""Replicate's API, as it is published: predictions, files, lists with cursors.

A prediction is starting, then processing, then succeeded: one step a look. Words in the prompt decide
otherwise: ``refuse`` is refused at once, ``fail`` fails, ``stuck`` never ends.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.fakes.providers.server import Reply, Request
from tests.fakes.providers.videos import finished_video

KEY = "r8_test0123456789"
_FINAL = frozenset({"succeeded", "failed", "canceled", "aborted"})


@dataclass
class ReplicateApp:
    """The application.

    Attributes:
        begun_at: Its time; every event is a second after the one before.
        base_url: Where it listens; known once it does.
        page_size: Predictions a page of the list.
    """

    begun_at: datetime = field(default_factory=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    base_url: str = ""
    page_size: int = 100
    predictions: dict[str, dict[str, Any]] = field(default_factory=dict)
    looks: dict[str, int] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    _ticks: int = 0

    def __call__(self, request: Request) -> Reply:
        found = re.fullmatch(r"/delivery/([^/]+)\.mp4", request.path)
        if found:
            seconds = self.predictions[found[1]]["input"]["duration"]
            return Reply(200, finished_video(seconds), {"Content-Type": "video/mp4"})
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return _problem(401, "You did not pass a valid authentication token")
        return self._answer(request)

    def _answer(self, request: Request) -> Reply:
        if re.fullmatch(r"/v1/models/[^/]+/[^/]+/predictions", request.path):
            return self._create(request)
        if request.path == "/v1/account":
            return Reply.of_json({"type": "user", "username": "another-user"})
        if request.path == "/v1/files":
            return self._keep_file(request)
        if request.path == "/v1/predictions":
            return self._list(int(request.query.get("cursor", "0")))
        found = re.fullmatch(r"/v1/predictions/([^/]+)(/cancel)?", request.path)
        if not found or found[1] not in self.predictions:
            return _problem(404, "Prediction not found")
        prediction = self.predictions[found[1]]
        return self._cancel(prediction) if found[2] else self._look(prediction)

    def _keep_file(self, request: Request) -> Reply:
        name = f"file{len(self.files) + 1}"
        self.files[name] = request.body
        url = f"https://api.replicate.com/v1/files/{name}"
        return Reply.of_json({"id": name, "urls": {"get": url}}, status=201)

    def _create(self, request: Request) -> Reply:
        values = request.json()["input"]
        if not isinstance(values.get("duration"), int):
            return _problem(422, "- input.duration: Invalid type. Expected: integer")
        if "refuse" in values["prompt"]:
            return _problem(422, "The input was flagged as sensitive (E005).")
        prediction_id = f"{len(self.predictions) + 1:026}"
        prediction = {
            "id": prediction_id,
            "model": "/".join(request.path.split("/")[3:5]),
            "input": values,
            "status": "starting",
            "output": None,
            "error": None,
            "created_at": self._now(),
            "completed_at": None,
            "data_removed": False,
        }
        self.predictions[prediction_id] = prediction
        return Reply.of_json(prediction, status=201)

    def _look(self, prediction: dict[str, Any]) -> Reply:
        looks = self.looks[prediction["id"]] = self.looks.get(prediction["id"], 0) + 1
        prompt = prediction["input"]["prompt"]
        if prediction["status"] not in _FINAL and "stuck" not in prompt:
            prediction["status"] = {1: "starting", 2: "processing"}.get(looks, "succeeded")
            if prediction["status"] == "succeeded":
                prediction["completed_at"] = self._now()
                prediction["output"] = f"{self.base_url}/delivery/{prediction['id']}.mp4"
                if "fail" in prompt:
                    prediction |= {"status": "failed", "output": None, "error": "CUDA out of memory"}
        return Reply.of_json(prediction)

    def _list(self, cursor: int) -> Reply:
        newest = list(reversed(self.predictions.values()))
        page, rest = newest[cursor : cursor + self.page_size], newest[cursor + self.page_size :]
        following = f"{self.base_url}/v1/predictions?cursor={cursor + self.page_size}"
        return Reply.of_json({"next": following if rest else None, "previous": None, "results": page})

    def _cancel(self, prediction: dict[str, Any]) -> Reply:
        if prediction["status"] not in _FINAL:
            prediction |= {"status": "canceled", "completed_at": self._now()}
        return Reply.of_json(prediction)

    def _now(self) -> str:
        self._ticks += 1
        return (self.begun_at + timedelta(seconds=self._ticks)).isoformat().replace("+00:00", "Z")


def _problem(status: int, detail: str) -> Reply:
    return Reply.of_json({"title": "Refused", "detail": detail, "status": status}, status=status)
