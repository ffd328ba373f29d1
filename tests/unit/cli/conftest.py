"""A server with the real routes, and the commands as a user types them who has an account there."""

from collections.abc import Iterator

import pytest

from tests.fakes.api_server import ApiServer
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.handler_world import world
from tests.unit.cli.shell import Shell

__all__ = ["world"]


@pytest.fixture
def server(world: World) -> Iterator[ApiServer]:
    server = ApiServer(Stack(world))
    yield server
    server.http.close()


@pytest.fixture
def shell(server: ApiServer) -> Shell:
    return Shell(server)
