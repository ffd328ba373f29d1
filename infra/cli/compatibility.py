"""What a change of the OpenAPI document breaks for clients of an earlier one.

A client may go on where it sends what was right and reads what it was promised. Additions break nothing: new
operations, optional parameters and fields, answers with more fields, and more values of an enumeration.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum, auto
from typing import Any

Schema = Mapping[str, Any]

_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems")
_UNION = ("anyOf", "oneOf")
_SUCCESS = "2"
_SCHEMAS = "#/components/schemas/"
_INNER = {"items": "[]", "additionalProperties": ".*", "contentSchema": ""}
"""Keywords of a schema that hold one, and what is written of the place."""


class Direction(Enum):
    """Who writes what a schema describes."""

    REQUEST = auto()
    ANSWER = auto()
    PROBLEM = auto()


def breaking_changes(released: Mapping[str, Any], changed: Mapping[str, Any]) -> list[str]:
    """Return a line for each change between two documents that a client of the first would notice.

    Args:
        released: The document that clients were made from.
        changed: The document as it is now.
    """
    return sorted(set(_Comparison(released, changed).differences()))


class _Comparison:
    """Two documents, whose references are followed each in its own."""

    def __init__(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        self._old = old
        self._new = new
        self._seen: set[tuple[str, str, Direction]] = set()

    def differences(self) -> Iterator[str]:
        for path, methods in self._old["paths"].items():
            for method, operation in methods.items():
                name = f"{method.upper()} {path}"
                now = self._new["paths"].get(path, {}).get(method)
                if now is None:
                    yield f"{name} was removed"
                else:
                    yield from self._parameters(name, operation, now)
                    yield from self._body(name, operation.get("requestBody"), now.get("requestBody"))
                    yield from self._answers(name, operation["responses"], now["responses"])

    def _parameters(self, name: str, old: Schema, new: Schema) -> Iterator[str]:
        before = {(item["in"], item["name"]): item for item in old.get("parameters", ())}
        now = {(item["in"], item["name"]): item for item in new.get("parameters", ())}
        for key, item in before.items():
            if key not in now:
                yield f"{name}: the parameter {key[1]} was removed"
            else:
                where = f"{name}: the parameter {key[1]}"
                yield from self._schemas(where, item["schema"], now[key]["schema"], Direction.REQUEST)
        for key, item in now.items():
            if item.get("required") and not before.get(key, {}).get("required"):
                yield f"{name}: the parameter {key[1]} is required now"

    def _body(self, name: str, old: Schema | None, new: Schema | None) -> Iterator[str]:
        if old is None:
            if new is not None and new.get("required"):
                yield f"{name} requires a body now"
            return
        if new is None:
            yield f"{name} takes no body any more"
            return
        if new.get("required") and not old.get("required"):
            yield f"{name} requires a body now"
        yield from self._contents(f"{name}: the body", old, new, Direction.REQUEST)

    def _answers(self, name: str, old: Schema, new: Schema) -> Iterator[str]:
        for status, released in old.items():
            is_success = status.startswith(_SUCCESS)
            if status not in new:
                if is_success:
                    yield f"{name} does not answer {status} any more"
                continue
            before, _ = _resolve(self._old, released)
            now, _ = _resolve(self._new, new[status])
            for header, promise in before.get("headers", {}).items():
                # What a problem may have and may not, no client can rely on.
                is_promised = is_success or _resolve(self._old, promise)[0].get("required")
                if is_promised and header not in now.get("headers", {}):
                    yield f"{name}: the answer {status} has no {header} any more"
            direction = Direction.ANSWER if is_success else Direction.PROBLEM
            yield from self._contents(f"{name}: the answer {status}", before, now, direction)

    def _contents(self, where: str, old: Schema, new: Schema, direction: Direction) -> Iterator[str]:
        for media_type, content in old.get("content", {}).items():
            if media_type not in new.get("content", {}):
                yield f"{where} is not {media_type} any more"
                continue
            now = new["content"][media_type]
            for keyword in ("schema", "itemSchema"):  # the second describes each event of a stream
                yield from self._schemas(where, content.get(keyword, {}), now.get(keyword, {}), direction)

    def _schemas(self, where: str, old: Schema, new: Schema, direction: Direction) -> Iterator[str]:
        before, old_name = _resolve(self._old, old)
        now, new_name = _resolve(self._new, new)
        if old_name and new_name:
            if (old_name, new_name, direction) in self._seen:
                return
            self._seen.add((old_name, new_name, direction))
            where = old_name
        options, choices = self._options(self._old, before), self._options(self._new, now)
        yield from _nulls(where, "null" in options, "null" in choices, direction)
        options.pop("null", None)
        choices.pop("null", None)
        if len(options) == len(choices) == 1:
            (before,), (now,) = options.values(), choices.values()
            is_named = "$ref" in before or "$ref" in now
            compare = self._schemas if is_named else self._values
            yield from compare(where, before, now, direction)
        else:
            yield from self._unions(where, options, choices, direction)

    def _options(self, document: Schema, schema: Schema) -> dict[str, Schema]:
        """Return the forms a value may have, by the name or the type of each."""
        unions = [schema[keyword] for keyword in _UNION if keyword in schema]
        if not unions:
            return {str(schema.get("title") or schema.get("type")): schema}
        found: dict[str, Schema] = {}
        for option in unions[0]:
            resolved, name = _resolve(document, option)
            label = name or _label(resolved)
            while label in found:  # two events of one name
                label += " again"
            found[label] = option if name else resolved
        return found

    def _unions(
        self, where: str, old: Mapping[str, Schema], new: Mapping[str, Schema], direction: Direction
    ) -> Iterator[str]:
        for name, option in old.items():
            if name in new:
                yield from self._schemas(f"{where} ({name})", option, new[name], direction)
            elif direction is not Direction.PROBLEM:
                yield f"{where} is not {name} any more"
        plain = {name for name, option in new.items() if "$ref" not in option}
        if direction is not Direction.REQUEST:
            plain -= {name for name, option in new.items() if "properties" in option}
            yield from (f"{where} may be {name} now" for name in sorted(plain - old.keys()))

    def _values(self, where: str, old: Schema, new: Schema, direction: Direction) -> Iterator[str]:
        yield from _types(where, old, new, direction)
        yield from _enumerations(where, old, new)
        if direction is Direction.REQUEST:
            yield from _bounds(where, old, new)
        yield from self._objects(where, old, new, direction)
        for keyword, name in _INNER.items():
            if isinstance(old.get(keyword), Mapping) and isinstance(new.get(keyword), Mapping):
                yield from self._schemas(f"{where}{name}", old[keyword], new[keyword], direction)

    def _objects(self, where: str, old: Schema, new: Schema, direction: Direction) -> Iterator[str]:
        before, now = old.get("properties", {}), new.get("properties", {})
        required, requires = set(old.get("required", ())), set(new.get("required", ()))
        for name, schema in before.items():
            if name not in now:
                yield f"{where}.{name} was removed"
            else:
                yield from self._schemas(f"{where}.{name}", schema, now[name], direction)
        if direction is Direction.REQUEST:
            yield from (f"{where}.{name} is required now" for name in sorted(requires - required))
        else:
            lost = sorted((required - requires) & now.keys())
            yield from (f"{where}.{name} may be missing now" for name in lost)


def _resolve(document: Schema, schema: Schema) -> tuple[Schema, str]:
    """Return what a reference names, and its name; anything else as it is."""
    reference = schema.get("$ref")
    if reference is None:
        return schema, ""
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found, reference.removeprefix(_SCHEMAS).replace("/properties/", ".")


def _label(schema: Schema) -> str:
    """Return what tells an option of a union without a name from others: an event's name, or a type."""
    name = schema.get("properties", {}).get("event", {}).get("const")
    return str(name or schema.get("type"))


def _nulls(where: str, was: bool, is_now: bool, direction: Direction) -> Iterator[str]:  # noqa: FBT001 - a pair
    if direction is Direction.REQUEST and was and not is_now:
        yield f"{where} does not take null any more"
    if direction is not Direction.REQUEST and is_now and not was:
        yield f"{where} may be null now"


def _types(where: str, old: Schema, new: Schema, direction: Direction) -> Iterator[str]:
    before, now = old.get("type"), new.get("type")
    wider, narrower = ("number", "integer") if direction is Direction.REQUEST else ("integer", "number")
    is_wider = (before, now) == (narrower, wider) or (direction is Direction.REQUEST and now is None)
    if before != now and not is_wider:
        yield f"{where} is {now or 'anything'} now, and was {before or 'anything'}"


def _enumerations(where: str, old: Schema, new: Schema) -> Iterator[str]:
    before, now = _values_of(old), _values_of(new)
    if now is None:
        return
    if before is None:
        yield f"{where} is one of {', '.join(map(str, now))} now, and was anything"
        return
    gone = [str(value) for value in before if value not in now]
    if gone:
        yield f"{where} is not {', '.join(gone)} any more"


def _values_of(schema: Schema) -> Sequence[object] | None:
    if "const" in schema:
        return [schema["const"]]
    values: Sequence[object] | None = schema.get("enum")
    return values


def _bounds(where: str, old: Schema, new: Schema) -> Iterator[str]:
    for keyword in _tighter(old, new):
        yield f"{where} has {keyword} {new[keyword]} now, and had {old.get(keyword, 'none')}"
    if "pattern" in new and new["pattern"] != old.get("pattern"):
        yield f"{where} has the pattern {new['pattern']} now, and had {old.get('pattern', 'none')}"


def _tighter(old: Schema, new: Schema) -> Iterable[str]:
    for keyword in (*_UPPER, *_LOWER):
        if keyword in new:
            before, now = old.get(keyword), new[keyword]
            if before is None or (now < before if keyword in _UPPER else now > before):
                yield keyword
