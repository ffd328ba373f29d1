"""The records of a job: what is stored, and nothing else.

A job is the consistency boundary. Every change of it or of anything inside it (clips, versions,
batches, regenerations) is one commit on the job's ``revision`` (``retake.ports.jobs.JobRepository``),
so two current versions, a lost update or an event out of order cannot exist (ADR-0003).
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from retake.domain.catalogue import Size
from retake.domain.holds import Hold
from retake.domain.media import MediaProfile
from retake.domain.pricing import PriceBreakdown
from retake.domain.statuses import (
    BatchStatus,
    ClipStatus,
    JobKind,
    JobStatus,
    RegenerationStatus,
    VersionState,
)
from retake.domain.usage import NOTHING, StoredBytes
from retake.domain.videos import VideoDetails, VideoReference

SCHEMA_VERSION = 2
"""Written into every record, so that a later release can tell what it reads."""

COUNTED_SINCE = 2
"""The schema version since which a job's bytes are counted. An older one is counted from its next
recount on (``retake sweep orphans --repair``), and works until then."""


@dataclass(frozen=True)
class Composition:
    """A composed video: the job's takes joined.

    Attributes:
        fingerprint: Hash of the ordered takes, the soundtrack and the profile.
        timeline_revision: The job's timeline that it shows.
    """

    fingerprint: str
    video_key: str
    poster_key: str
    frames: int
    duration_ms: int
    size_bytes: int
    timeline_revision: int

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the video and its poster."""
        return (self.video_key, self.poster_key)


@dataclass(frozen=True)
class Soundtrack:
    """One audio track laid over the whole video."""

    key: str
    content_hash: str
    size_bytes: int = 0


@dataclass(frozen=True)
class ClipReference:
    """A picture or a video that a clip's first take goes by."""

    clip_id: str
    file: VideoReference


@dataclass(frozen=True)
class Job:
    """An ordered set of clips and everything that happens to them.

    Attributes:
        revision: Grows with every commit; the guard of every change.
        timeline_revision: Grows when what the composed video should show changes.
        event_seq: Number of the last event.
        composition: The newest composed video; stale while its timeline_revision is behind.
        kept_compositions: Those used before it, newest first, still in the store.
        active_batch_id: The one batch that may change clips now.
        waiting_batch_ids: Those behind it, in order.
        paused_batch_ids: Those of them that are kept from their turn; the others pass.
        open_since: Since when its user's list of open work has it (``retake.domain.open_work``).
        takes_stored: What was counted for its versions, all together.
        counted: What its user's counters hold for it; nothing once it is being deleted.
        lease_until: When somebody should look at a job whose files are being made takes of, or that goes.
        video: What it has besides when it is a video.
        references: What clips go by that are generated from words; kept with the job, for a retry.
    """

    job_id: str
    user_id: str
    title: str
    status: JobStatus
    created_at: datetime
    clip_ids: tuple[str, ...]
    request_hash: str = ""
    profile: MediaProfile | None = None
    soundtrack: Soundtrack | None = None
    composition: Composition | None = None
    kept_compositions: tuple[Composition, ...] = ()
    active_batch_id: str | None = None
    waiting_batch_ids: tuple[str, ...] = ()
    paused_batch_ids: tuple[str, ...] = ()
    next_queue_number: int = 1
    timeline_revision: int = 0
    event_seq: int = 0
    revision: int = 0
    failure: str | None = None
    lease_until: datetime | None = None
    open_since: datetime | None = None
    takes_stored: StoredBytes = NOTHING
    counted: StoredBytes = NOTHING
    video: VideoDetails | None = None
    references: tuple[ClipReference, ...] = ()
    schema_version: int = SCHEMA_VERSION

    @property
    def kind(self) -> JobKind:
        """Return what the job is to people."""
        return JobKind.JOB if self.video is None else JobKind.VIDEO

    @property
    def stored(self) -> StoredBytes:
        """Return what the job takes in the store: takes, compositions, sound track and references."""
        made = sum(item.size_bytes for item in self.compositions)
        sound = 0 if self.soundtrack is None else self.soundtrack.size_bytes
        seen = sum(file.size_bytes for file in self._reference_files)
        return self.takes_stored + StoredBytes(active=made + sound + seen)

    @property
    def compositions(self) -> tuple[Composition, ...]:
        """Return every composed video still in the store, the newest first."""
        newest = () if self.composition is None else (self.composition,)
        return (*newest, *self.kept_compositions)

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the job's own objects; those of its takes are its versions'."""
        composed = tuple(key for made in self.compositions for key in made.keys)
        sound = () if self.soundtrack is None else (self.soundtrack.key,)
        seen = tuple(file.key for file in self._reference_files)
        return (*composed, *sound, *seen)

    @property
    def _reference_files(self) -> tuple[VideoReference, ...]:
        of_video = None if self.video is None else self.video.reference
        files = (of_video, *(reference.file for reference in self.references))
        return tuple(file for file in files if file is not None)

    def reference_of(self, clip_id: str) -> VideoReference | None:
        """Return what a clip's first take goes by, if anything."""
        if self.video is not None:
            return self.video.reference
        return next((item.file for item in self.references if item.clip_id == clip_id), None)

    @property
    def awaits_files(self) -> bool:
        """Whether takes are being made of a new job's files, under a lease: what it generates comes after."""
        is_new = self.status is JobStatus.PREPARING and self.kind is JobKind.JOB
        return is_new and self.lease_until is not None

    @property
    def has_takes(self) -> bool:
        """Whether any clip has a take: the first one that lands moves the timeline."""
        return self.timeline_revision > 0

    @property
    def is_composed(self) -> bool:
        """Whether the composed video shows the timeline as it is now."""
        return self.composition is not None and self.composition.timeline_revision == self.timeline_revision


@dataclass(frozen=True)
class Clip:
    """A place in the timeline; its takes are versions.

    Attributes:
        source_key: What its first take is made of; empty where that is generated.
        prompt: What it shows, as far as known: for a clip without a take, what it is generated from.
        frames: Length in frames of the job's profile; never changes once known.
        model: Name in the catalogue of what made its first take; empty for an upload, and for older
            records of videos, which have it in their details (``model_of``).
        size: Picture of the first take, where somebody asked for one; None for the job's profile.
        current_version: The one pointer; None until the original is prepared.
    """

    job_id: str
    clip_id: str
    title: str
    status: ClipStatus
    source_key: str
    duration_ms: int
    frames: int
    prompt: str = ""
    model: str = ""
    current_version: int | None = None
    next_version_number: int = 1
    failure: str | None = None
    size: Size | None = None
    schema_version: int = SCHEMA_VERSION

    @property
    def is_generated(self) -> bool:
        """Whether its first take is generated, so that it can be asked for again."""
        return not self.source_key


@dataclass(frozen=True)
class TakeObjects:
    """The objects of one take and their size together, in bytes."""

    video_key: str
    audio_key: str
    thumbnail_key: str
    size_bytes: int

    @property
    def keys(self) -> tuple[str, ...]:
        """Return every key of the take."""
        return (self.video_key, self.audio_key, self.thumbnail_key)


@dataclass(frozen=True)
class ArchivedTake:
    """A take in the archive.

    Attributes:
        video_key: The compressed MP4 with its sound, or the take's own file where it could not shrink.
        audio_key: The exact PCM, only beside a take that is kept as it was.
        size_bytes: All of it together.
        codec: What the picture was re-encoded with; None for a take that is kept as it was.
        vmaf: Likeness to the take, 0 to 100, as measured; None for a take that is kept as it was.
    """

    video_key: str
    audio_key: str | None
    thumbnail_key: str
    size_bytes: int
    codec: str | None = None
    vmaf: float | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """Return every key of the take."""
        return tuple(key for key in (self.video_key, self.audio_key, self.thumbnail_key) if key is not None)


@dataclass(frozen=True)
class Return:
    """An archived take on its way back.

    Attributes:
        base_version: The clip's pointer when somebody asked for it: a later choice is not overridden.
        look_at: When somebody should see how far it is.
        expected_at: When the archive should have it ready; None where it has it at once.
    """

    requested_at: datetime
    base_version: int | None
    look_at: datetime
    expected_at: datetime | None = None


@dataclass(frozen=True)
class Version:
    """One take of a clip, with every column of the PRD's ``clip_versions``.

    Attributes:
        objects: The take in active storage; where it was, once it is archived or deleted.
        cost: US dollars, undiscounted; what was paid for the take (0 for an upload); None where its
            model's price is not known.
        batch_id: The batch that made it; None for a first take, and for takes of older releases.
        take: Its number among the takes of the clip that one request asked for.
        takes: How many these were.
        superseded_at: When it stopped being current; None while it is.
        archived: Where the take lies once it is archived, and while it is brought back.
        returning: How its way back from the archive goes.
        deleted_at: When its objects were given up; the record stays, for the history and the bill.
        counted: What the job's counters hold for it.
    """

    job_id: str
    clip_id: str
    version_id: str
    version_number: int
    state: VersionState
    objects: TakeObjects
    content_hash: str
    prompt: str
    user_instruction: str | None
    cost: Decimal | None
    duration_ms: int
    frames: int
    created_at: datetime
    regeneration_id: str | None = None
    provider: str | None = None
    batch_id: str | None = None
    take: int = 1
    takes: int = 1
    superseded_at: datetime | None = None
    archive_due_at: datetime | None = None
    archived_at: datetime | None = None
    archived: ArchivedTake | None = None
    returning: Return | None = None
    deleted_at: datetime | None = None
    counted: StoredBytes = NOTHING
    schema_version: int = SCHEMA_VERSION

    @property
    def lies_in(self) -> "TakeObjects | ArchivedTake | None":
        """Return where the take lies now; None once it is deleted."""
        if self.state is VersionState.DELETED:
            return None
        return self.archived or self.objects

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of every object that the version needs."""
        return () if self.lies_in is None else self.lies_in.keys

    @property
    def stored(self) -> StoredBytes:
        """Return what the take takes in the store now, and took before it was archived or deleted."""
        before = self.objects.size_bytes
        if self.state is VersionState.DELETED:
            return StoredBytes(deleted_before=before)
        if self.archived is not None:
            return StoredBytes(archived=self.archived.size_bytes, archived_before=before)
        return StoredBytes(active=before)


@dataclass(frozen=True)
class ClipResult:
    """How one take of a batch ended, for events, answers and the execution's cause."""

    clip_index: int
    regeneration_id: str
    status: RegenerationStatus
    version_number: int | None = None
    error: str | None = None
    take: int = 1
    takes: int = 1


@dataclass(frozen=True)
class Batch:
    """Clips that are regenerated one after another, then composed once.

    Attributes:
        queue_number: Order of acceptance in its job.
        lease_until: When somebody should look whether it still lives.
        charged: US dollars for what succeeded, discounted; None until it ended, or where a price is not
            known.
        request_hash: Hash of the request that made it, for repeats.
        paused_at: When it ended because its video was paused before the provider was asked; the resumed
            video has another batch.
        is_creation: Whether it makes a video's first take: then the execution of its id is one of
            ``CreateVideos``, which may make other videos as well.
    """

    job_id: str
    batch_id: str
    user_id: str
    status: BatchStatus
    queue_number: int
    regeneration_ids: tuple[str, ...]
    price: PriceBreakdown
    estimated_time_s: int
    created_at: datetime
    request_hash: str = ""
    is_creation: bool = False
    retry_of: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    lease_until: datetime | None = None
    execution_arn: str | None = None
    cancel_requested_at: datetime | None = None
    paused_at: datetime | None = None
    composing: bool = False
    recompose_error: str | None = None
    results: tuple[ClipResult, ...] = ()
    charged: Decimal | None = None
    cause: str | None = None
    schema_version: int = SCHEMA_VERSION


@dataclass(frozen=True)
class FailedAttempt:
    """A job at the provider that failed for a reason that passes, and cost nothing."""

    provider_job_id: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class Regeneration:
    """One take of a clip being made: the truth that queues and workflows only point at.

    Attributes:
        clip_index: The clip's place when the batch was accepted.
        take: Its number among the takes of the clip that one request asks for.
        takes: How many these are.
        siblings: The regenerations that make, or made, the other ones (ADR-0020); of a batch that is
            tried again only those that succeeded.
        base_version: The take that is changed: the clip's pointer as read at the first submit claim among
            the siblings; None where the take is the clip's first.
        model: Name in the catalogue; empty for the provider's default.
        prompt: What the provider is asked for, in words: decided by the first submit claim, so that a
            repeated submission says the same; None before.
        hold: The money set aside for it; None where its price is not known, or older releases made it.
        deadline_s: How long the provider may take; None for the limit of the installation.
        poll_seq: The highest poll message worked on; one behind it is dropped.
        submit_lease_until: Until then a claimed submission may still be under way.
        failures: Jobs that failed for a reason that passes; after each it is asked for again.
        answer_lost: The provider was asked and nobody knows what it answered: it may have been charged.
        expires_at: While only a draft or waiting; removed by the first claim.
    """

    job_id: str
    regeneration_id: str
    batch_id: str
    clip_id: str
    clip_index: int
    instruction: str
    status: RegenerationStatus
    seed: int
    estimated_cost: Decimal | None
    created_at: datetime
    hold: Hold | None = None
    model: str = ""
    take: int = 1
    takes: int = 1
    siblings: tuple[str, ...] = ()
    prompt: str | None = None
    deadline_s: int | None = None
    provider: str | None = None
    provider_job_id: str | None = None
    task_token: str | None = None
    attempt: int = 0
    poll_seq: int = 0
    base_version: int | None = None
    submit_lease_until: datetime | None = None
    failures: tuple[FailedAttempt, ...] = ()
    answer_lost: bool = False
    submitted_at: datetime | None = None
    deadline_at: datetime | None = None
    finished_at: datetime | None = None
    result_key: str | None = None
    progress: int = 0
    version_number: int | None = None
    error: str | None = None
    expires_at: datetime | None = None
    schema_version: int = SCHEMA_VERSION

    @property
    def attempts(self) -> int:
        """Return which attempt at the provider it is: 1, and one more for each that failed at no cost."""
        return len(self.failures) + 1

    @property
    def submission_key(self) -> str:
        """Return the key under which the provider is asked: one key is one job there, at most paid once."""
        return f"{self.regeneration_id}-{self.attempts}" if self.failures else self.regeneration_id

    @property
    def is_unasked(self) -> bool:
        """Whether nothing of it can have been paid: the provider was not asked, or certainly refused."""
        is_asked = self.provider_job_id is not None or self.submit_lease_until is not None
        return self.status is RegenerationStatus.QUEUED and not is_asked and not self.answer_lost


@dataclass(frozen=True)
class Event:
    """One line of a job's history, numbered without gaps."""

    job_id: str
    seq: int
    name: str
    created_at: datetime
    data: dict[str, object] = field(default_factory=dict)
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Deletion:
    """Objects that should go once nothing refers to them any more (the deletion ledger).

    Written in the commit that makes them unneeded, or before they are made at all, so that a crash
    half-way leaves nothing behind that nobody knows of.
    """

    job_id: str
    deletion_id: str
    keys: tuple[str, ...]
    due_at: datetime
    reason: str
    schema_version: int = SCHEMA_VERSION


@dataclass(frozen=True)
class Upload:
    """A file that somebody may send, or has sent."""

    upload_id: str
    user_id: str
    key: str
    kind: str
    file_name: str
    content_type: str
    max_bytes: int
    created_at: datetime
    expires_at: datetime
    request_hash: str = ""


Record = Clip | Version | Batch | Regeneration | Deletion
"""What lives inside a job, next to its events."""
