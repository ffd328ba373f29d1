"""Each paraphrase, on real footage: what was asked moves, what was not stays."""

import pytest

from retake_local.effects import Effect
from retake_local.effects import EffectKind as K
from retake_local.language import parse_instruction
from tests.unit.local_provider.measuring import CLIPS, Frames, Studio, difference
from tests.unit.local_provider.paraphrases import PARAPHRASES, PLAIN, STRONG, WEAK

STRENGTHS = {WEAK: (0.1, 0.75), PLAIN: (0.75, 1.3), STRONG: (1.3, 8)}

UP, DOWN = 1, -1
MOVES: dict[K, dict[str, int]] = {
    K.BRIGHTER: {"light": UP},
    K.DARKER: {"light": DOWN},
    K.NIGHT: {"light": DOWN, "warmth": DOWN},
    K.DAY: {"light": UP},
    K.MORE_CONTRAST: {"contrast": UP},
    K.LESS_CONTRAST: {"contrast": DOWN},
    K.MORE_COLOUR: {"colour": UP},
    K.LESS_COLOUR: {"colour": DOWN},
    K.WARMER: {"warmth": UP},
    K.COOLER: {"warmth": DOWN},
    K.BLACK_AND_WHITE: {"colour": DOWN},
    K.SEPIA: {"warmth": UP},
    K.BLUR: {"detail": DOWN},
    K.SHARPEN: {"detail": UP},
    K.SLOW: {"motion": DOWN},
    K.FAST: {"motion": UP},
    K.MORE_MOTION: {"motion": UP},
    K.LESS_MOTION: {"motion": DOWN},
}

# What an effect cannot help moving: light scales every difference between pixels; chroma is what
# warmth is made of; a blur smooths movement, too; another moment shows another picture.
_LEVELS = {"contrast", "colour", "motion", "detail"}
_TIME = {"light", "contrast", "colour", "detail", "warmth"}
BESIDES: dict[K, set[str]] = {
    K.BRIGHTER: _LEVELS,
    K.DARKER: _LEVELS,
    K.NIGHT: _LEVELS,
    K.DAY: {*_LEVELS, "warmth"},
    K.MORE_CONTRAST: {"motion", "detail"},
    K.LESS_CONTRAST: {"motion", "detail"},
    K.MORE_COLOUR: {"warmth"},
    K.LESS_COLOUR: {"warmth"},
    K.WARMER: {"colour"},
    K.COOLER: {"colour"},
    K.BLACK_AND_WHITE: {"warmth"},
    K.SEPIA: {"colour"},
    K.BLUR: {"contrast", "colour", "motion"},
    K.SHARPEN: {"contrast", "colour", "motion"},
    K.SLOW: _TIME,
    K.FAST: _TIME,
    K.MORE_MOTION: _TIME,
    K.LESS_MOTION: _TIME,
}

# How far a measure may stray: encoding at 160x90 moves fine detail most; strong contrast clips at
# white and black, which a clip does not have equally much of.
STAYS = {"light": 0.05, "contrast": 0.06, "colour": 0.06, "warmth": 0.04, "motion": 0.12, "detail": 0.08}


@pytest.mark.parametrize("instruction", PARAPHRASES)
def test_the_words_are_understood(instruction: str) -> None:
    effects = {effect.kind: effect.strength for effect in parse_instruction(instruction)}

    expected = PARAPHRASES[instruction]
    assert set(effects) == set(expected)
    for kind, strength in expected.items():
        low, high = STRENGTHS[strength]
        assert low < effects[kind] <= high, f"{kind}: {effects[kind]}"


@pytest.mark.parametrize("clip", CLIPS)
@pytest.mark.parametrize("instruction", PARAPHRASES)
def test_the_picture_does_what_the_words_say(instruction: str, clip: str, studio: Studio) -> None:
    effects = parse_instruction(instruction)
    before, after = studio.original(clip), studio.render(clip, effects)

    assert len(after) == len(before) == CLIPS[clip]
    kinds = [effect.kind for effect in effects]
    wanted = {measure: way for kind in kinds for measure, way in MOVES[kind].items()}
    for measure, way in wanted.items():
        change = _change(before, after, measure)
        assert change * way > 0.01, f"{measure} changed by {change:+.1%}"
    free = set().union(*(BESIDES[kind] for kind in kinds))
    for measure in STAYS.keys() - wanted - free:
        change = _change(before, after, measure)
        assert abs(change) < STAYS[measure], f"{measure} changed by {change:+.1%}"


_SPEEDS = (K.SLOW, K.FAST, K.LESS_MOTION)
MONOTONE = [kind for kind in MOVES if kind not in {*_SPEEDS, K.BLACK_AND_WHITE}]


@pytest.mark.parametrize("clip", CLIPS)
@pytest.mark.parametrize("kind", MONOTONE)
def test_more_strength_is_more_effect(kind: K, clip: str, studio: Studio) -> None:
    measure, way = next(iter(MOVES[kind].items()))
    values = [getattr(studio.original(clip), measure)]
    values += [getattr(studio.render(clip, [Effect(kind, s)]), measure) for s in (0.45, 1.0, 1.6, 2.3)]

    assert values == sorted(values, reverse=way == DOWN)
    assert len(set(values)) == len(values)


@pytest.mark.parametrize("clip", CLIPS)
@pytest.mark.parametrize("kind", _SPEEDS)
def test_more_strength_is_a_more_different_speed(kind: K, clip: str, studio: Studio) -> None:
    """Movement changes from second to second, so speed is read from which picture is shown when."""
    source = studio.render(clip, (), duration_ms=2000).luma
    shown = []
    for strength in (0.3, 1.0, 2.3):
        picture = studio.render(clip, [Effect(kind, strength)]).luma[12]
        shown.append(min(range(len(source)), key=lambda at: difference(source[at], picture)))

    assert shown == sorted(shown, reverse=kind is not K.FAST)
    assert len({12, *shown}) == 4
    assert (shown[0] > 12) is (kind is K.FAST)


def _change(before: Frames, after: Frames, measure: str) -> float:
    was, now = getattr(before, measure), getattr(after, measure)
    return float((now - was) / was)
