"""A job and its clips.

A job is the consistency boundary. Every change of it or of anything inside it (clips, versions,
batches, regenerations) is one commit on the job's ``revision`` (``retake.storage.jobs.JobRepository``),
so two current versions, a lost update or an event out of order cannot exist (ADR-0003).
"""

from dataclasses import dataclass, field
from datetime import datetime

from retake.domain.catalogue import Size
from retake.domain.media import MediaProfile
from retake.domain.records.schema import SCHEMA_VERSION
from retake.domain.records.timeline import Addition, TimelineStep, Trim
from retake.domain.sources import FramePlace, KeptFile, WantedReference
from retake.domain.statuses import ClipStatus, JobKind, JobStatus
from retake.domain.usage import NOTHING, StoredBytes
from retake.domain.videos import VideoDetails


@dataclass(frozen=True)
class Composition:
    """A composed video: the job's takes joined.

    Attributes:
        fingerprint: Hash of the ordered takes, the soundtrack and the profile.
        timeline_revision: The job's timeline that it shows.
        sounds_key: What an older release kept beside it; None in records of this one.
        video_bytes: Size of the video alone, as it is downloaded; 0 in older records.
        superseded_at: When another one took its place; None while it is the newest.
    """

    fingerprint: str
    video_key: str
    poster_key: str
    frames: int
    duration_ms: int
    size_bytes: int
    timeline_revision: int
    sounds_key: str | None = None
    video_bytes: int = 0
    superseded_at: datetime | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of its objects."""
        own = (self.video_key, self.poster_key, self.sounds_key)
        return tuple(key for key in own if key is not None)


@dataclass(frozen=True)
class SoundtrackMix:
    """How a sound track is heard; without any of it as it is, in place of the clips' own sound.

    Attributes:
        with_clips: Whether the clips' own sound is heard too.
        level_db: How much louder the track is made, in dB; below 0 quieter.
        ducking_db: How many dB quieter it is while the clips have sound.
        fade_in_ms: Over how long it gets from silence to its level.
        fade_out_ms: Over how long it gets to silence, at the end of the video, or at its own before that.
        loops: Whether it begins again where it ends before the video.
    """

    with_clips: bool = False
    level_db: int = 0
    ducking_db: int = 0
    fade_in_ms: int = 0
    fade_out_ms: int = 0
    loops: bool = False


@dataclass(frozen=True)
class Soundtrack:
    """One audio track over the whole video.

    Attributes:
        file_name: Of the upload; empty in older records.
        duration_ms: Its own length; 0 in older records, where it is not known.
    """

    key: str
    content_hash: str
    size_bytes: int = 0
    file_name: str = ""
    duration_ms: int = 0
    mix: SoundtrackMix = field(default_factory=SoundtrackMix)

    @property
    def name(self) -> str:
        """Return a text that is the same for what sounds alike."""
        return self.content_hash if self.mix == SoundtrackMix() else f"{self.content_hash} {self.mix}"


@dataclass(frozen=True)
class ClipReference:
    """A file that a clip's first take is generated from, in records of earlier releases."""

    clip_id: str
    file: KeptFile


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
        lease_until: When to check a job whose files are being made takes of, or that is being deleted; of
            one that is ready, until when the reconciliation leaves composing it to the function it called.
        video: What it has besides when it is a video.
        references: What clips go by that are generated from words; kept with the job, for a retry.
        additions: Clips of files that were added and have no take yet.
        undo_steps: Changes of the timeline that can be undone, the newest first.
        applied: Ids of the last requests that changed the timeline, by which a repeat is known.
        deleted_from: What the job was before it was deleted; None while it is not.
        stream_key: A secret that addresses of its stream are signed with; empty in older records.
        references: Files that clips are generated from, in records of earlier releases.
        reference_files: Files that takes are made from; kept with the job, so that they can be made again.
        has_sources: Whether any take was made from other takes of the job, so that clips can be stale.
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
    additions: tuple[Addition, ...] = ()
    undo_steps: tuple[TimelineStep, ...] = ()
    applied: tuple[str, ...] = ()
    deleted_from: JobStatus | None = None
    stream_key: str = ""
    reference_files: tuple[KeptFile, ...] = ()
    has_sources: bool = False
    schema_version: int = SCHEMA_VERSION

    @property
    def kind(self) -> JobKind:
        """Return the kind of the job."""
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
    def _reference_files(self) -> tuple[KeptFile, ...]:
        of_video = None if self.video is None else self.video.reference
        files = (of_video, *(reference.file for reference in self.references), *self.reference_files)
        return tuple(file for file in files if file is not None)

    def reference_of(self, clip_id: str) -> KeptFile | None:
        """Return the file that a clip's first take is generated from, in records of earlier releases."""
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

    def place_of(self, clip_id: str) -> int | None:
        """Return the place of a clip in the timeline; None if it was removed."""
        return self.clip_ids.index(clip_id) if clip_id in self.clip_ids else None


@dataclass(frozen=True)
class Clip:
    """A place in the timeline; its takes are versions.

    Attributes:
        source_key: What its first take is made of; empty where that is generated.
        wanted: What its first take is made from besides words, where it is generated.
        source_etag: Tag of that object when it was looked at; empty for a copy, which no upload can replace,
            and in older records.
        prompt: What it shows, as far as known: for a clip without a take, what it is generated from.
        frames: Length in frames of the job's profile; never changes once known.
        model: Name in the catalogue of what made its first take; empty for an upload, and for older
            records of videos, which have it in their details (``model_of``).
        size: Picture size of the first take, if the request named one; None for the job's profile.
        file_name: The name of the file that was uploaded for it; empty for others, and in older records.
        current_version: The one pointer; None until the original is prepared.
        active_versions: Numbers of at least the versions whose objects are in active storage, so that these
            are read without the others; None in older records, until a version lands.
        trim: What the video shows of its takes; None for all of it.
        removed_at: When it was removed from the timeline; None while it is in it, and in older records.
        removed_from: The place that it had then.
        deleted_at: When it was deleted after that: its takes are gone, and it cannot be put back.
        request_hash: Of the request that added it to its job; empty for a clip that the job was made with.
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
    wanted: tuple[WantedReference, ...] = ()
    source_etag: str = ""
    file_name: str = ""
    active_versions: tuple[int, ...] | None = None
    trim: Trim | None = None
    removed_at: datetime | None = None
    removed_from: int | None = None
    deleted_at: datetime | None = None
    request_hash: str = ""
    schema_version: int = SCHEMA_VERSION

    @property
    def shown_frames(self) -> int:
        """Return how many frames of it the video shows."""
        return self.frames if self.trim is None else self.trim.frames

    def shown_frame(self, place: FramePlace) -> int:
        """Return the number of the first or last frame that the video shows of it, from 0."""
        shown = Trim(0, self.frames) if self.trim is None else self.trim
        return shown.in_frame if place is FramePlace.FIRST else shown.out_frame - 1

    @property
    def is_generated(self) -> bool:
        """Whether its first take is generated, so that it can be asked for again."""
        return not self.source_key
