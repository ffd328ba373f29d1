"""What every ``ObjectStore`` promises about objects that lie in a cold class."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from retake.adapters.aws.s3_objects import S3ObjectStore
from retake.domain.errors import ObjectColdError, ObjectMissingError
from retake.ports.objects import Availability, ObjectStore
from tests.fakes.clocks import FixedClock
from tests.fakes.in_memory_objects import InMemoryObjectStore
from tests.moto_aws import BUCKET, EVERYWHERE, aws, bucket_on, make_bucket

KEY = "archive/job-1/clip-0/1/take.mp4"
HOURS = {"GLACIER": timedelta(hours=5), "DEEP_ARCHIVE": timedelta(hours=12)}


@dataclass
class Cold:
    """A store, and how S3's lifecycle moves an object to a class."""

    store: ObjectStore
    freeze: Callable[[str], None]


@pytest.fixture(params=EVERYWHERE)
def cold(request: pytest.FixtureRequest) -> Iterator[Cold]:
    if request.param == "memory":
        store = InMemoryObjectStore()
        yield Cold(store, lambda storage_class: store.cold.update({KEY: HOURS[storage_class]}))
        return
    if request.param == "local cloud":
        with bucket_on(request.getfixturevalue("bare_cloud")) as s3:
            yield Cold(S3ObjectStore(s3, BUCKET, clock=FixedClock()), _freezing(s3))
        return
    with aws():
        s3 = make_bucket()
        yield Cold(S3ObjectStore(s3, BUCKET, clock=FixedClock()), _freezing(s3))


def _freezing(s3: Any) -> Callable[[str], None]:
    def freeze(storage_class: str) -> None:
        s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"a take", StorageClass=storage_class)

    return freeze


@pytest.fixture(autouse=True)
def stored(cold: Cold) -> None:
    cold.store.write(KEY, b"a take", content_type="video/mp4")


def test_a_warm_object_is_ready(cold: Cold) -> None:
    assert cold.store.availability(KEY) == Availability(is_ready=True)


@pytest.mark.parametrize("storage_class", HOURS)
def test_a_cold_object_has_to_be_asked_for(cold: Cold, storage_class: str) -> None:
    cold.freeze(storage_class)
    found = cold.store.availability(KEY)
    assert (found.is_ready, found.is_coming, found.takes) == (False, False, HOURS[storage_class])


def test_one_that_was_asked_for_is_coming_and_then_there(cold: Cold) -> None:
    cold.freeze("GLACIER")
    cold.store.thaw(KEY, days=1)
    cold.store.thaw(KEY, days=1)
    if isinstance(cold.store, InMemoryObjectStore):
        assert cold.store.availability(KEY).is_coming
        cold.store.arrive(KEY)
    until = monotonic() + 10
    while not cold.store.availability(KEY).is_ready:
        assert cold.store.availability(KEY).is_coming or cold.store.availability(KEY).is_ready
        assert monotonic() < until, "it never came"
        sleep(0.1)
    assert cold.store.read(KEY) == b"a take"


def test_an_object_that_is_not_there(cold: Cold) -> None:
    with pytest.raises(ObjectMissingError):
        cold.store.availability("archive/nothing")
    with pytest.raises(ObjectMissingError):
        cold.store.thaw("archive/nothing", days=1)


def test_reading_a_cold_object_says_so(cold: Cold, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    cold.freeze("GLACIER")
    with pytest.raises(ObjectColdError):
        cold.store.read(KEY)
    with pytest.raises(ObjectColdError):
        cold.store.download(KEY, tmp_path / "take")
    if "local cloud" in request.node.name:  # a limit of it: services ask `availability` before they copy
        cold.store.copy(KEY, "clips/back")
        return
    with pytest.raises(ObjectColdError):
        cold.store.copy(KEY, "clips/back")
