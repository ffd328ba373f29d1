"""Make an archived take's objects in active storage again."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from retake.domain.errors import UnreadableMediaError
from retake.domain.media import ARCHIVE_CODEC, MediaProfile
from retake.domain.records.ledger import Deletion
from retake.domain.records.takes import ArchivedTake, ArchiveForm, TakeObjects, Version
from retake.domain.versions import READER_GRACE, StagedTake
from retake.ports.jobs import JobRepository
from retake.ports.media import ArchiveEncoder, Normalizer, TakeFiles
from retake.ports.objects import ObjectStore
from retake.ports.system import Clock, Ids

THAWED_DAYS = 3
"""How long a cold object stays readable once it is there; we take it within minutes."""


@dataclass(frozen=True)
class RehydratedTake:
    """A take's objects in active storage, not committed yet, with the ledger entry that removes them."""

    back: StagedTake
    safety_net: Deletion


class RehydrateTake:
    """Read takes out of the archive."""

    def __init__(
        self,
        *,
        jobs: JobRepository,
        objects: ObjectStore,
        normalizer: Normalizer,
        encoder: ArchiveEncoder,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._jobs = jobs
        self._objects = objects
        self._normalizer = normalizer
        self._encoder = encoder
        self._clock = clock
        self._ids = ids

    def thaw(self, archived: ArchivedTake) -> timedelta | None:
        """Ask for what cannot be read now.

        Returns:
            How long that takes at most; None once everything can be read.

        Raises:
            ObjectMissingError: If the archive no longer has it.
        """
        waits = []
        for key in archived.keys:
            found = self._objects.availability(key)
            if found.is_ready:
                continue
            if not found.is_coming:
                self._objects.thaw(key, days=THAWED_DAYS)
            waits.append(found.takes)
        return max(waits, default=None)

    def __call__(self, version: Version, archived: ArchivedTake, *, profile: MediaProfile) -> RehydratedTake:
        """Make the objects, under keys that the ledger knows before they exist.

        Raises:
            ObjectMissingError: If the archive no longer has the take.
            UnreadableMediaError: If what it has cannot be decoded.
        """
        prefix = f"clips/{version.job_id}/{version.clip_id}/{self._ids.new()}"
        keys = (f"{prefix}/take.mp4", f"{prefix}/sound.wav", f"{prefix}/thumbnail.webp")
        due_at = self._clock.now() + READER_GRACE
        net = Deletion(version.job_id, self._ids.new(), keys, due_at, "restore never committed")
        self._jobs.put_drafts((net,))
        if archived.audio_key is None:
            return RehydratedTake(self._normalize(version, archived, keys, profile), net)
        return RehydratedTake(self._copy(version, archived, archived.audio_key, keys), net)

    def _copy(
        self, version: Version, archived: ArchivedTake, audio_key: str, keys: tuple[str, str, str]
    ) -> StagedTake:
        """Take picture and sound as they are, after a look that they are: nothing is encoded again."""
        content_hash = archived.content_hash or version.content_hash
        with TemporaryDirectory() as name:
            directory = Path(name)
            packed = directory / "packed"
            files = TakeFiles(directory / "take.mp4", directory / "sound.wav", version.frames)
            self._objects.download(archived.video_key, files.video)
            self._objects.download(audio_key, packed)
            self._encoder.unpack_sound(packed, audio=files.audio)
            if self._encoder.identify(files) != content_hash:
                raise UnreadableMediaError(
                    f"what the archive has of version {version.version_number} is damaged."
                )
            thumbnail = directory / "thumbnail"
            self._objects.download(archived.thumbnail_key, thumbnail)
            objects = self._upload((files.video, files.audio, thumbnail), keys)
        return StagedTake(objects, content_hash, archived.form)

    def _normalize(
        self, version: Version, archived: ArchivedTake, keys: tuple[str, str, str], profile: MediaProfile
    ) -> StagedTake:
        """Make a take of what an older release archived, as of any other source: its last loss."""
        with TemporaryDirectory() as name:
            directory = Path(name)
            source, made_in = directory / "source", directory / "made"
            made_in.mkdir()
            self._objects.download(archived.video_key, source)
            made = self._normalizer.normalize(
                source, profile=profile, frames=version.frames, directory=made_in
            )
            objects = self._upload((made.files.video, made.files.audio, made.thumbnail), keys)
        return StagedTake(objects, made.content_hash, ArchiveForm(ARCHIVE_CODEC))

    def _upload(self, paths: tuple[Path, Path, Path], keys: tuple[str, str, str]) -> TakeObjects:
        files = zip(paths, keys, ("video/mp4", "audio/wav", "image/webp"), strict=True)
        for path, key, content_type in files:
            self._objects.upload(path, key, content_type=content_type)
        return TakeObjects(*keys, size_bytes=sum(path.stat().st_size for path in paths))
