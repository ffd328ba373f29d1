"""Looking a lost submission up: only what is certainly our own is adopted."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from retake.adapters.providers.http.client import ProviderHttp
from retake.adapters.providers.http.keys import ApiKey
from retake.adapters.providers.replicate import ReplicateProvider
from retake.adapters.providers.requests import RequestTranslator
from retake.domain.catalogue import Catalogue
from retake.domain.errors import AmbiguousSubmissionError
from retake.domain.own_models import parse_models
from retake.ports.providers import GenerationRequest
from tests.fakes.providers import replicate
from tests.fakes.providers.server import How
from tests.fakes.providers.world import ProviderWorld

REQUEST = GenerationRequest(
    idempotency_key="mine",
    instruction="a fox in snow",
    prompt="",
    source_key=None,
    duration_ms=5000,
    width=1280,
    height=720,
    fps=30,
    seed=7,
)


@pytest.fixture
def world() -> Iterator[ProviderWorld]:
    world = ProviderWorld()
    yield world
    world.close()


def lose(world: ProviderWorld, how: How, request: GenerationRequest = REQUEST) -> None:
    world.replicate_server.fail("POST", "/predictions", how)
    with pytest.raises(AmbiguousSubmissionError):
        world.replicate().submit(request)


def test_a_take_of_the_same_words_is_not_mistaken_for_the_lost_one(world: ProviderWorld) -> None:
    world.replicate().submit(replace(REQUEST, idempotency_key="sibling", seed=8))
    lose(world, How.LOSE_REQUEST)

    assert world.replicate().find("mine") is None


def test_the_lost_one_is_found_behind_many_others(world: ProviderWorld) -> None:
    world.replicate_app.page_size = 5
    lose(world, How.LOSE_ANSWER)
    for number in range(9):
        world.replicate().submit(replace(REQUEST, idempotency_key=f"{number}", seed=100 + number))

    found = world.replicate().find("mine")

    assert found is not None
    assert found.provider_job_id == f"{1:026}"
    # The key goes to the server of the settings, whatever the list says of where it goes on.
    assert len(world.replicate_server.seen("GET", "/v1/predictions")) == 2


def test_what_was_made_before_we_asked_is_not_ours(world: ProviderWorld) -> None:
    now = world.clock.now()
    world.replicate_app.begun_at = now - timedelta(hours=2)
    world.replicate().submit(replace(REQUEST, idempotency_key="an hour ago"))
    lose(world, How.LOSE_REQUEST)

    assert world.replicate().find("mine") is None


def test_what_was_never_asked_is_not_looked_for(world: ProviderWorld) -> None:
    assert world.replicate().find("mine") is None
    assert world.replicate_server.requests == []


def test_what_replicate_makes_of_the_input_does_not_matter(world: ProviderWorld) -> None:
    lose(world, How.LOSE_ANSWER)
    (prediction,) = world.replicate_app.predictions.values()
    prediction["input"] = {**prediction["input"], "generate_audio": True, "image": "https://elsewhere/1"}

    assert world.replicate().find("mine") is not None


def test_without_a_seed_nothing_is_certainly_ours(world: ProviderWorld) -> None:
    unseeded = parse_models(
        [{"name": "plain", "provider": "replicate", "provider_model": "a/b", "durations_s": [5]}]
    )
    http = ProviderHttp(f"{world.replicate_server.url}/v1", key=ApiKey(lambda: replicate.KEY))
    asking = RequestTranslator(
        provider="replicate",
        catalogue=Catalogue(unseeded),
        default_model="plain",
        objects=world.objects,
        clock=world.clock,
    )
    provider = ReplicateProvider(
        http=http, asking=asking, downloader=world.downloader(), objects=world.objects, clock=world.clock
    )
    world.replicate_server.fail("POST", "/predictions", How.LOSE_ANSWER)
    with pytest.raises(AmbiguousSubmissionError):
        provider.submit(REQUEST)

    assert provider.find("mine") is None


def test_bedrock_finds_a_token_behind_many_others(world: ProviderWorld) -> None:
    world.bedrock_app.page_size = 4
    provider = world.bedrock_async()
    job = provider.submit(REQUEST)
    for number in range(9):
        provider.submit(replace(REQUEST, idempotency_key=f"other-{number}"))

    found = provider.find("mine")

    assert found is not None
    assert found.provider_job_id == job.provider_job_id
    assert found.submitted_at == datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC)
    assert provider.find("unknown") is None
