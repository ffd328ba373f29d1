"""``retake soundtrack``: set by a file, changed without one, removed."""

from pathlib import Path

import pytest

from tests.builders import JOB, store_ready_job
from tests.fakes.fake_media import fake_video
from tests.fakes.world import World
from tests.unit.cli.shell import Shell


@pytest.fixture
def tune(world: World, tmp_path: Path) -> Path:
    store_ready_job(world.jobs, world.objects)
    path = tmp_path / "tune.mp3"
    path.write_bytes(fake_video(9))
    return path


def test_a_track_is_set_changed_shown_and_removed(shell: Shell, tune: Path) -> None:
    options = ("--level", "-9", "--fade-out", "0.5", "--loop")
    done = shell.run("soundtrack", JOB, str(tune), *options)
    assert done.exit_code == 0, done.output
    line = "Sound track: tune.mp3, -9 dB, 9 dB lower under the clips' sound, fades out over 0.5 s, loops"
    assert line in " ".join(done.stdout.split())
    changed = shell.json("soundtrack", JOB, "--alone", "--level", "0")
    assert (changed["soundtrack"]["file_name"], changed["soundtrack"]["with_clips"]) == ("tune.mp3", False)
    shown = " ".join(shell.run("jobs", JOB).stdout.split())
    assert "Sound track: tune.mp3, +0 dB, in place of the clips' sound" in shown
    assert shell.json("soundtrack", JOB, "--remove")["soundtrack"] is None
    assert "Sound track" not in shell.run("jobs", JOB).stdout


def test_what_cannot_be_is_refused(shell: Shell, tune: Path) -> None:
    assert "no sound track" in shell.refused("soundtrack", JOB)
    assert "level_db" in shell.refused("soundtrack", JOB, str(tune), "--level", "40")
    picture = tune.with_suffix(".png")
    picture.write_bytes(b"x")
    assert "it takes .mp3, .m4a" in shell.refused("soundtrack", JOB, str(picture))
