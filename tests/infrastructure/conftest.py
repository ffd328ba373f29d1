"""The stack, synthesised once for all tests of it."""

import os
from importlib.util import find_spec
from pathlib import Path

import pytest

from infra.assembly import assemble
from infra.environment import jsii_environment
from infra.flavour import Flavour
from tests.infrastructure.stack_template import StackTemplate

# Some tests import the stack's modules, and with them aws_cdk, into this process.
os.environ.update(jsii_environment())  # noqa: TID251 - before the first of them is imported


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
