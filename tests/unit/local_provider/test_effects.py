"""The effects that one number does not describe: turned, framed, written, faded."""

from array import array
from collections.abc import Callable

import pytest

from retake_local.effects import Effect, TextPlace
from retake_local.effects import EffectKind as K
from tests.unit.local_provider.measuring import (
    CLIPS,
    HEIGHT,
    SIZE,
    WIDTH,
    Studio,
    difference,
    mirrored,
    region,
    upside_down,
)

pytestmark = pytest.mark.parametrize("clip", CLIPS)

CODING = 1.5
"""Levels by which two encodings of one picture differ on average, at most."""


def samples(sound: bytes) -> "array[int]":
    return array("h", sound)


def middle(plane: bytes) -> bytes:
    return region(plane, rows=slice(35, 55), columns=slice(60, 100))


@pytest.mark.parametrize(
    ("kind", "turn"),
    [
        (K.MIRROR, mirrored),
        (K.UPSIDE_DOWN, upside_down),
        (K.ROTATE_180, lambda plane: mirrored(upside_down(plane))),
    ],
)
def test_turned(kind: K, turn: Callable[[bytes], bytes], clip: str, studio: Studio) -> None:
    before, after = studio.original(clip), studio.render(clip, [Effect(kind)])

    for at in (0, 12):
        assert difference(after.luma[at], turn(before.luma[at])) < CODING
        assert difference(after.luma[at], before.luma[at]) > 3 * CODING


@pytest.mark.parametrize(("kind", "closest", "widest"), [(K.ZOOM_IN, -1, 0), (K.ZOOM_OUT, 0, -1)])
def test_zoom_goes_from_whole_to_part(kind: K, closest: int, widest: int, clip: str, studio: Studio) -> None:
    before, after = studio.original(clip), studio.render(clip, [Effect(kind)])

    assert difference(after.luma[widest], before.luma[widest]) < CODING
    close, picture = after.luma[closest], before.luma[closest]
    # What is 20 pixels off the centre in the source is 25 off at a zoom of 1.25.
    shown = bytes(
        picture[
            round(HEIGHT / 2 + (y - HEIGHT / 2) / 1.25) * WIDTH + round(WIDTH / 2 + (x - WIDTH / 2) / 1.25)
        ]
        for y in range(HEIGHT)
        for x in range(WIDTH)
    )
    assert difference(close, shown) < 0.6 * difference(close, picture)


def test_more_motion_moves_a_still_picture_and_hides_no_edge(clip: str, studio: Studio) -> None:
    still = studio.still(clip)
    before = studio.decode(studio.file(clip, [], source=still))
    after = studio.decode(studio.file(clip, [Effect(K.MORE_MOTION)], source=still))

    assert before.motion < 0.1
    assert after.motion > 10 * before.motion
    assert after.light == pytest.approx(before.light, rel=0.06)


def test_another_seed_sways_otherwise_and_the_same_seed_alike(clip: str, studio: Studio) -> None:
    files = [
        studio.file(clip, [Effect(K.MORE_MOTION), Effect(K.GRAIN)], seed=seed).read_bytes()
        for seed in (1, 1, 2)
    ]

    assert files[0] == files[1] != files[2]


@pytest.mark.parametrize("place", TextPlace)
def test_text_stands_where_it_should_and_nowhere_else(place: TextPlace, clip: str, studio: Studio) -> None:
    text = r"100% \o/ it's: {n}, %{pts}"
    before = studio.original(clip).luma[5]
    after = studio.render(clip, [Effect(K.TEXT, text=text, place=place)]).luma[5]

    bands = {TextPlace.TOP: slice(0, 30), TextPlace.MIDDLE: slice(30, 60), TextPlace.BOTTOM: slice(60, 90)}
    for band, rows in bands.items():
        change = difference(region(after, rows=rows), region(before, rows=rows))
        assert (change > 2 * CODING) is (band is place)


def test_text_stays_readable_in_a_mirrored_clip(clip: str, studio: Studio) -> None:
    text = Effect(K.TEXT, text="FFF")
    plain = studio.render(clip, [text, Effect(K.MIRROR), Effect(K.BLACK_AND_WHITE)]).luma[5]
    turned = mirrored(studio.render(clip, [text]).luma[5])

    rows = slice(65, 90)
    assert difference(region(plain, rows=rows), region(turned, rows=rows)) > CODING


def test_fades_begin_and_end_in_black_with_the_sound(clip: str, studio: Studio) -> None:
    path = studio.file(clip, [Effect(K.FADE_IN), Effect(K.FADE_OUT)])
    before, after = studio.original(clip), studio.decode(path)

    assert max(after.luma[0]) < 24
    assert sum(after.luma[-1]) / SIZE < 16 + 0.2 * before.light
    assert difference(after.luma[len(after) // 2], before.luma[len(after) // 2]) < 2 * CODING
    sound = studio.sound(path)
    assert max(abs(level) for level in samples(sound)[:40]) <= 2
    assert len(sound) // 4 == pytest.approx(48_000, abs=1024)


def test_vignette_darkens_the_corners_and_not_the_middle(clip: str, studio: Studio) -> None:
    before = studio.original(clip).luma[5]
    after = studio.render(clip, [Effect(K.VIGNETTE)]).luma[5]

    assert difference(middle(after), middle(before)) < 2 * CODING
    edge = [region(plane, rows=slice(0, 12), columns=slice(0, 20)) for plane in (before, after)]
    assert sum(edge[1]) < 0.85 * sum(edge[0])


def test_grain_changes_from_frame_to_frame_and_not_the_light(clip: str, studio: Studio) -> None:
    before, after = studio.original(clip), studio.render(clip, [Effect(K.GRAIN)])

    assert after.detail > 1.2 * before.detail
    assert after.motion > before.motion + 1
    assert after.light == pytest.approx(before.light, rel=0.03)
    assert after.warmth == pytest.approx(before.warmth, rel=0.03)


def test_cinematic_bars_are_black_and_the_rest_untouched(clip: str, studio: Studio) -> None:
    before, after = studio.original(clip).luma[5], studio.render(clip, [Effect(K.CINEMATIC)]).luma[5]

    for rows in (slice(0, 8), slice(-8, None)):
        assert max(region(after, rows=rows)) < 28
    assert difference(region(after, rows=slice(20, 70)), region(before, rows=slice(20, 70))) < CODING


@pytest.mark.parametrize("kind", [K.WARMER, K.COOLER, K.NIGHT, K.DAY, K.SEPIA])
def test_a_tint_leaves_the_bars_beside_a_picture_black(kind: K, clip: str, studio: Studio) -> None:
    source, left_bar = studio.padded(clip), slice(0, WIDTH // 4 - 4)
    before = studio.decode(studio.file(clip, [], source=source))
    after = studio.decode(studio.file(clip, [Effect(kind, 2.0)], source=source))

    for plane, black in ((after.luma[5], 16), (after.blue[5], 128), (after.red[5], 128)):
        assert max(abs(level - black) for level in region(plane, rows=slice(None), columns=left_bar)) <= 1
    assert difference(middle(after.red[5]), middle(before.red[5])) > 1


def test_inverted(clip: str, studio: Studio) -> None:
    before, after = studio.original(clip).luma[5], studio.render(clip, [Effect(K.INVERT)]).luma[5]

    assert difference(after, bytes(max(0, 251 - level) for level in before)) < CODING


def test_dreamy_is_softer_and_as_light(clip: str, studio: Studio) -> None:
    before, after = studio.original(clip), studio.render(clip, [Effect(K.DREAMY)])

    assert after.detail < 0.85 * before.detail
    assert after.light == pytest.approx(before.light, rel=0.03)


def test_black_and_white_has_no_colour_left(clip: str, studio: Studio) -> None:
    before, after = studio.original(clip), studio.render(clip, [Effect(K.BLACK_AND_WHITE)])

    assert after.colour < 0.5 < before.colour
    assert difference(after.luma[5], before.luma[5]) < CODING


def test_muted(clip: str, studio: Studio) -> None:
    loud = studio.file("big-buck-bunny", [])  # the other clip is silent by itself
    assert max(samples(studio.sound(loud))) > 100
    assert set(studio.sound(studio.file(clip, [Effect(K.MUTE)]))) == {0}


@pytest.mark.parametrize("effect", [Effect(K.SLOW, 8), Effect(K.FAST, 6), Effect(K.LESS_MOTION, 2)])
def test_length_never_changes_and_sound_follows(effect: Effect, clip: str, studio: Studio) -> None:
    path = studio.file(clip, [effect])

    assert len(studio.decode(path)) == CLIPS[clip]
    assert len(studio.sound(path)) // 4 == pytest.approx(48_000, abs=1024)


def test_what_is_sped_up_starts_again(clip: str, studio: Studio) -> None:
    """At four times the speed two seconds last half a second; the second half shows them again."""
    pictures = studio.render(clip, [Effect(K.FAST, 6.0)]).luma

    half = len(pictures) // 2
    assert difference(pictures[half + 2], pictures[2]) < 2 * CODING
    assert difference(pictures[-1], pictures[-2]) > 0
