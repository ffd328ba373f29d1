"""The benchmark of the studio: what the browser found becomes rows."""

from typing import Any

from infra.bench.report import Section, as_table
from infra.bench.studio import COLUMNS, rows_of

FOUND: dict[str, Any] = {
    "first_load": {"files": 7, "bytes": 131_400},
    "screens": [
        {
            "at": "phone",
            "screen": "jobs",
            "fcp_ms": 300,
            "lcp_ms": 700,
            "blocked_ms": 20,
            "cls": 0.0,
            "height_px": 844,
        }
    ],
    "selector": {"open_ms": 30, "select_ms": 120, "height_px": 2000},
    "batch": {"requests_a_minute": 42, "files_a_minute": 9, "busy": 0.04, "height_px": 3000},
    "growth": {"listeners_left": 0, "heap_kb_left": 120},
}


def test_each_figure_has_its_column() -> None:
    rows = rows_of(FOUND)
    assert {key for row in rows for key in row} == {column.key for column in COLUMNS}
    assert (rows[0]["screen"], rows[0]["bytes_kb"]) == ("first load", 131)
    assert as_table(Section("studio", "The studio", COLUMNS, rows)).renderables
