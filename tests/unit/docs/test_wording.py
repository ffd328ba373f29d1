"""Product code and documents are written in plain technical words: the subject is the code."""

from __future__ import annotations

import re

import pytest

from infra.flavour import ROOT

BANNED = re.compile(
    r"\b(somebody|someone|whoever|nobody|anybody|wish(es|ed)?|told|mend(s|ed|ing)?"
    r"|bury|buri(ed|es|al|als)|goes by|g(ive|ives|iven|ave|iving) up)\b",
    flags=re.IGNORECASE,
)
WRITTEN = (
    *("functions", "infra", "clients/python/retake_client", "clients/python/README.md"),
    *("docs", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"),
)

ALLOWED = {
    "functions/retake_local/modifiers.py": {"wish"},  # a word that instructions have
}


def files() -> list[str]:
    """Return the files of the product that people read."""
    paths = [path for name in WRITTEN for path in (ROOT / name, *(ROOT / name).rglob("*"))]
    return [str(path.relative_to(ROOT)) for path in paths if path.suffix in {".py", ".md"}]


def test_there_is_something_to_read() -> None:
    assert len(files()) > 300


@pytest.mark.parametrize("word", ["Nobody", "was told", "gives up", "a wish", "it mends", "goes by"])
def test_the_words_are_found(word: str) -> None:
    assert BANNED.search(f"x {word} y")


def test_no_text_has_a_banned_word() -> None:
    found = []
    for name in files():
        allowed = ALLOWED.get(name, set())
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").split("\n"), start=1):
            found += [
                f"{name}:{number}: {match[0]}: {line.strip()}"
                for match in BANNED.finditer(line)
                if match[0].lower() not in allowed
            ]
    assert not found, "\n".join(found)
