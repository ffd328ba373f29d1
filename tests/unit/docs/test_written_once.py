"""Names of variables, paths of routes and prefixes of keys are written once, for functions and stack."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import pytest

from infra.environment import KEY_VARIABLES, OPTION_VARIABLES
from infra.flavour import ROOT
from retake.prefixes import Prefix
from retake.routes import PREFIX, ROUTES, Route
from retake.variables import OWN_KEYS, Powertools, Setting

VARIABLES = "functions/retake/variables.py"
PROVIDERS = "functions/retake/domain/providers.py"

OTHER_SERVERS = ("functions/retake/adapters/providers/", "functions/retake_local/", "infra/local/")
"""What speaks to, or acts as, servers with paths of their own."""

_PARAMETER = re.compile(r"<\w+>|\{\w*\}")
_MENTION = re.compile(rf"\b(GET|POST|PUT|PATCH|DELETE) (?:{PREFIX})?(/[\w.{{}}/-]*[\w}}])")


@dataclass(frozen=True)
class Texts:
    """What a module says: in strings, whose values are ``{}``, and in documentation."""

    strings: list[str] = field(default_factory=list)
    documentation: list[str] = field(default_factory=list)


@cache
def sources() -> dict[str, Texts]:
    """Return the texts of all modules of the functions and the infrastructure, by their paths."""
    return {
        str(path.relative_to(ROOT)): texts_of(path.read_text(encoding="utf-8"))
        for folder in ("functions", "infra")
        for path in sorted((ROOT / folder).rglob("*.py"))
    }


def texts_of(source: str) -> Texts:
    found = Texts()
    _collect(ast.parse(source), found)
    return found


def _collect(node: ast.AST, found: Texts) -> None:
    match node:
        case ast.Expr(ast.Constant(str(text))):
            found.documentation.append(text)
        case ast.Constant(str(text)):
            found.strings.append(text)
        case ast.JoinedStr(parts):
            found.strings.append(
                "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)
            )
            for part in parts:
                if not isinstance(part, ast.Constant):
                    _collect(part, found)
        case _:
            for inner in ast.iter_child_nodes(node):
                _collect(inner, found)


@pytest.mark.parametrize(
    ("home", "names"),
    [
        (VARIABLES, [*Setting, *Powertools, OWN_KEYS]),
        (PROVIDERS, [*KEY_VARIABLES[1:], *OPTION_VARIABLES]),
    ],
    ids=["settings", "keys"],
)
def test_the_name_of_a_variable_is_written_once(home: str, names: list[str]) -> None:
    pattern = re.compile(r"\b(?:RETAKE|POWERTOOLS)_[A-Z_]+|\b(?:" + "|".join(names) + r")\b")
    found = Counter(
        (name, path)
        for path, texts in sources().items()
        for text in texts.strings
        for name in pattern.findall(text)
    )
    assert {key: times for key, times in found.items() if key[0] in names} == {
        (str(name), home): 1 for name in names
    }


def test_no_variable_is_unknown() -> None:
    named = {
        name
        for texts in sources().values()
        for text in texts.strings
        for name in re.findall(r"\b(?:RETAKE|POWERTOOLS)_[A-Z_]+", text)
    }
    assert named == {*Setting, *Powertools, OWN_KEYS}


def test_the_path_of_a_route_is_written_once() -> None:
    paths = {form for route in _routes() for form in _forms(route)}
    found = [
        (path, text)
        for path, texts in sources().items()
        if path != "functions/retake/routes.py" and not path.startswith(OTHER_SERVERS)
        for text in texts.strings
        if PREFIX in text or _PARAMETER.sub("{}", text) in paths
    ]
    assert found == []


def test_the_prefix_of_a_key_is_written_once() -> None:
    found = [
        (path, text)
        for path, texts in sources().items()
        if path != "functions/retake/prefixes.py" and not path.startswith(("infra/bench/", "infra/local/"))
        for text in texts.strings
        if text.startswith(tuple(Prefix))
    ]
    assert found == []


def test_a_route_that_a_text_names_is_there() -> None:
    there = [re.compile(_PARAMETER.sub("[^/]+", str(route))) for route in _routes()]
    gone = [
        (path, mention)
        for path, texts in sources().items()
        if not path.startswith(OTHER_SERVERS)
        for text in (*texts.strings, *texts.documentation)
        for mention in map(" ".join, _MENTION.findall(text))
        if not any(route.fullmatch(mention) for route in there)
    ]
    assert gone == []


def _routes() -> Iterator[Route]:
    for routes in ROUTES.values():
        yield from routes


def _forms(route: Route) -> Iterator[str]:
    """Return the ways to write a route, without the names of its parameters."""
    path = _PARAMETER.sub("{}", route.path)
    yield from (path, f"{route.method} {path}")


def test_strings_and_documentation_are_distinguished() -> None:
    texts = texts_of('"""RETAKE_LIMITS"""\nx = f"/jobs/{y}"\nz = "RETAKE_LIMITS"')
    assert texts == Texts(["/jobs/{}", "RETAKE_LIMITS"], ["RETAKE_LIMITS"])
