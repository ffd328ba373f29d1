"""Clients are made while Lambda starts a function of the API, and only where it says that it does."""

from collections.abc import Iterator

import pytest

from retake import bootstrap
from retake.adapters.aws import clients
from retake.config import settings


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    made: list[str] = []
    monkeypatch.setattr(clients, "client", made.append)
    monkeypatch.setenv("RETAKE_BUCKET_NAME", "bucket")
    settings.cache_clear()
    yield made
    settings.cache_clear()


def test_lambda_starts_a_function_with_its_clients(made: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
    bootstrap.make_clients()
    assert made == ["dynamodb", "s3"]


def test_a_function_without_a_bucket_needs_no_client_of_it(
    made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
    monkeypatch.delenv("RETAKE_BUCKET_NAME")
    bootstrap.make_clients()
    assert made == ["dynamodb"]


def test_elsewhere_clients_are_made_when_they_are_needed(made: list[str]) -> None:
    bootstrap.make_clients()
    assert made == []
