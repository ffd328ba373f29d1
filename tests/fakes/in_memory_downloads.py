"""Archives to download, in a dictionary."""

from dataclasses import replace
from datetime import datetime

from retake.domain.downloads import Download
from retake.domain.errors import ConcurrentUpdateError


class InMemoryDownloads:
    """A ``DownloadRepository`` for tests."""

    def __init__(self) -> None:
        self.stored: dict[tuple[str, str], Download] = {}

    def find_download(self, user_id: str, download_id: str) -> Download | None:
        return self.stored.get((user_id, download_id))

    def save_download(self, download: Download) -> Download:
        place = (download.user_id, download.download_id)
        before = self.stored.get(place)
        if download.revision != (0 if before is None else before.revision):
            raise ConcurrentUpdateError("The download was changed meanwhile.")
        self.stored[place] = replace(download, revision=download.revision + 1)
        return self.stored[place]

    def count_downloads(self, user_id: str, *, now: datetime) -> int:
        mine = (item for (owner, _), item in self.stored.items() if owner == user_id)
        return sum(item.expires_at > now for item in mine)
