"""Numbers and signs mean what they say, measured on decoded pixels; or they are refused."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.domain.errors import ProviderRejectedError
from retake_local.effects import EffectKind as K
from retake_local.effects import share_of
from retake_local.language import parse_instruction
from retake_local.randomness import vary
from tests.media_samples import ffmpeg
from tests.unit.local_provider.measuring import Frames, Studio

GREY = 70
"""Luma of the grey clip above black, about: three times that is still below white."""


@pytest.fixture(scope="module")
def grey(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("grey") / "grey.mp4"
    source = f"color=gray:s=160x90:r=24:d=0.2,lutyuv=y={16 + GREY}:u=128:v=128,format=yuv420p"
    ffmpeg(["-f", "lavfi", "-i", source, "-c:v", "libx264", "-crf", "4", str(path)])
    return path


def render(studio: Studio, source: Path, instruction: str, seed: int = 1) -> Frames:
    effects = vary(parse_instruction(instruction), seed)
    return studio.decode(studio.file("big-buck-bunny", effects, duration_ms=200, source=source))


@pytest.mark.parametrize(
    ("instruction", "factor"),
    [
        ("-50 % brighter", 0.5),
        ("brightness -30%", 0.7),
        ("brightness-30%", 0.7),
        ("brightness: -30 %", 0.7),
        ("brightness +30%", 1.3),
        ("brightness 130 %", 1.3),
        ("set the brightness to 70%", 0.7),
        ("increase the brightness to 150%", 1.5),
        ("reduce brightness to 70%", 0.7),
        ("reduce brightness by 70%", 0.3),
        ("minus 20 percent brighter", 0.8),
        ("brighter by minus 20 percent", 0.8),
        ("\u221220 % brighter", 0.8),
        ("\uff0d\uff12\uff10\uff05 brighter", 0.8),
        ("brightness \u201320%", 0.8),
        ("\u0663\u0660\u066a darker", 0.7),
        ("20 % less bright", 0.8),
        ("-20 % less bright", 1.2),
        ("-50% darker", 1.5),
        ("brighter by half", 1.5),
        ("half as bright", 0.5),
        ("50 % as bright", 0.5),
        ("make it 150% as bright", 1.5),
        ("50% as dark", 2.0),
        ("dim it to 40%", 0.4),
        ("darken to 70 %", 0.7),
        ("half again as bright", 1.5),
        ("twice as bright", 2.0),
        ("1.5x brighter", 1.5),
        ("1,5x brighter", 1.5),
        ("12,5 % brighter", 1.125),
        ("22% brighter", 1.22),
        ("95 % darker", 0.05),
        ("200 % brighter", 3.0),
        ("20% brighter, then 10% brighter", 1.32),
        ("20% brighter, but not too much", 1.2),
        ("contrast 100%, 20% brighter", 1.2),
    ],
)
def test_brightness_is_exactly_what_was_said(
    studio: Studio, grey: Path, instruction: str, factor: float
) -> None:
    before = render(studio, grey, "mirrored").light
    for seed in (1, 2):
        assert render(studio, grey, instruction, seed).light == pytest.approx(before * factor, abs=1.01)


@pytest.mark.parametrize(
    ("instruction", "cooler"),
    [("20 % warmer", False), ("-20 % warmer", True), ("-20% cooler", False), ("warmth 80%", True)],
)
def test_warmth_goes_the_way_of_the_sign(
    studio: Studio, grey: Path, instruction: str, *, cooler: bool
) -> None:
    seen = render(studio, grey, instruction)
    assert seen.blue[0][0] == pytest.approx(134 if cooler else 122, abs=1)
    assert seen.red[0][0] == pytest.approx(122 if cooler else 134, abs=1)


@pytest.mark.parametrize(
    ("instruction", "kind", "share"),
    [
        ("contrast -20%", K.LESS_CONTRAST, 0.8),
        ("-20% saturation", K.LESS_COLOUR, 0.8),
        ("100% less saturated", K.LESS_COLOUR, 0.0),
        ("increase the colour saturation by 20%", K.MORE_COLOUR, 1.2),
        ("-50% speed", K.SLOW, 0.5),
        ("slow it to 50%", K.SLOW, 0.5),
        ("70% as fast", K.SLOW, 0.7),
        ("150% speed", K.FAST, 1.5),
        ("-50% slower", K.FAST, 1.5),
        ("-20% blurry", K.SHARPEN, 1.2),
        ("minus 30 percent motion", K.LESS_MOTION, 0.7),
        ("zoom in 50%", K.ZOOM_IN, 1.5),
        ("-50% zoom", K.ZOOM_OUT, 1.5),
        ("two and a half times as fast", K.FAST, 2.5),
    ],
)
def test_every_amount_has_its_sign_and_size(instruction: str, kind: K, share: float) -> None:
    (effect,) = parse_instruction(instruction)
    assert effect.kind is kind
    assert share_of(effect) == pytest.approx(share, abs=1e-3)


def test_each_number_belongs_to_its_own_word() -> None:
    effects = parse_instruction("brightness +30% contrast -20%, warmer by 10% and saturation: 70%")
    assert [(effect.kind, round(share_of(effect), 3)) for effect in effects] == [
        (K.BRIGHTER, 1.3),
        (K.LESS_CONTRAST, 0.8),
        (K.WARMER, 1.1),
        (K.LESS_COLOUR, 0.7),
    ]


@pytest.mark.parametrize("amount", ["0 %", "+0%", "-0%", "0,0 percent", "0x0", "1x"])
def test_nothing_to_change_is_refused(amount: str) -> None:
    with pytest.raises(ProviderRejectedError):
        parse_instruction(f"{amount} brighter")
    with pytest.raises(ProviderRejectedError):
        parse_instruction(f"brighter by {amount}, please")


@pytest.mark.parametrize(
    ("instruction", "reason"),
    [
        ("1e9 % brighter", "at most 900 % can be added"),
        ("1,000% brighter", "at most 900 % can be added"),
        ("500% brighter, then 500% brighter", "at most 900 % can be added"),
        ("99999999999999999999 % warmer", "at most 200 % can be added"),
        ("1000000x faster", "at most 900 % can be added"),
        ("100 % darker", "at most 95 % can be taken"),
        ("200 % darker", "at most 95 % can be taken"),
        ("200% less saturated", "at most 100 % can be taken"),
        ("-100% brighter", "at most 95 % can be taken"),
        ("0x speed", "at most 95 % can be taken"),
        ("50% mirrored", "takes no number"),
        ("mirrored twice", "takes no number"),
        ("mute 50%", "takes no number"),
        ("1.000,5 % brighter", "do not understand"),
        ("1'000% brighter", "do not understand"),
        ("20-30% brighter", "do not understand"),
        ("20% 30% brighter", "do not understand"),
        ("20% brighter 30%", "do not understand"),
        ("- 50% brighter", "do not understand"),
        ("20 brighter", "do not understand"),
        ("brightness +20", "do not understand"),
        ("-2x brighter", "do not understand"),
        ("\u221e% brighter", "do not understand"),
        ("20\u2030 brighter", "do not understand"),
        ("\u00b2% brighter", "do not understand"),
        ("brightness by 20%", "do not understand"),
        ("brighter to 70%", "do not understand"),
        ("reduce brightness to 150%", "do not understand"),
        ("brightness contrast +20%", "do not understand"),
        ("keep 50% of the brightness", "do not understand"),
        ("-50% grain", "do not understand"),
        ('write "SALE" 50%', "do not understand"),
    ],
)
def test_what_a_number_cannot_mean_is_refused(instruction: str, reason: str) -> None:
    with pytest.raises(ProviderRejectedError, match=reason):
        parse_instruction(instruction)


@given(
    percent=st.decimals(min_value="0.01", max_value=95, places=2),
    word=st.sampled_from(["brighter", "brightness"]),
    sign=st.sampled_from(["+", "-", "minus ", "plus ", "\u2212", "\uff0b"]),
    unit=st.sampled_from(["%", " %", " percent", "\u00a0%", "\uff05"]),
    comma=st.booleans(),
)
def test_a_signed_percentage_is_that_change(
    *, percent: object, word: str, sign: str, unit: str, comma: bool
) -> None:
    number = str(percent).replace(".", ",") if comma else str(percent)
    factor = (
        1 - float(str(percent)) / 100 if sign in {"-", "minus ", "\u2212"} else 1 + float(str(percent)) / 100
    )
    for instruction in (f"{sign}{number}{unit} {word}", f"{word} {sign}{number}{unit}"):
        (effect,) = parse_instruction(instruction)
        assert effect.is_exact
        assert share_of(effect) == pytest.approx(factor, rel=1e-6)
