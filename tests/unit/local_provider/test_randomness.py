"""Takes of the same words differ in what the words leave open, and in nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake_local.effects import Effect, EffectKind
from retake_local.language import parse_instruction
from retake_local.randomness import vary
from tests.unit.local_provider.measuring import Studio

K = EffectKind
SEEDS = st.integers(0, 2**32 - 1)
GRADED = ("make it nighttime", "warmer colors", "brighter", "a bit more contrast", "much cooler", "zoom in")
EXACT = ("30 % brighter", "black and white", "mirror it", "slow motion", 'write "Hello"', "sepia")


@given(st.lists(st.sampled_from(K), unique=True, max_size=4), SEEDS)
def test_each_is_near_the_plain_word_and_the_same_for_the_same_seed(kinds: list[K], seed: int) -> None:
    effects = [Effect(kind) for kind in kinds]
    varied = vary(effects, seed)
    assert [effect.kind for effect in varied] == kinds
    assert all(0.8 <= effect.strength <= 1.2 for effect in varied)
    assert varied == vary(effects, seed)


@pytest.mark.parametrize("words", GRADED)
def test_takes_of_these_words_differ(words: str) -> None:
    effects = parse_instruction(words)
    assert len({vary(effects, seed) for seed in range(3)}) == 3


@pytest.mark.parametrize("words", EXACT)
def test_what_was_said_exactly_is_done_exactly(words: str) -> None:
    effects = parse_instruction(words)
    assert vary(effects, 7) == tuple(effects)


@pytest.mark.parametrize("kind", [K.NIGHT, K.WARMER, K.GRAIN])
def test_two_takes_are_two_pictures(kind: K, studio: Studio) -> None:
    one, other = (
        studio.decode(studio.file("cockatoo", vary([Effect(kind)], seed), seed=seed, duration_ms=200))
        for seed in (1, 2)
    )
    assert one != other
