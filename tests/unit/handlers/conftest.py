"""Every port in memory behind the real handlers."""

from functools import partial
from types import SimpleNamespace

import pytest

from retake import bootstrap
from retake.config import settings
from retake.observability import metrics
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.unit.handlers.api import Api

PORTS = (
    "alerts",
    "answers",
    "archive_class",
    "callbacks",
    "clock",
    "composer",
    "creations",
    "cursors",
    "downloads",
    "history",
    "ids",
    "inventory",
    "jobs",
    "limits",
    "normalizer",
    "objects",
    "projects",
    "prompts",
    "providers",
    "queue",
    "schedule_runner",
    "schedules",
    "templates",
    "times",
    "uploads",
    "user_events",
    "usage",
    "wake_ups",
    "users",
    "workers",
    "workflow",
)


def install(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Have ``bootstrap`` answer with a world's fakes."""
    for name in PORTS:
        monkeypatch.setattr(bootstrap, name, partial(getattr, world, name))
    monkeypatch.setattr(bootstrap, "offer", world.offer)
    monkeypatch.setattr(bootstrap, "catalogue", lambda: world.offer().catalogue)
    monkeypatch.setenv("RETAKE_PROVIDER", "directed")
    monkeypatch.setenv("RETAKE_ARCHIVE_CLASS", "GLACIER_IR")
    monkeypatch.setattr(bootstrap, "ffmpeg", lambda: SimpleNamespace(busy_ms=0))
    monkeypatch.setattr(metrics.provider, "namespace", "Retake")  # on Lambda the environment names it
    settings.cache_clear()
    return world


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """The fakes that ``bootstrap`` answers with while a test runs."""
    return install(World(), monkeypatch)


@pytest.fixture
def stack(world: World) -> Stack:
    return Stack(world)


@pytest.fixture
def api(world: World) -> Api:
    return Api(world)
