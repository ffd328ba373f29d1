"""The whole stack with a key in the shell: clips of one job, made by different providers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from infra.assembly import assemble
from infra.local.cloud import LocalCloud
from infra.local.deployer import deploy
from tests.api_user import ApiUser, small_clip
from tests.fakes.providers.gemini import KEY, GeminiApp
from tests.fakes.providers.server import ProviderServer
from tests.local_cloud import free_port
from tests.stack import Stack
from tests.table_audit import assert_consistent

pytestmark = pytest.mark.local_cloud


@dataclass(frozen=True)
class Installation:
    """A stack that was started with a key of Gemini's in the shell."""

    stack: Stack
    server: ProviderServer
    app: GeminiApp


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    data = tmp_path_factory.mktemp("several-providers") / "data"
    app = GeminiApp()
    server, cloud = ProviderServer(app), LocalCloud(port=free_port(), data=data)
    app.base_url = server.url
    try:
        with pytest.MonkeyPatch.context() as shell:
            shell.setenv("GEMINI_API_KEY", KEY)
            cloud.start()
        # Only the address differs from what needs no setting at all.
        listed = [{"name": "gemini", "base_url": server.url}]
        parameters = {"Provider": "local", "Providers": json.dumps(listed)}
        deploy(cloud, assemble(flavour="host"), parameters=parameters)
        cloud.prewarm()
        yield Installation(Stack(cloud, "local"), server, app)
    finally:
        cloud.kill()
        server.close()


@pytest.fixture(scope="module")
def ada(installation: Installation) -> Iterator[ApiUser]:
    person = installation.stack.person()
    yield person
    person.http.close()


def test_a_key_in_the_shell_adds_its_models_and_the_default_stays(ada: ApiUser) -> None:
    answer = ada.get("/models")

    models = {model["name"]: model for model in answer["models"]}
    assert {model["provider"] for model in models.values()} == {"local", "gemini"}
    assert [name for name, model in models.items() if model["is_default"]] == ["local"]
    missing = {provider["name"]: provider["missing"] for provider in answer["providers"]}
    assert missing["gemini"] is missing["local"] is None
    assert "OPENROUTER_API_KEY" in missing["openrouter"]


def test_each_clip_of_a_batch_is_made_by_the_provider_of_its_model(
    installation: Installation, ada: ApiUser
) -> None:
    job_id = ada.make_job(small_clip(0), small_clip(1))
    clips = [
        {"clip_index": 0, "instruction": "make it sepia"},
        {"clip_index": 1, "instruction": "as an anime", "model": "omni-flash-1.1"},
    ]
    path = f"/jobs/{job_id}/clips/batch-regenerate"

    batch = ada.ended(job_id, ada.post(path, {"clips": clips}, status=202)["batch_id"])

    assert batch["status"] == "succeeded", batch
    assert [ada.versions(job_id, index)[0]["provider"] for index in range(2)] == ["local", "gemini"]
    (asked,) = installation.app.asked.values()
    assert asked["generation_config"] == {"video_config": {"task": "edit"}}
    assert [part["type"] for part in asked["input"]] == ["video", "text"]
    assert ada.job(job_id)["video"]["up_to_date"]
    assert_consistent(installation.stack)


def test_a_refusal_of_one_provider_is_shown_in_its_words(installation: Installation, ada: ApiUser) -> None:
    job_id, before = ada.make_job(small_clip(0)), len(installation.app.asked)

    batch = ada.run(job_id, {0: "refuse this"}, model="omni-flash-1.1")

    assert batch["status"] == "failed"
    assert "blocked for safety reasons" in batch["regenerations"][0]["error"]
    assert len(installation.app.asked) == before
