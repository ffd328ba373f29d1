"""The built-in models of the catalogue; beside each, where and when it was read.

What has no note was read on 1 November 2026 where docs/providers.md says.

An installation adds its own, or corrects these, with ``RETAKE_MODELS`` (``retake.domain.own_models``).

References:
    docs/providers.md says where each number comes from.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from retake.domain.catalogue import Model, Price, Size
from retake.domain.references import ANYTHING, ReferenceRole, ReferenceRules

READ_ON = date(2026, 11, 1)
"""When prices, lengths and sizes were read."""

VEO_PREVIEWS_END = date(2026, 10, 22)
"""Taken down on the Gemini API (ai.google.dev/gemini-api/docs/video and .../deprecations, October 2026)."""

SECONDS = 1000
"""In milliseconds."""

_FIRST = {ReferenceRole.FIRST_FRAME: 1}
_BOTH = {**_FIRST, ReferenceRole.LAST_FRAME: 1}
_BEGINS = ReferenceRules(_FIRST)
"""A picture that the clip begins with: all that ``input_reference`` of the ``/v1/videos`` format says."""

_GUIDED = frozenset({ReferenceRole.SUBJECT, ReferenceRole.STYLE})

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
        references=_BEGINS,
        end_of_life=VEO_PREVIEWS_END if "preview" in provider_model else None,
        deadline_s=600,
    )


_SUBJECTS = ReferenceRules({ReferenceRole.SUBJECT: 3}, picture=ReferenceRole.SUBJECT)
_BOTH_FRAMES = ReferenceRules(_BOTH, last_needs_first=True)


def _vertex(
    name: str, title: str, provider_model: str, price: Price, references: ReferenceRules = _BOTH_FRAMES
) -> Model:
    """Return one of Google's Veo models on Vertex AI; a clip that subjects guide has 8 seconds."""
    return Model(
        *(f"vertex-{name}", f"{title} (Vertex AI)", "vertex", provider_model),
        durations_ms=seconds_range(4, 8, 2) if references is _BOTH_FRAMES else (8 * SECONDS,),
        price=price,
        sizes=_FULL_HD,
        references=references,
        deadline_s=900,
    )


_VEO_PRICE = _dollars("0.40")
_VEO_FAST_PRICE = _dollars("0.12", p720="0.10", p1080="0.12")

_OMNI_PRICE = _dollars("0.15", p360="0.03", p720="0.10", p1080="0.15")
_OMNI_12_PRICE = _dollars("0.105", p360="0.024", p720="0.07", p1080="0.105")

MODELS: tuple[Model, ...] = (
    Model(
        *("local", "Local (no account needed)", "local", "local"),
        typical_s=3,
        durations_ms=range(1, 300 * SECONDS + 1),
        price=_dollars("0.012"),
        references=ANYTHING,
        edits_video=True,
        free_failures=True,
    ),
    # --- any server with the /v1/videos format --------------------------------------------------
    Model(
        *("self-hosted", "The model of your own server", "openai_videos", ""),
        durations_ms=seconds_range(1, 10),
        price=_dollars("0"),
        references=ReferenceRules({**_FIRST, ReferenceRole.VIDEO: 1}),
        edits_video=True,
        deadline_s=1800,
        free_failures=True,
    ),
    _veo("veo-3.1-lite", "Veo 3.1 Lite", "gemini/veo-3.1-lite-generate-preview", "0.05"),
    _veo("veo-3.1-fast", "Veo 3.1 Fast", "gemini/veo-3.1-fast-generate-preview", "0.10"),
    _veo("veo-3.1", "Veo 3.1", "gemini/veo-3.1-generate-preview", "0.40"),
    # By a LiteLLM proxy on Vertex AI, which the provider ``vertex`` asks without one (their ids: there). What
    # a proxy charges is its operator's to say: there is no estimate.
    _veo("veo-3.1-lite-001", "Veo 3.1 Lite on Vertex AI", "vertex_ai/veo-3.1-lite-generate-001"),
    _veo("veo-3.1-fast-001", "Veo 3.1 Fast on Vertex AI", "vertex_ai/veo-3.1-fast-generate-001"),
    _veo("veo-3.1-001", "Veo 3.1 on Vertex AI", "vertex_ai/veo-3.1-generate-001"),
    Model(
        *("runway-gen4.5", "Runway Gen-4.5", "openai_videos", "runwayml/gen4.5"),
        durations_ms=seconds_range(5, 10, 5),
        price=_dollars("0.12"),
        sizes=_HD,
        references=_BEGINS,
        deadline_s=600,
    ),
    Model(
        *("sora-2", "Sora 2", "openai_videos", "sora-2"),
        durations_ms=seconds_range(4, 12, 4),
        price=None,
        sizes=_HD,
        references=_BEGINS,
        end_of_life=date(2026, 9, 24),
    ),
    Model(
        *("sora-2-pro", "Sora 2 Pro", "openai_videos", "sora-2-pro"),
        durations_ms=seconds_range(4, 12, 4),
        price=None,
        sizes=(*_HD, Size(1792, 1024), Size(1024, 1792)),
        references=_BEGINS,
        end_of_life=date(2026, 9, 24),
    ),
    # --- Bedrock's asynchronous invocations -----------------------------------------------------
    # Frames: docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-luma.html, "Image-to-Video
    # Generation": keyframes frame0 (start) and frame1 (end), each alone or both.
    Model(
        *("luma-ray-2", "Luma Ray 2", "bedrock_async", "luma.ray-v2:0"),
        durations_ms=(5 * SECONDS, 9 * SECONDS),
        price=None,
        sizes=_LUMA,
        references=ReferenceRules(_BOTH),
        deadline_s=900,
    ),
    Model(
        *("nova-reel-1.0", "Amazon Nova Reel 1.0", "bedrock_async", "amazon.nova-reel-v1:0"),
        durations_ms=(6 * SECONDS,),
        price=None,
        sizes=(Size(1280, 720),),
        references=_BEGINS,
        end_of_life=date(2026, 9, 30),
    ),
    Model(
        *("nova-reel-1.1", "Amazon Nova Reel 1.1", "bedrock_async", "amazon.nova-reel-v1:1"),
        durations_ms=seconds_range(6, 120, 6),
        price=None,
        sizes=(Size(1280, 720),),
        references=_BEGINS,
        end_of_life=date(2026, 9, 30),
        deadline_s=1800,
    ),
    # --- Gemini ---------------------------------------------------------------------------------
    # The id: Google's notebook (github.com/google-gemini/cookbook, Get_started_Omni, August 2026); its page
    # of ends names it as what replaces Veo 3.1. Sizes: the client's VideoResponseFormat (August 2026);
    # lengths: 3 to 10 s, as all who offer it say. Google's page of prices was not to be had: these are what
    # fal and WaveSpeed publish for it (August 2026).
    # References: Google's page ai.google.dev/gemini-api/docs/omni as of 18 September 2026: a last frame only
    # with a first one, frames beside references, video references of 3 s at most. It names no highest number
    # of pictures; its example has six, those who resell it publish six to ten. Beside a clip to change it
    # says nothing of frames.
    Model(
        *("omni-flash-1.1", "Gemini Omni Flash 1.1", "gemini", "gemini-omni-1.1-flash"),
        durations_ms=seconds_range(3, 10),
        price=_OMNI_PRICE,
        sizes=_OMNI,
        references=ReferenceRules(
            {**_BOTH, ReferenceRole.SUBJECT: 6, ReferenceRole.STYLE: 6, ReferenceRole.VIDEO: 1},
            guides=6,
            last_needs_first=True,
            beside_clip=_GUIDED,
            video_ms=3 * SECONDS,
        ),
        edits_video=True,
        deadline_s=900,
    ),
    # Google's pages about 1.2 (5 November 2026) were not to be had. Lengths, sizes, six pictures, edits:
    # vercel.com/changelog/gemini-omni-1-2-flash-now-available-on-ai-gateway, runware.ai/docs/models/
    # google-gemini-omni-flash-1-2; that both frames go with 10 s at most: muapi.ai/gemini-omni-1.2-flash and
    # developer.civitai.com, Gemini Omni, all of November 2026; so it is two models here. Prices: those of
    # muapi.ai, which are also what docs.laozhang.ai gives as Google's (11 November 2026), that of
    # 360p rounded up. They name no bounds of video references, which are left out.
    Model(
        *("omni-flash-1.2", "Gemini Omni Flash 1.2", "gemini", "gemini-omni-1.2-flash"),
        durations_ms=seconds_range(3, 15),
        price=_OMNI_12_PRICE,
        sizes=_OMNI,
        references=ReferenceRules(
            {**_FIRST, ReferenceRole.SUBJECT: 6, ReferenceRole.STYLE: 6},
            guides=6,
            beside_clip=_GUIDED,
        ),
        edits_video=True,
        deadline_s=900,
    ),
    Model(
        *("omni-flash-1.2-frames", "Gemini Omni Flash 1.2 with both frames", "gemini"),
        "gemini-omni-1.2-flash",
        durations_ms=seconds_range(3, 10),
        price=_OMNI_12_PRICE,
        sizes=_OMNI,
        references=ReferenceRules(_BOTH, last_needs_first=True),
        deadline_s=900,
    ),
    # --- Vertex AI ------------------------------------------------------------------------------
    # Ids, both frames, asset images, sound: docs.cloud.google.com/gemini-enterprise-agent-platform/models,
    # veo/3-1-generate and video/generate-videos-from-references (three images, not of Lite). What excludes
    # what (``lastFrame`` with ``image`` only, ``referenceImages`` with neither), sizes: VideoGenerationModel-
    # Instance and -Params in .../reference/rest/Shared.Types; all as of 29 November 2026. Lengths, 8 s for
    # references, both frames of Lite: Google's own studio, config/veo_models.py of
    # github.com/GoogleCloudPlatform/vertex-ai-creative-studio (2026); it has 4k, too, which the reference
    # does not name: left out. Google's page of prices and the days on which these ids end were not to be had.
    # Prices with sound are those of the Gemini API for the same models, as others cite
    # ai.google.dev/gemini-api/docs/pricing of April and May 2026 (Fast fell on 7 April); without sound what
    # fal and resellers of Vertex AI ask, for Fast of before that day. None was to be had for Lite without.
    # The Gemini API has no Veo any more: its page of ends says 22 October 2026 of all previews of 3.1, naming
    # Omni as what replaces them; its changelog of 15 June 2026 says that the stable ones are on Vertex AI.
    _vertex(
        "veo-3.1-lite",
        "Veo 3.1 Lite",
        "veo-3.1-lite-generate-001",
        _dollars("0.08", p720="0.05", p1080="0.08"),
    ),
    _vertex("veo-3.1-fast", "Veo 3.1 Fast", "veo-3.1-fast-generate-001", _VEO_FAST_PRICE),
    _vertex("veo-3.1", "Veo 3.1", "veo-3.1-generate-001", _VEO_PRICE),
    _vertex(
        *("veo-3.1-fast-subjects", "Veo 3.1 Fast with subjects", "veo-3.1-fast-generate-001"),
        *(_VEO_FAST_PRICE, _SUBJECTS),
    ),
    _vertex(
        *("veo-3.1-subjects", "Veo 3.1 with subjects", "veo-3.1-generate-001"),
        *(_VEO_PRICE, _SUBJECTS),
    ),
    replace(
        _vertex("veo-3.1-fast-silent", "Veo 3.1 Fast, silent", "veo-3.1-fast-generate-001", _dollars("0.10")),
        has_sound=False,
    ),
    replace(
        _vertex("veo-3.1-silent", "Veo 3.1, silent", "veo-3.1-generate-001", _dollars("0.20")),
        has_sound=False,
    ),
    # --- OpenRouter -----------------------------------------------------------------------------
    # Lengths, sizes and frames: excerpts of GET /videos/models in OpenRouter's cookbook, 22 August 2026.
    # Prices are in units that differ from model to model there: there is no estimate, and what was charged
    # is kept. Its guide on frames (openrouter.ai/docs/cookbook/video-generation/image-to-video, September
    # 2026): where frames are given, other references are dropped. That Veo 3.1 Lite takes both frames:
    # docs.cloud.google.com, "Generate videos using first and last video frames"; Seedance's nine references,
    # and that its last frame needs a first one: replicate.com/bytedance/seedance-2.0-fast.
    Model(
        *("openrouter-veo-3.1-lite", "Veo 3.1 Lite (OpenRouter)", "openrouter", "google/veo-3.1-lite"),
        durations_ms=seconds_range(4, 8, 2),
        price=None,
        sizes=_FULL_HD,
        references=ReferenceRules(_BOTH, last_needs_first=True),
        deadline_s=900,
    ),
    Model(
        *("openrouter-seedance-2.0-fast", "Seedance 2.0 Fast (OpenRouter)", "openrouter"),
        "bytedance/seedance-2.0-fast",
        durations_ms=seconds_range(4, 15),
        price=None,
        sizes=_SEEDANCE,
        references=ReferenceRules(
            {**_BOTH, ReferenceRole.SUBJECT: 9, ReferenceRole.STYLE: 9},
            guides=9,
            frames_alone=True,
            last_needs_first=True,
            picture=ReferenceRole.SUBJECT,
        ),
        deadline_s=900,
    ),
    # --- fal ------------------------------------------------------------------------------------
    # https://fal.ai/models/google/gemini-omni-flash/v1.1/text-to-video/llms.txt and .../edit/llms.txt:
    # inputs, and prices by resolution; lengths as Google's (November 2026). Frames: .../v1.1/image-to-video
    # (``end_image_url`` beside ``image_url``), references: .../v1.1/reference-to-video (ten pictures, three
    # videos of 3 s), both as others read their schemas on 8 October 2026. A request has one endpoint.
    Model(
        *("fal-omni-flash-1.1", "Gemini Omni Flash 1.1 (fal)", "fal"),
        "google/gemini-omni-flash/v1.1/text-to-video",
        durations_ms=seconds_range(3, 10),
        price=_OMNI_PRICE,
        sizes=_OMNI,
        references=ReferenceRules(
            {**_BOTH, ReferenceRole.SUBJECT: 10, ReferenceRole.STYLE: 10, ReferenceRole.VIDEO: 3},
            guides=10,
            frames_alone=True,
            last_needs_first=True,
            video_ms=3 * SECONDS,
        ),
        edits_video=True,
        deadline_s=900,
        inputs={
            "clip": "video_url",
            "clip_endpoint": "google/gemini-omni-flash/v1.1/edit",
            "first_frame": "image_url",
            "last_frame": "end_image_url",
            "frames_endpoint": "google/gemini-omni-flash/v1.1/image-to-video",
            "subject": "image_urls[]",
            "style": "image_urls[]",
            "video": "reference_video_urls[]",
            "guides_endpoint": "google/gemini-omni-flash/v1.1/reference-to-video",
        },
    ),
    # https://fal.ai/models/fal-ai/veo3.1/fast/first-last-frame-to-video/llms.txt and
    # .../veo3/fast/llms.txt: "4s", "6s", "8s"; prices with and without sound (November 2026); a last frame
    # has an endpoint of its own, which needs both. The end of this id was not to be had.
    Model(
        *("fal-veo-3.1-fast", "Veo 3.1 Fast (fal)", "fal", "fal-ai/veo3.1/fast"),
        durations_ms=seconds_range(4, 8, 2),
        price=_dollars("0.15"),
        sizes=_FULL_HD,
        references=ReferenceRules(_BOTH, last_needs_first=True),
        deadline_s=900,
        inputs={
            "seconds": "s",
            "sound": "generate_audio",
            "first_frame": "image_url",
            "first_frame_endpoint": "fal-ai/veo3.1/fast/image-to-video",
            "first_of_both": "first_frame_url",
            "last_frame": "last_frame_url",
            "last_frame_endpoint": "fal-ai/veo3.1/fast/first-last-frame-to-video",
        },
    ),
    # --- Replicate ------------------------------------------------------------------------------
    # References: replicate.com/bytedance/seedance-2.0/api, read on 29 November 2026: ``image``,
    # ``last_frame_image`` (only with it), up to nine ``reference_images`` (not with frames), up to three
    # ``reference_videos`` of 15 s together; frames are not said to exclude videos.
    Model(
        *("seedance-2.0", "Seedance 2.0", "replicate", "bytedance/seedance-2.0"),
        durations_ms=seconds_range(4, 15),
        price=_dollars("0.30"),
        sizes=_SEEDANCE,
        references=ReferenceRules(
            {**_BOTH, ReferenceRole.SUBJECT: 9, ReferenceRole.STYLE: 9, ReferenceRole.VIDEO: 2},
            guides=9,
            frames_alone=True,
            last_needs_first=True,
            beside_clip=_GUIDED,
            video_ms=7 * SECONDS,
        ),
        edits_video=True,
        deadline_s=900,
        inputs={
            "seed": "seed",
            "first_frame": "image",
            "last_frame": "last_frame_image",
            "subject": "reference_images[]",
            "style": "reference_images[]",
            "video": "reference_videos[]",
            "clip": "reference_videos[]",
        },
    ),
    # --- for tests -------------------------------------------------------------------------------
    Model(
        *("scripted", "Scripted (for tests)", "scripted", "scripted"),
        typical_s=1,
        durations_ms=range(1, 300 * SECONDS + 1),
        price=_dollars("0.012"),
        references=ANYTHING,
        edits_video=True,
        free_failures=True,
    ),
)
