"""What the contract suites run on: memory, moto, and the local cloud."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.local.clients import LocalClients
from retake.adapters.aws.table import DynamoDbTable
from retake.ports.table import Table
from tests.fakes.in_memory_table import InMemoryTable
from tests.local_cloud import running
from tests.moto_aws import EVERYWHERE, TABLE, aws, make_table, table_on


@pytest.fixture(scope="session")
def bare_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalClients]:
    """Clients of a local cloud on which nothing is deployed."""
    with running(tmp_path_factory.mktemp("bare-cloud")) as cloud:
        yield cloud.clients


@pytest.fixture(params=EVERYWHERE)
def table(request: pytest.FixtureRequest) -> Iterator[Table]:
    """The table, on each of them."""
    if request.param == "memory":
        yield InMemoryTable()
    elif request.param == "local cloud":
        with table_on(request.getfixturevalue("bare_cloud")) as dynamodb:
            yield DynamoDbTable(dynamodb, TABLE)
    else:
        with aws():
            yield DynamoDbTable(make_table(), TABLE)
