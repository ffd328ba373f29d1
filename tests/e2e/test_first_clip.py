"""On the stack, a job keeps the size and the frame rate of its first clip, through every step."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import httpx
import pytest

from retake.adapters.media.mp4 import read_movie
from tests.media_samples import ffmpeg, frame_hashes

if TYPE_CHECKING:
    from pathlib import Path

    from tests.api_user import ApiUser, Json

pytestmark = pytest.mark.local_cloud


def clip(directory: Path, *, size: str, rate: str, seconds: float) -> bytes:
    """Return a clip in which every frame differs from the one before."""
    path = directory / "clip.mp4"
    picture = f"testsrc2=size={size}:rate={rate}:d={seconds}"
    options = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "10", "-pix_fmt", "yuv420p")
    ffmpeg(["-y", "-f", "lavfi", "-i", picture, *options, str(path)])
    return path.read_bytes()


def video_of(job: Json, directory: Path) -> Path:
    path = directory / "video.mp4"
    path.write_bytes(httpx.get(job["video"]["url"], trust_env=False).content)
    return path


@pytest.mark.parametrize(
    ("size", "rate", "number"),
    [("160x90", "24000/1001", 23.976), ("160x90", "16", 16), ("90x160", "60", 60)],
)
def test_the_first_clips_size_and_rate_are_kept_in_every_take(
    *, ada: ApiUser, tmp_path: Path, size: str, rate: str, number: float
) -> None:
    width, height = map(int, size.split("x"))
    content = clip(tmp_path, size=size, rate=rate, seconds=0.4)
    frames = len(frame_hashes(tmp_path / "clip.mp4"))
    clips = [{"upload_id": ada.upload(content, name="first.mp4")}]
    estimate = ada.post("/jobs/estimate", {"clips": clips}, status=200)
    assert estimate["profile"] == {"width": width, "height": height, "fps": number}
    assert estimate["warnings"] == []
    made = ada.post("/jobs", {"clips": clips}, status=202)
    job = ada.wait_for(lambda: ada._unless(ada.job(made["job_id"]), "preparing"))
    assert (job["status"], job["clips"][0]["frames"], job["clips"][0]["notices"]) == ("ready", frames, [])
    batch = ada.run(job["job_id"], {0: "-20 % brighter"})
    assert batch["status"] == "succeeded", batch["cause"]
    shown = read_movie(video_of(ada.job(job["job_id"]), tmp_path)).track("vide")
    times = sorted(Fraction(time, shown.timescale) for time in shown.presentation_times)
    assert times == [number_of / Fraction(rate) for number_of in map(Fraction, range(frames))]
    hashes = frame_hashes(tmp_path / "video.mp4")
    assert len(set(hashes)) == frames  # none is repeated
