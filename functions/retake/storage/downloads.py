"""Downloads: one item each, in the partition of their owner."""

from dataclasses import replace
from datetime import datetime

from retake.domain.downloads import Download
from retake.ports.system import Clock
from retake.ports.table import Check, Comparison, Condition, Put, Query, Table, unchanged
from retake.storage.items import concurrent_update, find, to_item
from retake.storage.layout import DOWNLOADS, user_key
from retake.storage.paging import read_all


class DownloadRepository:
    """Archives by owner and id; what expired may be there for a while."""

    def __init__(self, table: Table, *, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def find_download(self, user_id: str, download_id: str) -> Download | None:
        """Return the user's archive, or None."""
        return find(self._table, Download, (user_key(user_id), f"{DOWNLOADS}{download_id}"))

    def save_download(self, download: Download) -> Download:
        """Write an archive as it was read and changed, or a new one, whose ``revision`` is 0.

        Returns:
            It, with its new revision.

        Raises:
            ConcurrentUpdateError: If it was written, created or removed in between.
        """
        saved = replace(download, revision=download.revision + 1)
        with concurrent_update(f"The download {download.download_id} was changed meanwhile."):
            item = to_item(saved, now=self._clock.now())
            self._table.write(Put(item, unchanged(download.revision)))
        return saved

    def count_downloads(self, user_id: str, *, now: datetime) -> int:
        """Return how many archives of the user have not expired."""
        lives = Condition((Check("expires_at", Comparison.ABOVE, int(now.timestamp())),))
        query = Query(user_key(user_id), prefix=DOWNLOADS, where=lives, fields=("SK",))
        return sum(1 for _ in read_all(self._table, query))
