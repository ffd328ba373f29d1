"""The guide's three modes with the local provider: words become videos that can be watched."""

from __future__ import annotations

import subprocess
from pathlib import Path

import httpx
import pytest

from infra.cli.frames import frame_hashes
from tests.api_user import ApiUser, Json
from tests.media_samples import ffmpeg_executable
from tests.stack import Stack
from tests.table_audit import assert_consistent, assert_paid_once

pytestmark = pytest.mark.local_cloud

SMALL = {"size": "320x180", "seconds": "1"}


@pytest.fixture(scope="module")
def ada(stack: Stack) -> ApiUser:
    return stack.person("vera")


def ended(ada: ApiUser, path: str) -> Json:
    def look() -> Json | None:
        found = ada.get(path)
        return None if found["status"] == "processing" else found

    return ada.wait_for(look)


def frames(video: Json, directory: Path) -> list[str]:
    file = directory / f"{video['video_id']}.mp4"
    file.write_bytes(httpx.get(video["video_url"], trust_env=False).content)
    return frame_hashes(file)


def picture(directory: Path) -> bytes:
    path = directory / "picture.png"
    command = [str(ffmpeg_executable()), "-v", "error", "-f", "lavfi", "-i", "color=red:s=320x180"]
    subprocess.run([*command, "-frames:v", "1", str(path)], check=True)  # noqa: S603 - our own ffmpeg
    return path.read_bytes()


def test_a_video_is_made_from_a_picture(stack: Stack, ada: ApiUser, tmp_path: Path) -> None:
    upload_id = ada.upload(picture(tmp_path), name="red.png", content_type="image/png")
    words = {"prompt": "a red fox in snow", "model": "local", **SMALL}
    plain = ada.post("/videos", words, status=202)
    seen = ada.post("/videos", {**words, "reference_upload_id": upload_id}, status=202)
    assert (plain["has_reference"], seen["has_reference"]) == (False, True)
    videos = [ended(ada, f"/videos/{made['video_id']}") for made in (plain, seen)]
    assert [(video["status"], video["error"]) for video in videos] == [("completed", None)] * 2
    assert {video["actual_cost"] for video in videos} == {0.02}
    without, with_picture = (frames(video, tmp_path) for video in videos)
    assert len(without) == len(with_picture) == 30
    assert without[0] != with_picture[0]
    assert_consistent(stack)
    assert_paid_once(stack)


def test_variations_of_one_prompt_differ_in_every_frame(ada: ApiUser, tmp_path: Path) -> None:
    body = {"prompt": "waves at sunset", "title": "Waves", "variations": 3, **SMALL}
    made = ada.post("/videos/variations", body, status=202)
    batch = ended(ada, f"/videos/batches/{made['batch_id']}")
    assert (batch["status"], batch["progress"], batch["actual_total_cost"]) == ("completed", 100, 0.06)
    assert [video["title"] for video in batch["videos"]] == ["Waves (1)", "Waves (2)", "Waves (3)"]
    first_frames = {frames(video, tmp_path)[0] for video in batch["videos"]}
    assert len(first_frames) == 3


def test_different_videos_keep_their_own_settings(ada: ApiUser) -> None:
    videos = [
        {"prompt": "a city at night", "size": "320x180", "seconds": "1"},
        {"prompt": "a field of flowers", "size": "180x320", "seconds": 1.5},
    ]
    made = ada.post("/videos/batch", {"videos": videos}, status=202)
    batch = ended(ada, f"/videos/batches/{made['batch_id']}")
    assert [(video["size"], video["seconds"]) for video in batch["videos"]] == [
        ("320x180", 1.0),
        ("180x320", 1.5),
    ]
    # Until it is composed, a moment after its take has landed, the take itself is what is shown.
    video_id = batch["videos"][1]["video_id"]
    job = ada.wait_for(lambda: found if (found := ada.job(video_id))["video"] else None)
    assert (job["profile"]["width"], job["profile"]["height"]) == (180, 320)
    assert (job["clips"][0]["frames"], job["video"]["frames"]) == (45, 45)
