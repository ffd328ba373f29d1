"""The built-in models of the catalogue; beside each, where and when it was read.

What has no note was read on 1 November 2026 where docs/providers.md says.

An installation adds its own, or corrects these, with ``RETAKE_MODELS`` (``retake.domain.own_models``).

References:
    docs/providers.md says where each number comes from.
"""

from datetime import date
from decimal import Decimal

from retake.domain.catalogue import Model, Price, ReferenceKind, Size

READ_ON = date(2026, 11, 1)
"""When prices, lengths and sizes were read."""

VEO_PREVIEWS_END = date(2026, 10, 22)
"""Taken down on the Gemini API (ai.google.dev/gemini-api/docs/video and .../deprecations, October 2026)."""

SECONDS = 1000
"""In milliseconds."""

_IMAGE = frozenset({ReferenceKind.IMAGE})
_ALL = frozenset(ReferenceKind)

_HD = (Size(1280, 720), Size(720, 1280))
_FULL_HD = (*_HD, Size(1920, 1080), Size(1080, 1920))
_OMNI = (*_FULL_HD, Size(640, 360), Size(360, 640))
_SEEDANCE = (Size(854, 480), Size(480, 854), *_HD, Size(720, 720), Size(960, 720), Size(720, 960))
_LUMA = tuple(
    Size(width, height)
    for short in (540, 720)
    for width, height in (
        *((short, short), (short * 16 // 9, short), (short, short * 16 // 9)),
        *((short * 4 // 3, short), (short, short * 4 // 3)),
        *((short * 7 // 3, short), (short, short * 7 // 3)),
    )
)


def seconds_range(first: int, last: int, step: int = 1) -> range:
    """Return lengths in milliseconds, from the first second to the last, both included."""
    return range(first * SECONDS, last * SECONDS + 1, step * SECONDS)


def _dollars(per_second: str, **tiers: str) -> Price:
    """Return a price; tiers are named by resolution, such as ``p720``."""
    by_resolution = tuple((f"{name[1:]}p", Decimal(dollars)) for name, dollars in tiers.items())
    return Price(Decimal(per_second), READ_ON, tiers=by_resolution)


def _veo(name: str, title: str, provider_model: str, per_second: str | None = None) -> Model:
    """Return one of Google's Veo models, as a LiteLLM proxy calls them."""
    return Model(
        *(name, title, "openai_videos", provider_model),
        durations_ms=seconds_range(4, 8, 2),
        price=None if per_second is None else _dollars(per_second),
        sizes=_FULL_HD,
        references=_IMAGE,
        end_of_life=VEO_PREVIEWS_END if "preview" in provider_model else None,
        deadline_s=600,
    )


_OMNI_PRICE = _dollars("0.15", p360="0.03", p720="0.10", p1080="0.15")

MODELS: tuple[Model, ...] = (
    Model(
        *("local", "Local (no account needed)", "local", "local"),
        typical_s=3,
        durations_ms=range(1, 300 * SECONDS + 1),
        price=_dollars("0.012"),
        references=_ALL,
        edits_video=True,
        free_failures=True,
    ),
    # --- any server with the /v1/videos format --------------------------------------------------
    Model(
        *("self-hosted", "The model of your own server", "openai_videos", ""),
        durations_ms=seconds_range(1, 10),
        price=_dollars("0"),
        references=_ALL,
        edits_video=True,
        deadline_s=1800,
        free_failures=True,
    ),
    _veo("veo-3.1-lite", "Veo 3.1 Lite", "gemini/veo-3.1-lite-generate-preview", "0.05"),
    _veo("veo-3.1-fast", "Veo 3.1 Fast", "gemini/veo-3.1-fast-generate-preview", "0.10"),
    _veo("veo-3.1", "Veo 3.1", "gemini/veo-3.1-generate-preview", "0.40"),
    # By LiteLLM on Vertex AI, where Google's release notes (ai.google.dev/gemini-api/docs/changelog, 15
    # June 2026) say that the stable 3.1 models are. Google's page of their ids, ends and prices was not to
    # be had: the ids are as public code has them, and there is no estimate.
    _veo("veo-3.1-lite-001", "Veo 3.1 Lite on Vertex AI", "vertex_ai/veo-3.1-lite-generate-001"),
    _veo("veo-3.1-fast-001", "Veo 3.1 Fast on Vertex AI", "vertex_ai/veo-3.1-fast-generate-001"),
    _veo("veo-3.1-001", "Veo 3.1 on Vertex AI", "vertex_ai/veo-3.1-generate-001"),
    Model(
        *("runway-gen4.5", "Runway Gen-4.5", "openai_videos", "runwayml/gen4.5"),
        durations_ms=seconds_range(5, 10, 5),
        price=_dollars("0.12"),
        sizes=_HD,
        references=_IMAGE,
        deadline_s=600,
    ),
    Model(
        *("sora-2", "Sora 2", "openai_videos", "sora-2"),
        durations_ms=seconds_range(4, 12, 4),
        price=None,
        sizes=_HD,
        references=_IMAGE,
        end_of_life=date(2026, 9, 24),
    ),
    Model(
        *("sora-2-pro", "Sora 2 Pro", "openai_videos", "sora-2-pro"),
        durations_ms=seconds_range(4, 12, 4),
        price=None,
        sizes=(*_HD, Size(1792, 1024), Size(1024, 1792)),
        references=_IMAGE,
        end_of_life=date(2026, 9, 24),
    ),
    # --- Bedrock's asynchronous invocations -----------------------------------------------------
    Model(
        *("luma-ray-2", "Luma Ray 2", "bedrock_async", "luma.ray-v2:0"),
        durations_ms=(5 * SECONDS, 9 * SECONDS),
        price=None,
        sizes=_LUMA,
        references=_IMAGE,
        deadline_s=900,
    ),
    Model(
        *("nova-reel-1.0", "Amazon Nova Reel 1.0", "bedrock_async", "amazon.nova-reel-v1:0"),
        durations_ms=(6 * SECONDS,),
        price=None,
        sizes=(Size(1280, 720),),
        references=_IMAGE,
        end_of_life=date(2026, 9, 30),
    ),
    Model(
        *("nova-reel-1.1", "Amazon Nova Reel 1.1", "bedrock_async", "amazon.nova-reel-v1:1"),
        durations_ms=seconds_range(6, 120, 6),
        price=None,
        sizes=(Size(1280, 720),),
        references=_IMAGE,
        end_of_life=date(2026, 9, 30),
        deadline_s=1800,
    ),
    # --- Gemini ---------------------------------------------------------------------------------
    # The id: Google's notebook (github.com/google-gemini/cookbook, Get_started_Omni, August 2026); its page
    # of ends names it as what replaces Veo 3.1. Sizes: the client's VideoResponseFormat (August 2026);
    # lengths: 3 to 10 s, as all who offer it say. Google's page of prices was not to be had: these are what
    # fal and WaveSpeed publish for it (August 2026). gemini-omni-1.2-flash is said to have come on 5
    # November 2026; no page of Google's about it was to be had, so it is left to RETAKE_MODELS.
    Model(
        *("omni-flash-1.1", "Gemini Omni Flash 1.1", "gemini", "gemini-omni-1.1-flash"),
        durations_ms=seconds_range(3, 10),
        price=_OMNI_PRICE,
        sizes=_OMNI,
        references=_IMAGE,
        edits_video=True,
        deadline_s=900,
    ),
    # --- OpenRouter -----------------------------------------------------------------------------
    # Lengths, sizes and frames: excerpts of GET /videos/models in OpenRouter's cookbook, 22 August 2026.
    # Prices are in units that differ from model to model there: there is no estimate, and what was charged
    # is kept.
    Model(
        *("openrouter-veo-3.1-lite", "Veo 3.1 Lite (OpenRouter)", "openrouter", "google/veo-3.1-lite"),
        durations_ms=seconds_range(4, 8, 2),
        price=None,
        sizes=_FULL_HD,
        references=_IMAGE,
        deadline_s=900,
        inputs={"image": "first_frame"},
    ),
    Model(
        *("openrouter-seedance-2.0-fast", "Seedance 2.0 Fast (OpenRouter)", "openrouter"),
        "bytedance/seedance-2.0-fast",
        durations_ms=seconds_range(4, 15),
        price=None,
        sizes=_SEEDANCE,
        references=_IMAGE,
        deadline_s=900,
        inputs={"image": "reference"},
    ),
    # --- fal ------------------------------------------------------------------------------------
    # https://fal.ai/models/google/gemini-omni-flash/v1.1/text-to-video/llms.txt and .../edit/llms.txt:
    # inputs, and prices by resolution; lengths as Google's (November 2026).
    Model(
        *("fal-omni-flash-1.1", "Gemini Omni Flash 1.1 (fal)", "fal"),
        "google/gemini-omni-flash/v1.1/text-to-video",
        durations_ms=seconds_range(3, 10),
        price=_OMNI_PRICE,
        sizes=_OMNI,
        edits_video=True,
        deadline_s=900,
        inputs={"video": "video_url", "video_endpoint": "google/gemini-omni-flash/v1.1/edit"},
    ),
    # https://fal.ai/models/fal-ai/veo3.1/fast/first-last-frame-to-video/llms.txt and
    # .../veo3/fast/llms.txt: "4s", "6s", "8s"; prices with and without sound (November 2026). The end of
    # this id was not to be had.
    Model(
        *("fal-veo-3.1-fast", "Veo 3.1 Fast (fal)", "fal", "fal-ai/veo3.1/fast"),
        durations_ms=seconds_range(4, 8, 2),
        price=_dollars("0.15"),
        sizes=_FULL_HD,
        references=_IMAGE,
        deadline_s=900,
        inputs={
            "seconds": "s",
            "sound": "generate_audio",
            "image": "image_url",
            "image_endpoint": "fal-ai/veo3.1/fast/image-to-video",
        },
    ),
    # --- Replicate ------------------------------------------------------------------------------
    Model(
        *("seedance-2.0", "Seedance 2.0", "replicate", "bytedance/seedance-2.0"),
        durations_ms=seconds_range(4, 15),
        price=_dollars("0.30"),
        sizes=_SEEDANCE,
        references=_ALL,
        edits_video=True,
        deadline_s=900,
        inputs={"seed": "seed", "image": "image", "video": "reference_videos[]"},
    ),
    # --- for tests -------------------------------------------------------------------------------
    Model(
        *("scripted", "Scripted (for tests)", "scripted", "scripted"),
        typical_s=1,
        durations_ms=range(1, 300 * SECONDS + 1),
        price=_dollars("0.012"),
        references=_ALL,
        edits_video=True,
        free_failures=True,
    ),
)
