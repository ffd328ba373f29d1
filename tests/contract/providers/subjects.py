"""The providers on the network as fault tests see them: with their servers, and what those were paid for."""

import time
from collections.abc import Callable, Sized
from dataclasses import dataclass, replace
from functools import partial

import pytest

from retake.ports.providers import GenerationRequest, ProviderJob, ProviderJobStatus, VideoProvider
from tests.fakes.providers import fal as fal_queue
from tests.fakes.providers import gemini as gemini_api
from tests.fakes.providers import openai_videos as openai_format
from tests.fakes.providers import openrouter as openrouter_api
from tests.fakes.providers import replicate as replicate_api
from tests.fakes.providers import vertex as vertex_api
from tests.fakes.providers.server import How, ProviderServer, Reply
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
    """A provider, its server, and what a test asks of them.

    Attributes:
        key: The key that its server takes.
        result: Part of the path that results lie at.
        move_results: Has every result lie at another address; None where it lies at none.
        stops: Whether it can stop a job.
        look: The method of looks at a job, and a part of their path; by default that of submissions.
        wrong_key: A key of the same form that its server does not take.
    """

    world: ProviderWorld
    provider: VideoProvider
    server: ProviderServer
    jobs: Sized
    submission: str
    refusal: str
    failure: str
    key: str = ""
    result: str = ""
    move_results: Callable[[str], None] | None = None
    stops: bool = True
    look: tuple[str, str] = ("GET", "")
    wrong_key: str = "sk-a-wrong-key-that-stays-hidden"

    def submissions(self) -> int:
        return len(self.server.seen("POST", self.submission))

    def fail_looks(self, how: How, *, times: int = 1, reply: Reply | None = None) -> None:
        """Let the next looks at a job go wrong."""
        method, path = self.look
        self.server.fail(method, path or self.submission, how, times=times, reply=reply)

    def read_keys(self, *keys: str) -> None:
        """Let the provider find these keys, one after the other."""
        found = vars(vars(self.provider)["_provider"])["_http"].key
        # Where a key is exchanged for tokens, the tokens know it.
        getattr(found, "key", found)._read = partial(next, iter(keys))


def openai_videos(world: ProviderWorld) -> Subject:
    provider, app = world.openai_videos(), world.openai_app
    texts = ("/v1/videos", "blocked by our moderation system", "ran out of memory")
    moved = partial(setattr, app, "content_url")
    return Subject(
        *(world, provider, world.openai_server, app.videos, *texts),
        *(openai_format.KEY, "/content", moved),
    )


def replicate(world: ProviderWorld) -> Subject:
    provider, app = world.replicate(), world.replicate_app
    texts = ("/predictions", "flagged as sensitive", "CUDA out of memory")

    def moved(address: str) -> None:
        for prediction in app.predictions.values():
            prediction["output"] = [address]

    return Subject(
        *(world, provider, world.replicate_server, app.predictions, *texts),
        *(replicate_api.KEY, "/delivery/", moved),
    )


def openrouter(world: ProviderWorld) -> Subject:
    provider, app = world.openrouter(), world.openrouter_app
    texts = ("/videos", "blocked by our moderation filter", "Content policy violation")
    moved = partial(setattr, app, "content_url")
    return Subject(
        *(world, provider, world.openrouter_server, app.jobs, *texts),
        *(openrouter_api.KEY, "/content", moved),
        stops=False,
    )


def gemini(world: ProviderWorld) -> Subject:
    provider, app = world.gemini(), world.gemini_app
    texts = ("/v1beta/interactions", "blocked for safety reasons", "cannot make videos of that person")

    def moved(address: str) -> None:
        for interaction in app.interactions.values():
            interaction["steps"][-1]["content"][0]["uri"] = address

    return Subject(
        *(world, provider, world.gemini_server, app.interactions, *texts),
        *(gemini_api.KEY, ":download", moved),
    )


def vertex(world: ProviderWorld) -> Subject:
    provider, server, app = world.vertex(), world.vertex_server, world.vertex_app
    texts = (":predictLongRunning", "violate our policies", "Google's safety filters refused the video")
    return Subject(
        *(world, provider, server, app.asked, *texts),
        *(vertex_api.key_file(app.token_uri), ":fetchPredictOperation"),
        stops=False,
        look=("POST", ":fetchPredictOperation"),
        wrong_key=vertex_api.key_file(app.token_uri, number=1),
    )


def fal(world: ProviderWorld) -> Subject:
    provider, app = world.fal(), world.fal_app
    texts = ("/gemini-omni-flash", "flagged by a content checker", "could not be generated")
    moved = partial(setattr, app, "result_url")
    return Subject(
        *(world, provider, world.fal_server, app.queued, *texts),
        *(fal_queue.KEY, "/delivery/", moved),
    )


def bedrock_async(world: ProviderWorld) -> Subject:
    provider, app = world.bedrock_async(), world.bedrock_app
    texts = ("/async-invoke", "blocked by our content filters", "video was blocked")
    return Subject(world, provider, world.bedrock_server, app.invocations, *texts, stops=False)


Build = Callable[[ProviderWorld], Subject]
ALL: dict[str, Build] = {
    "openai_videos": openai_videos,
    "replicate": replicate,
    "openrouter": openrouter,
    "gemini": gemini,
    "vertex": vertex,
    "fal": fal,
    "bedrock_async": bedrock_async,
}
JSON_APIS = {name: build for name, build in ALL.items() if name != "bedrock_async"}
ADDRESSED = {name: build for name, build in JSON_APIS.items() if name != "vertex"}

everyone = pytest.mark.parametrize("subject", ALL.values(), ids=list(ALL), indirect=True)
json_apis = pytest.mark.parametrize("subject", JSON_APIS.values(), ids=list(JSON_APIS), indirect=True)
addressed = pytest.mark.parametrize("subject", ADDRESSED.values(), ids=list(ADDRESSED), indirect=True)
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
