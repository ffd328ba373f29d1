"""The stack, synthesised once for all tests of it."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from infra.assembly import assemble
from infra.flavour import Flavour
from tests.infrastructure.stack_template import StackTemplate


@pytest.fixture(scope="session")
def assembly() -> Path:
    """The assembly for AWS; under cdk-nag's eyes where that is installed, which changes nothing in it."""
    nag = {"nag": "true"} if find_spec("cdk_nag") else None
    return assemble(flavour=Flavour.AWS, context=nag)


@pytest.fixture(scope="session")
def template(assembly: Path) -> StackTemplate:
    return StackTemplate(assembly)


@pytest.fixture(scope="session")
def host_template() -> StackTemplate:
    return StackTemplate(assemble(flavour=Flavour.HOST))
