"""The commands on the real stack: they find it by its data directory, and each prints one object."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from typer.testing import CliRunner, Result

from infra.cli.frames import frame_hashes
from infra.flavour import ROOT
from retake_client.cli.command_group import PANELS
from retake_client.cli.main import app
from tests.api_user import Json
from tests.media_samples import ffmpeg
from tests.stack import Stack

pytestmark = pytest.mark.local_cloud

CLIENT = ROOT / "clients" / "python"
LARGEST_CLIENT_BYTES = 40_000_000
SMALL = ("--seconds", "0.5", "--size", "160x90")


@pytest.fixture(scope="module")
def data(stack: Stack) -> str:
    return str(stack.cloud.directory.root)


def run(data: str, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--data", data])


def reported(data: str, *arguments: str) -> Json:
    """Run a command for a program: stdout is one line, and that is one object."""
    done = run(data, *arguments, "--json")
    assert done.exit_code == 0, done.output
    (line,) = done.stdout.splitlines()
    content: Json = json.loads(line)
    return content


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
    saved = reported(data, "template", "Winter fox", "a red {animal} in snow", *SMALL)
    assert (saved["placeholders"], saved["revision"]) == (["animal"], 1)
    made = reported(data, "create", "--template", "winter FOX", "--set", "animal=fox", "--title", "One")
    assert [(one["prompt"], one["title"], one["status"]) for one in made["videos"]] == [
        ("a red fox in snow", "One", "completed")
    ]
    refused = run(data, "create", "--template", "Winter fox", "--json")
    assert (refused.exit_code, "--set animal" in refused.stderr) == (1, True)
    changed = reported(data, "template", "Winter fox", "a {animal}", *SMALL, "--variations", "2")
    assert (changed["template_id"], changed["revision"]) == (saved["template_id"], 2)
    both = reported(data, "create", "--template", saved["template_id"], "--set", "animal=hare", "--no-wait")
    assert [one["prompt"] for one in both["videos"]] == ["a hare", "a hare"]
    assert reported(data, "templates", "--delete", "Winter fox")["name"] == "Winter fox"
    assert reported(data, "templates")["templates"] == []
    missing = run(data, "create", "--template", "Winter fox")
    assert (missing.exit_code, "There is no template" in missing.output) == (1, True)


def test_videos_and_clips_are_scheduled_listed_and_cancelled(data: str, tmp_path: Path) -> None:
    then = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    file = tmp_path / "one.toml"
    file.write_text('[[videos]]\nprompt = "an owl"\nseconds = 0.5\nsize = "160x90"\n')
    video_id = reported(data, "create", "a fox", *SMALL)["videos"][0]["video_id"]
    made = [
        reported(data, "create", "a fox", *SMALL, "--at", then),
        reported(data, "create", "a fox", *SMALL, "--variations", "2", "--at", then),
        reported(data, "batch", str(file), "--at", then),
        reported(data, "regenerate", video_id, "--clip", "0=darker", "--at", then),
    ]
    assert [one["kind"] for one in made] == ["video", "variations", "batch", "regeneration"]
    listed = reported(data, "schedules")["schedules"]
    assert {one["schedule_id"] for one in made} <= {one["schedule_id"] for one in listed}
    shown = run(data, "schedules")
    assert "Schedules" in shown.output
    for one in made:
        assert reported(data, "schedules", "--cancel", one["schedule_id"])["status"] == "cancelled"
    over = run(data, "create", "a fox", "--at", "2020-01-01T00:00Z", "--json")
    assert (over.exit_code, "--at" in over.stderr) == (1, True)
    refused = run(data, "create", "a fox", "--at", "yesterday")
    assert (refused.exit_code, "is no time" in refused.output) == (1, True)


def test_a_refusal_is_reported_with_its_field(data: str) -> None:
    done = run(data, "create", "a red fox", "--seconds", "9000", "--variations", "9", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["error"]["status"] == 422
    assert "error: " in done.stderr
    assert "variations: " in done.stderr or "seconds: " in done.stderr
    assert "Traceback" not in done.stderr
    gone = run(data, "jobs", "nothing-like-it")
    assert (gone.exit_code, "nothing-like-it" in gone.stderr) == (1, True)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an environment that has the client, and nothing else of the checkout."""
    uv = shutil.which("uv")
    if uv is None:
        pytest.skip("uv is not installed")
    folder = tmp_path_factory.mktemp("alone") / "venv"
    for command in (["venv", str(folder)], ["pip", "install", "--python", str(folder), str(CLIENT)]):
        subprocess.run([uv, "--quiet", *command], check=True, timeout=300)  # noqa: S603 - written here
    return folder


def test_the_client_alone_is_small(alone: Path) -> None:
    files = [path for path in alone.rglob("*") if path.is_file() and not path.is_symlink()]
    assert sum(path.stat().st_size for path in files) < LARGEST_CLIENT_BYTES
    assert not [
        path for path in alone.rglob("*") if path.name in {"boto3", "infra", "retake"} and path.is_dir()
    ]


def _levels_of_a_tune(reported: Callable[..., Json], job_id: str, folder: Path) -> list[int | None]:
    """Return the level of a job's sound track once it is set, and once it is removed."""
    ffmpeg(["-f", "lavfi", "-i", "sine=440:r=44100:d=1", str(folder / "tune.mp3")])
    options = (("tune.mp3", "--level", "-9", "--fade-out", "0.5", "--loop"), ("--remove",))
    tracks = [reported("soundtrack", job_id, *each)["soundtrack"] for each in options]
    return [track and track["level_db"] for track in tracks]


def test_every_command_works_where_the_client_is_alone(alone: Path, data: str, tmp_path: Path) -> None:
    asked: set[str] = set()

    def reported(*arguments: str) -> Json:
        asked.add(arguments[0])
        done = subprocess.run(  # noqa: S603 - the installed command
            [str(alone / "bin/retake"), *arguments, "--json", "--data", data],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            cwd=tmp_path,
            env={},
        )
        assert done.returncode in (0, 1), done.stderr
        content: Json = json.loads(done.stdout)
        return content

    (tmp_path / "two.toml").write_text('[[videos]]\nprompt = "an owl"\nseconds = 0.5\nsize = "160x90"\n')
    saved = reported("template", "Alone", "a {animal}", *SMALL)
    fox = reported("create", "--template", "Alone", "--set", "animal=fox", "--project", "Alone")["videos"][0]
    owl = reported("batch", "two.toml")["videos"][0]
    clips = "".join(f'[[clips]]\nvideo = "{one["video_id"]}"\n' for one in (fox, owl))
    (tmp_path / "film.toml").write_text(f'title = "Film"\n{clips}')
    film = reported("job", "film.toml")
    job_id = film["job_id"]
    batch = reported(
        "regenerate", job_id, "--clip", "0=make it nighttime", "--takes", "2", "--model", "local"
    )
    assert [film["status"], batch["status"]] == ["ready", "succeeded"]
    assert [(one["take"], one["version_number"]) for one in batch["regenerations"]] == [(1, 2), (2, 3)]
    (second,) = reported("download", job_id, "--to", "second")["files"]
    assert reported("compare", job_id, "0", "1", "2")["right"]["version_number"] == 2
    assert (
        reported("restore", job_id, "0", "1")["state"],
        _levels_of_a_tune(reported, job_id, tmp_path),
    ) == ("current", [-9, None])
    link = reported("share", "create", job_id, "--compare", "0", "1", "2", "--days", "1")
    assert link["url"].endswith(f"/shared#{link['token']}")
    assert reported("share", "revoke", job_id, link["share_id"])["status"] == "revoked"
    assert [share["status"] for share in reported("share", "list", job_id)["shares"]] == ["revoked"]
    takes = reported("versions", job_id, "0")["versions"]
    assert [take["version_number"] for take in takes if not take["is_current"]] == [3, 2]
    trimmed = reported("clip", "trim", job_id, "0", "--frames", "3", "12")
    assert (trimmed["clips"][0]["trim"]["frames"], trimmed["undo"]["kind"]) == (9, "trimmed")
    assert reported("clip", "undo", job_id)["clips"][0]["trim"] is None
    assert "there is nothing to retry" in reported("retry", job_id)["error"]["detail"]
    later = reported("create", "a hare", *SMALL, "--at", (datetime.now(UTC) + timedelta(days=1)).isoformat())
    assert reported("schedules", "--cancel", later["schedule_id"])["status"] == "cancelled"
    assert reported("templates", "--delete", "Alone")["template_id"] == saved["template_id"]
    assert job_id in [one["job_id"] for one in reported("jobs")["jobs"]]
    assert fox["video_id"] in [one["video_id"] for one in reported("videos", "--project", "Alone")["videos"]]
    assert reported("queue")["entries"] == []
    assert reported("history", "--limit", "1")["generations"]
    assert reported("models")["models"]
    assert reported("usage")["spending"]
    (first,) = reported("download", job_id, "--to", "first")["files"]
    assert (Path(first).name, len(frame_hashes(Path(first)))) == ("Film.mp4", 30)
    assert frame_hashes(Path(first)) != frame_hashes(Path(second))
    (packed,) = reported("download", "--zip", fox["video_id"], owl["video_id"])["files"]
    with ZipFile(packed) as archive:
        assert len([name for name in archive.namelist() if name.endswith(".mp4")]) == 2
    assert "is there already" in reported("download", job_id, "--to", "first")["error"]["detail"]
    assert reported("projects", "--delete", "Alone")["name"] == "Alone"
    assert reported("delete", job_id, fox["video_id"])["deleted"] == [job_id, fox["video_id"]]
    shown = {name for names in PANELS.values() for name in names}
    assert asked == shown
