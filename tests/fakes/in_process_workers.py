"""The functions that work on media, called in this process."""

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from retake.domain.errors import (
    MediaToolError,
    RetakeError,
    StorageUnavailableError,
    TakeDamagedError,
    TransientError,
)
from retake.domain.records.batches import Regeneration
from retake.ports.media import MediaProbe
from retake.ports.objects import ObjectStore
from retake.ports.workflows import ProbeResult
from retake.services.jobs.probe_uploads import probe_uploads
from tests.fakes.context import a_context
from tests.fakes.fake_media import FakeComparer, FakeProbe
from tests.fakes.saboteur import Killed


class InProcessMediaWorkers:
    """``MediaWorkers`` for tests: a worker that dies is an error for its caller, as on Lambda.

    Args:
        objects: Where the files are.
        compose: Composes a job's video.

    Attributes:
        media_probe: Looks into uploads.
        is_slow: While true nothing is composed in time.
        rehydrate_now: Brings an archived take back.
        returning: Takes that were asked to be brought back later.
        packing: Archives that were asked to be packed, as ``(user_id, download_id, worker)``.
        late: Results that were asked to be ingested, as ``(job_id, regeneration_id)``.
    """

    def __init__(self, objects: ObjectStore, *, compose: Callable[[str], object]) -> None:
        self._objects = objects
        self._compose = compose
        self.rehydrate_now: Callable[[str, str, int], object] = lambda *_: None
        self.media_probe: MediaProbe = FakeProbe()
        self.is_slow = False
        self.returning: list[tuple[str, str, int]] = []
        self.late: list[tuple[str, str]] = []
        self.recomposed: list[str] = []
        self.packing: list[tuple[str, str, str]] = []
        self._calls = 0

    def probe(self, uploads: Sequence[tuple[str, str]]) -> Sequence[ProbeResult]:
        with TemporaryDirectory() as directory:
            ctx = a_context(objects=self._objects, probe=self.media_probe)
            return probe_uploads(uploads, ctx, directory=Path(directory))

    def recompose(self, job_id: str, *, wait_s: int) -> bool:  # noqa: ARG002 - the port's signature
        self.recomposed.append(job_id)
        if self.is_slow:
            return False
        try:
            self._compose(job_id)
        except TransientError as error:
            raise StorageUnavailableError(str(error)) from error
        except TakeDamagedError:
            raise
        except (RetakeError, Killed) as error:
            raise MediaToolError(str(error) or "The function died.") from error
        return True

    def ingest_late(self, regeneration: Regeneration) -> None:
        self.late.append((regeneration.job_id, regeneration.regeneration_id))

    def rehydrate(self, job_id: str, clip_id: str, version_number: int, *, wait_s: int) -> bool:
        if not wait_s:
            self.returning.append((job_id, clip_id, version_number))
            return False
        if self.is_slow:
            self.returning.append((job_id, clip_id, version_number))
            return False
        try:
            self.rehydrate_now(job_id, clip_id, version_number)
        except TransientError as error:
            raise StorageUnavailableError(str(error)) from error
        except (RetakeError, Killed) as error:
            raise MediaToolError(str(error) or "The function died.") from error
        return True

    def pack_download(self, user_id: str, download_id: str) -> None:
        self._calls += 1
        self.packing.append((user_id, download_id, f"call-{self._calls}"))

    def similarity(self, left_key: str, right_key: str) -> float:
        with TemporaryDirectory() as name:
            left, right = Path(name) / "left", Path(name) / "right"
            self._objects.download(left_key, left)
            self._objects.download(right_key, right)
            return FakeComparer().similarity(left, right)
