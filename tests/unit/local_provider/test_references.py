"""Pictures and clips to go by: a new clip begins with them, and the words still show."""

from dataclasses import replace
from pathlib import Path
from statistics import fmean

import pytest

from retake.domain.errors import MediaToolError, ProviderRejectedError, UnreadableMediaError
from retake.domain.references import ReferenceRole
from retake.ports.providers import GenerationRequest, ProviderJobStatus, RequestReference
from retake_local.provider import LocalVideoProvider
from retake_local.references import LocalReference
from retake_local.rendering import LocalRenderer
from tests.fakes.in_memory_objects import InMemoryObjectStore
from tests.fakes.ticking_clock import TickingClock
from tests.unit.local_provider.measuring import FOOTAGE, Frames, Studio, difference, region, request_for

BUNNY, COCKATOO = "big-buck-bunny", "cockatoo"
CLIP = FOOTAGE / f"{BUNNY}.mp4"
REQUEST = replace(request_for(fps=24), instruction="a quiet day", source_key=None)
BY_PICTURE = replace(
    REQUEST, references=(RequestReference(ReferenceRole.FIRST_FRAME, "uploads/p", "image/png"),)
)
BY_CLIP = replace(REQUEST, references=(RequestReference(ReferenceRole.VIDEO, "uploads/c", "video/mp4"),))


def picture(studio: Studio, clip: Path, suffix: str) -> Path:
    """Return the clip's first frame as a picture."""
    path = studio.directory / f"{clip.stem}.{suffix}"
    with studio.ffmpeg.session(timeout_s=60) as session:
        session.run(["-v", "error", "-i", clip, "-frames:v", "1", "-y", path])
    return path


def render(studio: Studio, request: GenerationRequest, reference: Path | None) -> Path:
    path = studio.directory / "scene.mp4"
    given = [] if reference is None else [LocalReference(request.roles[0], reference)]
    LocalRenderer(ffmpeg=studio.ffmpeg, font=None, timeout_s=60).create(request, path, references=given)
    return path


def frames(studio: Studio, request: GenerationRequest, reference: Path | None) -> Frames:
    return studio.decode(render(studio, request, reference))


def given_as(role: ReferenceRole) -> GenerationRequest:
    return replace(REQUEST, references=(RequestReference(role, "uploads/p", "image/png"),))


def painted(studio: Studio, colour: str) -> Path:
    """Return a picture of one colour, a square."""
    path = studio.directory / f"{colour}.png"
    with studio.ffmpeg.session(timeout_s=60) as session:
        drawn = ["-f", "lavfi", "-i", f"color={colour}:s=40x40", "-frames:v", "1"]
        session.run(["-v", "error", *drawn, "-y", path])
    return path


def test_a_clip_ends_with_its_last_frame_and_begins_without(studio: Studio) -> None:
    bunny = studio.original(BUNNY).luma[0]

    made = frames(studio, given_as(ReferenceRole.LAST_FRAME), picture(studio, CLIP, "png"))

    near = difference(made.luma[-1], bunny)
    assert near < difference(made.luma[0], bunny) / 2
    assert near < difference(made.luma[-1], studio.original(COCKATOO).luma[0]) / 2


def test_a_subject_stands_at_the_bottom_of_the_picture(studio: Studio) -> None:
    made = frames(studio, given_as(ReferenceRole.SUBJECT), painted(studio, "red"))

    stands = region(made.red[12], rows=slice(60, 80), columns=slice(70, 90))
    above = region(made.red[12], rows=slice(0, 40))
    assert fmean(stands) > 200
    assert fmean(above) < 160


def test_a_style_gives_its_colours(studio: Studio) -> None:
    warm, cold = (
        frames(studio, given_as(ReferenceRole.STYLE), painted(studio, colour)) for colour in ("red", "blue")
    )

    assert warm.warmth > 1.5 * cold.warmth


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp"])
def test_a_clip_begins_with_the_picture_that_it_uses_and_leaves_it(suffix: str, studio: Studio) -> None:
    bunny, cockatoo = studio.original(BUNNY), studio.original(COCKATOO)

    made = frames(studio, BY_PICTURE, picture(studio, CLIP, suffix))

    assert len(made) == 24
    near, far = difference(made.luma[0], bunny.luma[0]), difference(made.luma[0], cockatoo.luma[0])
    assert near < far / 2
    assert difference(made.luma[-1], bunny.luma[0]) > near
    assert made.motion > 0.2


def test_a_clip_uses_the_clip_that_it_is_given_as_that_moves(studio: Studio) -> None:
    bunny = studio.original(BUNNY)

    made = frames(studio, BY_CLIP, CLIP)

    same = difference(made.luma[20], bunny.luma[20])
    assert same < difference(made.luma[20], studio.original(COCKATOO).luma[19]) / 2


def test_a_short_clip_to_go_by_is_played_again(studio: Studio) -> None:
    made = frames(studio, replace(BY_CLIP, duration_ms=3000), CLIP)

    assert len(made) == 72
    assert difference(made.luma[60], made.luma[12]) < difference(made.luma[60], made.luma[36])


def test_the_words_show_beside_the_reference(studio: Studio) -> None:
    still = picture(studio, CLIP, "png")

    fire, sea = (
        frames(studio, replace(BY_PICTURE, instruction=words), still) for words in ("fire", "the sea")
    )

    assert fire.warmth > sea.warmth * 1.1


def test_the_same_seed_is_the_same_clip_and_another_is_not(studio: Studio) -> None:
    still = picture(studio, CLIP, "png")

    first, again, other = (
        render(studio, replace(BY_PICTURE, seed=seed), still).read_bytes() for seed in (1, 1, 2)
    )
    assert first == again != other


@pytest.mark.parametrize("body", [b"GIF89a", b"<svg/>", b"ffconcat version 1.0\nfile /etc/passwd\n", b""])
def test_what_is_no_picture_is_not_opened(body: bytes, studio: Studio) -> None:
    path = studio.directory / "fake.png"
    path.write_bytes(body)

    with pytest.raises(UnreadableMediaError, match="no PNG, JPEG or WebP"):
        render(studio, BY_PICTURE, path)


def test_a_picture_that_is_broken_is_reported(studio: Studio) -> None:
    path = studio.directory / "broken.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))

    with pytest.raises((UnreadableMediaError, MediaToolError)):
        render(studio, BY_PICTURE, path)


def test_the_provider_fetches_the_reference_and_refuses_one_that_is_gone(
    studio: Studio, tmp_path: Path
) -> None:
    objects = InMemoryObjectStore()
    objects.upload(picture(studio, CLIP, "png"), "uploads/p", content_type="image/png")
    provider = LocalVideoProvider(objects=objects, clock=TickingClock(), ffmpeg=studio.ffmpeg)

    job = provider.submit(BY_PICTURE)
    assert job.status is ProviderJobStatus.SUCCEEDED
    provider.fetch(job.provider_job_id, tmp_path / "made.mp4")
    bunny, cockatoo = studio.original(BUNNY).luma[0], studio.original(COCKATOO).luma[0]
    first = studio.decode(tmp_path / "made.mp4").luma[0]
    assert difference(first, bunny) < difference(first, cockatoo) / 2

    with pytest.raises(ProviderRejectedError, match="The reference is no longer stored"):
        provider.submit(replace(BY_CLIP, idempotency_key="another"))


def test_a_reference_of_no_kind_ends_the_job_with_a_reason(studio: Studio) -> None:
    objects = InMemoryObjectStore()
    objects.write("uploads/p", b"words", content_type="text/plain")
    provider = LocalVideoProvider(objects=objects, clock=TickingClock(), ffmpeg=studio.ffmpeg)

    job = provider.submit(BY_PICTURE)

    assert (job.status, job.error) == (
        ProviderJobStatus.FAILED,
        "The reference is no PNG, JPEG or WebP picture.",
    )
