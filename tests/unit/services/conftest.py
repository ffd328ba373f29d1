import pytest

from retake.domain.records.jobs import Job
from retake.domain.records.takes import Version
from tests.builders import store_ready_job
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.unit.services.service_user import ServiceUser


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def stack(world: World) -> Stack:
    return Stack(world)


@pytest.fixture
def person(world: World) -> ServiceUser:
    return ServiceUser(world)


@pytest.fixture
def job(world: World) -> Job:
    """A ready job of three clips: 12, 15 and 10 seconds."""
    return store_ready_job(world.jobs, world.objects)


@pytest.fixture
def old_take(person: ServiceUser, stack: Stack) -> Version:
    """Version 1 of clip 0, no longer current."""
    person.regenerate(0)
    stack.run()
    return person.versions(0)[-1]
