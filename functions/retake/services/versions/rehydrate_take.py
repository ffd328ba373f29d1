"""Restore the objects of an archived take to active storage."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from retake.domain.errors import UnreadableMediaError
from retake.domain.media import ARCHIVE_CODEC, MediaProfile
from retake.domain.records.ledger import Deletion
from retake.domain.records.takes import ArchivedTake, ArchiveForm, Version
from retake.domain.versions import StagedTake
from retake.ports.media import TakeFiles
from retake.services.context import Context
from retake.services.staging import stage_take, store_take

THAWED_DAYS = 3
"""How long a cold object stays readable once it is there; we take it within minutes."""


@dataclass(frozen=True)
class RehydratedTake:
    """A take's objects in active storage, not committed yet, with the ledger entry that removes them."""

    back: StagedTake
    safety_net: Deletion


def thaw_take(archived: ArchivedTake, ctx: Context) -> timedelta | None:
    """Ask the archive for the objects of a take that cannot be read now.

    Returns:
        How long that takes at most; None once everything can be read.

    Raises:
        ObjectMissingError: If the archive no longer has it.
    """
    waits = []
    for key in archived.keys:
        found = ctx.objects.availability(key)
        if found.is_ready:
            continue
        if not found.is_coming:
            ctx.objects.thaw(key, days=THAWED_DAYS)
        waits.append(found.takes)
    return max(waits, default=None)


def rehydrate_take(
    version: Version, archived: ArchivedTake, ctx: Context, *, profile: MediaProfile
) -> RehydratedTake:
    """Make the objects of a take, under keys that the ledger has before they exist.

    Raises:
        ObjectMissingError: If the archive no longer has the take.
        UnreadableMediaError: If what it has cannot be decoded.
    """
    net = stage_take(version.job_id, version.clip_id, "restore never committed", ctx)
    if archived.audio_key is None:
        return RehydratedTake(_normalize(version, archived, net, profile, ctx), net)
    return RehydratedTake(_copy(version, archived, archived.audio_key, ctx, net=net, profile=profile), net)


def _copy(
    version: Version,
    archived: ArchivedTake,
    audio_key: str,
    ctx: Context,
    *,
    net: Deletion,
    profile: MediaProfile,
) -> StagedTake:
    """Take picture and sound as they are, after a look that they are: nothing is encoded again."""
    content_hash = archived.content_hash or version.content_hash
    with TemporaryDirectory() as name:
        directory = Path(name)
        packed = directory / "packed"
        files = TakeFiles(directory / "take.mp4", directory / "sound.wav", version.frames)
        ctx.objects.download(archived.video_key, files.video)
        ctx.objects.download(audio_key, packed)
        ctx.archive_encoder.unpack_sound(packed, audio=files.audio)
        if ctx.archive_encoder.identify(files) != content_hash:
            raise UnreadableMediaError(
                f"what the archive has of version {version.version_number} is damaged."
            )
        thumbnail = directory / "thumbnail"
        ctx.objects.download(archived.thumbnail_key, thumbnail)
        before = version.objects.stream
        stream = before and ctx.normalizer.make_streamable(
            files, profile=profile, frames_before=before.frames_before
        )
        objects = store_take(net, (files.video, files.audio, thumbnail), ctx, stream=stream)
    return StagedTake(objects, content_hash, archived.form)


def _normalize(
    version: Version, archived: ArchivedTake, net: Deletion, profile: MediaProfile, ctx: Context
) -> StagedTake:
    """Make a take of what an older release archived, as of any other source: its last loss."""
    with TemporaryDirectory() as name:
        directory = Path(name)
        source, made_in = directory / "source", directory / "made"
        made_in.mkdir()
        ctx.objects.download(archived.video_key, source)
        made = ctx.normalizer.normalize(source, profile=profile, frames=version.frames, directory=made_in)
        paths = (made.files.video, made.files.audio, made.thumbnail)
        objects = store_take(net, paths, ctx, stream=made.stream)
    return StagedTake(objects, made.content_hash, ArchiveForm(ARCHIVE_CODEC))
