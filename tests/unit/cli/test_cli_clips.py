"""``retake clip``: a timeline is changed, and each change is undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import JOB, store_ready_job
from tests.fakes.fake_media import fake_video
from tests.fakes.world import World
from tests.unit.cli.shell import Shell


@pytest.fixture(autouse=True)
def _job(world: World) -> None:
    store_ready_job(world.jobs, world.objects, seconds=(3, 4))


def titles(shell: Shell) -> list[str]:
    return [clip["title"] for clip in shell.json("jobs", JOB)["clips"]]


def test_clips_are_named_trimmed_duplicated_removed_put_back_and_undone(shell: Shell) -> None:
    assert shell.json("clip", "title", JOB, "0", "Rain")["clips"][0]["title"] == "Rain"
    trimmed = shell.json("clip", "trim", JOB, "0", "--frames", "10", "40")
    assert trimmed["clips"][0]["trim"]["frames"] == 30
    assert shell.json("clip", "trim", JOB, "0")["clips"][0]["trim"] is None
    shell.json("clip", "duplicate", JOB, "0")
    shell.json("clip", "remove", JOB, "2")
    assert titles(shell) == ["Rain", "Rain"]
    (gone,) = shell.json("clip", "removed", JOB)["clips"]
    done = shell.run("clip", "removed", JOB)
    assert gone["clip_id"] in done.output
    shell.json("clip", "return", JOB, gone["clip_id"])
    assert titles(shell) == ["Rain", "Rain", "clip-1"]
    for _ in range(3):  # put back, removed, duplicated
        shell.json("clip", "undo", JOB)
    assert titles(shell) == ["Rain", "clip-1"]


def test_files_and_words_are_added_at_a_place_with_the_price_first(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "shot.mp4"
    file.write_bytes(fake_video(2))
    asked = ("clip", "add", JOB, str(file), "--prompt", "a fox", "--seconds", "2", "--at", "1", "--yes")
    done = shell.run(*asked)
    assert done.exit_code == 0, done.output
    assert "$0.03" in done.output
    assert titles(shell) == ["clip-0", "shot.mp4", "a fox", "clip-1"]


def test_nothing_is_no_addition(shell: Shell) -> None:
    assert "Name a file" in shell.refused("clip", "add", JOB)
