"""A user who uses Retake through its HTTP API, as tests need it: answers as they come."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar

import httpx

from infra.cli.frames import frame_hashes
from infra.local.cloud import LocalCloud
from infra.local.deployer import LocalUser, sign_in
from retake_client.events import Event, parse_events
from tests.media_samples import ffmpeg_executable
from tests.waiting import PATIENCE_S, eventually

if TYPE_CHECKING:
    from tests.stack import Stack

Json = dict[str, Any]
T = TypeVar("T")
TERMINAL = {"succeeded", "partial", "failed", "cancelled"}


class ApiUser:
    """One signed-in user."""

    def __init__(self, cloud: LocalCloud, user: LocalUser) -> None:
        self.token = sign_in(cloud, user)
        self.http = httpx.Client(
            base_url=f"{cloud.endpoint}/api/v1",
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=35,
            trust_env=False,
        )

    def get(self, path: str, **parameters: str) -> Json:
        return _body(self.http.get(path, params=parameters), 200)

    def post(self, path: str, body: object = None, *, status: int, **headers: str) -> Json:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return _body(self.http.post(path, json=body, headers=named), status)

    # Jobs

    def upload(self, content: bytes, *, name: str = "clip.mp4", content_type: str = "video/mp4") -> str:
        form = self.post("/uploads", {"file_name": name, "content_type": content_type}, status=201)
        sent = self.send_form(form, content)
        assert sent.is_success, sent.text
        return str(form["upload_id"])

    def send_form(self, form: Json, content: bytes, **changed: str) -> httpx.Response:
        return httpx.post(
            form["url"], data={**form["fields"], **changed}, files={"file": content}, trust_env=False
        )

    def make_job(self, *clips: bytes) -> str:
        """Make a job and wait until it is ready."""
        uploads = [{"upload_id": self.upload(clip)} for clip in clips]
        job_id = str(self.post("/jobs", {"title": "Test", "clips": uploads}, status=202)["job_id"])
        job = self.wait_for(lambda: self._unless(self.job(job_id), "preparing"))
        assert job["status"] == "ready", job["failure"]
        return job_id

    def job(self, job_id: str) -> Json:
        return self.get(f"/jobs/{job_id}")

    def _unless(self, found: Json, *statuses: str) -> Json | None:
        return None if found["status"] in statuses else found

    # Batches

    def regenerate(self, job_id: str, instructions: Mapping[int, str | None], **more: object) -> Json:
        clips = [
            {"clip_index": index, **({"instruction": text} if text else {})}
            for index, text in instructions.items()
        ]
        return self.post(f"/jobs/{job_id}/clips/batch-regenerate", {"clips": clips, **more}, status=202)

    def batch(self, job_id: str, batch_id: str) -> Json:
        return self.get(f"/jobs/{job_id}/batches/{batch_id}")

    def ended(self, job_id: str, batch_id: str, *, within_s: float = PATIENCE_S) -> Json:
        """Wait for a batch's end."""

        def look() -> Json | None:
            found = self.batch(job_id, batch_id)
            return found if found["status"] in TERMINAL else None

        return self.wait_for(look, within_s=within_s)

    def settled(
        self, stack: Stack, job_id: str, batch_id: str, *, within_s: float = 90, **payload: bool
    ) -> Json:
        """Wait for the end of a batch without an execution, which is looked after every minute by itself."""

        def look() -> Json | None:
            stack.invoke("reconcile", dict(payload))
            found = self.batch(job_id, batch_id)
            return found if found["status"] in TERMINAL else None

        return self.wait_for(look, within_s=within_s)

    def run(self, job_id: str, instructions: Mapping[int, str | None], **more: object) -> Json:
        """Regenerate and wait for the end."""
        return self.ended(job_id, self.regenerate(job_id, instructions, **more)["batch_id"])

    # What there is to see

    def events(self, job_id: str, after: int = 0) -> list[Event]:
        headers = {"Last-Event-ID": str(after)} if after else {}
        answer = self.http.get(f"/jobs/{job_id}/events", headers=headers)
        assert answer.status_code == 200, answer.text
        return list(parse_events(answer.text).events)

    def wait_for_event(self, job_id: str, name: str, *, batch_id: str | None = None) -> Event:
        def look() -> Event | None:
            found = [event for event in self.events(job_id) if event.name == name]
            return next((e for e in found if batch_id in (None, e.data.get("batch_id"))), None)

        return self.wait_for(look)

    def versions(self, job_id: str, clip_index: int) -> list[Json]:
        takes: list[Json] = self.get(f"/jobs/{job_id}/clips/{clip_index}/versions")["versions"]
        return takes

    def restore(self, job_id: str, clip_index: int, number: int, **headers: str) -> httpx.Response:
        take = next(v for v in self.versions(job_id, clip_index) if v["version_number"] == number)
        path = f"/jobs/{job_id}/clips/{clip_index}/versions/{take['version_id']}/restore"
        return self.http.post(path, headers={name.replace("_", "-"): v for name, v in headers.items()})

    def frames(self, job_id: str, directory: Path) -> list[str]:
        """Return a hash of each frame of the job's video."""
        video = self.job(job_id)["video"]
        assert video["up_to_date"]
        file = directory / "video.mp4"
        file.write_bytes(httpx.get(video["url"], trust_env=False).content)
        return frame_hashes(file)

    def wait_for(self, look: Callable[[], T | None], *, within_s: float = PATIENCE_S) -> T:
        return eventually(look, within_s=within_s)


def _body(answer: httpx.Response, status: int) -> Json:
    assert answer.status_code == status, answer.text
    body: Json = answer.json()
    return body


@cache
def small_clip(number: int = 0, *, frames: int = 10, sound: bool = True) -> bytes:
    """Return a clip of some frames, unlike those of other numbers."""
    seconds = frames / 30
    source = f"testsrc2=s=160x90:r=30:d={seconds},hue=h={number * 60}"
    tone = ["-f", "lavfi", "-i", f"sine={200 + 100 * number}:d={seconds}"] if sound else []
    with TemporaryDirectory() as directory:
        made = Path(directory) / "clip.mp4"
        command = [str(ffmpeg_executable()), "-v", "error", "-f", "lavfi", "-i", source, *tone]
        command += ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(made)]
        subprocess.run(command, check=True)  # noqa: S603 - our own ffmpeg
        return made.read_bytes()
