"""The demo of old takes: when it is a success, what it reports, and where it refuses to run."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from infra.cli.aging_result import AgingResult, ArchivedTake, Comeback, Refusal, Stage
from infra.cli.aging_tables import show_aging
from infra.cli.stored_files import StoredFiles, stored_files
from infra.local.cloud import LocalCloud
from infra.local.directory import DataDirectory
from retake_client.cli.main import app
from retake_client.cli.narration import Step

BACK = Comeback(
    version_number=1,
    video=Path("/videos/restored.mp4"),
    likeness=0.98,
    likeness_before=0.6,
    rest_is_same=True,
)
REFUSAL = Refusal(2, 410, "Version 2 was deleted [on 2026-12-31].")


def take(number: int, state: str) -> Any:
    return {
        "version_number": number,
        "state": state,
        "is_current": state == "current",
        "user_instruction": "warmer [colors]" if number > 1 else None,
    }


def stage(name: str, day: int, active: int, archived: int) -> Stage:
    stored = StoredFiles(
        {"clips/j/c/m/take.mp4": active}, {"archive/j/c/m/take.mp4": archived} if archived else {}
    )
    return Stage(name, f"what happened: {name}", day, active, archived, stored)


RESULT = AgingResult(
    job_id="j",
    stages=[stage("takes", 0, 3_000_000, 400_000), stage("grace", 40, 1_000_000, 0)],
    archived=[ArchivedTake(1, 1_000_000, 400_000, 95.5)],
    comeback=BACK,
    history=[take(2, "deleted"), take(1, "current")],
    refusal=REFUSAL,
    video_unchanged=True,
    steps=[Step("restore", 2.0)],
)


def printed(result: AgingResult) -> str:
    out = StringIO()
    show_aging(result, Console(file=out, width=160))
    return out.getvalue()


def test_programs_are_reported_storage_takes_and_the_refusal() -> None:
    reported = RESULT.to_json()
    assert reported["succeeded"] is True
    assert reported["stages"][1] == {
        "name": "grace",
        "day": 40,
        "active_bytes": 1_000_000,
        "archived_bytes": 0,
        "stored_bytes": 1_000_000,
        "stored_objects": {"active": 1, "archived": 0},
        "exact": True,
    }
    assert reported["archived"] == [
        {
            "version_number": 1,
            "size_bytes_before": 1_000_000,
            "size_bytes": 400_000,
            "vmaf": 95.5,
            "saved": 0.6,
        }
    ]
    assert reported["versions"] == {"1": "current", "2": "deleted"}
    assert reported["refused"]["status"] == 410
    assert reported["restored"]["video"] == "/videos/restored.mp4"


def test_people_see_what_became_of_each_take_and_of_the_bytes() -> None:
    text = printed(RESULT)
    for shown in (
        "1.00 MB",
        "0.40 MB",
        "60%",
        "95.5",
        "warmer [colors]",
        "deleted [on 2026-12-31]",
        "98.0% like",
    ):
        assert shown in text
    assert "✗" not in text


@pytest.mark.parametrize(
    "wrong",
    [
        {"history": [take(2, "archived"), take(1, "current")]},
        {"archived": [ArchivedTake(1, 1_000_000, 1_000_001, None)]},
        {"archived": []},
        {"comeback": replace(BACK, likeness=0.8)},
        {"comeback": replace(BACK, likeness_before=0.99)},
        {"comeback": replace(BACK, rest_is_same=False)},
        {"refusal": None},
        {"refusal": replace(REFUSAL, status=404)},
        {"video_unchanged": False},
        {"stages": [stage("grace", 40, 1_000_000, 1)]},
        {"stages": [replace(stage("grace", 40, 1_000_000, 0), active_bytes=999_999)]},
    ],
    ids=str,
)
def test_it_is_no_success_if_anything_is_otherwise(wrong: dict[str, Any]) -> None:
    result = replace(RESULT, **wrong)
    assert RESULT.succeeded
    assert not result.succeeded
    assert result.to_json()["succeeded"] is False


def test_a_stack_that_is_there_is_not_made_forty_days_older(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path / "studio")
    directory.prepare()
    directory.deployment.write_text("{}")
    done = CliRunner().invoke(app, ["demo", "--aging", "--data", str(directory.root)])
    assert done.exit_code == 1
    assert "There is a stack in" in done.output
    assert not directory.clock.exists()


def test_the_clock_of_a_server_elsewhere_is_not_moved() -> None:
    done = CliRunner().invoke(app, ["demo", "--aging", "--url", "http://127.0.0.1:9"])
    assert done.exit_code == 1
    assert "leave --url out" in done.output


def test_the_stores_folder_is_read_job_by_job(tmp_path: Path) -> None:
    cloud = LocalCloud(port=9, data=tmp_path / "data")
    cloud.directory.prepare()
    cloud.directory.deployment.write_text('{"outputs": {"BucketName": "media"}}')
    for key, size in {
        "clips/j/c/m/take.mp4": 5,
        "clips/j/c/m/take.mp4.meta.json": 100,
        "compositions/j/f.mp4": 7,
        "archive/j/c/m/take.mp4": 3,
        "clips/other/c/m/take.mp4": 1,
    }.items():
        file = cloud.directory.objects / "000000000000" / "media" / key
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bytes(size))
    found = stored_files(cloud, "j")
    assert found.active == {"clips/j/c/m/take.mp4": 5, "compositions/j/f.mp4": 7}
    assert found.archived == {"archive/j/c/m/take.mp4": 3}
    assert found.size_bytes == 15
