"""Which errors can leave a function, read from the sources: of itself and of all that it may call.

More than can happen: a method is looked for by the type that annotations give its object, and where they give
none it is every method of that name, unless a built-in type has one. That none is missing is also shown by
each test of a route, which holds its answer against the document (``tests.documented``).
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from retake.domain import errors

ROOT = Path(errors.__file__).parents[1]
PACKAGES = ("adapters/aws", "api", "contracts", "domain", "ports", "services", "storage")
"""Where errors of requests come from; ports are looked for in what implements them."""

Names = frozenset[str]
NOTHING: Names = frozenset()
OF_PYTHON = frozenset(name for kind in (str, bytes, list, dict, set, datetime, Decimal) for name in dir(kind))
"""Methods of built-in types: where nothing says what an object is, it is taken for one of those."""

CLASSES = {
    name: kind
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, Exception)
}


@dataclass
class Scope:
    """A function or class: its source, where its names are looked for, and what it is a part of."""

    node: ast.FunctionDef | ast.ClassDef
    module: str
    outer: Scope | None = None
    inner: dict[str, Scope] = field(default_factory=dict)
    raised: Names = NOTHING
    callers: dict[int, Scope] = field(default_factory=dict)
    body: _Body | None = None

    def is_class(self) -> bool:
        return isinstance(self.node, ast.ClassDef)


class Sources:
    """The functions and classes of the product, by module and name."""

    def __init__(self) -> None:
        self.modules: dict[str, dict[str, Scope]] = {}
        self.imports: dict[str, dict[str, tuple[str, str]]] = {}
        self.by_name: dict[str, list[Scope]] = {}
        self._waiting: dict[int, Scope] = {}
        for package in PACKAGES:
            for path in sorted((ROOT / package).rglob("*.py")):
                module = ".".join(("retake", *path.relative_to(ROOT).with_suffix("").parts))
                self._read(module, ast.parse(path.read_text(encoding="utf-8")))

    def raised_by(self, function: Callable[..., object]) -> Names:
        """Return the names of the errors that can leave a function of a module."""
        scope = self.modules[function.__module__][function.__name__]
        self.look_at(scope)
        self._settle()
        return scope.raised

    def _read(self, module: str, tree: ast.Module) -> None:
        self.imports[module] = {
            alias.asname or alias.name: (str(getattr(node, "module", alias.name)), alias.name)
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom | ast.Import)
            for alias in node.names
        }
        self.modules[module] = {}
        self._define(tree, module, None, self.modules[module])

    def _define(self, node: ast.AST, module: str, outer: Scope | None, into: dict[str, Scope]) -> None:
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.FunctionDef | ast.ClassDef):
                self._define(child, module, outer, into)
                continue
            scope = Scope(child, module, outer)
            into[child.name] = scope
            if outer is not None and outer.is_class():
                self.by_name.setdefault(child.name, []).append(scope)
            self._define(child, module, scope, scope.inner)

    def look_at(self, scope: Scope) -> None:
        """Have a function read that something refers to, if it was not yet."""
        if scope.body is None and isinstance(scope.node, ast.FunctionDef):
            scope.body = _Body(self, scope)
            self._waiting[id(scope)] = scope

    def _settle(self) -> None:
        """Let errors pass from callees to callers, until nothing changes."""
        while self._waiting:
            _, scope = self._waiting.popitem()
            assert scope.body is not None
            raised = scope.body.raised()
            if raised != scope.raised:
                scope.raised = raised
                self._waiting.update((id(caller), caller) for caller in scope.callers.values())

    def named(self, name: str, scope: Scope) -> Scope | None:
        """Return what a name means in a function."""
        place: Scope | None = scope
        while place is not None:
            if name in place.inner and not place.is_class():
                return place.inner[name]
            place = place.outer
        return self._of_module(scope.module, name)

    def _of_module(self, module: str, name: str) -> Scope | None:
        if name in self.modules.get(module, {}):
            return self.modules[module][name]
        source = self.imports.get(module, {}).get(name)
        return None if source is None else self.modules.get(source[0], {}).get(source[1])

    def method(self, owner: Scope, name: str) -> Scope | None:
        """Return a method of a class, or of one that it is made from."""
        if name in owner.inner:
            return owner.inner[name]
        assert isinstance(owner.node, ast.ClassDef)
        bases = (self.class_of(base, owner.module) for base in owner.node.bases)
        return next((found for base in bases if base and (found := self.method(base, name))), None)

    def type_of_field(self, owner: Scope, name: str) -> Scope | None:
        """Return the class of a property, or of an attribute as its class or ``__init__`` says."""
        found = self.method(owner, name)
        if found is not None and isinstance(found.node, ast.FunctionDef):
            return self.class_of(found.node.returns, found.module)
        for node in ast.walk(owner.node):
            if (
                isinstance(node, ast.AnnAssign)
                and isinstance(node.target, ast.Name)
                and node.target.id == name
            ):
                return self.class_of(node.annotation, owner.module)
        made = owner.inner.get("__init__")
        if made is None or not isinstance(made.node, ast.FunctionDef):
            return None
        given = {one.arg: one.annotation for one in (*made.node.args.args, *made.node.args.kwonlyargs)}
        for node in ast.walk(made.node):
            match node:
                case ast.Assign(targets=[ast.Attribute(attr=attr)], value=ast.Name(id=source)) if (
                    attr == name
                ):
                    return self.class_of(given.get(source), made.module)
        return None

    def class_of(self, annotation: ast.expr | None, module: str) -> Scope | None:
        """Return the class that an annotation names."""
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            annotation = ast.parse(annotation.value, mode="eval").body
        if isinstance(annotation, ast.BinOp):  # X | None
            return self.class_of(annotation.left, module)
        if isinstance(annotation, ast.Name):
            found = self._of_module(module, annotation.id)
            return found if found is not None and found.is_class() else None
        return None


class _Body:
    """The statements of one function, with what each refers to."""

    def __init__(self, sources: Sources, scope: Scope) -> None:
        self._sources = sources
        self._scope = scope
        assert isinstance(scope.node, ast.FunctionDef)
        self._node = scope.node
        self._types = dict(self._annotated())
        self._targets: dict[int, list[Scope]] = {}
        self._assigned()

    def raised(self) -> Names:
        return self._of_all(self._node.body, NOTHING)

    def _assigned(self) -> None:
        """Learn the types of local names from what they are assigned."""
        for node in ast.walk(self._node):
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if name not in self._types:
                    found = self._type_of(value)
                    if found is not None:
                        self._types[name] = found

    def _annotated(self) -> Iterator[tuple[str, Scope]]:
        outer: Scope | None = self._scope
        while outer is not None:
            if isinstance(outer.node, ast.FunctionDef):
                for argument in (*outer.node.args.args, *outer.node.args.kwonlyargs):
                    found = self._sources.class_of(argument.annotation, outer.module)
                    if found is not None:
                        yield argument.arg, found
                    elif argument.arg == "self" and outer.outer is not None:
                        yield "self", outer.outer
            outer = outer.outer

    def _of_all(self, nodes: Iterable[ast.AST], caught: Names) -> Names:
        return NOTHING.union(*(self._of(node, caught) for node in nodes))

    def _of(self, node: ast.AST, caught: Names) -> Names:  # noqa: C901, PLR0911 - a case for each kind of node
        """Return what a statement or an expression raises; ``caught`` is what a bare ``raise`` raises."""
        match node:
            case ast.FunctionDef() | ast.ClassDef():
                return NOTHING
            case ast.Raise(exc=None):
                return caught
            case ast.Raise(exc=ast.Name(id=name)) if name not in CLASSES:
                return caught
            case ast.Raise(exc=ast.Name(id=name)):
                return frozenset({name})
            case ast.Raise(exc=ast.Call() as call):
                return self._made_by(call.func) | self._of(call, caught)
            case ast.Try():
                return self._of_try(node, caught)
            case ast.With():
                return self._of_with(node, caught)
            case ast.Name(id=name):
                found = self._sources.named(name, self._scope)
                return NOTHING if found is None else self._call(found)
            case ast.Call(func=ast.Attribute() as method):
                arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
                reached = self._of(method.value, caught) | self._of_targets(method, is_called=True)
                return reached | self._of_all(arguments, caught)
            case ast.Attribute():
                return self._of(node.value, caught) | self._of_targets(node, is_called=False)
            case _:
                return self._of_all(ast.iter_child_nodes(node), caught)

    def _made_by(self, function: ast.expr) -> Names:
        """Return the errors that a call may make: of its class, or those that a function says it returns."""
        match function:
            case ast.Name(id=name) if name in CLASSES:
                return frozenset({name})
            case ast.Name(id=name):
                found = [self._sources.named(name, self._scope)]
            case ast.Attribute():
                found = [*self._resolve(function)]
            case _:
                return NOTHING
        returned = [one.node.returns for one in found if one and isinstance(one.node, ast.FunctionDef)]
        named = {
            node.id for each in returned if each for node in ast.walk(each) if isinstance(node, ast.Name)
        }
        return frozenset(named & CLASSES.keys())

    def _call(self, scope: Scope) -> Names:
        made = (
            [scope]
            if not scope.is_class()
            else [scope.inner[name] for name in ("__init__", "__post_init__") if name in scope.inner]
        )
        for one in made:
            one.callers[id(self._scope)] = self._scope
            self._sources.look_at(one)
        return NOTHING.union(*(one.raised for one in made))

    def _of_try(self, node: ast.Try, caught: Names) -> Names:
        left, handled = self._of_all(node.body, caught), NOTHING
        for handler in node.handlers:
            kinds = _kinds_of(handler.type)
            taken = frozenset(name for name in left if _is_any(name, kinds))
            left -= taken
            handled |= self._of_all(handler.body, taken) if taken or not _is_ours(kinds) else NOTHING
        return left | handled | self._of_all([*node.orelse, *node.finalbody], caught)

    def _of_with(self, node: ast.With, caught: Names) -> Names:
        inside = self._of_all(node.body, caught)
        for item in node.items:
            call = item.context_expr
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "suppress":
                kinds = [name for argument in call.args for name in _kinds_of(argument)]
                inside = frozenset(name for name in inside if not _is_any(name, kinds))
            else:
                inside |= self._of(call, caught)
        return inside

    def _of_targets(self, node: ast.Attribute, *, is_called: bool) -> Names:
        if id(node) not in self._targets:
            self._targets[id(node)] = [
                found
                for found in self._resolve(node)
                if is_called or _is_property(found) or self._is_typed(node)
            ]
        return NOTHING.union(*(self._call(target) for target in self._targets[id(node)]))

    def _resolve(self, node: ast.Attribute) -> Iterable[Scope]:
        anywhere = self._sources.by_name.get(node.attr, [])
        owner = self._type_of(node.value)
        if owner is None:
            return [] if node.attr in OF_PYTHON or self._is_foreign(node.value) else anywhere
        own = self._sources.method(owner, node.attr)
        if own is None:
            return []
        return anywhere if _is_declared(own) and owner.node.name != "Context" else [own]

    def _is_typed(self, node: ast.Attribute) -> bool:
        return self._type_of(node.value) is not None

    def _type_of(self, node: ast.expr) -> Scope | None:
        match node:
            case ast.Name(id=name) if name in self._types:
                return self._types[name]
            case ast.Name(id=name):
                found = self._sources.named(name, self._scope)
                return found if found is not None and found.is_class() else None
            case ast.Call(func=function):
                return self._returned_by(function)
            case ast.Attribute(value=ast.Name(id="bootstrap"), attr="context"):
                return self._sources.modules["retake.services.context"]["Context"]
            case ast.Attribute():
                owner = self._type_of(node.value)
                return None if owner is None else self._sources.type_of_field(owner, node.attr)
        return None

    def _returned_by(self, function: ast.expr) -> Scope | None:
        match function:
            case ast.Name(id=name):
                found = self._sources.named(name, self._scope)
            case ast.Attribute():
                owner = self._type_of(function.value)
                found = None if owner is None else self._sources.method(owner, function.attr)
            case _:
                found = None
        if found is None or found.is_class():
            return found
        assert isinstance(found.node, ast.FunctionDef)
        return self._sources.class_of(found.node.returns, found.module)

    def _is_foreign(self, node: ast.expr) -> bool:
        """Whether it is a literal, or comes from another library."""
        if isinstance(node, ast.Name):
            source = self._sources.imports[self._scope.module].get(node.id)
            return source is not None and source[0] not in self._sources.modules
        return isinstance(node, ast.Constant | ast.JoinedStr | ast.Dict | ast.List | ast.DictComp)


def _is_property(scope: Scope) -> bool:
    named = (item for item in scope.node.decorator_list if isinstance(item, ast.Name))
    return any("property" in item.id for item in named)


def _is_declared(scope: Scope) -> bool:
    """Whether a method is declared only, as a port's is."""
    *_, last = scope.node.body
    return (
        isinstance(last, ast.Expr) and isinstance(last.value, ast.Constant) and last.value.value is Ellipsis
    )


def _kinds_of(node: ast.expr | None) -> list[str]:
    match node:
        case None:
            return ["Exception"]
        case ast.Tuple(elts=parts):
            return [name for part in parts for name in _kinds_of(part)]
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return [name]
    return []


def _is_ours(kinds: Iterable[str]) -> bool:
    return all(name in CLASSES for name in kinds)


def _is_any(name: str, kinds: Iterable[str]) -> bool:
    return any(
        kind in {"Exception", "BaseException"}
        or (kind in CLASSES and issubclass(CLASSES[name], CLASSES[kind]))
        for kind in kinds
    )


@cache
def sources() -> Sources:
    """Return what is read once for all tests of a process."""
    return Sources()
