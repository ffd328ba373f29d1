"""Objects that the ledger knows before they exist.

A process may die between storing an object and the commit that refers to it. So the ledger has an entry
before the first byte is written: the commit that refers to the objects removes it, and what no commit
refers to is deleted when the entry is due.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path

from retake.domain.records.ledger import Deletion
from retake.domain.records.takes import TakeObjects, TakeStream
from retake.domain.versions import READER_GRACE
from retake.prefixes import Prefix
from retake.services.context import Context

TAKE_FILES = (("take.mp4", "video/mp4"), ("sound.wav", "audio/wav"), ("thumbnail.webp", "image/webp"))
"""Name and content type of each file of a take in active storage."""


def stage(
    job_id: str, keys: Iterable[str], reason: str, ctx: Context, *, lifetime: timedelta = READER_GRACE
) -> Deletion:
    """Enter keys in the ledger, before anything is written under them.

    Args:
        job_id: The job whose commit will refer to the objects.
        keys: Keys that were never used before.
        reason: Why the ledger deletes the objects in the end, for operators.
        ctx: The ports.
        lifetime: How long the objects stay if nothing refers to them.

    Returns:
        The entry, for the commit to remove.
    """
    entry = Deletion(job_id, ctx.ids.new(), tuple(keys), ctx.clock.now() + lifetime, reason)
    ctx.jobs.put_drafts((entry,))
    return entry


def stage_take(
    job_id: str, clip_id: str, reason: str, ctx: Context, *, lifetime: timedelta = READER_GRACE
) -> Deletion:
    """Enter new keys for a take of a clip in the ledger: those of ``TAKE_FILES``, in this order."""
    prefix = f"{Prefix.CLIPS}{job_id}/{clip_id}/{ctx.ids.new()}"
    return stage(job_id, (f"{prefix}/{name}" for name, _ in TAKE_FILES), reason, ctx, lifetime=lifetime)


def store_take(
    entry: Deletion, paths: Sequence[Path], ctx: Context, *, stream: TakeStream | None
) -> TakeObjects:
    """Write the files of a take under their staged keys.

    Args:
        entry: The ledger's, with the keys.
        paths: The files, in the order of ``TAKE_FILES``.
        ctx: The ports.
        stream: The segments of the video.
    """
    for path, key, (_, content_type) in zip(paths, entry.keys, TAKE_FILES, strict=True):
        ctx.objects.upload(path, key, content_type=content_type)
    video_key, audio_key, thumbnail_key = entry.keys
    size = sum(path.stat().st_size for path in paths)
    return TakeObjects(video_key, audio_key, thumbnail_key, size, stream)
