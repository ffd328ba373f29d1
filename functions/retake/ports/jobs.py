"""Records of jobs: clips, versions, batches, regenerations and their events.

Ports are protocols; each has one contract suite in ``tests/contract`` that every implementation passes,
the fakes in ``tests/fakes`` included.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from retake.domain.changes import Change
from retake.domain.clip_versions import ClipTake, ClipVersions
from retake.domain.due import DueKind
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Clip, Job
from retake.domain.records.ledger import Deletion, Event
from retake.domain.videos import VideoFilter
from retake.ports.pages import Page


@dataclass(frozen=True)
class DueWork:
    """One entry of the index.

    Attributes:
        record_id: The batch's, version's or deletion's id; the job's for the job's own kinds.
        clip_id: The clip, for a version.
        position: Orders the entries of a kind: where a list that was cut goes on.
    """

    kind: DueKind
    job_id: str
    record_id: str
    clip_id: str | None
    due_at: datetime
    position: str = field(default="", compare=False)


class JobRepository(Protocol):
    """Jobs and everything inside them. Reads are consistent; ``get`` raises, ``find`` returns None."""

    def get_job(self, job_id: str) -> Job:
        """Return the job. Raises ``NotFoundError``."""
        ...

    def list_jobs(self, user_id: str, *, limit: int, cursor: str | None) -> Page[Job]:
        """Return a user's jobs, newest first, videos left out.

        Raises:
            InvalidRequestError: For a cursor that this list did not give.
        """
        ...

    def list_videos(self, user_id: str, wanted: VideoFilter, *, limit: int, cursor: str | None) -> Page[Job]:
        """Return a user's videos, newest first, those left out that are being deleted.

        Raises:
            InvalidRequestError: For a cursor that this list did not give.
        """
        ...

    def list_open(self, user_id: str, *, limit: int, cursor: str | None) -> Page[Job]:
        """Return a user's jobs and videos with work that has not ended, in no particular order.

        One that ended between two reads may be among them.

        Raises:
            InvalidRequestError: For a cursor that this list did not give.
        """
        ...

    def put_drafts(self, records: Sequence[Clip | Regeneration | Deletion]) -> None:
        """Write records that no commit refers to yet, or that need none."""
        ...

    def note_look(self, job_id: str, regeneration_id: str, *, poll_seq: int, progress: int) -> None:
        """Write how far a generation at its provider is, beside all commits: what it says decides nothing.

        Nothing is written of one that is not ``generating`` (any more), or that has seen this look.
        """
        ...

    def commit(self, change: Change, *, now: datetime) -> Job:
        """Write a change whole, or nothing.

        Returns:
            The job as it now is.

        Raises:
            ConcurrentUpdateError: If the job changed since it was read (or already exists, when its
                ``revision`` is 0).
        """
        ...

    def list_clips(self, job_id: str) -> Sequence[ClipVersions]:
        """Return all clips with their versions, in no particular order."""
        ...

    def list_takes(self, job_id: str, clip_ids: Sequence[str]) -> Sequence[ClipTake]:
        """Return these clips with their current versions, in this order.

        Raises:
            NotFoundError: If one is gone: its job was deleted.
        """
        ...

    def list_active(self, job_id: str, clip_ids: Sequence[str]) -> Sequence[ClipVersions]:
        """Return these clips with their versions in active storage, in this order.

        However many versions there are besides; some that have just been archived may be among them.

        Raises:
            NotFoundError: If one is gone: its job was deleted.
        """
        ...

    def get_take(self, job_id: str, clip_id: str, number: int | None) -> ClipTake:
        """Return a clip and its version with this number, if there is one.

        Raises:
            NotFoundError: If the clip is gone: its job was deleted.
        """
        ...

    def get_clip(self, job_id: str, clip_id: str) -> ClipVersions:
        """Return one clip and all its versions: one query. Raises ``NotFoundError``."""
        ...

    def get_batch(self, job_id: str, batch_id: str) -> Batch:
        """Return the batch. Raises ``NotFoundError``."""
        ...

    def find_batches(self, job_id: str, batch_ids: Sequence[str]) -> Sequence[Batch]:
        """Return these batches, in this order; one that is gone is left out."""
        ...

    def list_batches(self, job_id: str, *, limit: int, cursor: str | None) -> Page[Batch]:
        """Return a job's batches, newest first."""
        ...

    def get_regeneration(self, job_id: str, regeneration_id: str) -> Regeneration:
        """Return the regeneration. Raises ``NotFoundError``."""
        ...

    def list_regenerations(self, job_id: str, regeneration_ids: Sequence[str]) -> Sequence[Regeneration]:
        """Return these regenerations, in this order; one that is gone is left out."""
        ...

    def list_events(self, job_id: str, *, after: int, limit: int) -> Sequence[Event]:
        """Return events with a number above ``after``, in order."""
        ...

    def list_due(self, kind: DueKind, *, before: datetime, limit: int, after: str = "") -> Sequence[DueWork]:
        """Return what is due, oldest first; ``after`` is the position of the last one seen."""
        ...

    def get_deletion(self, job_id: str, deletion_id: str) -> Deletion:
        """Return the ledger entry. Raises ``NotFoundError``."""
        ...

    def remove_deletion(self, deletion: Deletion) -> None:
        """Strike a ledger entry whose objects are gone."""
        ...

    def purge(self, job_id: str) -> None:
        """Remove every record of the job, the job itself last.

        Its ledger entries stay until they are carried out: a worker that was late may still be
        writing the objects they name.
        """
        ...
