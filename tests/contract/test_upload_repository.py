"""What every ``UploadRepository`` and ``GenerationTimes`` promises."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from retake.domain.batch_clips import KEPT_TIMES
from retake.domain.errors import ConcurrentUpdateError, StorageBudgetExceededError
from retake.domain.records.ledger import Upload
from retake.ports.table import Table
from retake.storage.requests import GenerationTimes, UploadRepository
from tests.builders import an_upload
from tests.fakes.clocks import FixedClock

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def uploads(table: Table) -> UploadRepository:
    return UploadRepository(table, clock=FixedClock(NOW))


@pytest.fixture
def times(table: Table) -> GenerationTimes:
    return GenerationTimes(table)


def fresh(file_name: str = "shot.mp4") -> Upload:
    return an_upload(created_at=NOW, expires_at=NOW + timedelta(hours=1), file_name=file_name)


def test_an_upload_is_read_back_whole(uploads: UploadRepository) -> None:
    assert uploads.create_upload(fresh()) == fresh()
    assert uploads.find_upload("upload-1") == fresh()


def test_an_id_is_given_once(uploads: UploadRepository) -> None:
    uploads.create_upload(fresh(file_name="first.mp4"))
    assert uploads.create_upload(fresh(file_name="second.mp4")).file_name == "first.mp4"


def test_there_is_none(uploads: UploadRepository) -> None:
    assert uploads.find_upload("unknown") is None


def test_one_that_expired_is_none(uploads: UploadRepository) -> None:
    uploads.create_upload(an_upload(created_at=NOW, expires_at=NOW - timedelta(seconds=1)))
    assert uploads.find_upload("upload-1") is None


def test_the_last_times_are_kept(times: GenerationTimes) -> None:
    assert list(times.recent_ms("local")) == []
    for duration_ms in range(KEPT_TIMES + 5):
        times.note("local", duration_ms)
    times.note("veo", 60_000)
    assert list(times.recent_ms("local")) == list(range(5, KEPT_TIMES + 5))
    assert list(times.recent_ms("veo")) == [60_000]


def test_of_many_forms_at_the_same_moment_no_more_are_given_than_allowed(uploads: UploadRepository) -> None:
    def give(number: int) -> bool:
        upload = replace(fresh(), upload_id=f"upload-{number}", max_bytes=400)
        for _ in range(40):
            try:
                uploads.create_form_upload(upload, most=1000)
            except StorageBudgetExceededError:
                return False
            except ConcurrentUpdateError:
                continue
            return True
        raise AssertionError("It is overtaken for ever.")

    with ThreadPoolExecutor(6) as threads:
        given = list(threads.map(give, range(6)))
    assert sum(given) == 2
    assert give(given.index(True)), "a repeat is counted once"
    later = replace(fresh(), upload_id="later", max_bytes=1000, created_at=NOW + timedelta(hours=26))
    assert uploads.create_form_upload(later, most=1000) == later
    with pytest.raises(StorageBudgetExceededError, match="may bring 1 kB, and 1 kB are allowed"):
        uploads.create_form_upload(replace(later, upload_id="more", max_bytes=1), most=1000)
