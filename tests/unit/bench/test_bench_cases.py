from pathlib import Path

import pytest
from rich.console import Console

from infra.bench.processes import BenchError, Finished, run_script
from infra.bench.recompose import rows_of
from infra.cli.bench import describe_machine, run_bench
from retake_client.errors import UsageError


def finished(seconds: list[float], peak_bytes: int) -> Finished:
    return Finished({"seconds": seconds, "cpu_seconds": [2 * one for one in seconds]}, peak_bytes)


def test_puts_every_way_beside_ours_and_beside_the_copy() -> None:
    found = {
        "retake": finished([0.9, 0.5, 0.7], 50),
        "copy": finished([0.01], 20),
        "filter": finished([10.0], 300),
        "moviepy": finished([20.0], 900),
        "whole": finished([2.0], 60),
    }
    moved = {"retake": {"sent": 7, "fetched": 8}}
    rows = {
        str(row["way"]): row for row in rows_of(3, found, exact={"retake": True, "copy": True}, moved=moved)
    }
    assert rows["Retake"]["seconds"] == 0.5
    assert (rows["Retake"]["sent_bytes"], rows["Retake"]["fetched_bytes"]) == (7, 8)
    assert rows["concat filter, veryfast"]["sent_bytes"] is None
    assert rows["MoviePy 2.2.1"]["times_retake"] == 40
    assert rows["concat filter, veryfast"]["times_retake"] == 20
    assert rows["concat filter, veryfast"]["cpu_times_retake"] == 20
    assert rows["Retake"]["times_copy"] == pytest.approx(50)
    assert rows["MoviePy 2.2.1"]["times_whole"] == 10
    assert {way for way, row in rows.items() if row["exact"]} == {"Retake", "copy of the same bytes"}
    assert rows["MoviePy 2.2.1"]["peak_bytes"] == 900


def test_an_inexact_video_is_reported() -> None:
    found = {way: finished([1.0], 0) for way in ("retake", "copy", "filter", "moviepy")}
    rows = rows_of(3, found, exact={"retake": False, "copy": True}, moved={})
    assert [row["exact"] for row in rows if row["way"] == "Retake"] == [False]


def test_a_script_that_fails_is_reported_in_its_own_last_words() -> None:
    with pytest.raises(BenchError, match=r"json\.tool /nowhere failed: .*No such file"):
        run_script("json.tool", ["/nowhere"])


def test_a_script_answers_in_json_and_its_memory_is_watched(tmp_path: Path) -> None:
    (tmp_path / "answer.json").write_text('{"seconds": [1.5]}')
    finished = run_script("json.tool", [str(tmp_path / "answer.json")])
    assert finished.answer == {"seconds": [1.5]}
    assert finished.peak_bytes > 2**20
    assert 0 < finished.own_bytes < finished.peak_bytes


def test_an_unknown_benchmark_is_refused_with_those_there_are() -> None:
    with pytest.raises(
        UsageError,
        match=r"'speed'.*recompose, imports, versions, overhead, archive, generations, sweep, fuzz",
    ):
        run_bench(only=["speed"], full=False, as_json_object=False, console=Console())


def test_the_machine_is_described() -> None:
    assert set(describe_machine()) == {"processors", "machine", "python", "ffmpeg", "load_before"}
