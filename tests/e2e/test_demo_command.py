"""``retake demo`` and ``retake up`` as a person runs them: real processes, real ports."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from infra.cli.frames import frame_hashes
from infra.local.cloud import LocalCloud
from retake_client.cli import main
from tests.commands import RETAKE, processes_about, retake
from tests.fakes.providers import gemini
from tests.fakes.providers.server import ProviderServer
from tests.local_cloud import free_port
from tests.media_samples import ffmpeg

pytestmark = pytest.mark.local_cloud

SIZES = ("320x180", "180x320", "256x144", "160x90", "240x240")
RATES = (30, 24, 25, 60, 30)
FRAMES_EACH = 30


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Five seconds of video in five clips that differ."""
    folder = tmp_path_factory.mktemp("clips")
    files = []
    for number, (size, rate) in enumerate(zip(SIZES, RATES, strict=True)):
        file = folder / f"clip-{number}.mp4"
        sound = [] if number == 1 else ["-f", "lavfi", "-i", f"sine={200 + 50 * number}:d=1"]
        source = f"testsrc2=s={size}:r={rate}:d=1,hue=h={number * 60}"
        ffmpeg(["-f", "lavfi", "-i", source, *sound, "-c:v", "libx264", "-preset", "ultrafast", str(file)])
        files.append(file)
    return files


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "data"


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory that the demo is run in, where it has no business."""
    return tmp_path_factory.mktemp("elsewhere")


@pytest.fixture(scope="module")
def reported(clips: Sequence[Path], data: Path, elsewhere: Path) -> dict[str, Any]:
    """The object that a real demo prints."""
    options = [option for clip in clips for option in ("--clip", str(clip))]
    done = retake("demo", "--json", "--data", str(data), *options, cwd=elsewhere)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    content: dict[str, Any] = json.loads(done.stdout)
    return content


def test_the_batch_succeeds_clip_by_clip(reported: dict[str, Any]) -> None:
    assert reported["status"] == "succeeded"
    assert reported["job_id"] != reported["batch_id"]
    assert reported["clips"] == [
        {"clip_index": index, "status": "succeeded", "version_number": 2} for index in (0, 2, 4)
    ]


def test_every_regenerated_clip_has_one_take_more(reported: dict[str, Any]) -> None:
    assert reported["versions_before"] == dict.fromkeys("01234", 1)
    assert reported["versions_after"] == {"0": 2, "1": 1, "2": 2, "3": 1, "4": 2}


def test_three_clips_cost_a_tenth_less(reported: dict[str, Any]) -> None:
    # A second at $0.012, rounded up to the cent, thrice.
    assert reported["discount"] == pytest.approx(0.006)
    assert reported["estimated_total_cost"] == pytest.approx(0.054)


def test_the_video_plays_and_is_as_long_as_its_clips(reported: dict[str, Any], data: Path) -> None:
    video = Path(reported["video"])
    assert video.is_relative_to(data)
    assert reported["duration_s"] == pytest.approx(5.0)
    assert len(frame_hashes(video)) == 5 * FRAMES_EACH


def test_the_restore_is_exact_to_the_frame(reported: dict[str, Any]) -> None:
    restore = reported["restore"]
    assert (restore["clip_index"], restore["version_number"]) == (2, 1)
    assert (restore["frames_in_span"], restore["frames_elsewhere"]) == (FRAMES_EACH, 4 * FRAMES_EACH)
    assert restore["frames_identical"]
    # Not only by its own word: counted here from the files that it left.
    second, third = frame_hashes(Path(reported["video"])), frame_hashes(Path(restore["video"]))
    first = frame_hashes(Path(reported["video"]).with_name("original.mp4"))
    span = slice(2 * FRAMES_EACH, 3 * FRAMES_EACH)
    assert third[span] == first[span] != second[span]
    assert third[: span.start] + third[span.stop :] == second[: span.start] + second[span.stop :]


def test_every_step_is_timed_and_within_the_prds_limits(reported: dict[str, Any]) -> None:
    steps = {step["name"]: step for step in reported["steps"]}
    assert set(steps) >= {"start", "sign_in", "upload", "prepare", "regenerate", "history", "restore"}
    assert all(step["seconds"] >= 0 for step in reported["steps"])
    assert steps["regenerate"]["seconds"] < steps["regenerate"]["limit_seconds"] == 480
    assert steps["history"]["limit_seconds"] == 0.5


def test_nothing_is_left_running_or_written_elsewhere(
    reported: dict[str, Any], data: Path, elsewhere: Path
) -> None:
    assert reported
    assert processes_about(data) == []
    assert list(elsewhere.iterdir()) == []
    assert [path.name for path in data.parent.iterdir()] == [data.name]


def test_a_text_that_is_named_like_a_video_is_refused_by_name(
    reported: dict[str, Any], clips: Sequence[Path], data: Path, elsewhere: Path, tmp_path: Path
) -> None:
    assert reported  # the same data directory: deployed already
    text = tmp_path / "letter.mp4"
    text.write_text("Dear Sir or Madam, this is no video. " * 50)
    done = retake(
        "demo", "--json", "--data", str(data), "--clip", str(clips[0]), "--clip", str(text), cwd=elsewhere
    )
    assert done.returncode == 1
    assert str(text) in json.loads(done.stdout)["error"]["detail"]
    assert f"error: {text}: " in done.stderr
    assert "Traceback" not in done.stderr
    assert processes_about(data) == []


@contextlib.contextmanager
def up(data: Path, port: int, cwd: Path) -> Iterator[subprocess.Popen[str]]:
    """Run ``retake up`` until it says that it runs."""
    command = [*RETAKE, "up", "--data", str(data), "--port", str(port)]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        try:
            assert running.stdout is not None
            said = []
            for line in running.stdout:
                said.append(line)
                if "Ctrl-C stops it" in line:
                    break
            assert running.poll() is None, "".join(said)
            yield running
        finally:
            running.kill()


CONTINUED = """
title = "Four clips"
[profile]
width = 160
height = 90
[[clips]]
prompt = "a red fox in snow"
model = "omni-flash-1.1"
seconds = 3
[[clips]]
prompt = "it runs into a forest"
model = "omni-flash-1.1"
seconds = 3
from = "previous"
[[clips]]
prompt = "it drinks at a brook"
model = "omni-flash-1.1"
seconds = 3
from = "previous"
[[clips]]
prompt = "it sleeps"
model = "omni-flash-1.1"
seconds = 3
from = "previous"
"""


def make_continued_clips(data: Path, app: gemini.GeminiApp) -> None:
    """Make four clips that continue each other by one key's model, and edit one, as people type it."""

    def typed(*arguments: str) -> dict[str, Any]:
        done = CliRunner().invoke(main.app, [*arguments, "--data", str(data), "--json"])
        assert done.exit_code == 0, done.output
        content: dict[str, Any] = json.loads(done.stdout)
        return content

    assert "gemini" in {model["provider"] for model in typed("models")["models"]}
    file = data.with_name("four.toml")
    file.write_text(CONTINUED)
    job = typed("job", str(file))
    file.unlink()
    edited = typed("regenerate", job["job_id"], "--clip", "1=as an anime")

    assert edited["status"] == "succeeded"
    kinds = [sorted(part["type"] for part in asked["input"]) for asked in app.asked.values()]
    assert kinds == [["text"], *[["image", "text"]] * 3, ["text", "video"]]
    assert [asked["generation_config"]["video_config"]["task"] for asked in app.asked.values()] == [
        "text_to_video",
        *["image_to_video"] * 3,
        "edit",
    ]
    clips = typed("jobs", job["job_id"])["clips"]
    assert [clip["stale"] for clip in clips] == [False, False, True, False]
    made_from = [clip["current_version"]["made_from"] for clip in clips]
    assert [[source["neighbour"] for source in sources] for sources in made_from] == [
        [],
        [],
        ["previous"],
        ["previous"],
    ]


def test_up_with_one_key_makes_clips_that_continue_each_other_and_keeps_the_demos_job(
    reported: dict[str, Any], data: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, app = free_port(), gemini.GeminiApp()
    with closing(ProviderServer(app)) as server:
        app.base_url = server.url
        monkeypatch.setenv("GEMINI_API_KEY", gemini.KEY)
        # Only the address differs from what needs no setting at all.
        monkeypatch.setenv("RETAKE_PROVIDERS", json.dumps([{"name": "gemini", "base_url": server.url}]))
        with up(data, port, elsewhere) as running:
            make_continued_clips(data, app)
            check_up(running, port, reported, data, elsewhere)


def check_up(
    running: subprocess.Popen[str], port: int, reported: dict[str, Any], data: Path, elsewhere: Path
) -> None:
    """Check that a stack has the demo's job, shares neither data nor port, and ends at Ctrl-C."""
    cloud = LocalCloud(port=port, data=data)
    jobs = cloud.clients.client("dynamodb").query(
        TableName=cloud.outputs["TableName"],
        KeyConditionExpression="PK = :job",
        ExpressionAttributeValues={":job": {"S": f"JOB#{reported['job_id']}"}},
    )
    assert jobs["Count"] > 0
    busy = retake("up", "--data", str(data), "--port", str(free_port()), cwd=elsewhere)
    taken = retake("up", "--data", str(data.with_name("other")), "--port", str(port), cwd=elsewhere)
    running.send_signal(signal.SIGINT)
    assert running.wait(30) == 0
    assert (busy.returncode, taken.returncode) == (1, 1)
    assert "another server" in busy.stderr
    assert "--data" in busy.stderr
    assert f"port {port} is in use" in taken.stderr
    assert "--port" in taken.stderr
    assert processes_about(data.parent) == []
    assert not (data / "running").exists()


def test_a_terminated_demo_leaves_nothing_running(
    reported: dict[str, Any], clips: Sequence[Path], data: Path, elsewhere: Path
) -> None:
    assert reported
    command = [*RETAKE, "demo", "--data", str(data), "--clip", str(clips[0])]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=elsewhere, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        assert running.stdout is not None
        for line in running.stdout:
            if "Upload" in line:
                break
        started = time.monotonic()
        running.send_signal(signal.SIGTERM)
        rest = running.stdout.read()
        assert running.wait(30) == 128 + signal.SIGTERM
    assert "Stopped" in rest
    assert time.monotonic() - started < 20
    assert processes_about(data) == []
