"""Placeholders: what is found is what is filled, and nothing else of a prompt changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.domain.errors import InvalidRequestError
from retake.domain.templates import fill_placeholders, name_key, placeholders_of

NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,9}", fullmatch=True)
PLAIN = st.text(alphabet=st.characters(blacklist_characters="{}", blacklist_categories=["Cs"]), max_size=20)
VALUES = st.text(min_size=1, max_size=20).filter(lambda text: bool(text.strip()))
PARTS = st.lists(st.tuples(PLAIN, NAMES), max_size=6)


@given(PARTS, PLAIN, st.dictionaries(NAMES, VALUES))
def test_filling_replaces_each_placeholder_by_its_value_and_nothing_else(
    parts: list[tuple[str, str]], tail: str, values: dict[str, str]
) -> None:
    prompt = "".join(f"{text}{{{name}}}" for text, name in parts) + tail
    wanted = placeholders_of(prompt)
    assert wanted == tuple(dict.fromkeys(name for _, name in parts))
    given_values = {name: values.get(name, "a {fox}") for name in wanted}
    filled = fill_placeholders(prompt, given_values)
    assert filled == "".join(text + given_values[name].strip() for text, name in parts) + tail


@given(st.text(max_size=60))
def test_a_prompt_is_never_broken_by_its_braces(prompt: str) -> None:
    values = {name: f"{{{name}}}" for name in placeholders_of(prompt)}
    assert fill_placeholders(prompt, values) == prompt


def test_every_value_that_is_missing_or_too_many_is_named() -> None:
    with pytest.raises(InvalidRequestError) as refused:
        fill_placeholders("a {animal} in {place}", {"place": " ", "colour": "red"})
    assert [fault.field for fault in refused.value.faults] == [
        "values.animal",
        "values.place",
        "values.colour",
    ]
    assert "animal, place" in refused.value.faults[2].detail


@pytest.mark.parametrize("text", ["{}", "{1st}", "{a b}", "{{}}", "{a", "a}"])
def test_other_braces_are_text(text: str) -> None:
    assert placeholders_of(text) == ()


@given(st.text(max_size=40))
def test_a_names_key_is_settled(name: str) -> None:
    assert name_key(f"  {name} ") == name_key(name)
