"""Every decision says the same five things in the same places, and is listed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from infra.flavour import ROOT

FOLDER = ROOT / "docs" / "adr"
DECISIONS = sorted(FOLDER.glob("[0-9]*.md"))
HEAD = re.compile(
    r"# (?P<number>\d{4}): (?P<title>.+)\n\n"
    r"- \*\*Status:\*\* (accepted|superseded)(;[^\n]+(\n  [^\n]+)*)?\n"
    r"- \*\*Date:\*\* \d{4}-\d{2}-\d{2}\n\n## Context\n"
)


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_it_has_status_date_and_sections(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    head = HEAD.match(text)
    assert head is not None
    assert path.stem.startswith(head["number"])
    sections = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
    assert sections[:3] == ["Context", "Decision", "Consequences"]
    assert set(sections[3:]) <= {"Alternatives"}


def test_all_are_listed_and_numbered_once() -> None:
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    titles = [HEAD.match(path.read_text(encoding="utf-8")) for path in DECISIONS]
    listed = re.findall(r"\]\((\d{4}-[^)]+)\) \| ([^|]+) \|", index)
    assert listed == [
        (path.name, head and head["title"]) for path, head in zip(DECISIONS, titles, strict=True)
    ]
    assert len({path.name[:4] for path in DECISIONS}) == len(DECISIONS)
