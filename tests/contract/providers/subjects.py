"""The providers on the network as fault tests see them: with their servers, and what those were paid for."""

import time
from collections.abc import Callable, Sized
from dataclasses import dataclass, replace

import pytest

from retake.ports.providers import GenerationRequest, ProviderJob, ProviderJobStatus, VideoProvider
from tests.fakes.providers.server import ProviderServer
from tests.fakes.providers.world import IMPATIENT, ProviderWorld

REQUEST = GenerationRequest(
    idempotency_key="0b4e9a52-8f3b-4d0f-9c55-2f5a1f3c7d10",
    instruction="a fox in snow",
    prompt="",
    source_key=None,
    duration_ms=5000,
    width=1280,
    height=720,
    fps=30,
    seed=7,
)
REFUSED = replace(REQUEST, instruction="refuse this")


@dataclass(frozen=True)
class Subject:
    """A provider, its server, and what a test asks of them."""

    world: ProviderWorld
    provider: VideoProvider
    server: ProviderServer
    jobs: Sized
    submission: str
    refusal: str
    failure: str

    def submissions(self) -> int:
        return len(self.server.seen("POST", self.submission))


def openai_videos(world: ProviderWorld) -> Subject:
    provider, app = world.openai_videos(), world.openai_app
    texts = ("/v1/videos", "blocked by our moderation system", "ran out of memory")
    return Subject(world, provider, world.openai_server, app.videos, *texts)


def replicate(world: ProviderWorld) -> Subject:
    provider, app = world.replicate(), world.replicate_app
    texts = ("/predictions", "flagged as sensitive", "CUDA out of memory")
    return Subject(world, provider, world.replicate_server, app.predictions, *texts)


def bedrock_async(world: ProviderWorld) -> Subject:
    provider, app = world.bedrock_async(), world.bedrock_app
    texts = ("/async-invoke", "blocked by our content filters", "video was blocked")
    return Subject(world, provider, world.bedrock_server, app.invocations, *texts)


Build = Callable[[ProviderWorld], Subject]
ALL: dict[str, Build] = {
    "openai_videos": openai_videos,
    "replicate": replicate,
    "bedrock_async": bedrock_async,
}
JSON_APIS = {name: build for name, build in ALL.items() if name != "bedrock_async"}

everyone = pytest.mark.parametrize("subject", ALL.values(), ids=list(ALL), indirect=True)
json_apis = pytest.mark.parametrize("subject", JSON_APIS.values(), ids=list(JSON_APIS), indirect=True)
impatient = pytest.mark.parametrize("timeouts", [IMPATIENT], ids=["impatient"])


def finished(provider: VideoProvider, job: ProviderJob) -> ProviderJob:
    for _ in range(10):
        if job.status not in {ProviderJobStatus.QUEUED, ProviderJobStatus.RUNNING}:
            return job
        job = provider.poll(job.provider_job_id)
    raise AssertionError(job)


def until_there_is_one(jobs: Sized) -> None:
    """Wait for a server that we did not wait for."""
    for _ in range(500):
        if len(jobs) == 1:
            return
        time.sleep(0.02)
    raise AssertionError("The server never did it.")
