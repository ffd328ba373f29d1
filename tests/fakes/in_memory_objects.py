"""An object store in a dictionary."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from retake.domain.errors import (
    ObjectChangedError,
    ObjectColdError,
    ObjectDamagedError,
    ObjectMissingError,
)
from retake.ports.objects import Availability, FileRange, ObjectInfo, ObjectRange, PresignedPost

BLOCK_BYTES = 8
"""Small, so that also a test's files have several."""


@dataclass(frozen=True)
class StoredObject:
    body: bytes
    content_type: str
    last_modified: datetime


class InMemoryObjectStore:
    """An ``ObjectStore`` for tests.

    Args:
        now: Where modification times come from.

    Attributes:
        cold: Objects in a cold class, by how long it takes to make them readable.
        coming: Those of them that were asked for.
        damaged: Objects that are not what was written.
    """

    def __init__(self, *, now: Callable[[], datetime] | None = None) -> None:
        self.stored: dict[str, StoredObject] = {}
        self.cold: dict[str, timedelta] = {}
        self.coming: set[str] = set()
        self.damaged: set[str] = set()
        self._now = now or (lambda: datetime(2026, 1, 1, tzinfo=UTC))

    def download(self, key: str, path: Path, *, etag: str = "") -> None:
        self._require_tag(key, etag)
        path.write_bytes(self.read(key))

    def read_range(self, key: str, start: int, end: int, *, etag: str) -> bytes:
        self._require_tag(key, etag)
        return self.read(key)[start:end]

    def _require_tag(self, key: str, etag: str) -> None:
        found = self.find(key)
        if etag and found is not None and found.etag != etag:
            raise ObjectChangedError(key)

    def upload(self, path: Path, key: str, *, content_type: str) -> None:
        self.write(key, path.read_bytes(), content_type=content_type)

    def read(self, key: str) -> bytes:
        if key not in self.stored:
            raise ObjectMissingError(key)
        if key in self.cold:
            raise ObjectColdError(key)
        if key in self.damaged:
            raise ObjectDamagedError(key)
        return self.stored[key].body

    def write(self, key: str, body: bytes, *, content_type: str, if_absent: bool = False) -> bool:
        stored = StoredObject(body, content_type, self._now())
        if if_absent:
            return self.stored.setdefault(key, stored) is stored  # one step: threads may race for a key
        self.stored[key] = stored
        return True

    def read_blocks(self, key: str) -> Iterator[bytes]:
        body = self.read(key)
        for start in range(0, len(body), BLOCK_BYTES):
            yield body[start : start + BLOCK_BYTES]

    def write_blocks(self, key: str, blocks: Iterable[bytes], *, content_type: str) -> int:
        body = b"".join(blocks)
        self.write(key, body, content_type=content_type)
        return len(body)

    def assemble(self, key: str, ranges: Sequence[FileRange | ObjectRange], *, content_type: str) -> None:
        self.write(key, b"".join(map(self._bytes_of, ranges)), content_type=content_type)

    def _bytes_of(self, part: FileRange | ObjectRange) -> bytes:
        if isinstance(part, ObjectRange):
            return self.read_range(part.key, part.start, part.start + part.size, etag=part.etag)
        body = part.path.read_bytes()[part.start : part.start + part.size]
        if len(body) < part.size:
            raise OSError(f"{part.path.name} ends before its content does.")
        return body

    def find(self, key: str) -> ObjectInfo | None:
        stored = self.stored.get(key)
        if stored is None:
            return None
        etag = hashlib.md5(stored.body, usedforsecurity=False).hexdigest()
        return ObjectInfo(key=key, size_bytes=len(stored.body), etag=etag, last_modified=stored.last_modified)

    def verify(self, key: str) -> bool:
        try:
            self.read(key)
        except ObjectDamagedError:
            return False
        return True

    def availability(self, key: str) -> Availability:
        if key not in self.stored:
            raise ObjectMissingError(key)
        if key not in self.cold:
            return Availability(is_ready=True)
        return Availability(is_ready=False, is_coming=key in self.coming, takes=self.cold[key])

    def thaw(self, key: str, *, days: int) -> None:
        assert days > 0
        if key not in self.stored:
            raise ObjectMissingError(key)
        self.coming.add(key)

    def arrive(self, key: str) -> None:
        """Let an object that was asked for become readable."""
        self.coming.remove(key)
        del self.cold[key]

    def copy(self, source_key: str, key: str, *, etag: str = "") -> None:
        self._require_tag(source_key, etag)
        body = self.read(source_key)
        self.write(key, body, content_type=self.stored[source_key].content_type)

    def delete(self, key: str) -> None:
        self.stored.pop(key, None)
        self.damaged.discard(key)

    def list_objects(self, prefix: str) -> Sequence[ObjectInfo]:
        found = (self.find(key) for key in sorted(self.stored) if key.startswith(prefix))
        return [info for info in found if info is not None]

    def list_folders(self, prefix: str, *, after: str, limit: int) -> Sequence[str]:
        below = (key.removeprefix(prefix) for key in self.stored if key.startswith(prefix))
        names = {key.split("/", 1)[0] + "/" for key in below if "/" in key}
        return [name.rstrip("/") for name in sorted(names) if name > f"{after}/" or not after][:limit]

    def presign_get(self, key: str, *, file_name: str | None = None, brief: bool = False) -> str:
        named = f"?name={file_name}" if file_name else ""
        return f"https://objects.test/{key}{named}" + ("?brief" if brief else "")

    def presign_post(self, key: str, *, content_type: str, max_bytes: int, expires_s: int) -> PresignedPost:
        fields = {
            "key": key,
            "Content-Type": content_type,
            "x-max": str(max_bytes),
            "x-expires": str(expires_s),
        }
        return PresignedPost(url="https://objects.test/", fields=fields)
