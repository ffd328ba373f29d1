"""Merging a clip's prompt with what is to change: readable, without piling up, never too long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.domain.prompts import MAX_PROMPT_CHARS, merge_prompt

SCENE = "a street in the rain"
CHANGE_WORDS = (
    "make it nighttime",
    "make it daytime",
    "Make it look like winter.",
    "make it much brighter",
    "please make it darker and remove the car",
    "add more motion",
    "Slow it down, gently",
    "turn the video into a painting",
    "could you zoom in; pan left!",
    "mach es dunkler",
    "...",
)
TEXTS = st.text(alphabet=st.sampled_from(" abIß,.;!?\nŉ"), max_size=40) | st.sampled_from(
    (SCENE, *CHANGE_WORDS)
)


@pytest.mark.parametrize(
    ("prompt", "instruction", "merged"),
    [
        (SCENE, "make it nighttime", "a street in the rain, nighttime"),
        (SCENE, "Please make the sky darker and add clouds.", f"{SCENE}, the sky darker, with clouds"),
        (SCENE, "Add rain, please!", f"{SCENE}, with rain"),
        (SCENE, "remove the red car", f"{SCENE}, without the red car"),
        (SCENE, "make sure no one blinks", f"{SCENE}, make sure no one blinks"),
        (SCENE, "Slow it down", "a street in the rain. Slow it down"),
        ("A fox in snow. It runs!", "turn it into a painting", "A fox in snow. It runs. A painting"),
        (f"{SCENE}, nighttime", "make it sunset", f"{SCENE}, sunset"),
        (f"{SCENE}, brighter", "make it a bit darker", f"{SCENE}, a bit darker"),
        (f"{SCENE} at night, brighter", "make it daytime", f"{SCENE} at night, brighter, daytime"),
        (f"{SCENE}. Slow it down", "slow it down", f"{SCENE}, slow it down"),
        ("", "make it nighttime", "nighttime"),
        (SCENE, "...", SCENE),
        ("a  street\nin the rain.", "at night", "a street in the rain, at night"),
    ],
)
def test_merged(prompt: str, instruction: str, merged: str) -> None:
    assert merge_prompt(prompt, instruction) == merged


def test_a_prompt_that_is_too_long_gives_way_to_the_instruction() -> None:
    merged = merge_prompt("rain on a street " * 300, "make it nighttime")

    assert merged.startswith("rain on a street")
    assert merged.endswith("street, nighttime")
    assert MAX_PROMPT_CHARS - 10 < len(merged) <= MAX_PROMPT_CHARS


@given(prompt=TEXTS, instruction=TEXTS, max_chars=st.integers(0, 60))
def test_never_too_long(prompt: str, instruction: str, max_chars: int) -> None:
    assert len(merge_prompt(prompt, instruction, max_chars=max_chars)) <= max_chars


@given(prompt=TEXTS, instruction=TEXTS)
def test_the_same_words_again_change_nothing(prompt: str, instruction: str) -> None:
    once = merge_prompt(prompt, instruction)

    assert merge_prompt(once, instruction) == once


@given(asked_for=st.lists(st.sampled_from(CHANGE_WORDS), max_size=40))
def test_prompts_do_not_grow_with_every_try(asked_for: list[str]) -> None:
    """What a few requests come to is the most that any number of the same requests comes to."""
    prompt = SCENE
    for wanted in asked_for:
        prompt = merge_prompt(prompt, wanted)

    assert prompt.startswith("a street in the rain")
    assert len(prompt) <= len(SCENE) + sum(len(". with") + len(wanted) for wanted in set(asked_for))


@given(prompt=TEXTS, instruction=TEXTS)
def test_a_prompt_is_one_line_that_loses_no_word_of_an_unknown_request(prompt: str, instruction: str) -> None:
    merged = merge_prompt(prompt, f"mach {instruction} dunkler")

    assert merged == " ".join(merged.split())
    assert "dunkler" in merged
