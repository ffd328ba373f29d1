"""The ports: what the services need of the world, as protocols.

Each port has one contract suite in ``tests/contract`` that every implementation passes, the fakes
in ``tests/fakes`` included.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from retake.domain.media import MediaInfo, MediaProfile


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """Return the current moment, in UTC and aware of it."""
        ...


# --- objects ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ObjectInfo:
    """An object as the store lists it."""

    key: str
    size_bytes: int
    etag: str
    last_modified: datetime


@dataclass(frozen=True)
class PresignedPost:
    """A form that lets a browser upload one file: POST ``fields`` plus ``file`` to ``url``."""

    url: str
    fields: dict[str, str]


class ObjectStore(Protocol):
    """Immutable objects by key; one bucket."""

    def download(self, key: str, path: Path) -> None:
        """Write the object to ``path``. Raises ``ObjectMissingError`` when there is none."""
        ...

    def upload(self, path: Path, key: str, *, content_type: str) -> None:
        """Store the file under ``key``; whole or not at all."""
        ...

    def read(self, key: str) -> bytes:
        """Return a small object's bytes. Raises ``ObjectMissingError`` when there is none."""
        ...

    def write(self, key: str, body: bytes, *, content_type: str, if_absent: bool = False) -> bool:
        """Store a small object; with ``if_absent`` return False, unchanged, where the key exists."""
        ...

    def find(self, key: str) -> ObjectInfo | None:
        """Return what the store knows of ``key``, or None."""
        ...

    def copy(self, source_key: str, key: str) -> None:
        """Copy inside the store. Raises ``ObjectMissingError`` when there is no source."""
        ...

    def delete(self, key: str) -> None:
        """Remove the object; removing none is no error."""
        ...

    def list_objects(self, prefix: str) -> Sequence[ObjectInfo]:
        """Return every object below ``prefix``, by key."""
        ...

    def presign_get(self, key: str, *, file_name: str | None = None) -> str:
        """Return a URL that reads the object; the same within a rounded hour."""
        ...

    def presign_post(self, key: str, *, content_type: str, max_bytes: int, expires_s: int) -> PresignedPost:
        """Return a form that uploads exactly this key and type, of at most ``max_bytes``."""
        ...


# --- media -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TakeFiles:
    """The files of one take, on disk.

    Attributes:
        video: Playable MP4: the mezzanine's video stream, plus AAC.
        audio: The exact PCM (WAV, 48 kHz stereo 16 bit), as long as the video.
        frames: Number of video frames.
    """

    video: Path
    audio: Path
    frames: int


@dataclass(frozen=True)
class NormalizedTake:
    """What normalising a source file made.

    Attributes:
        files: The take's video and sound.
        thumbnail: WebP picture, 480 pixels wide.
        content_hash: SHA-256 (hex) of the video stream and the sound: equal takes have equal hashes.
    """

    files: TakeFiles
    thumbnail: Path
    content_hash: str


@dataclass(frozen=True)
class ComposedVideo:
    """What joining takes made."""

    video: Path
    poster: Path
    frames: int
    duration_ms: int


class MediaProbe(Protocol):
    """Looks into untrusted files without decoding them whole."""

    def probe(self, path: Path) -> MediaInfo:
        """Return what the video is. Raises ``UnreadableMediaError`` with a reason for people."""
        ...

    def probe_audio(self, path: Path) -> MediaInfo:
        """Return what the sound track is (width and height 0). Raises ``UnreadableMediaError``."""
        ...


class Normalizer(Protocol):
    """Turns any video into a take of the job's profile."""

    def normalize(
        self, source: Path, *, profile: MediaProfile, frames: int, directory: Path
    ) -> NormalizedTake:
        """Write the take's files into ``directory``.

        The picture is fitted (never cropped) and padded; a shorter source holds its last frame, a
        longer one is cut; sound follows, or is silence.

        Raises:
            UnreadableMediaError: If the source cannot be decoded.
            MediaToolTimeoutError: If it took longer than allowed.
        """
        ...

    def extract_thumbnail(self, source: Path, *, at_ms: int, path: Path) -> None:
        """Write one frame as a WebP, 480 pixels wide."""
        ...


class Composer(Protocol):
    """Joins takes of one profile into one video."""

    def compose(
        self,
        takes: Sequence[TakeFiles],
        *,
        profile: MediaProfile,
        soundtrack: Path | None,
        directory: Path,
    ) -> ComposedVideo:
        """Join the takes in order, frame-exact and without re-encoding the picture.

        Args:
            takes: At least one, all normalised to ``profile``.
            profile: The job's profile.
            soundtrack: An audio file laid over the whole, cut or padded with silence to the video's
                length; it replaces the clips' own sound.
            directory: Where the files are written.
        """
        ...


class VideoComparer(Protocol):
    """Says how alike two takes look."""

    def similarity(self, left: Path, right: Path) -> float:
        """Return the mean structural similarity (SSIM) of the frames, 0 to 1."""
        ...


# --- providers -------------------------------------------------------------------------------------


class SubmissionRecovery(StrEnum):
    """What can be done when a submission's answer was lost."""

    TOKEN = "token"  # noqa: S105 - the provider de-duplicates our key: submit again
    LOOKUP = "lookup"  # search the provider's list for our key
    NONE = "none"  # nobody can know: the person decides


class ProviderJobStatus(StrEnum):
    """Where a provider is with one job."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class GenerationRequest:
    """What a provider is asked for.

    Attributes:
        idempotency_key: The regeneration's id: one key is one job at the provider.
        instruction: The person's words; for a new video the prompt itself.
        prompt: What the clip shows as far as known (the original prompt), may be empty.
        source_key: Object key of the take to change; None to make a new video.
        duration_ms: Length wanted, in milliseconds.
        width: Pixels.
        height: Pixels.
        fps: Frames a second.
        seed: Same seed and same request, same result, where the provider can.
    """

    idempotency_key: str
    instruction: str
    prompt: str
    source_key: str | None
    duration_ms: int
    width: int
    height: int
    fps: int
    seed: int


@dataclass(frozen=True)
class ProviderJob:
    """A job as the provider tells of it.

    Attributes:
        provider_job_id: The provider's own id.
        status: Where it is.
        progress: Percent, 0 to 100.
        error: Reason for people, when failed.
        submitted_at: The provider's own time stamp, as far as told.
        finished_at: Likewise.
    """

    provider_job_id: str
    status: ProviderJobStatus
    progress: int = 0
    error: str | None = None
    submitted_at: datetime | None = None
    finished_at: datetime | None = None


class VideoProvider(Protocol):
    """Makes and changes videos, for money."""

    @property
    def name(self) -> str:
        """Return the name used in records, such as ``local``."""
        ...

    @property
    def submission_recovery(self) -> SubmissionRecovery:
        """Say what can be done when a submission's answer was lost."""
        ...

    def submit(self, request: GenerationRequest) -> ProviderJob:
        """Start the job.

        Raises:
            ProviderRejectedError: It will never be accepted; the reason is for people.
            ProviderThrottledError: Not now; nothing was started.
            ProviderUnavailableError: It certainly was not started.
            AmbiguousSubmissionError: It may or may not have been started.
        """
        ...

    def find(self, idempotency_key: str) -> ProviderJob | None:
        """Look a lost submission up by our key (``lookup`` providers), else None."""
        ...

    def poll(self, provider_job_id: str) -> ProviderJob:
        """Ask how it goes. Raises ``ProviderUnavailableError`` or ``ProviderThrottledError``."""
        ...

    def fetch(self, provider_job_id: str, path: Path) -> None:
        """Write the finished video to ``path``. Raises ``ProviderUnavailableError``."""
        ...

    def cancel(self, provider_job_id: str) -> None:
        """Ask for the job to be stopped; stopping a finished or unknown one is no error."""
        ...
