"""OpenRouter's own list of video models, as entries for ``RETAKE_MODELS``.

References:
    ``GET /videos/models`` in OpenRouter's OpenAPI document and guide (``openrouter``), 22 August 2026. The
    guide names prices ``per-video-second`` and ``per-video-second-1080p``; public clients have seen
    ``duration_seconds``, ``duration_seconds_1080p`` and the same ``_with_audio``. Others, such as prices per
    token, have units that are not documented: a model that has one gets no price, and so no estimate.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from retake.adapters.providers.http.client import ProviderHttp
from retake.adapters.providers.http.refusals import object_of
from retake.domain.catalogue import ASPECT_RATIOS
from retake.domain.references import FRAMES, ReferenceRole

MAX_SIDE_PX = 1920
"""Longer sides are made of no clip: a model is offered in the sizes below."""

_PER_SECOND = re.compile(
    r"(?:per[-_]video[-_]second|duration[-_]seconds)"
    r"(?:[-_](?P<sound>with|without)[-_]audio)?(?:[-_](?P<resolution>\d+p))?"
)


def list_models(http: ProviderHttp, *, provider: str) -> list[dict[str, Any]]:
    """Return the models that make videos.

    Args:
        http: The API.
        provider: The name that the entries give their provider.

    Raises:
        ProviderUnavailableError, ProviderThrottledError: OpenRouter does not say.
    """
    listed = object_of(http.look("/videos/models"), "OpenRouter").get("data") or []
    return [entry for model in listed if (entry := entry_of(model, provider=provider)) is not None]


def entry_of(model: Mapping[str, Any], *, provider: str) -> dict[str, Any] | None:
    """Return a model's entry; None for one that makes no clips, such as an upscaler.

    >>> skus = {"per-video-second": "0.50", "per-video-second-1080p": "0.75"}
    >>> veo = {"id": "google/veo-3.1", "name": "Veo 3.1", "supported_durations": [8, 4], "pricing_skus": skus}
    >>> entry = entry_of({**veo, "supported_resolutions": ["720p"]}, provider="openrouter")
    >>> entry["name"], entry["durations_s"], entry["dollars"], entry["tiers"]
    ('openrouter-google-veo-3.1', [4, 8], '0.50', {'720p': '0.50', '1080p': '0.75'})
    """
    durations = sorted(model.get("supported_durations") or ())
    if not durations:
        return None
    has_sound = bool(model.get("generate_audio"))
    return {
        "name": f"{provider}-{str(model['id']).replace('/', '-')}",
        "title": str(model.get("name") or model["id"]),
        "provider": provider,
        "provider_model": str(model["id"]),
        "durations_s": durations,
        "sizes": list(dict.fromkeys(_sizes(model))),
        # The list does not say which models take pictures that only guide.
        "references": _references(model),
        "has_sound": has_sound,
        "deadline_s": 900,
        "inputs": {"seed": "seed"} if model.get("seed") else {},
        **_prices(
            model.get("pricing_skus") or {}, model.get("supported_resolutions") or (), has_sound=has_sound
        ),
    }


def _references(model: Mapping[str, Any]) -> dict[str, Any]:
    listed = model.get("supported_frame_images") or ()
    frames = {role.value: 1 for role in ReferenceRole if role in FRAMES and role in listed}
    return {**frames, "last_needs_first": True} if len(frames) > 1 else frames


def _sizes(model: Mapping[str, Any]) -> Iterator[str]:
    """Give the sizes that a resolution and a shape come to; none where the list names neither."""
    shapes = [shape for shape in model.get("supported_aspect_ratios") or ("16:9",) if shape in ASPECT_RATIOS]
    for resolution in model.get("supported_resolutions") or ():
        if not re.fullmatch(r"\d+p", resolution):
            continue  # 1K, 2K and 4K name no side
        short = int(resolution[:-1])
        for shape in shapes:
            width, height = (int(side) for side in shape.split(":"))
            long = 2 * round(Fraction(short * max(width, height), 2 * min(width, height)))
            if long <= MAX_SIDE_PX:
                yield f"{long}x{short}" if width >= height else f"{short}x{long}"


def _prices(skus: Mapping[str, object], resolutions: Sequence[str], *, has_sound: bool) -> dict[str, Any]:
    """Return the price a second, by resolution where there are several; nothing where one is not known."""
    found: dict[str, tuple[int, str]] = {}
    for name, value in skus.items():
        match = _PER_SECOND.fullmatch(name)
        if match is None or not _is_amount(value):
            return {}
        sound = match["sound"]
        if sound == ("without" if has_sound else "with"):
            continue  # of clips that are not asked for
        resolution, rank = match["resolution"] or "", int(sound is not None)
        found[resolution] = max(found.get(resolution, (rank, "")), (rank, str(value)))
    prices = {resolution: value for resolution, (_, value) in found.items()}
    plain = prices.pop("", None)
    if plain is None:
        return {"tiers": prices} if prices else {}
    # What has no price of its own has the plain one.
    return {
        "dollars": plain,
        **({"tiers": {**dict.fromkeys(resolutions, plain), **prices}} if prices else {}),
    }


def _is_amount(value: object) -> bool:
    try:
        return Decimal(str(value)) >= 0
    except InvalidOperation:
        return False
