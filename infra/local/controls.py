"""Answers the launcher's requests about the server itself, below ``/_local/``."""

import os
import time
from datetime import timedelta
from typing import Any

from infra.local.clock import CLOCK_PATH, write_clock
from infra.local.directory import DataDirectory
from infra.local.idle_gate import IdleGate
from infra.local.lifecycle import Lifecycle
from infra.local.prewarm import is_warming, warm_in_background, worker_processes
from infra.local.state_store import StateStore


class Controls:
    """Answers the launcher.

    Args:
        store: Keeps the state.
        idle_gate: Knows what is under way.
        directory: Where the data lies.
        unclean: Whether the server before this one was killed.
    """

    def __init__(
        self, store: StateStore, idle_gate: IdleGate, directory: DataDirectory, *, unclean: bool
    ) -> None:
        self._store = store
        self._idle_gate = idle_gate
        self._directory = directory
        self._unclean = unclean
        self._lifecycle = Lifecycle(directory)
        self._began = time.time()

    async def __call__(self, method: str, path: str) -> dict[str, Any] | None:
        """Answer a request; None for what there is not, and for everything until the data is loaded."""
        if not self._store.has_loaded:
            return None
        if method == "PUT" and path.startswith(CLOCK_PATH):
            return self._moved_clock(path.removeprefix(CLOCK_PATH))
        match method, path:
            case "POST", "/_local/snapshot":
                await self._store.save()
                answer: dict[str, Any] | None = {"saved": True}
            case "POST", "/_local/prewarm":
                answer = {"functions": warm_in_background()}
            case "GET", "/_local/workers":
                answer = dict(worker_processes())
            case "GET", "/_local/work":
                answer = {"functions": self._idle_gate.functions, "executions": self._idle_gate.executions()}
            case "GET", "/_local/status":
                answer = self._status()
            case _:
                answer = None
        return answer

    def _moved_clock(self, seconds: str) -> dict[str, Any]:
        ahead = timedelta(seconds=int(seconds))
        moved = self._idle_gate.between(lambda: write_clock(self._directory.clock, ahead))
        if moved:
            self._lifecycle.run()
        return {
            "moved": moved,
            "functions": self._idle_gate.functions,
            "executions": self._idle_gate.executions(),
        }

    def _status(self) -> dict[str, Any]:
        return {
            "pid": os.getpid(),
            "started_at": self._began,
            "unclean": self._unclean,
            "interrupted": self._store.interrupted,
            "warming": is_warming(),
        }
