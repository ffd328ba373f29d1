"""What every ``DownloadRepository`` promises."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from retake.domain.downloads import DownloadStatus
from retake.domain.errors import ConcurrentUpdateError
from retake.ports.table import Table
from retake.storage.downloads import DownloadRepository
from tests.builders import USER, a_download
from tests.fakes.clocks import FixedClock

NOW = datetime.now(UTC).replace(microsecond=0)
"""The real time: the local cloud removes what expired by its own clock."""

FRESH = a_download(created_at=NOW, expires_at=NOW + timedelta(hours=23), lease_until=NOW)


@pytest.fixture
def downloads(table: Table) -> DownloadRepository:
    return DownloadRepository(table, clock=FixedClock(NOW))


def test_an_archive_is_read_back_whole(downloads: DownloadRepository) -> None:
    saved = downloads.save_download(FRESH)
    assert saved == replace(FRESH, revision=1)
    assert downloads.find_download(USER, FRESH.download_id) == saved


def test_there_is_none_and_no_one_elses(downloads: DownloadRepository) -> None:
    downloads.save_download(FRESH)
    assert downloads.find_download(USER, "another") is None
    assert downloads.find_download("another-user", FRESH.download_id) is None


def test_each_write_is_of_what_was_read(downloads: DownloadRepository) -> None:
    saved = downloads.save_download(FRESH)
    ready = downloads.save_download(replace(saved, status=DownloadStatus.READY, size_bytes=9))
    with pytest.raises(ConcurrentUpdateError):
        downloads.save_download(replace(saved, worker="late"))
    with pytest.raises(ConcurrentUpdateError):
        downloads.save_download(FRESH)
    assert downloads.find_download(USER, FRESH.download_id) == ready


def test_what_is_gone_is_not_written_again(downloads: DownloadRepository) -> None:
    with pytest.raises(ConcurrentUpdateError):
        downloads.save_download(replace(FRESH, revision=3))
    assert downloads.find_download(USER, FRESH.download_id) is None


def test_a_users_own_that_have_not_expired_are_counted(downloads: DownloadRepository) -> None:
    for number, hours in enumerate((1, 2, 3)):
        expires_at = NOW + timedelta(hours=hours)
        downloads.save_download(replace(FRESH, download_id=f"own-{number}", expires_at=expires_at))
    downloads.save_download(replace(FRESH, user_id="another-user"))
    assert downloads.count_downloads(USER, now=NOW) == 3
    assert downloads.count_downloads(USER, now=NOW + timedelta(hours=2)) == 1
    assert downloads.count_downloads("unknown", now=NOW) == 0
