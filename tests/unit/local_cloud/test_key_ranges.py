from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from infra.local.key_ranges import Item, narrowed

TEXTS = st.text("ab#\U0010ffff", max_size=4)
CONDITIONS: dict[str, Callable[[str, str, str], bool]] = {
    "begins_with(SK, :a)": lambda text, a, _: text.startswith(a),
    "SK BETWEEN :a AND :b": lambda text, a, b: a <= text <= b,
    "SK between :a and :b": lambda text, a, b: a <= text <= b,
    "SK <= :a": lambda text, a, _: text <= a,
    "SK < :a": lambda text, a, _: text < a,
    "SK >= :a": lambda text, a, _: text >= a,
    "SK > :a": lambda text, a, _: text > a,
    "SK = :a": lambda text, a, _: text == a,
    "#sort=:a": lambda text, a, _: text == a,
}


def an_item(text: str) -> Item:
    return {"PK": {"S": "p"}, "SK": {"S": text}}


@given(texts=st.lists(TEXTS), low=TEXTS, high=TEXTS, condition=st.sampled_from(sorted(CONDITIONS)))
def test_what_a_condition_holds_for_is_found_in_the_order_it_came(
    texts: list[str], low: str, high: str, condition: str
) -> None:
    values = {":pk": {"S": "p"}, ":a": {"S": low}, ":b": {"S": high}}
    found = narrowed([*map(an_item, texts)], "SK", f"PK = :pk AND {condition}", values, {"#sort": "SK"})
    holds = CONDITIONS[condition]
    assert [item["SK"]["S"] for item in found] == [text for text in texts if holds(text, low, high)]


@given(texts=st.lists(TEXTS))
def test_what_is_no_condition_on_texts_leaves_nothing_out(texts: list[str]) -> None:
    items = [*map(an_item, texts)]
    values = {":pk": {"S": "p"}, ":a": {"N": "1"}}
    assert narrowed(items, "SK", "PK = :pk", values, {}) == items
    assert narrowed(items, "SK", "PK = :pk AND SK > :a", values, {}) == items
    assert narrowed(items, None, "PK = :pk", values, {}) == items
