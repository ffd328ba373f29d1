"""The flows of the product requirements run on the whole stack with the local provider."""

import pytest

from tests.api_user import ApiUser
from tests.stack import Stack, shared_stack


@pytest.fixture(scope="session")
def stack(pytestconfig: pytest.Config) -> Stack:
    return shared_stack(pytestconfig, "local")


@pytest.fixture(scope="session")
def ada(stack: Stack) -> ApiUser:
    return stack.person("ada")
