"""Code, tests and documents are written in plain technical words: the subject is the code."""

from __future__ import annotations

import re

import pytest

from infra.flavour import ROOT

BANNED = re.compile(
    r"(?<![a-z])((somebody|someone|whoever|nobody|anybody)s?|wish(es|ed)?|told|mend(s|ed|ing)?"
    r"|bury|buri(ed|es|al|als))(?![a-z])"
    r"|\b(goes by|g(ive|ives|iven|ave|iving) up)\b",
    flags=re.IGNORECASE,
)
"""Words, also as parts of names, and phrases."""

_INNER_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")

WRITTEN = (
    *("functions", "infra", "clients/python/retake_client", "clients/python/README.md"),
    *("frontend/src", "tests", "clients/python/tests"),
    *("docs", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"),
)

ALLOWED = {
    "functions/retake_local/modifiers.py": {"wish"},  # a word that instructions have
}


def files() -> list[str]:
    """Return the files that people read, without this one."""
    paths = [path for name in WRITTEN for path in (ROOT / name, *(ROOT / name).rglob("*"))]
    names = {str(path.relative_to(ROOT)) for path in paths if path.suffix in {".py", ".md", ".ts", ".tsx"}}
    return sorted(names - {"tests/unit/docs/test_wording.py"})


def banned_in(text: str) -> list[str]:
    """Return the banned words and phrases of a text; names with capitals are read word by word."""
    return [match[0] for match in BANNED.finditer(_INNER_CAPITAL.sub("_", text))]


def test_there_is_something_to_read() -> None:
    assert len(files()) > 1000


@pytest.mark.parametrize(
    "word",
    [
        "Nobody",
        "was told",
        "gives up",
        "a wish",
        "it mends",
        "goes by",
        "test_it_is_told_twice",
        "isTold",
        "NOBODYS",
    ],
)
def test_the_words_are_found(word: str) -> None:
    assert banned_in(f"x {word} y")


@pytest.mark.parametrize("word", ["recommended", "objects_given_up", "Wishart", "amended", "isTolden"])
def test_other_words_are_not(word: str) -> None:
    assert not banned_in(f"x {word} y")


def test_no_text_has_a_banned_word() -> None:
    found = []
    for name in files():
        allowed = ALLOWED.get(name, set())
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").split("\n"), start=1):
            found += [
                f"{name}:{number}: {word}: {line.strip()}"
                for word in banned_in(line)
                if word.lower() not in allowed
            ]
    assert not found, "\n".join(found)
