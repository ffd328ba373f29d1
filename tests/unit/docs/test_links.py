"""Documents name files, links and commands that exist, and the README stays short."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from infra.flavour import ROOT

_LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)(#[^)]*)?\)")
_PATH = re.compile(
    r"`((?:functions|infra|tests|frontend|docs|layers|adapters|domain|services|contracts|api|workers)/[\w./*-]+)`"
)
_HOMES = ("", "functions/", "functions/retake/", "frontend/src/")
README_LINES = 70


_DOCUMENTS = ("*.md", ".github/**/*.md", "docs/**/*.md", "layers/**/*.md", "tests/**/*.md")


def documents() -> list[Path]:
    """Return the documents of the repository; installed packages have others."""
    return sorted({path for pattern in _DOCUMENTS for path in ROOT.glob(pattern)})


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_its_links_lead_somewhere(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    missing = [target for target, _ in _LINK.findall(text) if not (document.parent / target).exists()]
    assert missing == []


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "docs/architecture.md", "SECURITY.md"])
def test_the_files_it_names_are_there(name: str) -> None:
    named = _PATH.findall((ROOT / name).read_text(encoding="utf-8"))
    missing = [
        path
        for path in named
        if "NAME" not in path
        and "RESOURCE" not in path
        and not any(any(ROOT.glob(home + path.rstrip("/"))) for home in _HOMES)
    ]
    assert missing == []


def test_the_readme_is_read_in_two_minutes() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= README_LINES
