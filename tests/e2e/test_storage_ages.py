"""``retake demo --aging`` as a person runs it: forty days of a clip's old takes, in a minute."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra.cli.frames import frame_hashes
from tests.commands import processes_about, retake

pytestmark = pytest.mark.local_cloud

TAKES_FRAMES = 90
"""Three seconds of the clip whose takes grow old, at 30 a second."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("aging") / "data"


@pytest.fixture(scope="module")
def reported(data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The object that a real run prints."""
    done = retake("demo", "--aging", "--json", "--data", str(data), cwd=tmp_path_factory.mktemp("elsewhere"))
    assert done.returncode == 0, done.stderr
    content: dict[str, Any] = json.loads(done.stdout)
    return content


@pytest.fixture(scope="module")
def stages(reported: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {stage["name"]: stage for stage in reported["stages"]}


def test_a_fourth_take_sends_the_first_to_the_archive(stages: dict[str, Any]) -> None:
    assert stages["made"]["stored_objects"]["archived"] == 0
    assert stages["takes"]["stored_objects"]["archived"] > 0
    assert stages["takes"]["archived_bytes"] > 0


def test_a_week_later_all_replaced_takes_are_archived_and_smaller(
    reported: dict[str, Any], stages: dict[str, Any]
) -> None:
    # Takes 2 and 3 go side by side: whichever is ready first is reported first.
    assert sorted(take["version_number"] for take in reported["archived"]) == [1, 2, 3]
    assert all(take["saved"] >= 0.3 for take in reported["archived"])  # the aim: 30 to 50 %
    assert all(take["vmaf"] >= 93 for take in reported["archived"])
    assert stages["week"]["day"] == 8
    assert stages["week"]["active_bytes"] < stages["takes"]["active_bytes"]
    assert stages["week"]["archived_bytes"] == sum(take["size_bytes"] for take in reported["archived"])


def test_the_restored_take_looks_as_it_did_before_the_archive(
    reported: dict[str, Any], stages: dict[str, Any]
) -> None:
    restored = reported["restored"]
    assert restored["version_number"] == 1
    assert restored["likeness"] >= 0.95 > restored["likeness_before"]
    # Not only by its own word: the clip beside it is the very same in every video that it left.
    videos = Path(restored["video"]).parent
    rest = {
        tuple(frame_hashes(videos / f"{name}.mp4")[TAKES_FRAMES:])
        for name in ("original", "replaced", "restored", "last")
    }
    assert [len(frames) for frames in rest] == [60]
    assert stages["restored"]["archived_bytes"] < stages["week"]["archived_bytes"]


def test_a_month_later_only_the_current_take_is_left_and_the_history_keeps_the_others(
    reported: dict[str, Any], stages: dict[str, Any]
) -> None:
    assert reported["versions"] == {"1": "current", "2": "deleted", "3": "deleted", "4": "deleted"}
    assert (stages["month"]["day"], stages["month"]["archived_bytes"]) == (40, 0)
    assert reported["video_unchanged"]


def test_a_deleted_take_is_refused_with_the_way_out(reported: dict[str, Any]) -> None:
    assert reported["refused"]["status"] == 410
    assert f"Version {reported['refused']['version_number']} was deleted on " in reported["refused"]["detail"]
    assert "regenerate the clip with its instruction" in reported["refused"]["detail"]


def test_what_was_deleted_is_gone_from_the_disk(stages: dict[str, Any], data: Path) -> None:
    assert stages["grace"]["stored_objects"]["archived"] == 0
    assert stages["grace"]["exact"]  # to the byte what the API counts
    assert stages["grace"]["stored_bytes"] < stages["month"]["stored_bytes"] < stages["week"]["stored_bytes"]
    assert not list((data / "objects").rglob("archive/*/*/*/*"))
    assert len(list((data / "objects").rglob("clips/*/*/*/take.mp4"))) == 2  # one of each clip


def test_nothing_is_left_running(reported: dict[str, Any], data: Path) -> None:
    assert reported["succeeded"]
    assert processes_about(data) == []
