"""What OpenRouter, Gemini, Vertex AI and fal are sent for clips, pictures and words; what is read of jobs."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from retake.adapters.providers.http.client import MAX_ANSWER_BYTES
from retake.adapters.providers.http.downloads import DownloadLimits
from retake.domain.errors import (
    AmbiguousSubmissionError,
    ProviderRejectedError,
    ProviderThrottledError,
    ProviderUnavailableError,
    ResultRefusedError,
)
from retake.domain.moderation import is_moderation
from retake.domain.references import ReferenceRole
from retake.ports.providers import (
    GenerationRequest,
    ProviderJob,
    ProviderJobStatus,
    RequestReference,
    VideoProvider,
)
from tests.contract.providers.subjects import REQUEST, finished
from tests.fakes.providers import vertex
from tests.fakes.providers.server import How, Reply
from tests.fakes.providers.world import ProviderWorld

CLIP, PICTURE = b"the clip to change", b"a picture"
EDIT = replace(REQUEST, instruction="at night", full_prompt="a fox, at night", source_key="clips/a.mp4")
PICTURES = {
    role: RequestReference(role, "uploads/a.png", "image/png")
    for role in (
        ReferenceRole.FIRST_FRAME,
        ReferenceRole.LAST_FRAME,
        ReferenceRole.SUBJECT,
        ReferenceRole.STYLE,
    )
}
FIRST, LAST, SUBJECT, STYLE = PICTURES.values()
MOVES = RequestReference(ReferenceRole.VIDEO, "clips/a.mp4", "video/mp4")
BY_PICTURE = replace(REQUEST, references=(FIRST,))


BEGINS = "[# Sources <FIRST_FRAME>@Image1]"
WITH_SUBJECT = f"{BEGINS} [# References <IMAGE_REF_0>@Image2]"
EDITS = "[# Sources <VIDEO_0>@Video1] [# References <IMAGE_REF_0>@Image1]"
VIDEO_TOO = "[# References <IMAGE_REF_0>@Image1 <VIDEO_REF_0>@Video1]"
BOTH = "[# Sources <FIRST_FRAME>@Image1 <LAST_FRAME>@Image2]"
BEGIN, END = "Use Image1 as the starting frame.", "Use Image2 as the last frame."
GUIDE = "Use Image{} as a reference for the {}, not as a literal initial frame."
MOVE = "Use Video1 as a reference. Do not use it as a source for video editing."


def by(*references: RequestReference, edit: bool = False) -> GenerationRequest:
    return replace(EDIT if edit else REQUEST, references=references)


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
        ("references", "field", "frames"),
        [
            ((FIRST,), "frame_images", [{"frame_type": "first_frame"}]),
            ((LAST, FIRST), "frame_images", [{"frame_type": "first_frame"}, {"frame_type": "last_frame"}]),
            ((SUBJECT, STYLE), "input_references", [{}, {}]),
        ],
    )
    def test_pictures_go_where_their_roles_are(
        self,
        references: tuple[RequestReference, ...],
        field: str,
        frames: list[dict[str, str]],
        world: ProviderWorld,
    ) -> None:
        world.openrouter().submit(by(*references))

        (asked,) = world.openrouter_app.asked.values()
        picture = {"type": "image_url", "image_url": {"url": inside("image/png", PICTURE)}}
        assert asked[field] == [{**picture, **frame} for frame in frames]
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

    @pytest.mark.parametrize(
        ("request_", "words", "kinds", "task"),
        [
            (by(LAST, FIRST), f"{BOTH} a fox in snow {BEGIN} {END}", ["image", "image"], "image_to_video"),
            (
                by(SUBJECT, FIRST),
                f"{WITH_SUBJECT} a fox in snow {BEGIN} {GUIDE.format(2, 'subject')}",
                ["image", "image"],
                None,
            ),
            (
                by(STYLE, MOVES),
                f"{VIDEO_TOO} a fox in snow {GUIDE.format(1, 'style')} {MOVE}",
                ["image", "video"],
                "reference_to_video",
            ),
            (
                by(SUBJECT, edit=True),
                f"{EDITS} at night {GUIDE.format(1, 'subject')}",
                ["video", "image"],
                "edit",
            ),
            # It cannot change a clip and be given its first frame: the clip is made anew.
            (by(FIRST, edit=True), f"{BEGINS} a fox, at night {BEGIN}", ["image"], "image_to_video"),
        ],
        ids=[
            "both frames",
            "frame and subject",
            "guides",
            "edit by a picture",
            "a frame goes before an edit",
        ],
    )
    def test_tags_say_what_each_picture_and_video_is(
        self, request_: Any, words: str, kinds: list[str], task: str | None, world: ProviderWorld
    ) -> None:
        world.gemini().submit(request_)

        (asked,) = world.gemini_app.asked.values()
        *files, text = asked["input"]
        assert [file["type"] for file in files] == kinds
        assert text == {"type": "text", "text": words}
        config = asked.get("generation_config")
        assert config == (None if task is None else {"video_config": {"task": task}})

    def test_a_last_frame_alone_is_refused_before_google_is_asked(self, world: ProviderWorld) -> None:
        with pytest.raises(ProviderRejectedError, match="only together with a first frame"):
            world.gemini().submit(by(LAST))
        assert world.gemini_server.requests == []

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


def picture() -> dict[str, str]:
    return {"bytesBase64Encoded": base64.b64encode(PICTURE).decode(), "mimeType": "image/png"}


class TestVertex:
    @pytest.mark.parametrize(
        ("model", "request_", "instance", "parameters"),
        [
            ("vertex-veo-3.1-lite", replace(REQUEST, seed=2**32 + 7), {}, {}),
            (
                "vertex-veo-3.1-fast",
                replace(REQUEST, width=1080, height=1920, duration_ms=9000, references=(FIRST,)),
                {"image": picture()},
                {"aspectRatio": "9:16", "resolution": "1080p", "durationSeconds": 8},
            ),
            ("vertex-veo-3.1", by(LAST, FIRST), {"image": picture(), "lastFrame": picture()}, {}),
            (
                "vertex-veo-3.1-subjects",
                by(SUBJECT, SUBJECT, SUBJECT),
                {"referenceImages": [{"image": picture(), "referenceType": "asset"}] * 3},
                {"durationSeconds": 8},
            ),
            ("vertex-veo-3.1-silent", REQUEST, {}, {"generateAudio": False}),
            # It is shown no clip: the clip is made anew from its words.
            ("vertex-veo-3.1", EDIT, {"prompt": "a fox, at night"}, {}),
        ],
        ids=["words", "a frame", "both frames", "subjects", "silent", "edit"],
    )
    def test_what_can_be_given(
        self,
        model: str,
        request_: Any,
        instance: dict[str, object],
        parameters: dict[str, object],
        world: ProviderWorld,
    ) -> None:
        world.vertex(model).submit(request_)

        (asked,) = world.vertex_app.asked.values()
        usual = {"sampleCount": 1, "durationSeconds": 6, "aspectRatio": "16:9", "resolution": "720p"}
        assert asked == {
            "instances": [{"prompt": "a fox in snow", **instance}],
            "parameters": {**usual, "generateAudio": True, "seed": 7, **parameters},
        }

    @pytest.mark.parametrize(
        ("model", "references", "reason"),
        [
            ("vertex-veo-3.1", (LAST,), "only together with a first frame"),
            ("vertex-veo-3.1", (SUBJECT,), "takes no subject"),
            ("vertex-veo-3.1-subjects", (FIRST,), "takes no first frame"),
            ("vertex-veo-3.1-subjects", (SUBJECT,) * 4, "at most 3 of subject"),
        ],
    )
    def test_what_goes_not_together_is_refused_before_google_is_asked(
        self, model: str, references: tuple[RequestReference, ...], reason: str, world: ProviderWorld
    ) -> None:
        with pytest.raises(ProviderRejectedError, match=reason):
            world.vertex(model).submit(by(*references))
        assert world.vertex_server.requests == []

    def test_a_filtered_video_is_a_refusal_in_googles_words(self, world: ProviderWorld) -> None:
        provider = world.vertex()
        job = finished(provider, provider.submit(replace(REQUEST, instruction="this will fail")))

        assert job.status is ProviderJobStatus.FAILED
        assert job.error == f"Google's safety filters refused the video. {vertex.FILTERED}"
        assert (job.is_transient, is_moderation(job.error)) == (False, True)

    @pytest.mark.parametrize(
        ("said", "error", "passes"),
        [
            ({"error": {"code": 8, "message": "High load."}}, "High load.", True),
            ({"error": {"code": 3, "message": "Violates\nour policies."}}, "Violates our policies.", False),
            ({"error": {"code": 13}}, "Google says 13, without a reason.", True),
            ({"response": {"raiMediaFilteredCount": 1}}, "Google's safety filters refused the video.", False),
            ({"response": {"videos": []}}, "Google made no video, without a reason.", False),
            ({}, "Google made no video, without a reason.", False),
        ],
    )
    def test_each_end_without_a_video_has_a_reason(
        self, said: dict[str, object], error: str, world: ProviderWorld, *, passes: bool
    ) -> None:
        provider = world.vertex()
        name = provider.submit(REQUEST).provider_job_id
        reply = Reply.of_json({"name": name, "done": True, **said})
        world.vertex_server.fail("POST", ":fetchPredictOperation", How.ANSWER, reply=reply)

        job = provider.poll(name)
        assert (job.status, job.error, job.is_transient) == (ProviderJobStatus.FAILED, error, passes)

    def test_a_look_at_a_finished_operation_does_not_wait_for_the_video(self, world: ProviderWorld) -> None:
        provider = world.vertex()
        job = provider.submit(REQUEST)
        # Longer than any answer that is read as a whole.
        video = b"A" * (MAX_ANSWER_BYTES + 1)
        reply = Reply(200, b'{"done": true, "response": {"videos": [{"bytesBase64Encoded": "' + video)
        world.vertex_server.fail("POST", ":fetchPredictOperation", How.ANSWER, reply=reply)

        assert provider.poll(job.provider_job_id).status is ProviderJobStatus.SUCCEEDED

    @pytest.mark.parametrize(
        ("step", "path"),
        [("submit", ":predictLongRunning"), ("poll", ":fetchPredict"), ("fetch", ":fetchPredict")],
    )
    @pytest.mark.parametrize("times", [1, 2])
    def test_a_token_that_is_refused_is_renewed_once(
        self, step: str, path: str, times: int, world: ProviderWorld, tmp_path: Path
    ) -> None:
        provider, app = world.vertex(), world.vertex_app
        job = finished(provider, provider.submit(REQUEST))
        steps: dict[str, Callable[[], object]] = {
            "submit": lambda: provider.submit(replace(REQUEST, idempotency_key="b")),
            "poll": lambda: provider.poll(job.provider_job_id),
            "fetch": lambda: provider.fetch(job.provider_job_id, tmp_path / "video"),
        }
        refusal = Reply.of_json({"error": {"code": 401, "message": "Invalid credentials."}}, status=401)
        before = len(world.vertex_server.seen("POST", path))
        world.vertex_server.fail("POST", path, How.ANSWER, times=times, reply=refusal)

        if times == 1:
            steps[step]()
        else:
            with pytest.raises(
                (ProviderRejectedError, ProviderUnavailableError), match="Invalid credentials"
            ):
                steps[step]()
        assert len(world.vertex_server.seen("POST", path)) == before + 2
        assert len(app.tokens) == 2
        assert len(app.asked) == 1 + (step == "submit" and times == 1)

    @pytest.mark.parametrize("how", [How.LOSE_ANSWER, How.LOSE_REQUEST, How.TRUNCATE])
    def test_where_signing_in_fails_nothing_was_started(self, how: How, world: ProviderWorld) -> None:
        provider = world.vertex()
        world.vertex_server.fail("POST", "/token", how, times=2)

        with pytest.raises(ProviderUnavailableError):
            provider.submit(REQUEST)
        assert world.vertex_server.seen("POST", ":predictLongRunning") == []

        assert finished(provider, provider.submit(REQUEST)).status is ProviderJobStatus.SUCCEEDED

    @pytest.mark.parametrize("name", ["operations/1", "projects/p/locations/l/operations/1", 1, None])
    def test_an_operation_of_an_unknown_form_is_in_doubt(self, name: object, world: ProviderWorld) -> None:
        reply = Reply.of_json({"name": name})
        world.vertex_server.fail("POST", ":predictLongRunning", How.ANSWER_AFTER, reply=reply)

        with pytest.raises(AmbiguousSubmissionError, match="in an unknown form"):
            world.vertex().submit(REQUEST)
        assert len(world.vertex_app.asked) == 1

    def test_an_operation_is_looked_at_where_it_runs(self, world: ProviderWorld) -> None:
        provider = world.vertex()
        name = provider.submit(REQUEST).provider_job_id.replace("us-central1", "europe-west4")
        asked: list[str] = []
        inner = provider._provider  # type: ignore[attr-defined]
        connect = inner._connect

        def noted(place: str) -> object:
            asked.append(place)
            return connect(place)

        inner._connect = noted

        assert provider.poll(name).status is ProviderJobStatus.FAILED  # this server knows none there
        assert asked == ["europe-west4"]
        assert "/locations/europe-west4/" in world.vertex_server.requests[-1].path

    @pytest.mark.parametrize(
        "name",
        [
            "unknown",
            "../../secrets",
            "projects/p/locations/evil.example/publishers/google/models/m/operations/1",
        ],
    )
    def test_what_is_no_name_of_an_operation_is_asked_of_no_one(
        self, name: str, world: ProviderWorld, tmp_path: Path
    ) -> None:
        provider = world.vertex()

        assert provider.poll(name).status is ProviderJobStatus.FAILED
        with pytest.raises(ProviderUnavailableError, match="no result"):
            provider.fetch(name, tmp_path / "video")
        assert world.vertex_server.requests == []

    @pytest.mark.parametrize(
        ("reply", "error"),
        [
            (Reply(200, b'{"bytesBase64Encoded": "' + b"AAAA" * 30 + b'"}'), ResultRefusedError),
            (Reply(200, b'{"bytesBase64Encoded": "!!!!"}'), ProviderUnavailableError),
            (Reply(200, b'{"done": true}'), ProviderUnavailableError),
            (Reply(404), ProviderUnavailableError),
            (Reply(429), ProviderThrottledError),
        ],
        ids=["too large", "no base64", "no video", "gone", "not now"],
    )
    def test_a_result_of_no_use_leaves_no_file(
        self, reply: Reply, error: type[Exception], world: ProviderWorld, tmp_path: Path
    ) -> None:
        provider = world.vertex()
        job = finished(provider, provider.submit(REQUEST))
        provider._provider._limits = DownloadLimits(max_bytes=60)  # type: ignore[attr-defined]
        world.vertex_server.fail("POST", ":fetchPredict", How.ANSWER, reply=reply)

        with pytest.raises(error):
            provider.fetch(job.provider_job_id, tmp_path / "video")
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("project", ["", "other-films"])
    def test_the_project_of_the_settings_goes_before_the_accounts(
        self, project: str, world: ProviderWorld
    ) -> None:
        provider = world.vertex(project=project)
        if project:
            with pytest.raises(ProviderRejectedError, match=r"refuses our key .403.: Permission"):
                provider.check()  # the account has no right in another one
        else:
            provider.check()

        (asked,) = world.vertex_server.seen("GET", "/operations")
        assert asked.path == f"/v1/projects/{project or vertex.PROJECT}/locations/us-central1/operations"
        assert asked.query == {"pageSize": "1"}

    def test_without_a_project_nothing_is_asked_and_the_setting_is_named(self, world: ProviderWorld) -> None:
        provider = world.vertex()
        provider._provider._token.key._read = lambda: vertex.key_file("http://h", project_id="")  # type: ignore[attr-defined]

        for step in (provider.check, lambda: provider.submit(REQUEST)):
            with pytest.raises(ProviderRejectedError, match="GOOGLE_CLOUD_PROJECT"):
                step()
        assert world.vertex_server.requests == []


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
            (
                "fal-veo-3.1-fast",
                by(FIRST, LAST),
                "fal-ai/veo3.1/fast/first-last-frame-to-video",
                {
                    "prompt": "a fox in snow",
                    "resolution": "720p",
                    "aspect_ratio": "16:9",
                    "duration": "6s",
                    "generate_audio": True,
                    "first_frame_url": inside("image/png", PICTURE),
                    "last_frame_url": inside("image/png", PICTURE),
                },
            ),
            (
                "fal-omni-flash-1.1",
                by(FIRST, LAST),
                "google/gemini-omni-flash/v1.1/image-to-video",
                {
                    "prompt": "a fox in snow",
                    "resolution": "720p",
                    "aspect_ratio": "16:9",
                    "duration": 5,
                    "image_url": inside("image/png", PICTURE),
                    "end_image_url": inside("image/png", PICTURE),
                },
            ),
            (
                "fal-omni-flash-1.1",
                by(SUBJECT, STYLE, MOVES),
                "google/gemini-omni-flash/v1.1/reference-to-video",
                {
                    "prompt": "a fox in snow",
                    "resolution": "720p",
                    "aspect_ratio": "16:9",
                    "duration": 5,
                    "image_urls": [inside("image/png", PICTURE)] * 2,
                    "reference_video_urls": [inside("video/mp4", CLIP)],
                },
            ),
        ],
        ids=["words", "edit", "picture", "both frames", "both frames of omni", "guides"],
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
        provider.cancel("unknown")
        with pytest.raises(ProviderUnavailableError):
            provider.fetch("unknown", tmp_path / "video")
        assert world.fal_server.requests == []
