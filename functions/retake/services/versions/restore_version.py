"""Make an earlier version current again, and recompose."""

from dataclasses import dataclass, replace

from retake.domain.changes import Change, EventDraft
from retake.domain.errors import NotFoundError, PreconditionFailedError, RetakeError
from retake.domain.limits import Limits
from retake.domain.records import Deletion, Job, Record, TakeObjects, Version
from retake.domain.statuses import EventName, VersionState
from retake.domain.versions import READER_GRACE, VersionPlan
from retake.domain.versions import restore_version as decide_restore
from retake.ports import ClipVersions, Clock, Ids, JobRepository, MediaWorkers, ObjectStore, WorkQueue
from retake.services.batches.price_batch import require_ready
from retake.services.commits import change_job
from retake.services.generation.ingest_clip import send_to_archive
from retake.services.versions.list_versions import clip_id_at

WAIT_S = 20
"""How long an answer waits for the video, in seconds; HTTP APIs give up at 30."""


@dataclass(frozen=True)
class RestoredVersion:
    """What a restore did.

    Attributes:
        composed: Whether the video shows it already.
    """

    job: Job
    version: Version
    composed: bool


class RestoreVersion:
    """Restore versions, from active storage or from the archive."""

    def __init__(
        self,
        *,
        jobs: JobRepository,
        objects: ObjectStore,
        workers: MediaWorkers,
        queue: WorkQueue,
        clock: Clock,
        ids: Ids,
        limits: Limits,
    ) -> None:
        self._jobs = jobs
        self._objects = objects
        self._workers = workers
        self._queue = queue
        self._clock = clock
        self._ids = ids
        self._limits = limits

    def __call__(
        self, job_id: str, clip_index: int, version_id: str, *, if_revision: int | None = None
    ) -> RestoredVersion:
        """Move the clip's pointer, then compose and wait a while; restoring the current one is a no-op.

        Args:
            job_id: The job.
            clip_index: The clip's place.
            version_id: The version.
            if_revision: The timeline revision the person looked at (``If-Match``).

        Raises:
            NotFoundError: If there is no such clip or version.
            PreconditionFailedError: If the timeline moved since ``if_revision``.
            ConflictError: If the job is not ready.
        """
        job = self._jobs.get_job(job_id)
        require_ready(job)
        clip_id = clip_id_at(job, clip_index)
        target: Version | None = None
        while target is None:  # archived between the look and the decision: look again
            back = self._bring_back(find_version(self._jobs.get_clip(job_id, clip_id), version_id))
            job, target, plan = self._move_pointer(
                job_id, clip_index, clip_id, version_id, back, if_revision=if_revision
            )
        if plan is not None:
            send_to_archive(plan, self._queue.send_archive)
        composed = job.is_composed or compose_soon(job_id, self._workers)
        return RestoredVersion(self._jobs.get_job(job_id), target, composed)

    def _move_pointer(
        self,
        job_id: str,
        clip_index: int,
        clip_id: str,
        version_id: str,
        back: "BroughtBack | None",
        *,
        if_revision: int | None,
    ) -> tuple[Job, Version | None, VersionPlan | None]:
        plan: VersionPlan | None = None

        def decide(job: Job) -> tuple[Change | None, Version | None]:
            nonlocal plan
            require_ready(job)
            require_revision(job, if_revision)
            found = self._jobs.get_clip(job_id, clip_id)
            target = find_version(found, version_id)
            if target.state is VersionState.ARCHIVED and back is None:
                return None, None
            plan = decide_restore(
                found.clip,
                found.versions,
                target.version_number,
                rehydrated=back.objects if back else None,
                now=self._clock.now(),
                cap=self._limits.max_active_versions,
            )
            return self._change(job, clip_index, target, plan, back), target

        job, target = change_job(self._jobs, self._clock, job_id, decide)
        return job, target, plan

    def _change(
        self, job: Job, clip_index: int, target: Version, plan: VersionPlan, back: "BroughtBack | None"
    ) -> Change | None:
        if not plan.moved:
            return None
        moved = replace(job, timeline_revision=job.timeline_revision + 1)
        event = EventDraft(
            EventName.VERSION_RESTORED,
            {
                "clip_index": clip_index,
                "version_id": target.version_id,
                "version_number": target.version_number,
            },
        )
        puts: tuple[Record, ...] = (plan.clip, *plan.versions)
        removes: tuple[Record, ...] = ()
        if back is not None and target.archived is not None:
            archived = Deletion(
                job.job_id,
                self._ids.new(),
                target.archived.keys,
                self._clock.now() + READER_GRACE,
                "brought back from the archive",
            )
            puts, removes = (*puts, archived), (back.safety_net,)
        return Change(moved, puts, removes, (event,))

    def _bring_back(self, version: Version) -> "BroughtBack | None":
        """Copy an archived take into active storage, under new keys that the ledger knows."""
        if version.state is not VersionState.ARCHIVED or version.archived is None:
            return None
        prefix = f"clips/{version.job_id}/{version.clip_id}/{self._ids.new()}"
        names = [key.rsplit("/", 1)[1] for key in version.archived.keys]
        keys = tuple(f"{prefix}/{name}" for name in names)
        net = Deletion(
            version.job_id, self._ids.new(), keys, self._clock.now() + READER_GRACE, "restore never committed"
        )
        self._jobs.put_drafts((net,))
        for source, key in zip(version.archived.keys, keys, strict=True):
            self._objects.copy(source, key)
        video, audio, thumbnail = keys
        objects = TakeObjects(video, audio, thumbnail, version.archived.size_bytes)
        return BroughtBack(objects, net)


def compose_soon(job_id: str, workers: MediaWorkers) -> bool:
    """Have the video composed and wait a while; True when it is up to date.

    The timeline is committed by now: where composing fails, the reconciliation tries again, and the
    answer says that the video is not ready rather than that the change was refused.
    """
    try:
        return workers.recompose(job_id, wait_s=WAIT_S)
    except RetakeError:
        return False


@dataclass(frozen=True)
class BroughtBack:
    """An archived take's objects in active storage, not committed yet."""

    objects: TakeObjects
    safety_net: Deletion


def require_revision(job: Job, if_revision: int | None) -> None:
    """Refuse a change made on an older timeline. Raises ``PreconditionFailedError``."""
    if if_revision is not None and if_revision != job.timeline_revision:
        raise PreconditionFailedError(
            f"The job's timeline changed meanwhile: it is at revision {job.timeline_revision}, "
            f"If-Match says {if_revision}. Read the job again."
        )


def find_version(found: ClipVersions, version_id: str) -> Version:
    """Return a clip's version by its id. Raises ``NotFoundError``."""
    for version in found.versions:
        if version.version_id == version_id:
            return version
    raise NotFoundError(f"This clip has no version {version_id!r}.")
