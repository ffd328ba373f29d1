"""``retake download``: names that any file system takes, and no file that is lost or half there."""

from __future__ import annotations

from pathlib import Path

import pytest

from retake_client.cli.fetching import distinct, file_name_of, writable_name
from tests.builders import JOB, store_ready_job
from tests.fakes.api_server import ApiServer
from tests.fakes.providers.server import How, Reply
from tests.fakes.world import World
from tests.unit.cli.shell import Shell


@pytest.fixture
def foxes(shell: Shell) -> list[str]:
    """Two videos of one title."""
    made = [shell.json("create", "a fox", "--seconds", "5", "--title", "Fox") for _ in range(2)]
    return [str(one["videos"][0]["video_id"]) for one in made]


def fetched(server: ApiServer) -> int:
    return len(server.http.seen("GET", "/objects/"))


def test_videos_of_one_title_are_numbered(shell: Shell, foxes: list[str], tmp_path: Path) -> None:
    files = shell.json("download", *foxes, "--to", str(tmp_path / "new"))["files"]
    assert files == [str(tmp_path / "new" / name) for name in ("Fox.mp4", "Fox-2.mp4")]
    assert all(Path(file).stat().st_size for file in files)
    assert len(list((tmp_path / "new").iterdir())) == 2


def test_a_file_that_is_there_stays_and_nothing_is_fetched(
    shell: Shell, server: ApiServer, foxes: list[str], tmp_path: Path
) -> None:
    (tmp_path / "Fox-2.mp4").write_text("mine")
    said = shell.refused("download", *foxes, "--to", str(tmp_path))
    assert "Fox-2.mp4 is there already; say another directory with --to" in said
    assert (tmp_path / "Fox-2.mp4").read_text() == "mine"
    assert [file.name for file in tmp_path.iterdir()] == ["Fox-2.mp4"]
    assert fetched(server) == 0


def test_one_that_there_is_not_lets_none_be_fetched(
    shell: Shell, server: ApiServer, foxes: list[str], tmp_path: Path
) -> None:
    assert "unknown" in shell.refused("download", foxes[0], "unknown", "--to", str(tmp_path))
    assert (fetched(server), list(tmp_path.iterdir())) == (0, [])


def test_one_that_is_not_made_yet(shell: Shell, server: ApiServer, tmp_path: Path) -> None:
    with server.held():
        (video,) = shell.json("create", "a fox", "--seconds", "5", "--no-wait")["videos"]
        said = shell.refused("download", video["video_id"], "--to", str(tmp_path))
    assert "The video is processing; there is nothing to download." in said


def test_a_jobs_video_has_its_title(shell: Shell, world: World, tmp_path: Path) -> None:
    store_ready_job(world.jobs, world.objects, title="../Über\n[Füchse]/*?")
    (file,) = shell.json("download", JOB, "--to", str(tmp_path))["files"]
    assert Path(file) == tmp_path / "Über-Füchse.mp4"
    assert Path(file).read_bytes() == b"composition"


def test_a_download_that_breaks_off_is_begun_again(
    shell: Shell, server: ApiServer, foxes: list[str], tmp_path: Path
) -> None:
    server.http.fail("GET", "/objects/", How.TRUNCATE)
    (file,) = shell.json("download", foxes[0], "--to", str(tmp_path))["files"]
    whole = server.http.seen("GET", "/objects/")
    assert len(whole) == 2
    assert Path(file).stat().st_size > 0
    assert [one.name for one in tmp_path.iterdir()] == ["Fox.mp4"]


def test_a_download_that_is_refused_leaves_nothing(
    shell: Shell, server: ApiServer, foxes: list[str], tmp_path: Path
) -> None:
    server.http.fail("GET", "/objects/", How.ANSWER, reply=Reply(403))
    assert "status 403" in shell.refused("download", foxes[0], "--to", str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_reported(shell: Shell, foxes: list[str], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "is a file" in shell.refused("download", foxes[0], "--to", str(tmp_path / "file"))
    said = shell.refused("download", foxes[0], "--to", str(tmp_path / "file" / "below"))
    assert "cannot be written: " in said


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("A fox", "A-fox.mp4"),
        ("../../etc/passwd", "etc-passwd.mp4"),
        ("…", "video.mp4"),
        ("", "video.mp4"),
        ("-rf", "rf.mp4"),
        ("a\nb\0c", "a-b-c.mp4"),
        ("狐" * 200, f"{'狐' * 66}.mp4"),
    ],
)
def test_titles_become_names_of_files(title: str, name: str, tmp_path: Path) -> None:
    assert file_name_of(title) == name
    assert len(name.encode()) < 255
    (tmp_path / f"{writable_name(name)}.part").touch()


def test_names_that_differ_in_case_only_are_numbered() -> None:
    assert distinct(["Fox.mp4", "Hare.mp4", "fox.mp4", "fox-2.mp4"]) == [
        "Fox.mp4",
        "Hare.mp4",
        "fox-2.mp4",
        "fox-2-2.mp4",
    ]
