"""What OpenRouter, Gemini and fal are sent for a clip, a picture or words, and what is read of their jobs."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from retake.domain.errors import (
    ProviderRejectedError,
    ProviderThrottledError,
    ProviderUnavailableError,
    ResultRefusedError,
)
from retake.ports.providers import ProviderJob, ProviderJobStatus, VideoProvider
from tests.contract.providers.subjects import REQUEST, finished
from tests.fakes.providers.server import How, Reply
from tests.fakes.providers.world import ProviderWorld

CLIP, PICTURE = b"the clip to change", b"a picture"
EDIT = replace(REQUEST, instruction="at night", full_prompt="a fox, at night", source_key="clips/a.mp4")
BY_PICTURE = replace(REQUEST, reference_key="uploads/a.png", reference_type="image/png")


@pytest.fixture
def world() -> Iterator[ProviderWorld]:
    world = ProviderWorld()
    world.objects.write("clips/a.mp4", CLIP, content_type="video/mp4")
    world.objects.write("uploads/a.png", PICTURE, content_type="image/png")
    yield world
    world.close()


def inside(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def looked_at(provider: VideoProvider, server: Any, reply: object, status: int = 200) -> ProviderJob:
    job = provider.submit(REQUEST)
    server.fail("GET", job.provider_job_id, How.ANSWER, reply=Reply.of_json(reply, status=status))
    return provider.poll(job.provider_job_id)


class TestOpenRouter:
    def test_words_alone(self, world: ProviderWorld) -> None:
        world.openrouter().submit(replace(REQUEST, duration_ms=5500, width=480, height=854))

        (asked,) = world.openrouter_app.asked.values()
        assert asked == {
            "model": "bytedance/seedance-2.0-fast",
            "prompt": "a fox in snow",
            "duration": 6,
            "resolution": "480p",
            "aspect_ratio": "9:16",
            "generate_audio": True,
        }

    @pytest.mark.parametrize(
        ("model", "field", "frame"),
        [
            ("openrouter-veo-3.1-lite", "frame_images", {"frame_type": "first_frame"}),
            ("openrouter-seedance-2.0-fast", "input_references", {}),
        ],
    )
    def test_a_picture_goes_where_the_model_takes_one(
        self, model: str, field: str, frame: dict[str, str], world: ProviderWorld
    ) -> None:
        world.openrouter(model).submit(BY_PICTURE)

        (asked,) = world.openrouter_app.asked.values()
        picture = {"type": "image_url", "image_url": {"url": inside("image/png", PICTURE)}}
        assert asked[field] == [{**picture, **frame}]
        assert len({"frame_images", "input_references"} & asked.keys()) == 1

    def test_what_it_charged_is_reported(self, world: ProviderWorld) -> None:
        provider = world.openrouter()

        assert finished(provider, provider.submit(REQUEST)).cost == Decimal("0.25")

    @pytest.mark.parametrize(
        "usage", [None, {}, {"cost": None}, {"cost": 0.25, "is_byok": True}, {"cost": -1}]
    )
    def test_what_it_does_not_say_is_not_made_up(self, usage: object, world: ProviderWorld) -> None:
        said = {"id": "j", "status": "completed", "usage": usage}

        assert looked_at(world.openrouter(), world.openrouter_server, said).cost is None

    @pytest.mark.parametrize(
        ("said", "status", "error"),
        [
            ({"status": "expired", "error": "Job exceeded maximum time to live"}, "failed", "maximum time"),
            ({"status": "failed"}, "failed", "without a reason"),
            ({"status": "cancelled", "error": "Job was cancelled"}, "cancelled", None),
            ({"status": "rendering"}, "running", None),
        ],
    )
    def test_each_status_means_one_thing(
        self, said: dict[str, str], status: str, error: str | None, world: ProviderWorld
    ) -> None:
        job = looked_at(world.openrouter(), world.openrouter_server, {"id": "j", **said})

        assert job.status == status
        assert error is None if job.error is None else str(error) in job.error


class TestGemini:
    def test_a_clip_is_edited_by_the_words_and_keeps_its_length_and_shape(self, world: ProviderWorld) -> None:
        world.gemini().submit(EDIT)

        (asked,) = world.gemini_app.asked.values()
        assert asked == {
            "model": "gemini-omni-1.1-flash",
            "input": [
                {"type": "video", "mime_type": "video/mp4", "data": base64.b64encode(CLIP).decode()},
                {"type": "text", "text": "at night"},
            ],
            "background": True,
            "response_format": {"type": "video", "delivery": "uri", "resolution": "720p"},
            "generation_config": {"video_config": {"task": "edit"}},
        }

    @pytest.mark.parametrize(
        ("request_", "task"), [(REQUEST, "text_to_video"), (BY_PICTURE, "image_to_video")]
    )
    def test_a_new_clip_is_reported_its_length_and_shape(
        self, request_: Any, task: str, world: ProviderWorld
    ) -> None:
        world.gemini().submit(request_)

        (asked,) = world.gemini_app.asked.values()
        assert asked["generation_config"] == {"video_config": {"task": task}}
        assert asked["response_format"]["duration"] == "5s"
        assert asked["response_format"]["aspect_ratio"] == "16:9"

    def test_a_refusal_that_is_completed_with_words_has_failed_in_these_words(
        self, world: ProviderWorld
    ) -> None:
        provider = world.gemini()
        job = finished(provider, provider.submit(replace(REQUEST, instruction="this will fail")))

        assert (job.status, job.error) == (
            ProviderJobStatus.FAILED,
            "I cannot make videos of that person.",
        )

    @pytest.mark.parametrize(
        ("said", "status", "error"),
        [
            (
                {"status": "failed", "errors": [{"code": "e", "message": "No capacity."}]},
                "failed",
                "No capacity.",
            ),
            ({"status": "incomplete"}, "failed", "Gemini says incomplete, without a reason."),
            ({"status": "budget_exceeded"}, "failed", "Gemini says budget_exceeded, without a reason."),
            ({"status": "completed"}, "failed", "Gemini made no video, without a reason."),
            ({"status": "cancelled"}, "cancelled", None),
            ({"status": "thinking"}, "running", None),
        ],
    )
    def test_each_status_means_one_thing(
        self, said: dict[str, object], status: str, error: str | None, world: ProviderWorld
    ) -> None:
        job = looked_at(world.gemini(), world.gemini_server, {"id": "j", **said})

        assert (job.status, job.error) == (status, error)

    def test_a_bad_argument_at_a_look_is_no_unknown_job(self, world: ProviderWorld) -> None:
        with pytest.raises(ProviderUnavailableError):
            looked_at(world.gemini(), world.gemini_server, {"error": {"message": "Try again."}}, 400)

    def test_an_error_of_the_front_end_is_read_though_it_is_a_list(self, world: ProviderWorld) -> None:
        reply = Reply.of_json([{"error": {"code": 403, "message": "Not in this country."}}], status=403)
        world.gemini_server.fail("POST", "/interactions", How.ANSWER, reply=reply)

        with pytest.raises(ProviderRejectedError, match="Not in this country"):
            world.gemini().submit(REQUEST)

    def test_the_key_goes_to_the_api_only(self, world: ProviderWorld, tmp_path: Path) -> None:
        provider = world.gemini()
        job = finished(provider, provider.submit(REQUEST))
        elsewhere = world.fal_server.url
        world.gemini_app.interactions[job.provider_job_id]["steps"][-1]["content"][0]["uri"] = (
            f"{elsewhere.replace('127.0.0.1', 'localhost')}/delivery/x.mp4"
        )

        with pytest.raises(ResultRefusedError, match="refused"):
            provider.fetch(job.provider_job_id, tmp_path / "video")
        assert world.fal_server.requests == []


class TestFal:
    @pytest.mark.parametrize(
        ("model", "request_", "endpoint", "values"),
        [
            (
                "fal-omni-flash-1.1",
                REQUEST,
                "google/gemini-omni-flash/v1.1/text-to-video",
                {"prompt": "a fox in snow", "resolution": "720p", "aspect_ratio": "16:9", "duration": 5},
            ),
            (
                "fal-omni-flash-1.1",
                EDIT,
                "google/gemini-omni-flash/v1.1/edit",
                {"prompt": "at night", "resolution": "720p", "video_url": inside("video/mp4", CLIP)},
            ),
            (
                "fal-veo-3.1-fast",
                BY_PICTURE,
                "fal-ai/veo3.1/fast/image-to-video",
                {
                    "prompt": "a fox in snow",
                    "resolution": "720p",
                    "aspect_ratio": "16:9",
                    "duration": "6s",
                    "generate_audio": True,
                    "image_url": inside("image/png", PICTURE),
                },
            ),
        ],
        ids=["words", "edit", "picture"],
    )
    def test_each_thing_that_can_be_given_has_an_endpoint(
        self, model: str, request_: Any, endpoint: str, values: dict[str, object], world: ProviderWorld
    ) -> None:
        job = world.fal(model).submit(request_)

        (queued,) = world.fal_app.queued.values()
        assert (queued["endpoint"], queued["input"]) == (endpoint, values)
        assert job.provider_job_id.startswith("/".join(endpoint.split("/")[:2]) + "/requests/")

    def test_an_error_beside_the_status_is_the_reason(self, world: ProviderWorld) -> None:
        said = {"status": "COMPLETED", "error": "Runner failed", "error_type": "runner_error"}
        job = looked_at(world.fal(), world.fal_server, said)

        assert (job.status, job.error) == (ProviderJobStatus.FAILED, "Runner failed")

    @pytest.mark.parametrize(
        ("status", "times", "error"),
        [
            (401, 1, ProviderUnavailableError),
            (429, 1, ProviderThrottledError),
            (500, 1, ProviderUnavailableError),
            (503, 2, ProviderUnavailableError),
        ],
    )
    def test_a_result_that_cannot_be_read_just_now_does_not_fail_the_job(
        self, status: int, times: int, error: type[Exception], world: ProviderWorld
    ) -> None:
        provider = world.fal()
        job = provider.submit(REQUEST)
        for _ in range(2):
            provider.poll(job.provider_job_id)
        completed = Reply.of_json({"status": "COMPLETED"})
        world.fal_server.fail("GET", "/status", How.ANSWER, reply=completed)
        world.fal_server.fail("GET", job.provider_job_id, How.ANSWER, times=times, reply=Reply(status))

        with pytest.raises(error):
            provider.poll(job.provider_job_id)
        assert finished(provider, job).status is ProviderJobStatus.SUCCEEDED

    def test_what_is_no_id_of_a_request_is_asked_of_no_one(
        self, world: ProviderWorld, tmp_path: Path
    ) -> None:
        provider = world.fal()

        assert provider.poll("../../secrets").status is ProviderJobStatus.FAILED
        provider.cancel("nobody")
        with pytest.raises(ProviderUnavailableError):
            provider.fetch("nobody", tmp_path / "video")
        assert world.fal_server.requests == []
