"""The commands on the real stack: they find it by its data directory, and each prints one object."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from typer.testing import CliRunner, Result

from infra.cli.frames import frame_hashes
from infra.cli.main import app
from tests.person import Json
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


def test_a_refusal_is_told_with_its_field(data: str) -> None:
    done = run(data, "create", "a red fox", "--seconds", "9000", "--variations", "9", "--json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "error: " in done.stderr
    assert "variations: " in done.stderr or "seconds: " in done.stderr
    assert "Traceback" not in done.stderr
    gone = run(data, "jobs", "nothing-like-it")
    assert (gone.exit_code, "nothing-like-it" in gone.stderr) == (1, True)
