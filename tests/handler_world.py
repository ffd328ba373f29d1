"""Every port in memory behind the real handlers."""

import pytest

from retake import bootstrap
from retake.config import settings
from retake.observability import metrics
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.http_api import Api


def install(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Have the handlers use a world's ports."""
    monkeypatch.setattr(bootstrap, "context", world.ctx)
    monkeypatch.setenv("RETAKE_PROVIDER", "directed")
    monkeypatch.setattr(metrics.provider, "namespace", "Retake")  # on Lambda the environment names it
    settings.cache_clear()
    return world


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """The ports of the handlers while a test runs."""
    return install(World(), monkeypatch)


@pytest.fixture
def stack(world: World) -> Stack:
    return Stack(world)


@pytest.fixture
def api(world: World) -> Api:
    return Api(world)
