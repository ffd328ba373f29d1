"""The third implementation of AWS that the contract suites run on: the local cloud."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.local.clients import LocalClients
from tests.local_cloud import running


@pytest.fixture(scope="session")
def bare_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalClients]:
    """Clients of a local cloud on which nothing is deployed."""
    with running(tmp_path_factory.mktemp("bare-cloud")) as cloud:
        yield cloud.clients
