"""Stores the emulator's state in snapshots and a journal, and loads it."""

# ruff: noqa: SLF001, ANN401 - patches ministack's untyped insides; every patch asserts its anchor first

import asyncio
import contextlib
import itertools
import json
import logging
import threading
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

from ministack import app
from ministack.core import persistence
from ministack.core.responses import error_response_json, now_iso
from ministack.services import lambda_svc

from infra.local import recorders, snapshots
from infra.local.directory import DataDirectory
from infra.local.errors import DamagedDataError
from infra.local.integrity import JOURNALLED
from infra.local.journal import Journal
from infra.local.patches.guard import PatchGuard
from infra.local.patches.queues import rehome_queues
from infra.local.patches.sign_in import hash_passwords
from infra.local.snapshots import read_snapshot, write_snapshot

logger = logging.getLogger(__name__)

# A journal this long is replaced by a snapshot. Replaying it takes well under a second.
_JOURNAL_LIMIT_BYTES = 4_000_000
# What changes while the product runs; the rest changes when something is deployed.
_LIVELY = ("dynamodb", "sqs", "stepfunctions", "scheduler", "eventbridge", "cognito", "s3")
# A stack is known only if everything it made is: it is written last.
_LAST = "cloudformation"
# Operations of these prefixes change nothing.
_READING = (
    "Get",
    "List",
    "Describe",
    "AdminGet",
    "AdminList",
    "Test",
    "PutEvents",
    "Initiate",
    "AdminInitiate",
)
_COPY_ATTEMPTS = 5
_Copy = tuple[int, Any]
_TARGETS = {"AWSCognitoIdentityProviderService": "cognito", "AWSEvents": "eventbridge"}


class StateStore:
    """Loads the state at the start and keeps it on disk from then on."""

    def __init__(self, directory: DataDirectory, *, interval_s: float) -> None:
        """Prepare; nothing is read yet.

        Args:
            directory: Where the state lies.
            interval_s: Seconds between looks at the journal's length; 0 for never.
        """
        self._directory = directory
        self._interval_s = interval_s
        self._saving = asyncio.Lock()
        self._writing = threading.Lock()
        self._copies = itertools.count(1)
        self._written: dict[str, int] = {}
        self._journal: Journal | None = None
        self._closed = 0
        self.interrupted = 0
        self.has_loaded = False
        self.failure: Exception | None = None

    def open(self) -> None:
        """Open the journal, before anything is served.

        Raises:
            OSError: If it cannot be written.
        """
        self._closed = _journal_of(self._directory.state, snapshots.BEFORE)
        self._journal = Journal(self._directory.journal)

    def install(self) -> None:
        """Take over loading and saving from ministack."""
        guard = PatchGuard("keeper")
        guard.signature(app._load_persisted_state)
        guard.signature(app.save_all, "services")
        recorders.light_snapshots()
        guard.require(holds=isinstance(app._state_map, dict), detail="states are named in another way")
        poll = lambda_svc._ensure_poller
        guard.signature(poll)

        def load_all() -> None:
            since = now_iso()
            # Queues are polled only once all messages are there and their going is recorded.
            lambda_svc._ensure_poller = lambda: None
            self._restore()
            self._take_over(since)
            lambda_svc._ensure_poller = poll
            if lambda_svc._esms.has_any():
                poll()

        def load_persisted_state() -> None:
            try:
                load_all()
            except Exception as error:
                # What serves would go on without what was not read, and write over it.
                self.failure = error
                raise
            self.has_loaded = True

        app._load_persisted_state = load_persisted_state
        app.save_all = lambda _services: None
        self._save_at_once(guard)

    def _restore(self) -> None:
        """Restore every service from its file, or fail: ministack would go on without, and write over it.

        Raises:
            DamagedDataError: If a file cannot be restored.
        """
        for service, module in app._state_map.items():
            path = self._directory.state / f"{service}.json"
            if not path.exists():
                continue
            state = persistence.load_state(service)
            if state is None:
                raise DamagedDataError(f"{path} cannot be read by this version; nothing was changed")
            try:
                app._get_module(module).load_persisted_state(state)
            except Exception as error:
                raise DamagedDataError(f"{path} cannot be restored: {error!r}") from error

    def _take_over(self, since: str) -> None:
        """Replay the journal over the loaded snapshots, and record from here on."""
        rehome_queues()
        journal = self._opened()
        held = _journal_of(self._directory.state, "")
        recorders.replay(journal.replay(after=held))
        self.interrupted = recorders.fail_interrupted_executions(since)
        recorders.record_items(journal)
        recorders.record_messages(journal)
        recorders.record_executions(journal)
        if hash_passwords():
            self.save_now(_LIVELY)

    def _opened(self) -> Journal:
        if self._journal is None:
            raise RuntimeError("the journal was not opened")
        return self._journal

    def _save_at_once(self, guard: PatchGuard) -> None:
        """Write users, schedules and rules before a request that changed them is answered."""
        original: Callable[..., Awaitable[Any]] = app._dispatch_service_request
        guard.signature(original, "method", "path", "headers", "body", "query_params", "request_id")

        async def dispatch(method: str, path: str, headers: dict[str, str], *rest: Any) -> Any:
            answer = await original(method, path, headers, *rest)
            service = _changed_service(method, path, headers.get("x-amz-target", ""))
            if service and answer[0] < 400:  # noqa: PLR2004 - HTTP's first error
                try:
                    self._write(service, self._state_of(service))
                except OSError as error:
                    # Not acknowledged; what is in memory is written with the next change.
                    reason = f"The disk does not take it: {error.strerror}."
                    return error_response_json("ServiceUnavailable", reason, 503)
            return answer

        app._dispatch_service_request = dispatch

    async def keep(self) -> None:
        """Write snapshots for as long as the server runs."""
        while self._interval_s > 0:
            await asyncio.sleep(self._interval_s)
            if self._journal is not None and self._journal.size_bytes > _JOURNAL_LIMIT_BYTES:
                try:
                    await self.save(_LIVELY)
                except Exception:
                    # Nothing is lost: the journal stays until a snapshot succeeds.
                    logger.exception("a snapshot failed")

    async def save(self, services: Iterable[str] | None = None) -> None:
        """Write a snapshot without stopping the server for longer than copying takes.

        Args:
            services: ministack's names of what to save; everything by default.
        """
        async with self._saving:
            closed, states = self._copy(services)
            await asyncio.to_thread(self._write_all, states, closed)

    def save_now(self, services: Iterable[str] | None = None) -> None:
        """Write a snapshot at once: at the start and at the end, when nothing else runs."""
        closed, states = self._copy(services)
        self._write_all(states, closed)

    def _copy(self, services: Iterable[str] | None) -> tuple[int, dict[str, _Copy]]:
        # The journal goes on in a new file first: what is written from now on is in that
        # file, what was written before is in the copies taken next.
        closed = self._opened().rotate()
        known = app._build_persistence_save_dict()
        names = [name for name in (services or known) if name in known]
        return closed, {name: self._state_of(name) for name in sorted(names, key=lambda name: name == _LAST)}

    def _state_of(self, service: str) -> _Copy:
        """Copy one service's state; threads of state machines may change it meanwhile."""
        get_state = app._build_persistence_save_dict()[service]
        for _ in range(_COPY_ATTEMPTS):
            number = next(self._copies)
            with contextlib.suppress(RuntimeError):  # changed size during iteration
                return number, get_state()
        return next(self._copies), get_state()

    def _write_all(self, copies: dict[str, _Copy], closed: int) -> None:
        for name, copied in copies.items():
            self._write(name, copied, journal=closed)
        # What the snapshots before these need stays: one of these may be damaged.
        self._opened().discard(self._closed)
        self._closed = closed

    def _write(self, service: str, copied: _Copy, *, journal: int = 0) -> None:
        """Write one service's state as ``persistence.save_state`` does, but fail loudly.

        A copy older than what was written already is left: it was overtaken.
        """
        number, state = copied
        if state is None:
            return
        content = {"__ministack_format__": persistence._state_format_version(service), "payload": state}
        text = json.dumps(content, default=persistence._json_default)
        with self._writing:
            if number > self._written.get(service, 0):
                write_snapshot(self._directory.state / f"{service}.json", text, journal=journal)
                self._written[service] = number


def _journal_of(state: Path, suffix: str) -> int:
    """Return the number of the last file of the journal that snapshots of all its services hold."""
    paths = [state / f"{service}.json{suffix}" for service in JOURNALLED]
    return min(read_snapshot(path).journal if path.exists() else 0 for path in paths)


def _changed_service(method: str, path: str, target: str) -> str | None:
    """Name the service whose state must be on disk before this request is answered."""
    prefix, _, operation = target.partition(".")
    if prefix in _TARGETS and not operation.startswith(_READING):
        return _TARGETS[prefix]
    if method != "GET" and path.startswith(("/schedules", "/schedule-groups")):
        return "scheduler"
    return None
