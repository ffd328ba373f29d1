"""Records of archives that are downloaded.

Ports are protocols; each has one contract suite in ``tests/contract`` that every implementation passes,
the fakes in ``tests/fakes`` included.
"""

from datetime import datetime
from typing import Protocol

from retake.domain.downloads import Download


class DownloadRepository(Protocol):
    """Archives by owner and id; what expired may be there for a while."""

    def find_download(self, user_id: str, download_id: str) -> Download | None:
        """Return the user's archive, or None."""
        ...

    def save_download(self, download: Download) -> Download:
        """Write an archive as it was read and changed, or a new one, whose ``revision`` is 0.

        Returns:
            It, with its new revision.

        Raises:
            ConcurrentUpdateError: If it was written, created or removed in between.
        """
        ...

    def count_downloads(self, user_id: str, *, now: datetime) -> int:
        """Return how many archives of the user have not expired."""
        ...
