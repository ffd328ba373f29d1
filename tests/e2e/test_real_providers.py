"""The whole stack with three providers on the network, each with its key in the shell."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from tests.api_user import ApiUser, small_clip
from tests.fakes.providers import gemini, openai_videos, vertex
from tests.fakes.providers.server import How, ProviderServer, Reply
from tests.stack import Stack, own_stack
from tests.table_audit import assert_consistent

pytestmark = pytest.mark.local_cloud

KEY = openai_videos.KEY


@dataclass(frozen=True)
class Installation:
    """A stack as a user sets it up who has a video server, a key of Gemini's and a file of Vertex AI's."""

    stack: Stack
    server: ProviderServer
    app: openai_videos.OpenAiVideosApp
    gemini: gemini.GeminiApp
    gemini_server: ProviderServer
    vertex: vertex.VertexApp
    data: Path


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    data = tmp_path_factory.mktemp("real-providers") / "data"
    app, other = openai_videos.OpenAiVideosApp(clock=count(int(time.time()))), gemini.GeminiApp()
    google, key_file = vertex.VertexApp(), data.with_name("fox-films.json")
    with (
        closing(ProviderServer(app)) as server,
        closing(ProviderServer(other)) as other_server,
        closing(ProviderServer(google)) as google_server,
    ):
        other.base_url, google.base_url = other_server.url, google_server.url
        key_file.write_text(vertex.key_file(google.token_uri), encoding="utf-8")
        # Only the address differs from what needs no setting at all.
        listed = [
            {"name": "gemini", "base_url": other_server.url},
            {"name": "vertex", "base_url": google_server.url},
        ]
        with own_stack(
            data,
            "openai_videos",
            environment={
                "RETAKE_PROVIDER_KEY": KEY,
                "GEMINI_API_KEY": gemini.KEY,
                "GOOGLE_APPLICATION_CREDENTIALS": str(key_file),
            },
            ProviderOptions=json.dumps({"base_url": server.url, "extensions": True}),
            Providers=json.dumps(listed),
        ) as stack:
            yield Installation(stack, server, app, other, other_server, google, data)


@pytest.fixture(scope="module")
def user(installation: Installation) -> Iterator[ApiUser]:
    person = installation.stack.person()
    yield person
    person.http.close()


def test_a_batch_is_made_by_the_server_and_reported_in_its_words(
    installation: Installation, user: ApiUser
) -> None:
    job_id = user.make_job(small_clip(0), small_clip(1))

    batch = user.run(job_id, {0: "at night", 1: "refuse this"})

    assert batch["status"] == "partial"
    assert [clip["status"] for clip in batch["regenerations"]] == ["succeeded", "failed"]
    assert "blocked by our moderation system" in batch["regenerations"][1]["error"]
    assert len(installation.server.seen("POST", "/v1/videos")) == 2
    first = next(iter(installation.app.videos.values())).fields
    assert (first["prompt"], first["seconds"], first["size"]) == ("at night", "1", "160x90")
    # The clip to change went along; what came back became a take and part of the video.
    assert len(first["input_reference"]) > 1000
    assert [take["version_number"] for take in user.versions(job_id, 0)] == [2, 1]
    assert user.job(job_id)["video"] is not None
    assert_consistent(installation.stack)


def test_a_lost_answer_is_reported_and_not_paid_twice(installation: Installation, user: ApiUser) -> None:
    job_id, before = user.make_job(small_clip(0)), len(installation.app.videos)
    installation.server.fail("POST", "/v1/videos", How.LOSE_ANSWER)

    batch = user.run(job_id, {0: "at noon"})

    assert batch["status"] == "failed"
    assert "may have been charged" in batch["regenerations"][0]["error"]
    assert len(installation.app.videos) == before + 1
    assert user.run(job_id, {0: "at noon"})["status"] == "succeeded"


def _bytes_of(path: Path) -> bytes:
    """Return what is in a file; nothing where a function that ended meanwhile has removed its own."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def test_the_key_is_in_no_file_and_no_setting_of_the_stack(installation: Installation) -> None:
    assert installation.server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    written = [path for path in installation.data.rglob("*") if path.is_file()]

    assert len(written) > 10
    assert [path for path in written if KEY.encode() in _bytes_of(path)] == []
    functions = installation.stack.client("lambda").get_paginator("list_functions").paginate()
    assert KEY not in json.dumps([page["Functions"] for page in functions], default=str)


def test_only_the_workers_may_read_a_stored_key(installation: Installation) -> None:
    def beside(module: str) -> list[str]:
        roles = installation.stack.client("iam")
        names = roles.list_role_policies(RoleName=installation.stack.role_of(module))["PolicyNames"]
        return sorted(set(names) - {"grants"})

    assert beside("submit_generation") == beside("poll_generation") == ["ReadProviderKey"]
    assert beside("ingest_clip") == beside("api_jobs") == []


def test_a_key_in_the_shell_adds_its_models_and_the_default_stays(user: ApiUser) -> None:
    answer = user.get("/models")

    models = answer["models"]
    assert {model["provider"] for model in models} == {"openai_videos", "gemini", "vertex"}
    assert [model["provider"] for model in models if model["is_default"]] == ["openai_videos"]
    missing = {provider["name"]: provider["missing"] for provider in answer["providers"]}
    assert missing["gemini"] is missing["vertex"] is missing["openai_videos"] is None
    assert "OPENROUTER_API_KEY" in missing["openrouter"]


def test_each_clip_of_a_batch_is_made_by_the_provider_of_its_model(
    installation: Installation, user: ApiUser
) -> None:
    job_id = user.make_job(small_clip(0), small_clip(1), small_clip(2))
    clips = [
        {"clip_index": 0, "instruction": "make it sepia"},
        {"clip_index": 1, "instruction": "as an anime", "model": "omni-flash-1.1"},
        {"clip_index": 2, "instruction": "a fox in snow", "model": "vertex-veo-3.1-lite"},
    ]
    path = f"/jobs/{job_id}/clips/batch-regenerate"

    batch = user.ended(job_id, user.post(path, {"clips": clips}, status=202)["batch_id"])

    assert batch["status"] == "succeeded", batch
    made_by = [user.versions(job_id, index)[0]["provider"] for index in range(3)]
    assert made_by == ["openai_videos", "gemini", "vertex"]
    (wanted,) = installation.vertex.asked.values()
    assert wanted["parameters"]["durationSeconds"] == 4  # the shortest that it makes; the clip is trimmed
    assert len(installation.vertex.assertions) <= 2  # one for each of the workers that ask
    (asked,) = installation.gemini.asked.values()
    assert asked["generation_config"] == {"video_config": {"task": "edit"}}
    assert [part["type"] for part in asked["input"]] == ["video", "text"]
    assert user.job(job_id)["video"]["up_to_date"]
    assert_consistent(installation.stack)


def test_a_refusal_of_one_provider_is_shown_in_its_words(installation: Installation, user: ApiUser) -> None:
    job_id, before = user.make_job(small_clip(0)), len(installation.gemini.asked)

    batch = user.run(job_id, {0: "refuse this"}, model="omni-flash-1.1")

    assert batch["status"] == "failed"
    assert "blocked for safety reasons" in batch["regenerations"][0]["error"]
    assert len(installation.gemini.asked) == before


def test_a_batch_that_fails_alike_is_held_and_goes_on_with_another_model(
    installation: Installation, user: ApiUser
) -> None:
    job_id, before = (
        user.make_job(*(small_clip(number) for number in range(5))),
        len(installation.gemini.asked),
    )
    reply = Reply.of_json({"error": {"message": "Billing is not enabled for this project."}}, status=400)
    installation.gemini_server.fail("POST", "/v1beta/interactions", How.ANSWER, times=3, reply=reply)
    path = f"/jobs/{job_id}/batches"
    (default,) = (model["name"] for model in user.get("/models")["models"] if model["is_default"])

    accepted = user.regenerate(job_id, dict.fromkeys(range(5), "make it sepia"), model="omni-flash-1.1")
    batch_id = accepted["batch_id"]
    held = user.wait_for_event(job_id, "batch_held", batch_id=batch_id)
    assert "Billing is not enabled" in str(held.data["reason"])
    user.wait_for(lambda: user.job(job_id)["active_batch_id"] is None)
    assert [each["status"] for each in user.batch(job_id, batch_id)["regenerations"]] == [
        *["failed"] * 3,
        *["queued"] * 2,
    ]

    user.post(f"{path}/{batch_id}/change-model", {"model": default}, status=202)
    ended = user.ended(job_id, batch_id)

    assert [each["status"] for each in ended["regenerations"]] == [*["failed"] * 3, *["succeeded"] * 2]
    assert [user.versions(job_id, index)[0]["provider"] for index in (3, 4)] == ["openai_videos"] * 2
    assert len(installation.gemini.asked) == before
    assert_consistent(installation.stack)
