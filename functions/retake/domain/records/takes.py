"""A take: where it lies, and its place in the history of its clip."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from retake.domain.notices import Notice
from retake.domain.records.schema import SCHEMA_VERSION
from retake.domain.sources import Source
from retake.domain.statuses import VersionState
from retake.domain.usage import NOTHING, StoredBytes


@dataclass(frozen=True)
class TakeSegment:
    """A part of a take's video that plays by itself: how many frames it shows, and its bytes."""

    frames: int
    size_bytes: int


@dataclass(frozen=True)
class TakeStream:
    """Where the segments lie in a take's video.

    Attributes:
        frames_before: At which frame of the job's video the first of them begins by its own count.
        form: Equal for takes whose decoders are set up alike.
        initial_start: Where the bytes begin that a player needs before the first segment.
        initial_bytes: How many these are.
        start: Where the first segment begins; each of the others begins where the one before it ends.
    """

    frames_before: int
    form: str
    initial_start: int
    initial_bytes: int
    start: int
    segments: tuple[TakeSegment, ...]


@dataclass(frozen=True)
class TakeObjects:
    """The objects of one take and their size together, in bytes.

    Attributes:
        stream: The segments of the video; None in older records, and for a take of another form.
    """

    video_key: str
    audio_key: str
    thumbnail_key: str
    size_bytes: int
    stream: TakeStream | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """Return every key of the take."""
        return (self.video_key, self.audio_key, self.thumbnail_key)


@dataclass(frozen=True)
class ArchiveForm:
    """How a take's picture was encoded for the archive: the only lossy step after it was made.

    Attributes:
        codec: What it was encoded with; None where it is as it was made.
        vmaf: Likeness to the take before, 0 to 100, as measured; None where that is not known, or where
            it is as it was made.
    """

    codec: str | None = None
    vmaf: float | None = None


@dataclass(frozen=True)
class ArchivedTake:
    """A take in the archive.

    Attributes:
        video_key: The smaller MP4, or the take's own file where it could not shrink.
        audio_key: The exact sound, packed without loss; None in archives of older releases, whose sound
            is the MP4's AAC and whose picture has to be encoded again.
        size_bytes: All of it together.
        codec: What the picture was encoded with; None for one that is kept as it was.
        vmaf: Likeness to the take, 0 to 100, as measured; None for a take that is kept as it was.
        content_hash: Of the picture and the sound that come back; None where they are the take's own.
    """

    video_key: str
    audio_key: str | None
    thumbnail_key: str
    size_bytes: int
    codec: str | None = None
    vmaf: float | None = None
    content_hash: str | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """Return every key of the take."""
        return tuple(key for key in (self.video_key, self.audio_key, self.thumbnail_key) if key is not None)

    @property
    def form(self) -> ArchiveForm:
        """Return how its picture is encoded."""
        return ArchiveForm(self.codec, self.vmaf)


@dataclass(frozen=True)
class RestoreRequest:
    """An archived take on its way back.

    Attributes:
        base_version: The clip's pointer at the time of the request: a later choice is not overridden.
        look_at: When the reconciliation has to check it.
        expected_at: When the archive should have it ready; None where it has it at once.
    """

    requested_at: datetime
    base_version: int | None
    look_at: datetime
    expected_at: datetime | None = None


@dataclass(frozen=True)
class Version:
    """One take of a clip.

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
        archive_form: How its picture was encoded for the archive that it came back from; None before the
            first time. The next archiving copies it.
        damaged_at: When its objects were found not to be what was written.
        deleted_at: When its objects were deleted; the record stays, for the history and the bill.
        counted: What the job's counters hold for it.
        notices: What it lost of the file that it was made of.
        clip_title: What the clip was called when the take was made; empty in older records.
        provider_cost: What the provider says that it charged, in US dollars; None where it did not say.
        base_version: Number of the take that was changed; None for a first take, and in older records.
        made_from: What else it was made from, besides words.
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
    provider_cost: Decimal | None = None
    base_version: int | None = None
    made_from: tuple[Source, ...] = ()
    batch_id: str | None = None
    take: int = 1
    takes: int = 1
    superseded_at: datetime | None = None
    archive_due_at: datetime | None = None
    archived_at: datetime | None = None
    archived: ArchivedTake | None = None
    returning: RestoreRequest | None = None
    archive_form: ArchiveForm | None = None
    damaged_at: datetime | None = None
    deleted_at: datetime | None = None
    counted: StoredBytes = NOTHING
    notices: tuple[Notice, ...] = ()
    clip_title: str = ""
    schema_version: int = SCHEMA_VERSION

    @property
    def location(self) -> "TakeObjects | ArchivedTake | None":
        """Return where the take lies now; None once it is deleted."""
        if self.state is VersionState.DELETED:
            return None
        return self.archived or self.objects

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of every object that the version needs."""
        return () if self.location is None else self.location.keys

    @property
    def stored(self) -> StoredBytes:
        """Return what the take takes in the store now, and took before it was archived or deleted."""
        before = self.objects.size_bytes
        if self.state is VersionState.DELETED:
            return StoredBytes(deleted_before=before)
        if self.archived is not None:
            return StoredBytes(archived=self.archived.size_bytes, archived_before=before)
        return StoredBytes(active=before)
