"""What is understood, what is refused, and how it is said."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retake.domain.errors import ProviderRejectedError
from retake_local.effects import Effect, TextPlace
from retake_local.effects import EffectKind as K
from retake_local.language import parse_instruction
from retake_local.lexicon import LEXICON
from retake_local.vocabulary import CHANGE_WORDS


def kinds(instruction: str) -> set[K]:
    return {effect.kind for effect in parse_instruction(instruction)}


def strength(instruction: str) -> float:
    (effect,) = parse_instruction(instruction)
    return effect.strength


@pytest.mark.parametrize(
    ("instruction", "expected"),
    [
        ("zoom in slowly", {K.ZOOM_IN}),
        ("pull back", {K.ZOOM_OUT}),
        ("flip it horizontally", {K.MIRROR}),
        ("turn it upside down", {K.UPSIDE_DOWN}),
        ("rotate it 180 degrees", {K.ROTATE_180}),
        ("fade in and out", {K.FADE_IN, K.FADE_OUT}),
        ("fade to black", {K.FADE_OUT}),
        ("put a vignette on it", {K.VIGNETTE}),
        ("some film grain", {K.GRAIN}),
        ("make it more cinematic", {K.CINEMATIC}),
        ("dreamy", {K.DREAMY}),
        ("vintage", {K.SEPIA, K.GRAIN, K.VIGNETTE}),
        ("invert the colours", {K.INVERT}),
        ("mute the sound", {K.MUTE}),
        ("timelapse", {K.FAST}),
        ("at sunset", {K.WARMER, K.DARKER}),
        ("turn day into night", {K.NIGHT}),
        ("slow it down by half", {K.SLOW}),
        ("reduce the brightness by half", {K.DARKER}),
        ("cut the saturation in half", {K.LESS_COLOUR}),
        ("brighten it by a quarter", {K.BRIGHTER}),
        ("half slower", {K.SLOW}),
        ("twice as slow", {K.SLOW}),
        ("half as dark", {K.BRIGHTER}),
        ("it's still too dark", {K.BRIGHTER}),
        ("golden light", {K.WARMER}),
        ("more light", {K.BRIGHTER}),
        ("not enough light", {K.BRIGHTER}),
        ("a light blur", {K.BLUR}),
    ],
)
def test_other_kinds(instruction: str, expected: set[K]) -> None:
    assert kinds(instruction) == expected


@pytest.mark.parametrize(
    ("instruction", "text", "place"),
    [
        ('add the text "Hello"', "Hello", TextPlace.BOTTOM),
        ("add the text “Hello, World!” at the top", "Hello, World!", TextPlace.TOP),
        (
            "put the words \u2018Don\u2019t panic\u2019 in the middle",
            "Don\u2019t panic",
            TextPlace.MIDDLE,
        ),
        ("add a caption saying 'It's 50% off: now'", "It's 50% off: now", TextPlace.BOTTOM),
        ("write SALE on it", "SALE", TextPlace.BOTTOM),
        ("write Big News across the top", "Big News", TextPlace.TOP),
        ('"The End"', "The End", TextPlace.BOTTOM),
    ],
)  # fmt: skip
def test_text_is_taken_verbatim(instruction: str, text: str, place: TextPlace) -> None:
    assert parse_instruction(instruction) == (Effect(K.TEXT, text=text, place=place),)


def test_text_and_other_requests() -> None:
    effects = parse_instruction('Make it brighter and write "Darker and darker" on it.')

    assert [(effect.kind, effect.text) for effect in effects] == [
        (K.BRIGHTER, ""),
        (K.TEXT, "Darker and darker"),
    ]


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        ("very slightly brighter", "slightly brighter"),
        ("slightly brighter", "somewhat brighter"),
        ("somewhat brighter", "brighter"),
        ("brighter", "quite a bit brighter"),
        ("quite a bit brighter", "much brighter"),
        ("much brighter", "extremely brighter"),
        ("10% brighter", "30% brighter"),
        ("20% darker", "half as bright"),
        ("half speed", "a quarter of the speed"),
        ("50% faster", "three times as fast"),
        ("not much brighter", "brighter"),
        ("warmer, but not too much", "warmer"),
        ("warmer, but only slightly", "warmer"),
        ("a bit too dark", "way too dark"),
    ],
)
def test_words_for_strength_are_ordered(weaker: str, stronger: str) -> None:
    assert strength(weaker) < strength(stronger)


@pytest.mark.parametrize(
    ("instruction", "expected"),
    [
        ("don't make it darker, make it warmer", {K.WARMER}),
        ("warmer, not cooler", {K.WARMER}),
        ("warmer instead of cooler", {K.WARMER}),
        ("less bright and sharper", {K.DARKER, K.SHARPEN}),
        ("more contrast, saturation and sharpness", {K.MORE_CONTRAST, K.MORE_COLOUR, K.SHARPEN}),
        ("don't make it so dark", {K.BRIGHTER}),
        ("brighter and keep everything else the same", {K.BRIGHTER}),
        ("no blur, just more contrast", {K.MORE_CONTRAST}),
    ],
)
def test_negation_reaches_as_far_as_in_english(instruction: str, expected: set[K]) -> None:
    assert kinds(instruction) == expected


@pytest.mark.parametrize(
    ("instruction", "clause"),
    [
        ("add a dinosaur", "add a dinosaur"),
        ("Replace the sky", "Replace the sky"),
        ("make it brighter and add a Dinosaur, please", "add a Dinosaur"),
        ("make the sky brighter", "make the sky brighter"),
        ("rotate it 90 degrees", "rotate it 90 degrees"),
        ("remove the grain", "remove the grain"),
        ("contrast", "contrast"),
        ("less shaky", "less shaky"),
        ("less vintage", "less vintage"),
        ("add a title", "add a title"),
        ("warmer at the top", "warmer at the top"),
    ],
)
def test_a_clause_that_is_not_understood_is_named(instruction: str, clause: str) -> None:
    with pytest.raises(ProviderRejectedError) as refused:
        parse_instruction(instruction)

    assert f"I do not understand “{clause}”." in str(refused.value)
    assert len(str(refused.value)) < 250
    assert parse_instruction("black and white")


def test_the_documents_list_every_kind() -> None:
    words = " ".join(
        (Path(__file__).parents[3] / "docs" / "providers.md").read_text(encoding="utf-8").split()
    )
    assert [kind.value for kind in K if kind.value not in words] == []


@pytest.mark.parametrize(
    ("instruction", "first", "second"),
    [
        ("brighter and darker", "brighter", "darker"),
        ("slow motion, but faster", "slow motion", "faster"),
        ("black and white and more vivid", "black and white", "more vivid"),
        ("night and day", "nighttime", "daytime"),
    ],
)
def test_contradictions_are_named(instruction: str, first: str, second: str) -> None:
    with pytest.raises(ProviderRejectedError, match=f"{first} and {second}, which contradict"):
        parse_instruction(instruction)


def test_what_is_asked_for_and_ruled_out_is_refused() -> None:
    with pytest.raises(ProviderRejectedError, match="both asks for warmer and rules it out"):
        parse_instruction("make it warmer, don't make it warmer")
    with pytest.raises(ProviderRejectedError, match="also to keep the speed"):
        parse_instruction("slow motion without changing the speed")


@pytest.mark.parametrize(
    "instruction", ["", "   ", "please", "not too dark", "don't make it darker", "keep the colours", "!?"]
)
def test_an_instruction_that_changes_nothing_is_refused(instruction: str) -> None:
    with pytest.raises(ProviderRejectedError, match="would leave the clip as it is"):
        parse_instruction(instruction)


@given(st.text(max_size=200))
@example("1e400% brighter")
@example("0x speed")
@example('write """""')
@example("²³% brighter ½")
def test_any_text_is_understood_or_refused(instruction: str) -> None:
    try:
        effects = parse_instruction(instruction)
    except ProviderRejectedError:
        return
    assert effects


@given(
    st.lists(
        st.sampled_from(sorted(LEXICON)) | st.sampled_from([",", "20%", "2x", '"Hi"', "dragon"]), max_size=9
    )
)
def test_any_words_give_sane_effects(words: list[str]) -> None:
    try:
        effects = parse_instruction(" ".join(words))
    except ProviderRejectedError:
        return
    assert all(0 < effect.strength <= 60 for effect in effects if effect.kind is not K.LESS_COLOUR)
    assert "dragon" not in words


def test_every_kind_has_words_and_no_phrase_has_two_meanings() -> None:
    assert CHANGE_WORDS.keys() == set(K) - {K.TEXT}
    phrases = [
        phrase.strip()
        for words in CHANGE_WORDS.values()
        for text in (words.quality, words.change, words.measure)
        for phrase in text.split(",")
        if phrase.strip()
    ]
    assert sorted(phrases) == sorted(set(phrases))
