"""Items and requests as they have to stay: committed JSON, an entry a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def as_text(entries: Mapping[str, Any]) -> str:
    """Return what a golden file says."""
    lines = (
        f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(entry, sort_keys=True, ensure_ascii=False)}"
        for name, entry in entries.items()
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"


def assert_golden(name: str, entries: Mapping[str, Any]) -> None:
    """Compare entries with the committed file, byte by byte; write the file where there is none."""
    path = FOLDER / name
    if not path.exists():
        path.write_text(as_text(entries), encoding="utf-8")
        raise AssertionError(f"{path} was missing and is written now: read it, commit it, run again.")
    assert as_text(entries).encode() == path.read_bytes()
