"""The whole stack with a provider on the network: a server with the ``/v1/videos`` format."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from infra.assembly import assemble
from infra.local.cloud import LocalCloud
from infra.local.deployer import deploy
from tests.api_user import ApiUser, small_clip
from tests.fakes.providers.openai_videos import KEY, OpenAiVideosApp
from tests.fakes.providers.server import How, ProviderServer
from tests.local_cloud import free_port
from tests.stack import Stack
from tests.table_audit import assert_consistent

pytestmark = pytest.mark.local_cloud


@dataclass(frozen=True)
class Installation:
    """A stack as a user sets it up who has a video server."""

    stack: Stack
    server: ProviderServer
    app: OpenAiVideosApp
    data: Path


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    data = tmp_path_factory.mktemp("real-provider") / "data"
    app = OpenAiVideosApp(clock=count(int(time.time())))
    server, cloud = ProviderServer(app), LocalCloud(port=free_port(), data=data)
    try:
        with pytest.MonkeyPatch.context() as shell:
            shell.setenv("RETAKE_PROVIDER_KEY", KEY)
            cloud.start()
        options = {"base_url": server.url, "extensions": True}
        parameters = {"Provider": "openai_videos", "ProviderOptions": json.dumps(options)}
        deploy(cloud, assemble(flavour="host"), parameters=parameters)
        cloud.prewarm()
        yield Installation(Stack(cloud, "openai_videos"), server, app, data)
    finally:
        cloud.kill()
        server.close()


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


def test_the_key_is_in_no_file_and_no_setting_of_the_stack(installation: Installation) -> None:
    assert installation.server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    written = [path for path in installation.data.rglob("*") if path.is_file()]

    assert len(written) > 10
    assert [path for path in written if KEY.encode() in path.read_bytes()] == []
    functions = installation.stack.client("lambda").get_paginator("list_functions").paginate()
    assert KEY not in json.dumps([page["Functions"] for page in functions], default=str)


def test_only_the_workers_may_read_a_stored_key(installation: Installation) -> None:
    def beside(module: str) -> list[str]:
        roles = installation.stack.client("iam")
        names = roles.list_role_policies(RoleName=installation.stack.role_of(module))["PolicyNames"]
        return sorted(set(names) - {"grants"})

    assert beside("submit_generation") == beside("poll_generation") == ["ReadProviderKey"]
    assert beside("ingest_clip") == beside("api_jobs") == []
