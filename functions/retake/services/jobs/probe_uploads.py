"""Probe uploaded files."""

from collections.abc import Sequence
from pathlib import Path

from retake.domain.errors import (
    MediaToolTimeoutError,
    ObjectChangedError,
    ObjectMissingError,
    RetakeError,
    UnreadableMediaError,
)
from retake.domain.media import MediaInfo
from retake.ports.workflows import ProbeResult
from retake.services.context import Context
from retake.services.partial_download import PartialDownload

REFUSALS: dict[type[RetakeError], str] = {
    MediaToolTimeoutError: "Looking into this file took too long; it may be damaged.",
    ObjectChangedError: "Another file was uploaded in its place at this moment; try again.",
    ObjectMissingError: "It was deleted at this moment; upload it again.",
}


def probe_uploads(
    uploads: Sequence[tuple[str, str]], ctx: Context, *, directory: Path
) -> Sequence[ProbeResult]:
    """Probe ``(key, kind)`` pairs, one file on disk at a time; a refusal is a result, not an error.

    Only what a probe reads is fetched: the tables and the first picture, however large the file is.

    Args:
        uploads: Object keys, and whether each should be ``video``, ``audio`` or ``image``.
        directory: Room for what is fetched.
        ctx: The ports.
    """
    look = {"video": ctx.probe.probe, "audio": ctx.probe.probe_audio, "image": ctx.probe.probe_picture}
    results = []
    for key, kind in uploads:
        path = directory / "upload"
        found = ctx.objects.find(key)
        if found is None:
            results.append(ProbeResult(key, None, "", REFUSALS[ObjectMissingError]))
            continue
        info: MediaInfo | None = None
        error: str | None = None
        try:
            info = look[kind](path, fill=PartialDownload(ctx.objects, found, path).fill)
        except UnreadableMediaError as refusal:
            error = str(refusal)
        except (MediaToolTimeoutError, ObjectChangedError, ObjectMissingError) as refusal:
            error = REFUSALS[type(refusal)]
        results.append(ProbeResult(key, info, found.etag, error))
        path.unlink()
    return results
