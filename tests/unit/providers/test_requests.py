"""What requests come to on the wire: prompts, lengths, sizes and references, for each provider."""

import base64
from collections.abc import Iterator
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from retake.adapters.providers.openai_videos import BodyFormat, Dialect
from retake.adapters.providers.requests import prompt_of
from retake.domain.errors import (
    ProviderRejectedError,
    ProviderUnavailableError,
    StorageUnavailableError,
)
from retake.domain.references import ReferenceRole
from retake.ports.providers import GenerationRequest, RequestReference
from tests.fakes.in_memory_objects import InMemoryObjectStore
from tests.fakes.providers.openai_videos import job_fields
from tests.fakes.providers.world import ProviderWorld

PICTURE, CLIP, LARGE = b"\x89PNG a picture", b"a clip", b"m" * 300_000
REQUEST = GenerationRequest(
    idempotency_key="key",
    instruction="a fox in snow",
    prompt="",
    source_key=None,
    duration_ms=4500,
    width=640,
    height=360,
    fps=30,
    seed=4_000_000_000,
)
EDIT = replace(
    REQUEST, instruction="at night", full_prompt="A fox in the snow at night", source_key="clips/1.mp4"
)
BY_PICTURE = replace(
    REQUEST, references=(RequestReference(ReferenceRole.FIRST_FRAME, "uploads/p", "image/png"),)
)
BY_CLIP = replace(REQUEST, references=(RequestReference(ReferenceRole.VIDEO, "uploads/c", "video/mp4"),))


def _by(media_type: str, key: str = "uploads/p") -> GenerationRequest:
    return replace(REQUEST, references=(RequestReference(ReferenceRole.FIRST_FRAME, key, media_type),))


def _by_roles(*roles: ReferenceRole) -> GenerationRequest:
    return replace(
        REQUEST, references=tuple(RequestReference(role, "uploads/p", "image/png") for role in roles)
    )


DATA_URL = f"data:image/png;base64,{base64.b64encode(PICTURE).decode()}"


@pytest.fixture
def world() -> Iterator[ProviderWorld]:
    world = ProviderWorld()
    for key, content in {"uploads/p": PICTURE, "uploads/c": LARGE, "clips/1.mp4": CLIP}.items():
        world.objects.write(key, content, content_type="application/octet-stream")
    yield world
    world.close()


@pytest.mark.parametrize(
    ("request_", "prompt"),
    [
        (REQUEST, "a fox in snow"),
        (EDIT, "A fox in the snow at night"),
    ],
)
def test_a_prompt_says_everything_that_is_wanted(request_: GenerationRequest, prompt: str) -> None:
    assert prompt_of(request_) == prompt


def test_a_form_holds_the_formats_own_fields_as_texts(world: ProviderWorld) -> None:
    world.openai_videos().submit(REQUEST)

    assert job_fields(world.openai_app) == {"prompt": "a fox in snow", "seconds": "5", "size": "640x360"}
    assert world.openai_server.requests[0].headers["idempotency-key"] == "key"


def test_a_model_of_the_catalogue_is_called_by_the_providers_name(world: ProviderWorld) -> None:
    world.openai_videos().submit(replace(REQUEST, model="veo-3.1-fast"))

    fields = job_fields(world.openai_app)
    assert fields["model"] == "gemini/veo-3.1-fast-generate-preview"
    assert (fields["seconds"], fields["size"]) == ("6", "1280x720")


@pytest.mark.parametrize("body", BodyFormat)
def test_the_extensions_of_vllm_are_sent_where_they_are_taken(body: BodyFormat, world: ProviderWorld) -> None:
    world.openai_videos(Dialect(body=body, extensions=True)).submit(REQUEST)

    fields = job_fields(world.openai_app)
    assert {name: int(fields[name]) for name in ("seed", "fps", "num_frames")} == {
        "seed": 4_000_000_000,
        "fps": 24,
        "num_frames": 120,
    }
    assert isinstance(fields["seed"], int) is (body is BodyFormat.JSON)


def test_a_clip_to_change_is_sent_with_the_form(world: ProviderWorld) -> None:
    world.openai_videos().submit(EDIT)

    (video,) = world.openai_app.videos.values()
    assert video.fields["input_reference"] == CLIP
    assert b'filename="reference.mp4"' in world.openai_server.requests[0].body


def test_a_picture_is_sent_with_the_form_or_inside_the_json_never_as_an_address(
    world: ProviderWorld,
) -> None:
    world.openai_videos().submit(BY_PICTURE)
    world.openai_videos(Dialect(body=BodyFormat.JSON)).submit(BY_PICTURE)

    form, body = world.openai_app.videos.values()
    assert form.fields["input_reference"] == PICTURE
    assert body.fields["input_reference"] == {"image_url": DATA_URL}


def test_a_server_that_wants_json_takes_no_clip(world: ProviderWorld) -> None:
    with pytest.raises(ProviderRejectedError, match="it needs multipart"):
        world.openai_videos(Dialect(body=BodyFormat.JSON)).submit(EDIT)
    assert world.openai_server.requests == []


def test_a_form_that_is_sent_again_is_the_same(world: ProviderWorld) -> None:
    provider = world.openai_videos()
    provider.submit(EDIT)
    provider.submit(EDIT)

    first, second = world.openai_server.requests
    assert (first.body, first.headers["content-type"]) == (second.body, second.headers["content-type"])


def test_replicate_is_given_small_files_inside_and_large_ones_first(world: ProviderWorld) -> None:
    provider = world.replicate()
    provider.submit(BY_PICTURE)
    provider.submit(BY_CLIP)

    by_picture, by_clip = (each["input"] for each in world.replicate_app.predictions.values())
    assert by_picture["image"] == DATA_URL
    assert by_clip["reference_videos"] == ["https://api.replicate.com/v1/files/file1"]
    assert LARGE in world.replicate_app.files["file1"]
    assert (by_picture["duration"], by_picture["resolution"], by_picture["aspect_ratio"]) == (
        5,
        "480p",
        "16:9",
    )


def test_replicate_ends_by_itself_what_no_one_waits_for_any_more(world: ProviderWorld) -> None:
    world.replicate().submit(REQUEST)

    assert world.replicate_server.requests[0].headers["cancel-after"] == "900s"


def test_replicate_is_given_frames_and_references_under_their_names(world: ProviderWorld) -> None:
    provider = world.replicate()
    provider.submit(_by_roles(ReferenceRole.LAST_FRAME, ReferenceRole.FIRST_FRAME))
    provider.submit(_by_roles(ReferenceRole.SUBJECT, ReferenceRole.STYLE))

    frames, guides = (each["input"] for each in world.replicate_app.predictions.values())
    assert (frames["image"], frames["last_frame_image"]) == (DATA_URL, DATA_URL)
    assert "reference_images" not in frames
    assert guides["reference_images"] == [DATA_URL, DATA_URL]


def test_bedrock_is_given_the_last_frame_as_well(world: ProviderWorld) -> None:
    world.bedrock_async().submit(_by_roles(ReferenceRole.FIRST_FRAME, ReferenceRole.LAST_FRAME))

    (asked,) = world.bedrock_app.asked.values()
    assert list(asked["modelInput"]["keyframes"]) == ["frame0", "frame1"]


def test_bedrock_is_given_the_first_frame_and_a_folder_of_its_own(world: ProviderWorld) -> None:
    world.bedrock_async().submit(BY_PICTURE)

    (asked,) = world.bedrock_app.asked.values()
    source = {"type": "base64", "media_type": "image/png", "data": base64.b64encode(PICTURE).decode()}
    assert asked["modelInput"] == {
        "prompt": "a fox in snow",
        "aspect_ratio": "16:9",
        "duration": "5s",
        "resolution": "540p",
        "loop": False,
        "keyframes": {"frame0": {"type": "image", "source": source}},
    }
    assert asked["clientRequestToken"] == "key"
    uri = asked["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"]
    assert uri == "s3://provider-results/provider/bedrock_async/results/key/"


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (BY_CLIP, "Luma Ray 2 takes no video; it takes: first frame, last frame"),
        (_by("text/plain"), "'first frame' has to be a picture"),
        (_by("video/mp4"), "'first frame' has to be a picture"),
        (_by("image/png", "uploads/gone"), "no longer stored"),
        (replace(REQUEST, model="nova-reel-1.1"), "taken down .* Use luma-ray-2 instead"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_before_any_user_is_asked(
    request_: GenerationRequest, reason: str, world: ProviderWorld
) -> None:
    world.clock.advance(300 * 24 * 3600)  # to the end of October 2026
    with pytest.raises(ProviderRejectedError, match=reason):
        world.bedrock_async().submit(request_)
    assert world.bedrock_server.requests == []


def broken_store(error: Exception) -> InMemoryObjectStore:
    """Return a store that fails as S3 does when it has too much to do."""

    def fail(*_: object, **__: object) -> None:
        raise error

    store = InMemoryObjectStore()
    store.__dict__.update(download=fail, write=fail)
    return store


SLOW_DOWN = ClientError({"Error": {"Code": "SlowDown"}}, "GetObject")


@pytest.mark.parametrize("error", [StorageUnavailableError("no"), SLOW_DOWN], ids=["ours", "AWS"])
def test_where_our_own_store_fails_certainly_nothing_was_started(error: Exception) -> None:
    world = ProviderWorld(objects=broken_store(error))
    try:
        for provider, wanted in ((world.openai_videos(), EDIT), (world.replicate(), REQUEST)):
            with pytest.raises(ProviderUnavailableError, match="own storage"):
                provider.submit(wanted)
        assert world.openai_server.requests == world.replicate_server.requests == []
    finally:
        world.close()


def test_a_clip_to_change_is_words_only_for_a_model_that_cannot_see_it(world: ProviderWorld) -> None:
    world.bedrock_async().submit(EDIT)

    (asked,) = world.bedrock_app.asked.values()
    assert asked["modelInput"]["prompt"] == "A fox in the snow at night"
    assert "keyframes" not in asked["modelInput"]
