"""Providers as an installation configures them, from the environment to the first request."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import boto3
import pytest
from moto import mock_aws
from pydantic import ValidationError

from retake import bootstrap
from retake.adapters.aws.clients import client
from retake.config import settings
from retake.domain.errors import InvalidRequestError
from retake.ports.providers import SubmissionRecovery, VideoProvider
from retake.provider_settings import ProviderSettings
from tests.fakes.providers.openai_videos import KEY, OpenAiVideosApp, job_fields
from tests.fakes.providers.server import ProviderServer
from tests.unit.providers.test_lookups import REQUEST

TODAY = date(2026, 11, 21)


def forget_everything() -> None:
    """Read the environment anew."""
    settings.cache_clear()
    client.cache_clear()  # type: ignore[attr-defined]
    bootstrap.context = bootstrap.LambdaContext()


def default_provider() -> VideoProvider:
    return bootstrap.context.providers.choose(provider=None, model="")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("RETAKE_BUCKET_NAME", "own-bucket")
    forget_everything()
    yield monkeypatch
    forget_everything()


@pytest.fixture
def server() -> Iterator[tuple[ProviderServer, OpenAiVideosApp]]:
    app = OpenAiVideosApp()
    server = ProviderServer(app)
    yield server, app
    server.close()


def test_a_server_of_ones_own_is_used_with_a_model_of_ones_own(
    environment: pytest.MonkeyPatch, server: tuple[ProviderServer, OpenAiVideosApp]
) -> None:
    listening, app = server
    own = {
        "name": "wan",
        "provider": "openai_videos",
        "provider_model": "Wan-AI/Wan2.2-T2V-A14B-Diffusers",
        "durations_s": {"from": 1, "to": 5},
        "dollars": "0.004",
        "sizes": ["832x480"],
    }
    options = {
        "base_url": f"{listening.url}/",
        "model": "wan",
        "body": "json",
        "extensions": True,
        "honours_keys": True,
    }
    for name, value in {
        "RETAKE_PROVIDER": "openai_videos",
        "RETAKE_PROVIDER_OPTIONS": json.dumps(options),
        "RETAKE_PROVIDER_KEY": KEY,
        "RETAKE_MODELS": json.dumps([own]),
    }.items():
        environment.setenv(name, value)

    provider = bootstrap.context.providers.choose(provider=None, model="")
    provider.submit(REQUEST)

    assert provider.submission_recovery is SubmissionRecovery.TOKEN
    assert job_fields(app) == {
        "prompt": "a fox in snow",
        "seconds": "5",
        "size": "832x480",
        "model": "Wan-AI/Wan2.2-T2V-A14B-Diffusers",
        "seed": 7,
        "fps": 24,
        "num_frames": 120,
    }
    assert bootstrap.context.catalogue.choose("wan", today=TODAY).model.estimate(5000) == Decimal("0.0200")


def test_bedrock_writes_into_our_own_bucket_in_our_own_region(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("RETAKE_PROVIDER", "bedrock_async")
    environment.setenv("AWS_DEFAULT_REGION", "us-west-2")

    provider = vars(vars(default_provider())["_provider"])

    assert provider["_bucket_name"] == "own-bucket"
    assert provider["_client"].meta.region_name == "us-west-2"


def test_a_key_is_read_from_where_its_reference_leads(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("RETAKE_PROVIDER", "replicate")
    environment.setenv("RETAKE_PROVIDER_OPTIONS", '{"key_reference": "ssm:/retake/provider-key"}')

    with mock_aws():
        boto3.client("ssm").put_parameter(Name="/retake/provider-key", Value=KEY, Type="SecureString")
        assert vars(vars(default_provider())["_provider"])["_http"].key.reveal() == KEY


def test_settings_do_not_show_the_key(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("RETAKE_PROVIDER", "replicate")
    environment.setenv("RETAKE_PROVIDER_KEY", KEY)

    chosen = settings(ProviderSettings)

    assert chosen.api_key.get_secret_value() == KEY
    assert KEY not in f"{chosen!r} {chosen} {chosen.model_dump_json()}"


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ('{"body": "xml"}', "body"),
        ('{"extensions": "perhaps"}', "extensions"),
        ('{"basis_url": "http://h"}', "basis_url"),
        ("base_url=http://h", "RETAKE_PROVIDER_OPTIONS"),
    ],
)
def test_an_option_that_is_wrong_is_named(options: str, named: str, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("RETAKE_PROVIDER", "openai_videos")
    environment.setenv("RETAKE_PROVIDER_OPTIONS", options)

    with pytest.raises(ValidationError, match=named):
        default_provider()


@pytest.mark.parametrize("models", ["{}", "[", '[{"name": "wan"}]'])
def test_models_that_cannot_be_read_are_reported(models: str, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("RETAKE_MODELS", models)

    with pytest.raises(ValueError, match=r"RETAKE_MODELS|'wan' cannot be read"):
        _ = bootstrap.context.catalogue


def test_without_settings_the_catalogue_is_what_is_known() -> None:
    with pytest.raises(InvalidRequestError, match="24 September 2026"):
        bootstrap.context.catalogue.choose("sora-2", today=TODAY)
