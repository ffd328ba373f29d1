"""The pictures of the studio show the screens about as they are."""

import pytest

from tests.screen_texts import LEAST_KEPT, PICTURES, SCREENS, hash_of, kept_share, read_manifest, texts_of

TAKE = (
    "`uv run pytest tests/browser --screenshots` takes the pictures, and writes docs/screenshots/texts.json"
)


def test_each_picture_is_of_a_known_screen() -> None:
    there = {path.name for path in PICTURES.iterdir() if path.suffix != ".json"}
    assert there == set(SCREENS) == set(read_manifest())


@pytest.mark.parametrize("name", SCREENS)
def test_a_picture_is_the_one_that_was_described(name: str) -> None:
    assert read_manifest()[name]["picture"] == hash_of(PICTURES / name), TAKE


@pytest.mark.parametrize("name", SCREENS)
def test_a_picture_is_not_much_older_than_its_screen(name: str) -> None:
    then = dict(read_manifest()[name]["texts"])  # type: ignore[call-overload]
    now = texts_of(SCREENS[name])
    assert len(now) >= 5
    changed = sorted(text for text in {*then, *now} if then.get(text) != now.get(text))
    assert kept_share(then, now) >= LEAST_KEPT, f"{changed} changed since {name} was taken; {TAKE}"


def test_a_screen_that_says_other_things_is_noticed() -> None:
    now = texts_of(SCREENS["queue.png"])
    some = dict(list(now.items())[: len(now) // 2])
    assert kept_share(now, now) == 1
    assert kept_share(some, now) < LEAST_KEPT
    assert kept_share(dict.fromkeys(now, "other"), now) == 0
