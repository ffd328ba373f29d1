"""Functions that take their time, called by functions that answer people.

Ports are protocols; each has one contract suite in ``tests/contract`` that every implementation passes,
the fakes in ``tests/fakes`` included.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from retake.domain.media import MediaInfo
from retake.domain.records.batches import Regeneration


@dataclass(frozen=True)
class ProbeResult:
    """What a probe of an upload found.

    Attributes:
        info: What it is; None where it was refused.
        etag: The tag of the object that was looked at: what is used must have it.
        error: Why it was refused.
    """

    key: str
    info: MediaInfo | None
    etag: str
    error: str | None


class MediaWorkers(Protocol):
    """The functions that work on media, called from those that do not."""

    def probe(self, uploads: Sequence[tuple[str, str]]) -> Sequence[ProbeResult]:
        """Probe ``(key, kind)`` pairs and wait; kind is ``video``, ``audio`` or ``image``."""
        ...

    def recompose(self, job_id: str, *, wait_s: int) -> bool:
        """Compose the job's video; True when it was done within ``wait_s`` seconds."""
        ...

    def ingest_late(self, regeneration: Regeneration) -> None:
        """Have a result ingested that no workflow waits for any more; does not wait."""
        ...

    def rehydrate(self, job_id: str, clip_id: str, version_number: int, *, wait_s: int) -> bool:
        """Bring an archived take back, compose, and wait; True when that ended within ``wait_s`` seconds.

        With ``wait_s`` 0 it is only asked for.
        """
        ...

    def pack_download(self, user_id: str, download_id: str) -> None:
        """Have an archive packed; does not wait."""
        ...

    def similarity(self, left_key: str, right_key: str) -> float:
        """Compare two takes and wait."""
        ...
