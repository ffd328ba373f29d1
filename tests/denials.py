"""Which permissions the integration tests take away: read from their source, without running them."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

INTEGRATION = Path(__file__).parent / "integration"
Values = Mapping[str, Any]


class UnknownValueError(Exception):
    """A value that only running the test would give."""


def denials() -> set[tuple[str, str]]:
    """Return every role and action of a call ``stack.denied(role, action, ...)``."""
    return {pair for path in sorted(INTEGRATION.glob("test_*.py")) for pair in _denials_in(path)}


def _denials_in(path: Path) -> Iterator[tuple[str, str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants: Sequence[Values] = [{}]
    for node in tree.body:
        constants = _after(node, constants)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield from _visited(node, _parametrized(node, constants))


def _parametrized(function: ast.FunctionDef, cases: Sequence[Values]) -> Sequence[Values]:
    """Return what names stand for in a test: a mapping for each of its cases."""
    for mark in function.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.parametrize":
            names = _value(mark.args[0], {})
            named = names.split(",") if isinstance(names, str) else names
            cases = _bound(cases, [name.strip() for name in named], mark.args[1])
    return cases


def _visited(node: ast.AST, cases: Sequence[Values]) -> Iterator[tuple[str, str]]:
    """Yield what is taken away below a node of the source, in every case and every turn of its loops."""
    if isinstance(node, ast.For):
        cases = _bound(cases, _names(node.target), node.iter)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "denied":
        for known in cases:
            yield from _denied(node, known)
    for child in ast.iter_child_nodes(node):
        yield from _visited(child, cases)
        cases = _after(child, cases)


def _after(node: ast.AST, cases: Sequence[Values]) -> Sequence[Values]:
    """Return what names stand for after a statement."""
    if isinstance(node, ast.Assign):
        return _bound(cases, _names(node.targets[0]), ast.List([node.value]))
    return cases


def _bound(cases: Sequence[Values], names: Sequence[str], values: ast.expr) -> list[Values]:
    bound: list[Values] = []
    for known in cases:
        try:
            found = list(_value(values, known))
        except UnknownValueError:
            bound.append(known)
            continue
        for value in found:
            parts = value if len(names) > 1 else (value,)
            bound.append({**known, **dict(zip(names, parts, strict=False))})
    return bound


def _names(target: ast.expr) -> list[str]:
    elements = target.elts if isinstance(target, ast.Tuple) else [target]
    return [element.id for element in elements if isinstance(element, ast.Name)]


def _denied(call: ast.Call, known: Values) -> Iterator[tuple[str, str]]:
    try:
        role, *actions = (_value(argument, known) for argument in call.args)
    except UnknownValueError:
        return
    yield from ((role, action) for action in actions)


def _value(node: ast.expr, known: Values) -> Any:
    match node:
        case ast.Constant():
            return node.value
        case ast.Name() if node.id in known:
            return known[node.id]
        case ast.List() | ast.Tuple() | ast.Set():
            return [item for element in node.elts for item in _items(element, known)]
        case ast.Dict():
            return [_value(key, known) for key in node.keys if key is not None]
        case ast.Call(func=ast.Attribute(attr="param")):
            return [_value(argument, known) for argument in node.args]
    raise UnknownValueError(ast.unparse(node))


def _items(element: ast.expr, known: Values) -> list[Any]:
    if isinstance(element, ast.Starred):
        return list(_value(element.value, known))
    return [_value(element, known)]
