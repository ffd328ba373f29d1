"""The whole stack with the scripted provider, for tests of what goes wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api_user import ApiUser, small_clip
from tests.stack import Stack, shared_stack


@pytest.fixture(scope="session")
def stack(pytestconfig: pytest.Config) -> Stack:
    return shared_stack(pytestconfig, "scripted")


@pytest.fixture(scope="session")
def ada(stack: Stack) -> ApiUser:
    return stack.person("ada")


@pytest.fixture(scope="session")
def shared_job(ada: ApiUser) -> str:
    """A job of two clips for tests that leave it usable."""
    return ada.make_job(small_clip(0), small_clip(1))


@pytest.fixture
def scripted(stack: Stack) -> Iterator[Stack]:
    """The stack; the provider's script of a test is removed after it."""
    yield stack
    stack.direct({})


@pytest.fixture(scope="module")
def soon_again(stack: Stack, ada: ApiUser) -> Iterator[None]:
    """What fails is tried again after a second; no message is left to the tests of another file."""
    with stack.redelivered_after(seconds=1, at_most=100):
        yield
        stack.direct({})
        ada.wait_for(stack.is_quiet)
