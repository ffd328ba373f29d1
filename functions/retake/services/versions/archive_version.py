"""Move an old take to the archive: compress, store, verify, record, then release the original."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from retake.domain.changes import Change
from retake.domain.errors import (
    ArchiveDamagedError,
    ConflictError,
    MediaToolError,
    MediaToolTimeoutError,
    NotFoundError,
    ObjectDamagedError,
    UnreadableMediaError,
)
from retake.domain.events.versions import VersionArchived
from retake.domain.media import ARCHIVE_CODEC
from retake.domain.records.jobs import Job
from retake.domain.records.ledger import Deletion
from retake.domain.records.takes import ArchivedTake, ArchiveForm, Version
from retake.domain.statuses import (
    JobStatus,
    VersionState,
)
from retake.domain.versions import VersionPlan, deletion_of, version_fields
from retake.ports.media import TakeFiles
from retake.prefixes import Prefix
from retake.services.commits import change_job
from retake.services.context import Context
from retake.services.staging import stage
from retake.services.versions.damage import record_damage


@dataclass(frozen=True)
class Stored:
    """A take in the archive, not recorded yet, and the ledger entry that removes it if it never is."""

    take: ArchivedTake
    safety_net: Deletion


@dataclass(frozen=True)
class Picture:
    """The video that is archived of a take.

    Attributes:
        form: How its picture is encoded.
        content_hash: Of the take that comes back; None where it is the take itself.
    """

    video: Path
    form: ArchiveForm
    content_hash: str | None = None


def archive_version(job_id: str, clip_id: str, version_number: int, ctx: Context) -> ArchivedTake | None:
    """Archive one version; a repeat, or one that was restored meanwhile, changes nothing.

    Returns:
        The take in the archive; None where there was nothing to do, or the take is damaged.

    Raises:
        ArchiveDamagedError: If what lies in the archive is not what was made. Worth a repeat:
            the take itself is untouched until the archive's copy is verified and recorded.
    """
    try:
        version = _find(job_id, clip_id, version_number, ctx)
    except NotFoundError:  # the job was deleted
        return None
    if version is None or version.state is not VersionState.ARCHIVING:
        return None
    try:
        stored = _store(version, ctx)
    except ObjectDamagedError:
        record_damage(version, ctx)
        return None

    def decide(job: Job) -> tuple[Change | None, bool]:
        change = _record(job, version, stored, ctx)
        return change, change is not None

    _, recorded = change_job(job_id, decide, ctx)
    return stored.take if recorded else None


def _store(version: Version, ctx: Context) -> Stored:
    """Write the take into the archive, under keys that the ledger knows before they exist."""
    prefix = f"{Prefix.ARCHIVE}{version.job_id}/{version.clip_id}/{ctx.ids.new()}"
    keys = tuple(f"{prefix}/{name}" for name in ("take.mp4", "sound.flac", "thumbnail.webp"))
    net = stage(version.job_id, keys, "archiving never committed", ctx)
    video_key, audio_key, thumbnail_key = keys
    with TemporaryDirectory() as name:
        directory = Path(name)
        files = _download(version, directory, ctx)
        picture = _picture(version, files, directory, ctx)
        size = _keep(picture.video, video_key, "video/mp4", ctx)
        if picture.content_hash is not None:
            ctx.archive_encoder.verify(picture.video, frames=version.frames, duration_ms=version.duration_ms)
        sound = directory / "sound.flac"
        ctx.archive_encoder.pack_sound(files.audio, path=sound)
        size += _keep(sound, audio_key, "audio/flac", ctx)
        thumbnail = directory / "thumbnail"
        ctx.objects.download(version.objects.thumbnail_key, thumbnail)
        size += _keep(thumbnail, thumbnail_key, "image/webp", ctx)
    take = ArchivedTake(
        video_key,
        audio_key,
        thumbnail_key,
        size,
        codec=picture.form.codec,
        vmaf=picture.form.vmaf,
        content_hash=picture.content_hash,
    )
    return Stored(take, net)


def _download(version: Version, directory: Path, ctx: Context) -> TakeFiles:
    video, audio = directory / "take.mp4", directory / "sound.wav"
    ctx.objects.download(version.objects.video_key, video)
    ctx.objects.download(version.objects.audio_key, audio)
    return TakeFiles(video, audio, version.frames)


def _picture(version: Version, files: TakeFiles, directory: Path, ctx: Context) -> Picture:
    """Return the video that is archived: once in a take's life a smaller one, then always its copy."""
    if version.archive_form is not None:
        return Picture(files.video, version.archive_form)
    profile = ctx.jobs.get_job(version.job_id).profile
    if profile is None:  # pragma: no cover - set when the job is made
        raise ConflictError("The job has no media profile.")
    made = directory / "compressed"
    made.mkdir()
    try:
        small = ctx.archive_encoder.compress(files, profile=profile, directory=made)
    except (UnreadableMediaError, MediaToolError, MediaToolTimeoutError):
        # Too long or too odd to encode again: then it is kept as it is, which loses nothing.
        small = None
    if small is None:
        return Picture(files.video, ArchiveForm())
    return Picture(small.video, ArchiveForm(ARCHIVE_CODEC, round(small.vmaf, 2)), small.content_hash)


def _keep(path: Path, key: str, content_type: str, ctx: Context) -> int:
    """Store a file and read it back; from here on ``path`` is what the archive holds."""
    sent = _digest(path)
    ctx.objects.upload(path, key, content_type=content_type)
    ctx.objects.download(key, path)
    if _digest(path) != sent:
        raise ArchiveDamagedError(f"{key} is not what was sent to the archive.")
    return path.stat().st_size


def _record(job: Job, version: Version, stored: Stored, ctx: Context) -> Change | None:
    found = _find(version.job_id, version.clip_id, version.version_number, ctx)
    if found is None or found.state is not VersionState.ARCHIVING or job.status is JobStatus.DELETING:
        return None
    now = ctx.clock.now()
    done = replace(
        found,
        state=VersionState.ARCHIVED,
        archived=stored.take,
        archived_at=now,
        archive_due_at=None,
    )
    gone = deletion_of(
        found.objects, job_id=job.job_id, deletion_id=ctx.ids.new(), now=now, reason="archived"
    )
    event = VersionArchived(
        **version_fields(job, found),
        size_bytes=stored.take.size_bytes,
        size_bytes_before=found.objects.size_bytes,
        vmaf=stored.take.vmaf,
    )
    return Change(job, (done, gone), (stored.safety_net,), (event,))


def _find(job_id: str, clip_id: str, number: int, ctx: Context) -> Version | None:
    found = ctx.jobs.get_take(job_id, clip_id, number)
    # A version that became current again is not archived, whatever mark it carries.
    return None if found.clip.current_version == number else found.version


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def send_to_archive(plan: VersionPlan, ctx: Context) -> None:
    """Ask for the version that passed the cap to be archived; the reconciliation asks again if lost."""
    if plan.archiving is not None:
        ctx.queue.send_archive(plan.archiving.job_id, plan.archiving.clip_id, plan.archiving.version_number)
