"""OpenRouter's own list of models becomes entries of the catalogue; what is not understood is left out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.adapters.providers.openrouter_models import MAX_SIDE_PX, entry_of, list_models
from retake.domain.catalogue import Size
from retake.domain.own_models import parse_models
from retake.domain.references import ReferenceRole
from tests.fakes.providers.openrouter import KEY
from tests.fakes.providers.world import ProviderWorld

VEO: dict[str, Any] = {
    "id": "google/veo-3.1-lite",
    "name": "Google: Veo 3.1 Lite",
    "generate_audio": True,
    "seed": None,
    "supported_durations": [8, 4, 6],
    "supported_resolutions": ["720p", "1080p", "4K"],
    "supported_aspect_ratios": ["16:9", "9:16", "3:2"],
    "supported_frame_images": ["first_frame", "last_frame"],
    "supported_sizes": None,
    "pricing_skus": {"duration_seconds_with_audio": "0.05", "duration_seconds_with_audio_1080p": "0.08"},
}
SEEDANCE = {
    "id": "bytedance/seedance-2.0-fast",
    "name": "Seedance",
    "seed": True,
    "supported_durations": [4, 5],
    "supported_resolutions": ["480p"],
    "supported_aspect_ratios": ["16:9"],
    "pricing_skus": {"video_tokens": "0.0000056"},
}
UPSCALER = {"id": "maker/upscale", "supported_durations": None, "creativity": [1, 2]}


def test_the_list_is_read_over_http_and_makes_models() -> None:
    world = ProviderWorld()
    try:
        world.openrouter_app.models = [VEO, SEEDANCE, UPSCALER]
        http = world._http(f"{world.openrouter_server.url}/api/v1", KEY)
        veo, seedance = parse_models(list_models(http, provider="openrouter"))
    finally:
        world.close()

    assert (veo.name, veo.provider_model, veo.provider) == (
        "openrouter-google-veo-3.1-lite",
        "google/veo-3.1-lite",
        "openrouter",
    )
    assert [ms / 1000 for ms in veo.durations_ms] == [4, 6, 8]
    assert [size.label for size in veo.sizes] == ["1280x720", "720x1280", "1920x1080", "1080x1920"]
    assert veo.references.most == {ReferenceRole.FIRST_FRAME: 1, ReferenceRole.LAST_FRAME: 1}
    assert str(veo.estimate(4000, Size(1280, 720))) == "0.2000"
    assert str(veo.estimate(4000, Size(1920, 1080))) == "0.3200"
    assert (seedance.price, seedance.inputs, seedance.has_sound) == (None, {"seed": "seed"}, False)
    assert [size.label for size in seedance.sizes] == ["854x480"]


@pytest.mark.parametrize(
    ("skus", "has_sound", "prices"),
    [
        ({}, True, {}),
        ({"per-video-second": "0.50"}, True, {"dollars": "0.50"}),
        (
            {"per-video-second": "0.50", "per-video-second-1080p": "0.75"},
            True,
            {"dollars": "0.50", "tiers": {"720p": "0.50", "1080p": "0.75", "4K": "0.50"}},
        ),
        (
            {"duration_seconds": "0.084", "duration_seconds_with_audio": "0.126"},
            True,
            {"dollars": "0.126"},
        ),
        (
            {"duration_seconds": "0.084", "duration_seconds_with_audio": "0.126"},
            False,
            {"dollars": "0.084"},
        ),
        (
            {"duration_seconds_without_audio_720p": "0.1", "duration_seconds_with_audio_720p": "0.2"},
            True,
            {"tiers": {"720p": "0.2"}},
        ),
        ({"duration_seconds": "0.13", "reference_images": "0.04"}, True, {}),
        ({"cents_per_second_output": "3"}, True, {}),
        ({"generate": "0.50"}, True, {}),
        ({"duration_seconds": "free"}, True, {}),
        ({"duration_seconds": "-1"}, True, {}),
    ],
)
def test_only_prices_whose_unit_is_known_are_taken(
    skus: dict[str, str],
    *,
    has_sound: bool,
    prices: dict[str, object],
) -> None:
    entry = entry_of({**VEO, "pricing_skus": skus, "generate_audio": has_sound}, provider="openrouter")

    assert entry is not None
    assert {name: entry[name] for name in ("dollars", "tiers") if name in entry} == prices


@given(
    durations=st.lists(st.integers(1, 60), min_size=1),
    resolutions=st.lists(st.sampled_from(["480p", "720p", "768p", "1080p", "1K", "2K", "4K"])),
    shapes=st.lists(st.sampled_from(["16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9", "9:21"])),
)
def test_whatever_is_listed_the_entry_can_be_read_and_its_sizes_are_asked_for_as_listed(
    durations: list[int], resolutions: list[str], shapes: list[str]
) -> None:
    listed = {
        **VEO,
        "supported_durations": durations,
        "supported_resolutions": resolutions,
        "supported_aspect_ratios": shapes,
    }
    (model,) = parse_models([entry_of(listed, provider="openrouter") or {}])

    for size in model.sizes:
        assert max(size.width, size.height) <= MAX_SIDE_PX
        assert size.width % 2 == size.height % 2 == 0
        assert size.resolution in resolutions
        assert not shapes or size.aspect_ratio in shapes
