"""Clips from a prompt: repeatable, varied, in the prompt's colours, as long as asked for."""

from pathlib import Path

import pytest

from retake_local.palettes import PALETTES, TEXTURES
from retake_local.rendering import LocalRenderer
from tests.unit.local_provider.measuring import Frames, Studio, request_for

PROMPTS = ["a red fox in snow", "a galaxy of stars", "bees in a field", "", "日本の庭"]


def create(studio: Studio, prompt: str, *, seed: int = 1) -> Path:
    path = studio.directory / "scene.mp4"
    request = request_for(fps=24, seed=seed, instruction=prompt)
    LocalRenderer(ffmpeg=studio.ffmpeg, font=None, timeout_s=60).create(request, path)
    return path


def frames(studio: Studio, prompt: str, *, seed: int = 1) -> Frames:
    return studio.decode(create(studio, prompt, seed=seed))


@pytest.mark.parametrize("prompt", PROMPTS)
def test_every_prompt_makes_a_moving_coloured_clip_with_sound(prompt: str, studio: Studio) -> None:
    path = create(studio, prompt)
    scene = studio.decode(path)

    assert len(scene) == 24
    assert scene.motion > 0.2
    assert scene.contrast > 5
    assert scene.colour > 2
    sound = studio.sound(path)
    assert len(sound) // 4 == pytest.approx(48_000, abs=1024)
    assert max(sound) > 0


def test_the_same_seed_is_the_same_clip_and_another_is_not(studio: Studio) -> None:
    first, again, other = (create(studio, PROMPTS[0], seed=seed).read_bytes() for seed in (1, 1, 2))

    assert first == again != other


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_words_give_the_colours(seed: int, studio: Studio) -> None:
    fire, sea = frames(studio, "fire", seed=seed), frames(studio, "the sea", seed=seed)

    assert fire.warmth > 1.3
    assert sea.warmth < 0.8


def test_every_texture_word_is_lower_case_and_every_palette_has_colours() -> None:
    assert all(word == word.lower() for word in [*TEXTURES, *PALETTES])
    assert all(len(colours) >= 2 for colours in PALETTES.values())
