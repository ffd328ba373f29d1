"""Look into uploaded files."""

from collections.abc import Callable, Sequence
from pathlib import Path

from retake.domain.errors import MediaToolTimeoutError, UnreadableMediaError
from retake.domain.media import MediaInfo
from retake.ports.media import MediaProbe
from retake.ports.objects import ObjectStore
from retake.ports.workers import ProbeResult


def probe_uploads(
    uploads: Sequence[tuple[str, str]],
    *,
    objects: ObjectStore,
    probe: MediaProbe,
    directory: Path,
    hash_of: Callable[[Path], str],
) -> Sequence[ProbeResult]:
    """Probe ``(key, kind)`` pairs, one file on disk at a time; a refusal is a result, not an error.

    Args:
        uploads: Object keys, and whether each should be ``video``, ``audio`` or ``image``.
        objects: Where they are.
        probe: Looks into them.
        directory: Room for one file.
        hash_of: Hashes a file.
    """
    look = {"video": probe.probe, "audio": probe.probe_audio, "image": probe.probe_picture}
    results = []
    for key, kind in uploads:
        path = directory / "upload"
        objects.download(key, path)
        content_hash = hash_of(path)
        info: MediaInfo | None = None
        error: str | None = None
        try:
            info = look[kind](path)
        except UnreadableMediaError as refusal:
            error = str(refusal)
        except MediaToolTimeoutError:
            error = "Looking into this file took too long; it may be damaged."
        results.append(ProbeResult(key, info, content_hash, error))
        path.unlink()
    return results
