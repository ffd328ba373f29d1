"""An object store in memory: all that an adapter may ask of one."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from retake.domain.errors import ObjectMissingError
from retake.ports.objects import ObjectInfo


class MemoryObjects:
    """The part of an ``ObjectStore`` that providers use: reading, writing and listing whole objects."""

    def __init__(self) -> None:
        self._bodies: dict[str, bytes] = {}

    def read(self, key: str) -> bytes:
        """Return an object. Raises ``ObjectMissingError``."""
        if key not in self._bodies:
            raise ObjectMissingError(key)
        return self._bodies[key]

    def write(self, key: str, body: bytes, *, content_type: str, if_absent: bool = False) -> bool:
        """Store an object; False, unchanged, if it exists and must not."""
        del content_type
        if if_absent and key in self._bodies:
            return False
        self._bodies[key] = body
        return True

    def download(self, key: str, path: Path) -> None:
        """Write an object to a file. Raises ``ObjectMissingError``."""
        path.write_bytes(self.read(key))

    def upload(self, path: Path, key: str, *, content_type: str) -> None:
        """Store a file."""
        self.write(key, path.read_bytes(), content_type=content_type)

    def list_objects(self, prefix: str) -> Sequence[ObjectInfo]:
        """Return the objects below a prefix."""
        now = datetime.now(UTC)
        return [
            ObjectInfo(key=key, size_bytes=len(body), etag="", last_modified=now)
            for key, body in sorted(self._bodies.items())
            if key.startswith(prefix)
        ]
