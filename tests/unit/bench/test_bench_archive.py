import pytest

from infra.bench.archive import CLIPS, median_of_real, row_of
from infra.bench.processes import Finished

REAL, MADE = CLIPS[0], CLIPS[-1]


def ended(*, archived: int, vmaf: float | None) -> Finished:
    answer = {
        "width": 320,
        "height": 180,
        "frames": 60,
        "picture_bytes": 400,
        "archived_picture_bytes": archived,
        "bytes": 1000,
        "archived_bytes": archived + 100,
        "vmaf": vmaf,
        "cpu_seconds": 6.0,
        "plain_cpu_seconds": 2.0,
    }
    return Finished(answer, peak_bytes=7)


def test_says_what_part_was_saved_and_how_often_a_plain_encode_fits_in() -> None:
    row = row_of(REAL, ended(archived=200, vmaf=95.04))
    assert row["saved_picture"] == 0.5
    assert row["saved"] == pytest.approx(0.7)
    assert (row["vmaf"], row["times_plain"], row["peak_bytes"]) == (95.0, 3, 7)


def test_the_median_is_of_real_footage_and_counts_what_could_not_shrink() -> None:
    rows = [
        row_of(REAL, ended(archived=200, vmaf=95)),
        row_of(REAL, ended(archived=300, vmaf=94)),
        row_of(REAL, ended(archived=400, vmaf=None)),
        row_of(MADE, ended(archived=4, vmaf=99)),
    ]
    middle = median_of_real(rows)
    assert middle["saved_picture"] == 0.25
    assert middle["vmaf"] == 94.5


def test_a_median_of_nothing_is_none() -> None:
    rows = [row_of(REAL, ended(archived=400, vmaf=None))]
    assert median_of_real(rows)["vmaf"] is None
