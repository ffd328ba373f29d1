"""Records with something in every field, for tests of how records are stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from tests.fakes.clocks import START

T = TypeVar("T")


def filled(kind: type[T], **given: Any) -> T:
    """Return a record of a kind with a value in every field, however deep; the same at every call."""
    assert is_dataclass(kind)
    hints = get_type_hints(kind)
    values = {
        field.name: _value(hints[field.name], field.name) for field in fields(kind) if field.name not in given
    }
    return kind(**values, **given)


def _value(hint: Any, name: str) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _value(arguments[0], name)
    if origin is tuple:
        return (_value(arguments[0], name),)
    if origin is not None and issubclass(origin, Mapping):
        return {f"{name} 1": _value(arguments[1], name)}
    return _simple_value(hint, name)


def _simple_value(hint: Any, name: str) -> Any:
    simple: dict[Any, Any] = {
        str: f"{name} ü",
        int: len(name),
        float: 92.25,
        bool: True,
        Decimal: Decimal("1.2500"),
        datetime: START + timedelta(seconds=len(name), microseconds=123_456),
        object: [1, {"half": 0.5, "none": None}, "text"],
    }
    if hint in simple:
        return simple[hint]
    return next(iter(hint)) if issubclass(hint, Enum) else filled(hint)
