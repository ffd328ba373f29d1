"""Pack an archive as a stream, from the object store into the object store."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

from retake.domain.downloads import LEASE, Download, DownloadFile, DownloadStatus
from retake.domain.errors import (
    ConcurrentUpdateError,
    ObjectColdError,
    ObjectDamagedError,
    ObjectMissingError,
)
from retake.ports.system import Clock
from retake.services.context import Context
from retake.services.downloads.zip_blocks import zip_blocks
from retake.storage.downloads import DownloadRepository

REPORT_EVERY = timedelta(seconds=20)
"""How often the packing says that it goes on: a few writes a minute, well within ``LEASE``."""


class Outcome(StrEnum):
    """How a call to pack an archive ended."""

    PACKED = "packed"
    FAILED = "failed"  # a file is not there any more; the record says which
    NOTHING = "nothing"  # it is packed, or another call is at it


def pack_download(user_id: str, download_id: str, worker: str, ctx: Context) -> Outcome:
    """Pack the archive, unless that is done or another call does it.

    A call that dies is repeated under the same name and writes the same bytes to the same key, so
    nothing has to be undone: an archive is stored whole or not at all.

    Args:
        user_id: Whose archive.
        download_id: Which one.
        worker: The call's name: the same when it is repeated.
        ctx: The ports.

    Raises:
        ConcurrentUpdateError: If another call claims it at this moment.
    """
    found = ctx.downloads.find_download(user_id, download_id)
    mine = None if found is None else found.claimed(worker, ctx.clock.now())
    if mine is None:
        return Outcome.NOTHING
    progress = Progress(ctx.downloads.save_download(mine), ctx.downloads, ctx.clock)
    try:
        blocks = zip_blocks((file.name, file.size_bytes, _read(file, progress, ctx)) for file in mine.files)
        size = ctx.objects.write_blocks(mine.key, blocks, content_type="application/zip")
    except (ObjectMissingError, ObjectColdError, ObjectDamagedError) as error:
        progress.end(status=DownloadStatus.FAILED, error=_reason(mine, error))
        return Outcome.FAILED
    except LostError:
        return Outcome.NOTHING
    progress.end(status=DownloadStatus.READY, size_bytes=size, packed_bytes=mine.total_bytes)
    return Outcome.PACKED


def _read(file: DownloadFile, progress: "Progress", ctx: Context) -> Iterator[bytes]:
    for block in ctx.objects.read_blocks(file.key):
        yield block
        progress.add(len(block))


class LostError(Exception):
    """Another call packs the archive now."""


class Progress:
    """Writes the progress of a packing into its record, which also renews its lease."""

    def __init__(self, download: Download, downloads: DownloadRepository, clock: Clock) -> None:
        self._download = download
        self._downloads = downloads
        self._clock = clock
        self._packed_bytes = 0
        self._reported_at = clock.now()

    def add(self, size_bytes: int) -> None:
        """Count packed bytes, and write the progress now and then.

        Raises:
            LostError: If another call packs the archive now.
        """
        self._packed_bytes += size_bytes
        now = self._clock.now()
        if now < self._reported_at + REPORT_EVERY:
            return
        advanced = replace(self._download, packed_bytes=self._packed_bytes, lease_until=now + LEASE)
        try:
            self._download = self._downloads.save_download(advanced)
        except ConcurrentUpdateError as error:
            raise LostError from error
        self._reported_at = now

    def end(
        self,
        *,
        status: DownloadStatus,
        error: str | None = None,
        size_bytes: int | None = None,
        packed_bytes: int | None = None,
    ) -> None:
        """Write how it ended. A call that took over meanwhile writes it instead: its bytes are the same."""
        packed = self._packed_bytes if packed_bytes is None else packed_bytes
        ended = replace(
            self._download, status=status, error=error, size_bytes=size_bytes, packed_bytes=packed
        )
        try:
            self._downloads.save_download(ended)
        except ConcurrentUpdateError:
            return


def _reason(download: Download, error: ObjectMissingError | ObjectColdError | ObjectDamagedError) -> str:
    name = next(file.name for file in download.files if file.key == error.key)
    if isinstance(error, ObjectColdError):
        return f"{name} moved to the archive, where it cannot be read at once. Restore that take first."
    if isinstance(error, ObjectDamagedError):
        return f"{name} is damaged in the store. Ask for the download again, without it."
    return f"{name} was deleted before it was packed. Ask for the download again, without it."
