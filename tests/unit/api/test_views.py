"""How an answer is made of a record."""

from dataclasses import dataclass, field

import pytest
from pydantic import ValidationError

from retake.contracts.common import Contract


@dataclass(frozen=True)
class Part:
    name: str
    hidden: str = "kept"


@dataclass(frozen=True)
class Whole:
    title: str
    parts: tuple[Part, ...] = ()
    only: Part | None = None
    figures: dict[str, int] = field(default_factory=dict)


class PartView(Contract):
    name: str


class WholeView(Contract):
    title: str
    parts: list[PartView]
    only: PartView | None
    figures: dict[str, int]


class CountedView(Contract):
    title: str
    count: int


def test_fields_are_copied_by_name_and_records_among_them_become_their_views() -> None:
    view = WholeView.of(Whole("a", (Part("b"),), Part("c"), {"d": 1}))
    assert view.model_dump() == {
        "title": "a",
        "parts": [{"name": "b"}],
        "only": {"name": "c"},
        "figures": {"d": 1},
    }


def test_a_field_that_is_given_is_not_read_from_the_record() -> None:
    assert CountedView.of(Whole("a"), title="b", count=2) == CountedView(title="b", count=2)


def test_a_field_that_is_neither_given_nor_in_the_record_is_an_error() -> None:
    with pytest.raises(AttributeError, match="count"):
        CountedView.of(Whole("a"))


def test_a_field_that_the_answer_does_not_have_is_an_error() -> None:
    with pytest.raises(ValidationError, match="extra_forbidden"):
        CountedView.of(Whole("a"), count=1, counts=1)
