"""Clients are made while Lambda starts a function of the API, and only where it says that it does."""

import random
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace

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


@pytest.fixture
def restored(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Callable[[], object]]]:
    """What Lambda's runtime calls in each copy of a snapshot."""
    hooks: list[Callable[[], object]] = []
    runtime = SimpleNamespace(register_after_restore=hooks.append)
    monkeypatch.setitem(sys.modules, "snapshot_restore_py", runtime)
    settings.cache_clear()
    yield hooks
    settings.cache_clear()


def test_copies_of_a_snapshot_draw_other_numbers(
    restored: list[Callable[[], object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start")
    bootstrap.reseed_after_restore()
    snapshot = random.getstate()
    drawn = set()
    for _ in range(3):
        random.setstate(snapshot)
        for hook in restored:
            hook()
        drawn.add(random.random())  # noqa: S311 - of pauses
    assert len(drawn) == 3


def test_without_a_snapshot_nothing_is_restored(
    restored: list[Callable[[], object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
    bootstrap.reseed_after_restore()
    assert restored == []
