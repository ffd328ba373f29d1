"""Compares counted bytes with the bytes in the store. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from retake.domain.records.jobs import Composition, Job, Soundtrack
from retake.domain.records.schema import SCHEMA_VERSION
from retake.domain.records.takes import Version
from retake.domain.sources import KeptFile
from retake.domain.usage import NOTHING, StoredBytes
from retake.domain.videos import VideoDetails


@dataclass(frozen=True)
class Recount:
    """A job's bytes, recounted.

    Attributes:
        job: The job, with the sizes that its own objects have.
        repaired_versions: Versions whose record says another size than their objects have, or that are
            counted for something else than the record says.
        counted: What the job's counters say.
        found: What they should say.
    """

    job: Job
    repaired_versions: tuple[Version, ...]
    counted: StoredBytes
    found: StoredBytes

    @property
    def drift(self) -> StoredBytes:
        """Return how much more there is than is counted."""
        return self.found - self.counted

    @property
    def is_exact(self) -> bool:
        """Whether the counters are right, and every record with them."""
        return self.drift == NOTHING and self.job.counted == self.counted and not self.repaired_versions


def recount(job: Job, versions: Sequence[Version], sizes: Mapping[str, int]) -> Recount:
    """Count a job's bytes by the sizes of its objects.

    What a record refers to is counted and nothing else: objects that wait in the deletion ledger are
    not counted any more. Where an object is missing, the record's own size stands: that is reported as a
    missing object, not as a wrong counter.

    Args:
        job: The job.
        versions: All versions of all its clips.
        sizes: Bytes by key, of the objects that exist.
    """
    true = [_sized(version, sizes) for version in versions]
    repaired_versions = tuple(
        now for now, before in zip(true, versions, strict=True) if now != before or now.counted != now.stored
    )
    taken = sum((version.stored for version in true), NOTHING)
    compositions = tuple(_sized_composition(item, sizes) for item in job.compositions)
    right = replace(
        job,
        soundtrack=_sized_soundtrack(job.soundtrack, sizes),
        video=_sized_video(job.video, sizes),
        references=tuple(replace(item, file=_sized_reference(item.file, sizes)) for item in job.references),
        reference_files=tuple(_sized_reference(file, sizes) for file in job.reference_files),
        composition=compositions[0] if job.composition is not None else None,
        kept_compositions=compositions[1:] if job.composition is not None else compositions,
        # What the versions' records say was counted for them: a commit adds what is missing to it.
        takes_stored=sum((version.counted for version in versions), NOTHING),
        schema_version=SCHEMA_VERSION,
    )
    found = replace(right, takes_stored=taken).stored
    return Recount(right, repaired_versions, job.stored, found)


def _sized(version: Version, sizes: Mapping[str, int]) -> Version:
    if not version.keys or not sizes.keys() >= set(version.keys):
        return version
    size_bytes = sum(sizes[key] for key in version.keys)
    if version.archived is not None:
        return replace(version, archived=replace(version.archived, size_bytes=size_bytes))
    return replace(version, objects=replace(version.objects, size_bytes=size_bytes))


def _sized_composition(made: Composition, sizes: Mapping[str, int]) -> Composition:
    if not sizes.keys() >= set(made.keys):
        return made
    return replace(made, size_bytes=sum(sizes[key] for key in made.keys))


def _sized_soundtrack(sound: Soundtrack | None, sizes: Mapping[str, int]) -> Soundtrack | None:
    if sound is None or sound.key not in sizes:
        return sound
    return replace(sound, size_bytes=sizes[sound.key])


def _sized_video(video: VideoDetails | None, sizes: Mapping[str, int]) -> VideoDetails | None:
    if video is None or video.reference is None:
        return video
    return replace(video, reference=_sized_reference(video.reference, sizes))


def _sized_reference(file: KeptFile, sizes: Mapping[str, int]) -> KeptFile:
    return replace(file, size_bytes=sizes.get(file.key, file.size_bytes))
