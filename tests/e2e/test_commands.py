"""The commands on the real stack: they find it by its data directory, and each prints one object."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from typer.testing import CliRunner, Result

from infra.cli.frames import frame_hashes
from retake_client.cli.main import app
from tests.api_user import Json
from tests.stack import Stack

pytestmark = pytest.mark.local_cloud

SMALL = ("--seconds", "0.5", "--size", "160x90")


@pytest.fixture(scope="module")
def data(stack: Stack) -> str:
    return str(stack.cloud.directory.root)


def run(data: str, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--data", data])


def told(data: str, *arguments: str) -> Json:
    """Run a command for a program: stdout is one line, and that is one object."""
    done = run(data, *arguments, "--json")
    assert done.exit_code == 0, done.output
    (line,) = done.stdout.splitlines()
    content: Json = json.loads(line)
    return content


def test_a_video_from_words_to_a_file_with_another_take_and_back(data: str, tmp_path: Path) -> None:
    made = told(data, "create", "a red fox in snow", *SMALL, "--title", "A fox", "--project", "Winter")
    (video,) = made["videos"]
    assert (made["status"], video["status"], video["actual_cost"]) == ("completed", "completed", 0.01)
    video_id = video["video_id"]
    listed = told(data, "videos", "--project", "Winter", "--status", "completed")["videos"]
    assert [one["video_id"] for one in listed] == [video_id]
    assert told(data, "videos", "--project", "Winter", "--status", "failed")["videos"] == []

    asked = ("--clip", "0=make it nighttime", "--takes", "2", "--model", "local")
    batch = told(data, "regenerate", video_id, *asked)
    assert [(one["take"], one["version_number"]) for one in batch["regenerations"]] == [(1, 2), (2, 3)]
    first = told(data, "download", video_id, "--to", str(tmp_path / "second"))["files"]
    restored = told(data, "restore", video_id, "0", "1")
    assert (restored["version_number"], restored["state"]) == (1, "current")
    takes = told(data, "versions", video_id, "0")["versions"]
    assert [take["version_number"] for take in takes if not take["is_current"]] == [3, 2]
    assert told(data, "jobs", video_id)["clips"][0]["current_version"]["version_number"] == 1

    (second,) = told(data, "download", video_id, "--to", str(tmp_path / "first"))["files"]
    assert Path(second).name == "A-fox.mp4"
    assert len(frame_hashes(Path(second))) == 15
    assert frame_hashes(Path(first[0])) != frame_hashes(Path(second))
    (packed,) = told(data, "download", "--zip", video_id, "--to", str(tmp_path / "packed"))["files"]
    assert Path(packed).name == "A fox.zip"
    with ZipFile(packed) as archive:
        assert archive.read("01 A fox.mp4") == Path(second).read_bytes()
    again = run(data, "download", video_id, "--to", str(tmp_path / "first"))
    assert (again.exit_code, "is there already" in again.stderr) == (1, True)


def test_people_see_the_price_first_and_then_how_it_went(data: str, tmp_path: Path) -> None:
    file = tmp_path / "two.toml"
    file.write_text(
        '[[videos]]\nprompt = "an owl"\nseconds = 0.5\nsize = "160x90"\n'
        '[[videos]]\nprompt = "a hare"\nseconds = "0.5"\nsize = "160x90"\n'
    )
    done = run(data, "batch", str(file))
    assert done.exit_code == 0, done.output
    assert done.stdout.index("Price") < done.stdout.index("an owl: processing")
    assert {"an owl: completed", "a hare: completed"} <= {line.strip() for line in done.stdout.splitlines()}


def test_a_template_is_saved_used_and_changed(data: str) -> None:
    saved = told(data, "template", "Winter fox", "a red {animal} in snow", *SMALL)
    assert (saved["placeholders"], saved["revision"]) == (["animal"], 1)
    made = told(data, "create", "--template", "winter FOX", "--set", "animal=fox", "--title", "One")
    assert [(one["prompt"], one["title"], one["status"]) for one in made["videos"]] == [
        ("a red fox in snow", "One", "completed")
    ]
    refused = run(data, "create", "--template", "Winter fox", "--json")
    assert (refused.exit_code, "--set animal" in refused.stderr) == (1, True)
    changed = told(data, "template", "Winter fox", "a {animal}", *SMALL, "--variations", "2")
    assert (changed["template_id"], changed["revision"]) == (saved["template_id"], 2)
    both = told(data, "create", "--template", saved["template_id"], "--set", "animal=hare", "--no-wait")
    assert [one["prompt"] for one in both["videos"]] == ["a hare", "a hare"]
    assert told(data, "templates", "--delete", "Winter fox")["name"] == "Winter fox"
    assert told(data, "templates")["templates"] == []
    missing = run(data, "create", "--template", "Winter fox")
    assert (missing.exit_code, "There is no template" in missing.output) == (1, True)


def test_videos_and_clips_are_scheduled_listed_and_cancelled(data: str, tmp_path: Path) -> None:
    then = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    file = tmp_path / "one.toml"
    file.write_text('[[videos]]\nprompt = "an owl"\nseconds = 0.5\nsize = "160x90"\n')
    video_id = told(data, "create", "a fox", *SMALL)["videos"][0]["video_id"]
    made = [
        told(data, "create", "a fox", *SMALL, "--at", then),
        told(data, "create", "a fox", *SMALL, "--variations", "2", "--at", then),
        told(data, "batch", str(file), "--at", then),
        told(data, "regenerate", video_id, "--clip", "0=darker", "--at", then),
    ]
    assert [one["kind"] for one in made] == ["video", "variations", "batch", "regeneration"]
    listed = told(data, "schedules")["schedules"]
    assert {one["schedule_id"] for one in made} <= {one["schedule_id"] for one in listed}
    shown = run(data, "schedules")
    assert "Schedules" in shown.output
    for one in made:
        assert told(data, "schedules", "--cancel", one["schedule_id"])["status"] == "cancelled"
    over = run(data, "create", "a fox", "--at", "2020-01-01T00:00Z", "--json")
    assert (over.exit_code, "--at" in over.stderr) == (1, True)
    refused = run(data, "create", "a fox", "--at", "yesterday")
    assert (refused.exit_code, "is no time" in refused.output) == (1, True)


def test_a_refusal_is_told_with_its_field(data: str) -> None:
    done = run(data, "create", "a red fox", "--seconds", "9000", "--variations", "9", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["error"]["status"] == 422
    assert "error: " in done.stderr
    assert "variations: " in done.stderr or "seconds: " in done.stderr
    assert "Traceback" not in done.stderr
    gone = run(data, "jobs", "nothing-like-it")
    assert (gone.exit_code, "nothing-like-it" in gone.stderr) == (1, True)
