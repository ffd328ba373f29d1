"""The functions that work on media, called from those that do not."""

import json
import random
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError, ReadTimeoutError

from retake.adapters.aws.clients import client, error_code
from retake.domain.errors import (
    MediaToolError,
    ObjectColdError,
    ObjectDamagedError,
    StorageUnavailableError,
    TakeDamagedError,
)
from retake.domain.media import MediaInfo
from retake.domain.records.batches import Regeneration
from retake.ports.workflows import ProbeResult

if TYPE_CHECKING:
    from mypy_boto3_lambda.client import LambdaClient

T = TypeVar("T")

PROBE_WAIT_S = 26
PARALLEL_PROBES = 10
PROBES_A_CALL = 5
"""A large job's uploads are probed by several functions at once: one would need minutes."""

THROTTLE_PAUSES_S = (0.5, 1.0, 2.0)
"""Before a call is repeated that Lambda had no room for, at most (full jitter): an account that runs ten
functions at once has none for a moment when ten are called from an eleventh."""


@dataclass(frozen=True)
class WorkerNames:
    """Function names; a function is given only those it calls."""

    probe: str | None = None
    ingest: str | None = None
    recompose: str | None = None
    compare: str | None = None
    rehydrate: str | None = None
    pack: str | None = None


class LambdaMediaWorkers:
    """Implements ``MediaWorkers``.

    Args:
        names: The functions.
    """

    def __init__(self, names: WorkerNames) -> None:
        self._names = names

    def probe(self, uploads: Sequence[tuple[str, str]]) -> Sequence[ProbeResult]:
        size = max(PROBES_A_CALL, -(-len(uploads) // PARALLEL_PROBES))
        parts = [uploads[start : start + size] for start in range(0, len(uploads), size)]
        with ThreadPoolExecutor(max_workers=PARALLEL_PROBES) as pool:
            return [result for part in pool.map(self._probe_part, parts) for result in part]

    def _probe_part(self, uploads: Sequence[tuple[str, str]]) -> Sequence[ProbeResult]:
        payload = {"uploads": [{"key": key, "kind": kind} for key, kind in uploads]}
        answer = _call(self._names.probe, payload, wait_s=PROBE_WAIT_S)
        return [
            ProbeResult(
                key=item["key"],
                info=MediaInfo(**item["info"]) if item["info"] else None,
                etag=item["etag"],
                error=item["error"],
            )
            for item in answer["results"]
        ]

    def recompose(self, job_id: str, *, wait_s: int) -> bool:
        try:
            _call(self._names.recompose, {"job_id": job_id}, wait_s=wait_s)
        except ReadTimeoutError:  # it goes on without us
            return False
        return True

    def ingest_late(self, regeneration: Regeneration) -> None:
        _ask(self._names.ingest, dict(regeneration.ids))

    def rehydrate(self, job_id: str, clip_id: str, version_number: int, *, wait_s: int) -> bool:
        payload = {"job_id": job_id, "clip_id": clip_id, "version_number": version_number}
        if not wait_s:
            _ask(self._names.rehydrate, payload)
            return False
        try:
            _call(self._names.rehydrate, payload, wait_s=wait_s)
        except ReadTimeoutError:  # it goes on without us
            return False
        return True

    def pack_download(self, user_id: str, download_id: str) -> None:
        # Lambda repeats a call that failed with the same payload: it is known as the same worker.
        payload = {"user_id": user_id, "download_id": download_id, "worker": str(uuid.uuid4())}
        _ask(self._names.pack, payload)

    def similarity(self, left_key: str, right_key: str) -> float:
        payload = {"left_key": left_key, "right_key": right_key}
        return float(_call(self._names.compare, payload, wait_s=PROBE_WAIT_S)["similarity"])


def _ask(function: str | None, payload: dict[str, Any]) -> None:
    client("lambda").invoke(
        FunctionName=_given(function), InvocationType="Event", Payload=json.dumps(payload).encode()
    )


def _call(function: str | None, payload: dict[str, Any], *, wait_s: int) -> dict[str, Any]:
    # One attempt: a repeated call would do the work twice while the first still runs.
    waiting: LambdaClient = client("lambda", read_timeout_s=wait_s, attempts=1)
    answer = _once_admitted(
        lambda: waiting.invoke(FunctionName=_given(function), Payload=json.dumps(payload).encode())
    )
    body: dict[str, Any] = json.loads(answer["Payload"].read() or b"null") or {}
    if answer.get("FunctionError"):
        raise _error_of(body)
    return body


def _once_admitted(invoke: Callable[[], T]) -> T:
    """Call a function, and again where it was certainly not begun."""
    for pause_s in THROTTLE_PAUSES_S:
        try:
            return invoke()
        except ClientError as error:
            if error_code(error) != "TooManyRequestsException":
                raise
            time.sleep(random.uniform(0, pause_s))  # noqa: S311 - jitter
    return invoke()


def _error_of(body: dict[str, Any]) -> Exception:
    message = str(body.get("errorMessage", "The function failed without a word."))
    kinds = {kind.__name__: kind for kind in (ObjectColdError, ObjectDamagedError, TakeDamagedError)}
    if body.get("errorType") in kinds:
        return kinds[str(body["errorType"])](message)
    if body.get("errorType") in {"StorageUnavailableError", "ConcurrentUpdateError", "Sandbox.Timedout"}:
        return StorageUnavailableError(message)
    return MediaToolError(message)


def _given(name: str | None) -> str:
    if name is None:
        raise LookupError("This function was not given that worker.")
    return name
