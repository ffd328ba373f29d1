"""Functions that are called and waited for: asked again only where they were certainly not begun."""

import io
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from retake.adapters.aws import lambda_workers
from retake.adapters.aws.lambda_workers import THROTTLE_PAUSES_S, LambdaMediaWorkers, WorkerNames

WORKERS = LambdaMediaWorkers(WorkerNames(recompose="retake-recompose-video", compare="retake-compare-takes"))


class FakeLambda:
    """``lambda`` that fails as ordered, then answers."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.calls = 0

    def invoke(self, **_: Any) -> dict[str, Any]:
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return {"Payload": io.BytesIO(json.dumps({"similarity": 0.5}).encode())}


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}}, "Invoke")


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> Callable[..., FakeLambda]:
    """Have the next calls answered by a fake, without pauses."""

    def install(*failures: Exception) -> FakeLambda:
        fake = FakeLambda(*failures)
        monkeypatch.setattr(lambda_workers, "client", lambda *_, **__: fake)
        monkeypatch.setattr(time, "sleep", lambda _: None)
        return fake

    return install


@pytest.mark.parametrize("times", range(1 + len(THROTTLE_PAUSES_S)))
def test_a_call_that_found_no_room_is_repeated(called: Callable[..., FakeLambda], times: int) -> None:
    fake = called(*[refused("TooManyRequestsException")] * times)
    assert WORKERS.similarity("a", "b") == 0.5
    assert fake.calls == times + 1


def test_one_that_never_finds_room_is_an_error(called: Callable[..., FakeLambda]) -> None:
    fake = called(*[refused("TooManyRequestsException")] * 10)
    with pytest.raises(ClientError, match="TooManyRequests"):
        WORKERS.similarity("a", "b")
    assert fake.calls == 1 + len(THROTTLE_PAUSES_S)


def test_one_that_may_have_begun_is_not_repeated(called: Callable[..., FakeLambda]) -> None:
    fake = called(refused("ServiceException"))
    with pytest.raises(ClientError, match="ServiceException"):
        WORKERS.similarity("a", "b")
    assert fake.calls == 1
    fake = called(ReadTimeoutError(endpoint_url="https://lambda"))
    assert not WORKERS.recompose("job-1", wait_s=1)
    assert fake.calls == 1
