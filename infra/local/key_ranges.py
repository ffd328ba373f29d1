"""Narrows the items of a partition to those that a condition on the sort key can hold for."""

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

Item = dict[str, Any]
Holds = Callable[[str], bool]

_NAME, _VALUE = r"([#\w]+)", r"(:\w+)"
_BEGINS = re.compile(rf"begins_with\s*\(\s*{_NAME}\s*,\s*{_VALUE}\s*\)")
_BETWEEN = re.compile(rf"{_NAME}\s+BETWEEN\s+{_VALUE}\s+AND\s+{_VALUE}", re.IGNORECASE)
_COMPARED = re.compile(rf"{_NAME}\s*(<=|>=|<|>|=)\s*{_VALUE}")
_SIGNS = {"<=": operator.ge, ">=": operator.le, "<": operator.gt, ">": operator.lt, "=": operator.eq}
"""With the value on the left and the item's text on the right."""


def narrowed(
    items: Sequence[Item],
    sort_name: str | None,
    condition: str,
    values: Mapping[str, Any],
    names: Mapping[str, str],
) -> Sequence[Item]:
    """Return at least the items that a condition holds for, and no others where its values are texts.

    Args:
        items: Those of one partition.
        sort_name: Name of the sort key.
        condition: ``KeyConditionExpression``.
        values: ``ExpressionAttributeValues``.
        names: ``ExpressionAttributeNames``.
    """
    if sort_name is not None:
        for name, holds in _holding(condition, values):
            if names.get(name, name) == sort_name:
                items = [item for item in items if holds(item[sort_name]["S"])]
    return items


def _holding(condition: str, values: Mapping[str, Any]) -> Iterator[tuple[str, Holds]]:
    """Yield what is compared with texts: the key's name, and whether the comparison holds for a text."""
    texts = {name: value["S"] for name, value in values.items() if isinstance(value, dict) and "S" in value}
    for name, value in _BEGINS.findall(condition):
        if value in texts:
            yield name, partial(_begins, texts[value])
    for name, low, high in _BETWEEN.findall(condition):
        if low in texts and high in texts:
            yield name, partial(_is_between, texts[low], texts[high])
    for name, sign, value in _COMPARED.findall(condition):
        if value in texts:
            yield name, partial(_SIGNS[sign], texts[value])


def _begins(start: str, text: str) -> bool:
    return text.startswith(start)


def _is_between(low: str, high: str, text: str) -> bool:
    return low <= text <= high
