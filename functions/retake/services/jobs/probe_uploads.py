"""Look into uploaded files."""

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
from retake.ports.media import MediaProbe
from retake.ports.objects import ObjectStore
from retake.ports.workers import ProbeResult
from retake.services.partial_download import PartialDownload

REFUSALS: dict[type[RetakeError], str] = {
    MediaToolTimeoutError: "Looking into this file took too long; it may be damaged.",
    ObjectChangedError: "Another file was uploaded in its place at this moment; try again.",
    ObjectMissingError: "It was deleted at this moment; upload it again.",
}


def probe_uploads(
    uploads: Sequence[tuple[str, str]], *, objects: ObjectStore, probe: MediaProbe, directory: Path
) -> Sequence[ProbeResult]:
    """Probe ``(key, kind)`` pairs, one file on disk at a time; a refusal is a result, not an error.

    Only what a probe reads is fetched: the tables and the first picture, however large the file is.

    Args:
        uploads: Object keys, and whether each should be ``video``, ``audio`` or ``image``.
        objects: Where they are.
        probe: Looks into them.
        directory: Room for what is fetched.
    """
    look = {"video": probe.probe, "audio": probe.probe_audio, "image": probe.probe_picture}
    results = []
    for key, kind in uploads:
        path = directory / "upload"
        found = objects.find(key)
        if found is None:
            results.append(ProbeResult(key, None, "", REFUSALS[ObjectMissingError]))
            continue
        info: MediaInfo | None = None
        error: str | None = None
        try:
            info = look[kind](path, fill=PartialDownload(objects, found, path).fill)
        except UnreadableMediaError as refusal:
            error = str(refusal)
        except (MediaToolTimeoutError, ObjectChangedError, ObjectMissingError) as refusal:
            error = REFUSALS[type(refusal)]
        results.append(ProbeResult(key, info, found.etag, error))
        path.unlink()
    return results
